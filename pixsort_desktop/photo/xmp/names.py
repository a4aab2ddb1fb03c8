"""The namespaces of XMP and the words in them that carry a judgement.

Sources: Adobe, XMP Specification Part 1 and 2 (2016); the tag tables of ExifTool 12.57; what darktable's
`src/common/exif.cc` and digiKam's `dmetadata_labels.cpp` read and write; the files that Lightroom Classic 13 to
15, Bridge, Photo Mechanic and Capture One left on disk.
"""

from __future__ import annotations

from typing import Final, Literal

Flag = Literal["pick", "reject"]
Colour = Literal["red", "yellow", "green", "blue", "purple"]

COLOURS: Final[tuple[Colour, ...]] = ("red", "yellow", "green", "blue", "purple")

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML: Final = "http://www.w3.org/XML/1998/namespace"
XMLNS: Final = "http://www.w3.org/2000/xmlns/"
XMP: Final = "http://ns.adobe.com/xap/1.0/"
XMP_DM: Final = "http://ns.adobe.com/xmp/1.0/DynamicMedia/"
XMP_NOTE: Final = "http://ns.adobe.com/xmp/note/"
DC: Final = "http://purl.org/dc/elements/1.1/"
LIGHTROOM: Final = "http://ns.adobe.com/lightroom/1.0/"
PHOTOSHOP: Final = "http://ns.adobe.com/photoshop/1.0/"
DIGIKAM: Final = "http://www.digikam.org/ns/1.0/"
DARKTABLE: Final = "http://darktable.sf.net/"
PHOTO_MECHANIC: Final = "http://ns.camerabits.com/photomechanic/1.0/"
MICROSOFT: Final = "http://ns.microsoft.com/photo/1.0/"

PREFIXES: Final[dict[str, str]] = {
    RDF: "rdf", XMP: "xmp", XMP_DM: "xmpDM", XMP_NOTE: "xmpNote", DC: "dc", LIGHTROOM: "lr", PHOTOSHOP: "photoshop",
    DIGIKAM: "digiKam", DARKTABLE: "darktable", PHOTO_MECHANIC: "photomechanic", MICROSOFT: "MicrosoftPhoto",
}  # fmt: skip
"""The customary prefix of each namespace, for a file that has none yet."""

ALIASES: Final[dict[str, str]] = {MICROSOFT.rstrip("/"): MICROSOFT}
"""Other spellings of a namespace that real files have."""

# -- colour labels ------------------------------------------------------------------------------------------

ENGLISH_WORDS: Final[dict[Colour, str]] = {
    "red": "Red", "yellow": "Yellow", "green": "Green", "blue": "Blue", "purple": "Purple",
}  # fmt: skip
"""What Lightroom writes to xmp:Label with its default label set in English."""

BRIDGE_WORDS: Final[dict[Colour, str]] = {
    "red": "Select", "yellow": "Second", "green": "Approved", "blue": "Review", "purple": "To Do",
}  # fmt: skip
"""What Bridge writes to xmp:Label and shows in colour; any other text it shows in white."""

DIGIKAM_COLOURS: Final[dict[str, Colour]] = {
    "1": "red",
    "3": "yellow",
    "4": "green",
    "5": "blue",
    "6": "purple",
}
"""digiKam's ten labels; 2 orange, 7 grey, 8 black and 9 white have no counterpart among the five."""

DIGIKAM_OTHERS: Final[dict[str, str]] = {"2": "Orange", "7": "Grey", "8": "Black", "9": "White"}

DARKTABLE_COLOURS: Final[dict[str, Colour]] = {str(number): colour for number, colour in enumerate(COLOURS)}

COLOUR_CLASSES: Final[tuple[dict[str, Colour], ...]] = (
    {"1": "purple", "2": "red", "4": "yellow", "5": "green", "7": "blue"},
    {"1": "red", "2": "yellow", "3": "green", "4": "blue", "5": "purple"},
)
"""Photo Mechanic's classes are numbers whose colours the user chooses: its own default, then its Lightroom preset."""
