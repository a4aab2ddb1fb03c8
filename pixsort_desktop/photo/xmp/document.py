"""An XMP document with the place of every element and attribute in its bytes.

Serialising a parsed document again would move attributes, change quotes and drop padding. So nothing is
serialised: expat says where each element begins, the start tags are scanned for their attributes, and whoever
changes something replaces exactly those bytes (see `edits`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.photo.xmp.names import ALIASES, RDF, XML, XMLNS

MOST_BYTES = 64 * 1024 * 1024  # darktable's masks make sidecars of some megabytes; nothing honest is larger
_DEEPEST = 200
_MOST_PARTS = 200_000  # elements and attributes; each becomes an object

_ATTRIBUTE = re.compile(rb"""(\s+)([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG_NAME = re.compile(rb"<([^\s/>]+)")
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class XmpError(PixsortError):
    """A sidecar or an embedded packet could not be read or changed. The file is as it was."""


class SidecarChangedError(XmpError):
    """The file is not what was read earlier: another program has written it meanwhile."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a start tag; the numbers are byte offsets into `Document.body`."""

    name: str  # as written, with its prefix
    uri: str
    local: str
    value: str
    start: int  # of the white space before it
    value_start: int  # behind the quote
    value_end: int


@dataclass(slots=True, eq=False)
class Element:
    """One element; the numbers are byte offsets into `Document.body`."""

    name: str  # as written, with its prefix
    uri: str
    local: str
    start: int  # of «<»
    tag_end: int  # behind the «>» of the start tag
    empty: bool  # written <a/>
    attributes: list[Attribute]
    namespaces: dict[str, str]  # prefix -> URI, as they hold inside
    close: int = 0  # of «</»; for an empty element, tag_end
    end: int = 0  # behind the element
    text: str = ""  # its own character data, without the children's
    children: list[Element] = field(default_factory=list)

    def is_(self, uri: str, local: str) -> bool:
        return self.uri == uri and self.local == local

    def attribute(self, uri: str, local: str) -> Attribute | None:
        return next((found for found in self.attributes if found.uri == uri and found.local == local), None)

    def prefix_of(self, uri: str) -> str | None:
        """A prefix that stands for this namespace inside the element; the default namespace is none."""
        return next((p for p, u in self.namespaces.items() if p and ALIASES.get(u, u) == uri), None)


@dataclass(frozen=True, slots=True)
class Property:
    """One top-level property where it stands: as an attribute of rdf:Description, or as an element in it."""

    owner: Element
    place: Attribute | Element

    @property
    def uri(self) -> str:
        return self.place.uri

    @property
    def local(self) -> str:
        return self.place.local


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed packet or sidecar.

    `body` is UTF-8 whatever the file is; `to_bytes` gives it the file's own encoding, byte-order mark, leading
    blanks and trailing bytes again.
    """

    body: bytes
    root: Element
    rdf: Element
    encoding: str
    head: str
    tail: str

    descriptions: list[Element]
    properties: dict[
        tuple[str, str], list[Property]
    ]  # the top-level ones by namespace and name, in file order

    def find(self, uri: str, local: str) -> list[Property]:
        return self.properties.get((uri, local), [])

    def to_bytes(self, body: bytes) -> bytes:
        return (self.head + body.decode("utf-8") + self.tail).encode(self.encoding, "xmlcharrefreplace")


def parse(data: bytes, *, lossless: bool = False) -> Document:
    """Parse a sidecar's bytes or an embedded packet.

    `lossless` is for whoever wants to write: a byte that is not of the file's encoding is then an error and not
    a question mark. Raises XmpError for anything that is not well-formed XML with an rdf:RDF in it, and for
    document type declarations, which XMP has no use for and attacks have.
    """
    if len(data) > MOST_BYTES:
        raise XmpError(f"it is larger than {MOST_BYTES // 1024 // 1024} MB, which no metadata is.")
    text, encoding = _decode(data, lossless)
    inner = text.strip("\ufeff\0 \t\r\n")
    if not inner:
        raise XmpError("it is empty.")
    start = text.index(inner)
    body = inner.encode("utf-8")
    root = _Builder(body).build()
    rdf = next((found for found in _walk(root) if found.is_(RDF, "RDF")), None)
    if rdf is None:
        raise XmpError("it is XML but no XMP: there is no rdf:RDF in it.")
    descriptions = [child for child in rdf.children if child.is_(RDF, "Description")]
    head, tail = text[:start], text[start + len(inner) :]
    document = Document(body, root, rdf, encoding, head, tail, descriptions, _properties(descriptions))
    if lossless and document.to_bytes(body) != data:
        raise XmpError(f"its text could not be kept exactly in {encoding}.")
    return document


def _properties(descriptions: list[Element]) -> dict[tuple[str, str], list[Property]]:
    found: dict[tuple[str, str], list[Property]] = {}
    for owner in descriptions:
        for attribute in owner.attributes:
            if attribute.uri not in (RDF, XML, XMLNS, ""):
                found.setdefault((attribute.uri, attribute.local), []).append(Property(owner, attribute))
        for child in owner.children:
            found.setdefault((child.uri, child.local), []).append(Property(owner, child))
    return found


def _walk(element: Element) -> Iterator[Element]:
    waiting = [element]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


# -- text ---------------------------------------------------------------------------------------------------

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


def _encoding(data: bytes) -> str:
    """By the byte-order mark, by where the zeros of the first «<» are, or by the XML declaration."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    declared = _DECLARED.match(data.lstrip()[:200])
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name if declared else "utf-8"
        return name if b"<".decode(name) == "<" else "utf-8"
    except (LookupError, UnicodeError):  # unknown, UTF-16 claimed by 8-bit text, or no text encoding at all
        return "utf-8"


def _decode(data: bytes, lossless: bool) -> tuple[str, str]:
    encoding = _encoding(data)
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        if lossless:
            raise XmpError(
                f"byte {error.start} is not {encoding.upper()}, which it says or ought to be."
            ) from error
        return data.decode(encoding, "replace"), encoding


# -- elements -----------------------------------------------------------------------------------------------


class _Builder:
    """Builds the tree of one document from expat's events."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._root: Element | None = None
        self._left = _MOST_PARTS
        self._parser = expat.ParserCreate("utf-8")
        self._parser.ordered_attributes = True
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def build(self) -> Element:
        try:
            self._parser.Parse(self._body, True)
        except expat.ExpatError as error:
            problem = expat.ErrorString(error.code)
            raise XmpError(f"it is not well-formed XML (line {error.lineno}: {problem}).") from error
        assert self._root is not None  # expat refuses a document without an element
        return self._root

    def _refuse(self, *_: object) -> None:
        raise XmpError("it has a document type declaration, which metadata has no use for.")

    def _start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise XmpError(f"its elements are nested more than {_DEEPEST} deep.")
        outer = self._open[-1].namespaces if self._open else {"xml": XML}
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        declared = {prefix: uri for written, uri in pairs if (prefix := _declares(written)) is not None}
        self._left -= 1 + len(pairs)
        if self._left < 0:
            raise XmpError(f"it has more than {_MOST_PARTS:,} elements and attributes.")
        element = self._scan(name, pairs, {**outer, **declared} if declared else outer)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        self._texts.append([])

    def _scan(self, name: str, pairs: list[tuple[str, str]], scope: dict[str, str]) -> Element:
        """The start tag at expat's place. It is well-formed, so a pattern is enough to find the attributes."""
        start = self._parser.CurrentByteIndex
        head = _TAG_NAME.match(self._body, start)
        assert head is not None
        place, found = head.end(), []
        for written, value in pairs:
            match = _ATTRIBUTE.match(self._body, place)
            assert match is not None and match[2].decode("utf-8") == written
            group = 3 if match[3] is not None else 4
            uri, local = _resolve(written, scope, is_attribute=True)
            found.append(
                Attribute(written, uri, local, value, match.start(), match.start(group), match.end(group))
            )
            place = match.end()
        tag_end = self._body.index(b">", place) + 1
        uri, local = _resolve(name, scope)
        empty = self._body[tag_end - 2 : tag_end] == b"/>"
        return Element(name, uri, local, start, tag_end, empty, found, scope)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop())
        element.close = element.tag_end if element.empty else self._parser.CurrentByteIndex
        element.end = element.tag_end if element.empty else self._body.index(b">", element.close) + 1

    def _characters(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)


def _declares(name: str) -> str | None:
    """The prefix that this attribute declares («» for the default namespace), or None if it declares none."""
    if name == "xmlns":
        return ""
    return name[6:] if name.startswith("xmlns:") else None


def _resolve(name: str, scope: dict[str, str], *, is_attribute: bool = False) -> tuple[str, str]:
    if _declares(name) is not None:
        return XMLNS, name.partition(":")[2]
    prefix, colon, local = name.rpartition(":")
    if not colon:
        return ("" if is_attribute else scope.get("", "")), name
    uri = scope.get(prefix)
    if uri is None:
        raise XmpError(f"it is not well-formed XML (the prefix of {name} is declared nowhere).")
    return ALIASES.get(uri, uri), local
