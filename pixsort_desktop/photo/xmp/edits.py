"""Replacing exactly the bytes of a property, in the spelling that the file already has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape

from pixsort_desktop.photo.xmp import names
from pixsort_desktop.photo.xmp.document import Attribute, Document, Element, Property, XmpError
from pixsort_desktop.photo.xmp.judgement import container, value_element
from pixsort_desktop.photo.xmp.names import RDF, XML, XMLNS

_PIECES = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|[^<]+", re.S)
_FORBIDDEN = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # by XML 1.0, production 2
_BLANKS = b" \t\r\n"

ArrayKind = Literal["Bag", "Seq"]


@dataclass(frozen=True, slots=True)
class Splice:
    """`body[start:end]` becomes `new`; offsets are those of `Document.body`."""

    start: int
    end: int
    new: bytes


@dataclass(slots=True, eq=False)
class _Additions:
    """What a description gets besides what it has."""

    declarations: dict[str, str] = field(default_factory=dict)  # prefix -> URI
    attributes: list[tuple[str, str]] = field(default_factory=list)
    children: list[str] = field(default_factory=list)


class Edits:
    """Collects the changes to one document; `apply` gives the new body."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._splices: list[Splice] = []
        self._additions: dict[int, tuple[Element, _Additions]] = {}

    # -- what is there

    def set_value(self, found: Property, text: str) -> None:
        """Give a simple property another text: attribute stays attribute, element stays element."""
        place = found.place
        if isinstance(place, Element):
            value = place.attribute(RDF, "value")
            if value is not None:
                self._set_attribute(value, text)
                return
            inner = value_element(place)
            if inner is None:
                raise XmpError(f"its {place.name} is a structure and no simple value.")
            self._set_text(inner, text)
        else:
            self._set_attribute(place, text)

    def set_items(self, found: Property, texts: Sequence[str]) -> None:
        """Give an array property other entries; entries that stay are not touched."""
        place = found.place
        box = container(place) if isinstance(place, Element) else None
        if box is None:
            if len(texts) != 1:
                raise XmpError(f"its {place.name} is a single value and cannot hold {len(texts)}.")
            self.set_value(found, texts[0])
            return
        old = [child for child in box.children if child.is_(RDF, "li")]
        wanted = list(texts)
        spare = []
        for entry in old:
            inner = value_element(entry)
            said = inner.text.strip() if inner is not None else None
            if said in wanted:
                wanted.remove(said)
            else:
                spare.append(entry)
        for entry in spare:
            if wanted and value_element(entry) is not None:
                self._set_text(value_element(entry) or entry, wanted.pop(0))
            else:
                self._cut(entry, box)
        if wanted:
            li = box.name.removesuffix(box.local) + "li"
            self._append(box, [f"<{li}>{_text(text)}</{li}>" for text in wanted])

    def set_alternative(self, found: Property, text: str) -> None:
        """Give a text with languages another wording in its default one; the other languages stay."""
        place = found.place
        box = container(place) if isinstance(place, Element) else None
        if box is None:
            self.set_value(found, text)
            return
        entries = [child for child in box.children if child.is_(RDF, "li")]
        default = [e for e in entries if (lang := e.attribute(XML, "lang")) and lang.value == "x-default"]
        if default or entries:
            self._set_text((default or entries)[0], text)
        else:
            li = box.name.removesuffix(box.local) + "li"
            self._append(box, [f'<{li} xml:lang="x-default">{_text(text)}</{li}>'])

    def become_array(self, found: Property, kind: ArrayKind, texts: Sequence[str]) -> None:
        """Put an array where a single value (or nothing at all) stands."""
        self.remove(found)
        self.add_items(found.uri, found.local, kind, texts)

    def remove(self, found: Property) -> None:
        place = found.place
        if isinstance(place, Attribute):
            self._splices.append(Splice(place.start, place.value_end + 1, b""))
        else:
            self._cut(place, found.owner)

    # -- what is not there yet

    def add_value(self, uri: str, local: str, text: str) -> None:
        """Add a simple property, in the spelling that its description prefers."""
        owner = self._home(uri)
        prefix = self._declare(owner, uri)
        if _prefers_attributes(owner):
            self._new(owner).attributes.append((f"{prefix}:{local}", text))
        else:
            self._new(owner).children.append(f"<{prefix}:{local}>{_text(text)}</{prefix}:{local}>")

    def add_items(self, uri: str, local: str, kind: ArrayKind, texts: Sequence[str]) -> None:
        """Add an array property."""
        owner = self._home(uri)
        prefix, rdf = self._declare(owner, uri), self._declare(owner, RDF)
        inner, step = _indent(self._document.body, owner)
        lines = [f"<{prefix}:{local}>", f"{step}<{rdf}:{kind}>"]
        lines += [f"{step}{step}<{rdf}:li>{_text(text)}</{rdf}:li>" for text in texts]
        lines += [f"{step}</{rdf}:{kind}>", f"</{prefix}:{local}>"]
        self._new(owner).children.append(
            inner.join(lines) if "\n" in inner else "".join(map(str.strip, lines))
        )

    def add_alternative(self, uri: str, local: str, text: str) -> None:
        """Add a text with languages, of which it is the default one."""
        owner = self._home(uri)
        prefix, rdf = self._declare(owner, uri), self._declare(owner, RDF)
        inner, step = _indent(self._document.body, owner)
        lines = [f"<{prefix}:{local}>", f"{step}<{rdf}:Alt>"]
        lines += [f'{step}{step}<{rdf}:li xml:lang="x-default">{_text(text)}</{rdf}:li>']
        lines += [f"{step}</{rdf}:Alt>", f"</{prefix}:{local}>"]
        self._new(owner).children.append(
            inner.join(lines) if "\n" in inner else "".join(map(str.strip, lines))
        )

    def splices(self) -> list[Splice]:
        """Everything, in the order of the file; no two overlap."""
        done = list(self._splices)
        for owner, added in self._additions.values():
            done += self._attributes(owner, added)
            done += self._children(owner, added.children)
        return sorted(done, key=lambda splice: (splice.start, splice.end))

    def apply(self) -> bytes:
        body, pieces, place = self._document.body, [], 0
        for splice in self.splices():
            assert splice.start >= place, "two changes of the same bytes"
            pieces += [body[place : splice.start], splice.new]
            place = splice.end
        return b"".join([*pieces, body[place:]])

    # -- how

    def _set_attribute(self, attribute: Attribute, text: str) -> None:
        self._splices.append(Splice(attribute.value_start, attribute.value_end, _quoted(text).encode()))

    def _set_text(self, element: Element, text: str) -> None:
        """Replace the character data, and leave blanks, comments and instructions around it alone."""
        new = _text(text).encode()
        if element.empty:
            tag = f">{_text(text)}</{element.name}>"
            self._splices.append(Splice(element.tag_end - 2, element.tag_end, tag.encode()))
            return
        body = self._document.body
        for piece in _PIECES.finditer(body, element.tag_end, element.close):
            raw = piece[0]
            if raw.startswith((b"<!--", b"<?")) or not raw.strip(_BLANKS):
                continue
            start, end = piece.span()
            if not raw.startswith(b"<!["):
                start += len(raw) - len(raw.lstrip(_BLANKS))
                end -= len(raw) - len(raw.rstrip(_BLANKS))
            self._splices.append(Splice(start, end, new))
            new = b""
        if new:
            self._splices.append(Splice(element.tag_end, element.tag_end, new))

    def _cut(self, element: Element, owner: Element) -> None:
        """Take out an element with the blanks before it."""
        body = self._document.body
        start = len(body[owner.tag_end : element.start].rstrip(_BLANKS)) + owner.tag_end
        self._splices.append(Splice(start, element.end, b""))

    def _append(self, owner: Element, children: Sequence[str]) -> None:
        self._splices += self._children(owner, children)

    def _children(self, owner: Element, children: Sequence[str]) -> list[Splice]:
        if not children:
            return []
        body = self._document.body
        inner, _ = _indent(body, owner)
        new = "".join(inner + child for child in children)
        if owner.empty:
            new = f">{new}{_before(body, owner.start)}</{owner.name}>"
            return [Splice(owner.tag_end - 2, owner.tag_end, new.encode())]
        place = owner.children[-1].end if owner.children else owner.tag_end
        return [Splice(place, place, new.encode())]

    def _attributes(self, owner: Element, added: _Additions) -> list[Splice]:
        if not added.declarations and not added.attributes:
            return []
        body = self._document.body
        declared = [a for a in owner.attributes if a.uri == XMLNS]
        others = [a for a in owner.attributes if a.uri not in (XMLNS, RDF, XML)]
        behind_name = owner.start + 1 + len(owner.name.encode())

        def behind(attributes: list[Attribute], names: list[tuple[str, str]]) -> Splice:
            gap = _gap(body, attributes[-1:])
            place = attributes[-1].value_end + 1 if attributes else behind_name
            return Splice(
                place, place, "".join(f'{gap}{name}="{_quoted(text)}"' for name, text in names).encode()
            )

        prefixes = [(f"xmlns:{prefix}", uri) for prefix, uri in added.declarations.items()]
        done = [behind(declared or owner.attributes, prefixes)] if prefixes else []
        return [*done, behind(others or owner.attributes, added.attributes)] if added.attributes else done

    def _home(self, uri: str) -> Element:
        """The description that already has properties of this namespace, or knows it, or else the first."""
        descriptions = self._document.descriptions
        for owner in descriptions:
            if any(a.uri == uri for a in owner.attributes) or any(c.uri == uri for c in owner.children):
                return owner
        return next((owner for owner in descriptions if owner.prefix_of(uri)), descriptions[0])

    def _declare(self, owner: Element, uri: str) -> str:
        known = owner.prefix_of(uri)
        declarations = self._new(owner).declarations
        known = known or next((prefix for prefix, declared in declarations.items() if declared == uri), None)
        if known:
            return known
        wish = names.PREFIXES[uri]
        taken = {*owner.namespaces, *declarations}
        prefix = next(p for p in (wish, *(f"{wish}{n}" for n in range(2, 1000))) if p not in taken)
        declarations[prefix] = uri
        return prefix

    def _new(self, owner: Element) -> _Additions:
        return self._additions.setdefault(owner.start, (owner, _Additions()))[1]


def _prefers_attributes(owner: Element) -> bool:
    """Whether a description writes its simple properties as attributes; where it has none, attributes."""
    if any(a.uri not in (XMLNS, RDF, XML, "") for a in owner.attributes):
        return True
    return not any(not child.children for child in owner.children)


def _before(body: bytes, place: int) -> str:
    """The blanks before a place, from the last line break on."""
    blanks = body[len(body[:place].rstrip(_BLANKS)) : place]
    line_break = b"\r\n" if b"\r\n" in blanks else b"\n"
    return (line_break + blanks.rpartition(b"\n")[2]).decode() if b"\n" in blanks else ""


def _indent(body: bytes, owner: Element) -> tuple[str, str]:
    """What stands before each child of an element, and by how much a child is set further in."""
    outer = _before(body, owner.start)
    if owner.children:
        inner = _before(body, owner.children[0].start)
        return inner, inner.removeprefix(outer) if inner.startswith(outer) and inner != outer else " "
    return (outer + " " if outer else ""), " "


def _gap(body: bytes, attribute: Sequence[Attribute]) -> str:
    """The white space before an attribute, to be repeated before its new neighbour."""
    if not attribute:
        return " "
    blanks = body[attribute[0].start : attribute[0].value_start].decode()
    return blanks[: len(blanks) - len(blanks.lstrip())] or " "


def _text(text: str) -> str:
    return escape(_allowed(text), {"\r": "&#13;"})


def _quoted(text: str) -> str:
    entities = {'"': "&quot;", "'": "&apos;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
    return escape(_allowed(text), entities)


def _allowed(text: str) -> str:
    """Without what XML cannot hold: control characters, lone surrogates of undecodable file names."""
    return _FORBIDDEN.sub("\ufffd", text)
