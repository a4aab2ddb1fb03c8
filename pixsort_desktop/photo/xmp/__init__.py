"""Judgements in XMP: read from whatever another program wrote, written so that it reads them.

A packet's way: `embedded` finds it in a picture file, or a sidecar is one (`sidecars` knows its name). `document`
parses it and remembers where everything stands. `judgement` reads stars, flag, colour label and keywords out of
the properties that `carriers` lists, and says which one is believed. To write, `planning` compares what is wanted
with what stands there, in the words of a `profile`; `edits` replaces the bytes of those properties and no others;
`writing` and `jpeg` put the result in the old file's place, through `replacing`, whole or not at all.
"""

from pixsort_desktop.photo.xmp.document import SidecarChangedError, XmpError
from pixsort_desktop.photo.xmp.embedded import embedded_packets, embedded_xmp, read_embedded
from pixsort_desktop.photo.xmp.jpeg import patch_jpeg
from pixsort_desktop.photo.xmp.judgement import XmpFacts, read_xmp
from pixsort_desktop.photo.xmp.names import COLOURS, Colour, Flag
from pixsort_desktop.photo.xmp.planning import KEEP, Changes, Edit, Keep, patch_packet
from pixsort_desktop.photo.xmp.profiles import (
    BRIDGE,
    CAPTURE_ONE,
    DARKTABLE,
    DIGIKAM,
    LIGHTROOM,
    PROFILES,
    Profile,
)
from pixsort_desktop.photo.xmp.replacing import ABSENT, TEMPORARY_SUFFIX, digest
from pixsort_desktop.photo.xmp.sidecars import (
    Folder,
    Sidecar,
    Target,
    is_raw,
    owner_of_shared,
    sidecar_to_write,
    sidecars_of,
    sidecars_to_read,
)
from pixsort_desktop.photo.xmp.writing import Result, patch_sidecar

__all__ = [
    "ABSENT",
    "BRIDGE",
    "CAPTURE_ONE",
    "COLOURS",
    "DARKTABLE",
    "DIGIKAM",
    "KEEP",
    "LIGHTROOM",
    "PROFILES",
    "TEMPORARY_SUFFIX",
    "Changes",
    "Colour",
    "Edit",
    "Flag",
    "Folder",
    "Keep",
    "Profile",
    "Result",
    "Sidecar",
    "SidecarChangedError",
    "Target",
    "XmpError",
    "XmpFacts",
    "digest",
    "embedded_packets",
    "embedded_xmp",
    "is_raw",
    "owner_of_shared",
    "patch_jpeg",
    "patch_packet",
    "patch_sidecar",
    "read_embedded",
    "read_xmp",
    "sidecar_to_write",
    "sidecars_of",
    "sidecars_to_read",
]
