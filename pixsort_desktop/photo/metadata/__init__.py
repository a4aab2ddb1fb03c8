"""What a file says about the photograph: when, with what, how and where it was taken, and who is in it.

`containers` finds the EXIF blocks, `exif_tags` reads their tags (with exifread, and with `ifd` where that gives up),
`exif` says what they mean, `maker_notes` what the makers added, `xmp_facts`, `regions` and `iptc` what programs did.
EXIF is believed first, field by field; then the maker note, then XMP. `dates` and `file_names` judge times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, BinaryIO

from pixsort_desktop.photo.metadata import containers, exif, iptc, maker_notes, xmp_facts
from pixsort_desktop.photo.metadata.dates import Moment, instant
from pixsort_desktop.photo.metadata.exif_tags import Tags, maker_note, read_tags
from pixsort_desktop.photo.metadata.file_names import moment_in_name
from pixsort_desktop.photo.metadata.regions import Region, read_regions
from pixsort_desktop.photo.metadata.source import Source
from pixsort_desktop.photo.xmp.document import Document, XmpError, parse
from pixsort_desktop.photo.xmp.embedded import embedded_packets
from pixsort_desktop.photo.xmp.judgement import XmpFacts, facts_of

__all__ = ["FileFacts", "Metadata", "Region", "iptc_words", "read_facts", "read_metadata"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts as the camera or a program wrote them; None where nobody said anything sensible.

    `taken_at` is ISO 8601 with the file's own sub-seconds and, where known, its offset from UTC; a date alone where
    only the day is known. `taken_seconds` is the same local wall-clock time as seconds since 1970, counted as if it
    were UTC: it sorts a shoot and measures gaps, whether or not the camera knew its time zone. `taken_from` says
    who told it: «original», «digitised», «xmp», «iptc», «gps», «file name», «modified» or «file time», in this order.
    """

    orientation: int | None = None  # 1..8, EXIF tag 0x0112
    taken_at: str | None = None
    taken_seconds: float | None = None
    taken_from: str | None = None
    make: str | None = None
    model: str | None = None
    serial: str | None = None  # of the camera
    lens: str | None = None
    lens_serial: str | None = None
    iso: int | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    focal_mm: float | None = None
    latitude: float | None = None  # degrees, south negative
    longitude: float | None = None  # degrees, west negative
    altitude_m: float | None = None  # below sea level negative
    rating: int | None = None  # EXIF's stars, 0 to 5; XMP's are a judgement (`photo.xmp`)
    burst_id: str | None = None  # the same for the frames of one burst
    burst_frame: int | None = None  # from 1
    content_id: str | None = None  # Apple: shared by a still and its film
    regions: tuple[Region, ...] = ()  # people


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Everything but pixels."""

    metadata: Metadata
    xmp: XmpFacts | None  # what the file's own packets judge; None where there is no readable one


def read_metadata(source: bytes | BinaryIO, name: str = "", mtime_ns: int | None = None) -> Metadata:
    """The metadata of a whole file's bytes, or of an EXIF block alone; see `read_facts`."""
    return read_facts(source, name, mtime_ns).metadata


def read_facts(
    source: bytes | BinaryIO,
    name: str = "",
    mtime_ns: int | None = None,
    upright: tuple[int, int] | None = None,
) -> FileFacts:
    """Read what a file says of itself.

    `name` (without folders) and `mtime_ns` are the last to be asked for the time; `upright` is the turned picture's
    (width, height), if known, for the people in it. XMP is read of bytes only. Raises nothing: what is damaged is
    None, and costs nothing else.
    """
    data = Source(source)
    found = containers.find(data)
    tags = read_tags((kind, block) for kind, block in found.blocks if kind != "maker")
    documents = _documents(source)
    known = exif.facts(tags)
    early = [facts for facts, _ in found.early]
    layers = (known, _makers(found, known), *early, xmp_facts.facts(documents) if documents else {})
    values = _first_said(layers)
    moment, told = _taken(tags, documents, found, name, mtime_ns)
    people = read_regions(documents, values["orientation"] or 1, upright) if documents else []
    metadata = Metadata(
        **values,
        taken_at=moment.text if moment else None,
        taken_seconds=moment.seconds if moment else None,
        taken_from=told,
        regions=tuple(people),
    )
    return FileFacts(metadata, _judged(documents))


def iptc_words(data: bytes) -> tuple[tuple[str, ...], str]:
    """(keywords, caption) of the IPTC records in a whole file's bytes. Raises nothing."""
    return iptc.words(containers.find(Source(data)).iptc)


_TAKEN = ("taken_at", "taken_seconds", "taken_from", "regions")


def _first_said(layers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Field by field, the first layer that says something; a position is taken whole."""
    values: dict[str, Any] = {}
    for field in fields(Metadata):
        if field.name not in _TAKEN:
            said = (layer.get(field.name) for layer in layers)
            values[field.name] = next((value for value in said if value is not None), None)
    return values


def _makers(found: containers.Found, known: dict[str, Any]) -> dict[str, Any]:
    """What the first maker note says."""
    for kind, block in found.blocks:
        if kind == "maker":
            return maker_notes.canon_facts(block, known["model"] or "")
        note = maker_note(block) if kind == "main" else None
        if note is not None:
            return maker_notes.facts(*note, known["make"], known["model"])
    return {}


def _documents(source: bytes | BinaryIO) -> list[Document]:
    documents = []
    for packet in embedded_packets(source) if isinstance(source, bytes) else []:
        try:
            documents.append(parse(packet))
        except XmpError:  # another program's broken packet costs its facts, not the photo
            continue
    return documents


def _judged(documents: Sequence[Document]) -> XmpFacts | None:
    facts: XmpFacts | None = None
    for document in documents:
        found = facts_of(document)
        facts = found if facts is None else facts.over(found)
    return facts


def _taken(
    tags: Tags, documents: Sequence[Document], found: containers.Found, name: str, mtime_ns: int | None
) -> tuple[Moment | None, str | None]:
    """The moment of exposure by the first witness who can tell it, and who that was."""
    witnesses = (
        ("original", lambda: exif.moment(tags, "original") or _early(found)),
        ("digitised", lambda: exif.moment(tags, "digitised")),
        ("xmp", lambda: xmp_facts.moment(documents)),
        ("iptc", lambda: iptc.moment(found.iptc)),
        ("gps", lambda: exif.gps_moment(tags) or xmp_facts.gps_moment(documents)),
        ("file name", lambda: moment_in_name(name)),
        ("modified", lambda: exif.moment(tags, "modified")),
        ("file time", lambda: instant(mtime_ns / 1e9, local=True) if mtime_ns is not None else None),
    )
    for told, ask in witnesses:
        moment = exif.guarded(ask)
        if moment is not None:
            return moment, told
    return None, None


def _early(found: containers.Found) -> Moment | None:
    return next((moment for _, moment in found.early if moment is not None), None)
