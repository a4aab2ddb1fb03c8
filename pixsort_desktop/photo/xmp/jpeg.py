"""Writing a judgement into a JPEG itself, for whoever asks for it: one metadata segment changes, nothing else."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from pixsort_desktop.photo.xmp.document import SidecarChangedError, XmpError
from pixsort_desktop.photo.xmp.embedded import JPEG_EXTENDED, JPEG_MAIN, embedded_packets, jpeg_segments
from pixsort_desktop.photo.xmp.judgement import XmpFacts, read_xmp
from pixsort_desktop.photo.xmp.planning import Changes, patch_packet
from pixsort_desktop.photo.xmp.profiles import LIGHTROOM, Profile
from pixsort_desktop.photo.xmp.replacing import digest, read_or_none, replace_file
from pixsort_desktop.photo.xmp.writing import NEW_SIDECAR, Result

_LONGEST = 65535 - 2 - len(JPEG_MAIN)
_PADDING = re.compile(rb"[ \t\r\n]+(?=<\?xpacket\s+end=)")
_LEAST_PADDING = 2
_PICTURE_BEHIND = re.compile(rb"\xff\xd9\0*\xff\xd8\xff")
_CONTAINER = b"http://ns.google.com/photos/1.0/container/"  # lists what stands behind the picture by length


def patch_jpeg(
    path: str | Path,
    changes: Changes,
    profile: Profile = LIGHTROOM,
    *,
    expected: str | None = None,
    dry_run: bool = False,
) -> Result:
    """Say a judgement in a JPEG's own XMP packet.

    Room that the packet has kept free is used first, so most files keep their length. Before the new file takes the
    old one's place it is compared: without the one segment, both are the same to the last byte, the picture, further
    pictures and films behind it included. Where growing would make those unfindable, the file is refused. Its times
    and permissions stay (see `replacing`).

    `expected` is the `digest` of the bytes that the caller means. Raises XmpError and SidecarChangedError; the file is
    then as it was.
    """
    path = Path(path)
    try:
        old = read_or_none(path)
        if old is None:
            raise XmpError("it is not there.")
        if expected is not None and digest(old) != expected:
            raise SidecarChangedError("another program has changed it since it was read.")
        place = _main_segment(old)
        packet = _new_packet() if place is None else old[place[0] + 4 + len(JPEG_MAIN) : place[1]]
        patch = patch_packet(packet, changes, profile)
        before = XmpFacts() if place is None else patch.before
        if not patch.edits or (place is None and changes.says_nothing):
            return Result(path, "unchanged", (), before, before, digest(old))
        _check_extended(old, {edit.name for edit in patch.edits})
        new = _with_packet(old, place, _fitted(patch.data, len(packet) if place else None))
        _prove(old, new)
        if not dry_run:
            replace_file(path, old, new, original=True)
    except XmpError as error:
        raise type(error)(f"{path.name} was left as it is: {error}") from error
    return Result(path, "changed", patch.edits, before, patch.after, digest(new))


def _new_packet() -> bytes:
    padding = (" " * 99 + "\n") * 20
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    return f'{begin}{NEW_SIDECAR}{padding}<?xpacket end="w"?>'.encode()


def _is_main(data: bytes, marker: int, start: int) -> bool:
    return marker == 0xE1 and data.startswith(JPEG_MAIN, start + 4)


def _main_segment(data: bytes) -> tuple[int, int] | None:
    if data[:3] != b"\xff\xd8\xff":
        raise XmpError("it is no JPEG.")
    segments = list(jpeg_segments(data))
    if not segments or segments[-1][0] != 0xDA:
        raise XmpError("it is a damaged JPEG: its headers end before the picture begins.")
    found = [(start, end) for marker, start, end in segments if _is_main(data, marker, start)]
    if len(found) > 1:
        raise XmpError("it has more than one XMP packet.")
    return found[0] if found else None


def _check_extended(data: bytes, changed: set[str]) -> None:
    """A judgement in the extended packet would go on saying the old thing; its segments are not rewritten."""
    if JPEG_EXTENDED not in data:
        return
    for packet in embedded_packets(data, "JPEG")[1:]:
        try:
            facts = read_xmp(packet)
        except XmpError:
            continue
        if changed and any((facts.rating is not None, facts.flag, facts.label, facts.label_text)):
            raise XmpError(
                "its extended XMP packet carries a judgement too, and that part is not written to."
            )


def _fitted(packet: bytes, wanted: int | None) -> bytes:
    """Give or take padding, so that the packet keeps its length, or at least fits into one segment."""
    pad = _PADDING.search(packet)
    if pad is not None and wanted is not None and wanted != len(packet):
        room = len(pad[0]) + wanted - len(packet)
        if room >= _LEAST_PADDING:
            return packet[: pad.start()] + _resized(pad[0], room) + packet[pad.end() :]
    if len(packet) > _LONGEST and pad is not None:
        room = max(_LEAST_PADDING, len(pad[0]) + _LONGEST - len(packet))
        packet = packet[: pad.start()] + _resized(pad[0], room) + packet[pad.end() :]
    if len(packet) > _LONGEST:
        raise XmpError("its XMP packet is full: a JPEG segment holds no more than 64 KB.")
    return packet


def _resized(padding: bytes, length: int) -> bytes:
    """White space of another length; what there is is shortened or lengthened at its beginning."""
    return (
        padding[len(padding) - length :]
        if length <= len(padding)
        else b" " * (length - len(padding)) + padding
    )


def _with_packet(data: bytes, place: tuple[int, int] | None, packet: bytes) -> bytes:
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(JPEG_MAIN) + len(packet)) + JPEG_MAIN + packet
    start, end = place or (_behind_exif(data),) * 2
    if len(segment) != end - start:
        _check_growth(data, start)
    return data[:start] + segment + data[end:]


def _check_growth(data: bytes, start: int) -> None:
    """Refuse where other pictures in the file are found by counting bytes from a place before the packet."""
    lists = [
        first
        for marker, first, _ in jpeg_segments(data)
        if marker == 0xE2 and data.startswith(b"MPF\0", first + 4)
    ]
    if any(first < start for first in lists):  # the index counts from itself to the further pictures
        raise XmpError("its XMP packet is full, and making room would lose the further pictures in the file.")
    if not lists and _CONTAINER not in data and _picture_behind(data):
        # Some cameras keep a preview behind the photo, and its distance from the file's start in their notes.
        raise XmpError("making room in it would lose the preview that the camera keeps behind the picture.")


def _picture_behind(data: bytes) -> bool:
    """Whether another JPEG stands directly behind the end of the photo."""
    scan = next((end for marker, _, end in jpeg_segments(data) if marker == 0xDA), len(data))
    return _PICTURE_BEHIND.search(data, scan) is not None


def _behind_exif(data: bytes) -> int:
    """Behind the leading JFIF and Exif segments, where readers look for XMP."""
    place = 2
    for marker, start, end in jpeg_segments(data):
        if marker == 0xE0 or (marker == 0xE1 and data.startswith(b"Exif\0", start + 4)):
            place = end
        else:
            break
    return place


def _prove(old: bytes, new: bytes) -> None:
    """Without their XMP segments both files are the same bytes: the picture, all else in front of it and behind it."""

    def rest(data: bytes) -> bytes:
        place = _main_segment(data)
        return data if place is None else data[: place[0]] + data[place[1] :]

    if rest(old) != rest(new):
        raise XmpError("writing its XMP would have changed something else.")
