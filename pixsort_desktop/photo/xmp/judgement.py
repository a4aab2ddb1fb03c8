"""What an XMP packet says of a photo: stars, flag, colour label, keywords. Liberal in what it reads.

**Who wins when properties disagree.** One file often carries the same judgement several times, because each
program writes its own property and few know the others'. The rule is: a property that everybody writes is newer
than one that only some write, and a positive statement beats «nothing», which many programs write unasked.

- Stars: `xmp:Rating` 0 to 5 wherever it stands, else `MicrosoftPhoto:Rating`, which Windows writes beside it.
- Flag: `xmp:Rating` −1 (or the 6 that an old darktable and others wrote) is a reject, and first: it is the only
  sign that Bridge, darktable and FastRawViewer know, and Lightroom, when it picks, puts the stars back, so a −1
  beside `xmpDM:pick` 1 is the later word. Then `xmpDM:pick` 1 or −1 (Lightroom since 13.2), `xmpDM:good`,
  `digiKam:PickLabel` 3 or 1 (2, pending, is no verdict), `photomechanic:Tagged`.
- Colour: `xmp:Label` where its text names a colour in English or in Bridge's words, because it is the one that
  every program changes (darktable too believes it before its own). Else `photoshop:LabelColor`, which says the
  colour of a label in another language; then `digiKam:ColorLabel`, `darktable:colorlabels` (the first, where
  there are several), and last `photomechanic:ColorClass`, a number whose colour each user chooses.
- `photoshop:Urgency` is not read: digiKam, Photo Mechanic and Capture One put three different colour numbers
  there, and news desks their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from pixsort_desktop.photo.xmp import names
from pixsort_desktop.photo.xmp.carriers import COLOUR, FLAG, STARS, Carrier
from pixsort_desktop.photo.xmp.document import Attribute, Document, Element, Property, parse
from pixsort_desktop.photo.xmp.names import Colour, Flag

T = TypeVar("T")

_CONTAINERS = ("Bag", "Seq", "Alt")


@dataclass(frozen=True, slots=True)
class XmpFacts:
    """What was said; None and empty where nothing was."""

    rating: int | None = None  # 0..5
    flag: Flag | None = None
    label: Colour | None = None
    label_text: str | None = None  # a label that is none of the five colours, as written
    keywords: tuple[str, ...] = ()  # dc:subject, flat
    hierarchy: tuple[str, ...] = ()  # paths «A|B|C»
    title: str | None = None
    description: str | None = None
    sidecar_for: str | None = None  # photoshop:SidecarForExtension: «CR2», «NEF»

    def over(self, other: XmpFacts) -> XmpFacts:
        """These facts, and the other's where these say nothing: a sidecar's over the embedded packet's."""
        unsaid = {f.name: getattr(other, f.name) for f in fields(self) if getattr(self, f.name) in (None, ())}
        merged = replace(self, **unsaid)
        return replace(merged, label_text=None) if merged.label else merged


def read_xmp(data: bytes) -> XmpFacts:
    """The facts of a sidecar's bytes or of an embedded packet, in any encoding, with or without its wrapper.

    Raises XmpError, one sentence, where it is not XMP at all.
    """
    return facts_of(parse(data))


def facts_of(document: Document) -> XmpFacts:
    label = said(document, COLOUR)
    return XmpFacts(
        rating=said(document, STARS),
        flag=said(document, FLAG),
        label=label,
        label_text=None if label else _custom_label(document),
        keywords=_unique(items(document, names.DC, "subject")),
        hierarchy=_hierarchy(document),
        title=_text(document, names.DC, "title"),
        description=_text(document, names.DC, "description"),
        sidecar_for=_text(document, names.PHOTOSHOP, "SidecarForExtension"),
    )


# -- values -------------------------------------------------------------------------------------------------


def value_of(place: Attribute | Element) -> str:
    """A simple property's text, in any of the spellings of RDF/XML: attribute, element, rdf:value, container."""
    if isinstance(place, Attribute):
        return place.value.strip()
    value = place.attribute(names.RDF, "value")
    if value is not None:
        return value.value.strip()
    inner = value_element(place)
    return inner.text.strip() if inner is not None else ""


def value_element(element: Element) -> Element | None:
    """The element in which the text of a simple property stands, or None for a structure."""
    if not element.children:
        return element
    for child in element.children:
        if child.is_(names.RDF, "value") or child.is_(names.RDF, "li"):
            return value_element(child)
        if child.uri == names.RDF and child.local in (*_CONTAINERS, "Description") and child.children:
            return value_element(child)
    return None


def container(element: Element) -> Element | None:
    """The rdf:Bag, rdf:Seq or rdf:Alt of an array property."""
    return next((c for c in element.children if c.uri == names.RDF and c.local in _CONTAINERS), None)


def items_of(found: Property) -> list[str]:
    """The entries of an array property; a text where an array should be is one entry."""
    place = found.place
    box = container(place) if isinstance(place, Element) else None
    places = [place] if box is None else [child for child in box.children if child.is_(names.RDF, "li")]
    return [text for text in map(value_of, places) if text]


def items(document: Document, uri: str, local: str) -> list[str]:
    return [item for found in document.find(uri, local) for item in items_of(found)]


def _text(document: Document, uri: str, local: str) -> str | None:
    """A text, of a language alternative the default one."""
    for found in document.find(uri, local):
        box = container(found.place) if isinstance(found.place, Element) else None
        if box is not None:
            languages = {
                (c.attribute(names.XML, "lang") or _NO_LANGUAGE).value: value_of(c) for c in box.children
            }
            return languages.get("x-default") or next(iter(languages.values()), None) or None
        return value_of(found.place) or None
    return None


_NO_LANGUAGE = Attribute("xml:lang", names.XML, "lang", "", 0, 0, 0)


# -- the facts ----------------------------------------------------------------------------------------------


def said(document: Document, judgement: Iterable[Carrier[T]]) -> T | None:
    """What the first carrier that says anything says."""
    for carrier in judgement:
        for text in items(document, carrier.uri, carrier.local):
            value = carrier.reads(text)
            if value is not None:
                return value
    return None


def _custom_label(document: Document) -> str | None:
    for text in items(document, names.XMP, "Label"):
        return text
    for text in items(document, names.DIGIKAM, "ColorLabel"):
        if text in names.DIGIKAM_OTHERS:
            return names.DIGIKAM_OTHERS[text]
    return None


def _hierarchy(document: Document) -> tuple[str, ...]:
    """Keyword paths of Lightroom («A|B») and digiKam («A/B») in one spelling."""
    theirs = items(document, names.LIGHTROOM, "hierarchicalSubject")
    return _unique(
        [*theirs, *(path.replace("/", "|") for path in items(document, names.DIGIKAM, "TagsList"))]
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
