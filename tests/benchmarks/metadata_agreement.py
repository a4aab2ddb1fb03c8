"""How often we read of real files what ExifTool reads of them, field by field.

    PYTHONPATH=. python tests/benchmarks/metadata_agreement.py [shared/data]

ExifTool 12.57's readings lie in `metadata/expected/*.json` (keys with their group, `-G1`). A field counts where
ExifTool gives it a value that says something; blank texts, all-zero dates and 0 are no values. Where several groups
have it, EXIF's counts, then the camera's own (CIFF, PictureInfo), then XMP's: the order in which we believe them.
`EXPLAINED` says of each disagreement what the matter is with the file; one that is not explained ends the run with 1.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pixsort_desktop.photo.metadata import FileFacts, read_facts

FOLDERS = {
    "assets": "metadata/assets",
    "cameras": "metadata/cameras",
    "gallery": "metadata/gallery",
    "orientation": "metadata/orientation",
    "raw": "raw",
    "scenes": "grouping/scenes",
}
FIELDS: dict[str, tuple[str, ...]] = {
    "make": ("IFD0:Make", "CIFF:Make", "XMP-tiff:Make"),
    "model": ("IFD0:Model", "CIFF:Model", "XMP-tiff:Model"),
    "orientation": ("IFD0:Orientation", "XMP-tiff:Orientation"),
    "taken_at": (
        "ExifIFD:DateTimeOriginal",
        "IFD0:DateTimeOriginal",
        "CIFF:DateTimeOriginal",
        "PictureInfo:DateTimeOriginal",
        "XMP-exif:DateTimeOriginal",
    ),
    "iso": ("ExifIFD:ISO", "IFD0:ISO", "XMP-exif:ISO"),
    "exposure_s": (
        "ExifIFD:ExposureTime",
        "IFD0:ExposureTime",
        "PictureInfo:ExposureTime",
        "XMP-exif:ExposureTime",
    ),
    "f_number": ("ExifIFD:FNumber", "IFD0:FNumber", "PictureInfo:FNumber", "XMP-exif:FNumber"),
    "focal_mm": ("ExifIFD:FocalLength", "IFD0:FocalLength", "CIFF:FocalLength", "XMP-exif:FocalLength"),
    "lens": ("ExifIFD:LensModel", "IFD0:LensModel", "Canon:LensModel", "XMP-exifEX:LensModel"),
    "latitude": ("Composite:GPSLatitude", "GPS:GPSLatitude", "XMP-exif:GPSLatitude"),
    "longitude": ("Composite:GPSLongitude", "GPS:GPSLongitude", "XMP-exif:GPSLongitude"),
    "rating": ("XMP-xmp:Rating", "IFD0:Rating"),
}

EXPLAINED = {
    ("before_epoch.jpg", "taken_at"): (
        "its DateTimeOriginal is in 1601, two centuries before the first photograph; it is passed over as impossible,"
        " and the date of digitising, which can be true, is taken"
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field of one file."""

    path: str
    field: str
    key: str
    expected: Any
    found: Any

    @property
    def agrees(self) -> bool:
        if isinstance(self.expected, (int, float)) and isinstance(self.found, (int, float)):
            return math.isclose(self.expected, self.found, rel_tol=1e-3, abs_tol=1e-5)
        return bool(self.expected == self.found)


def compare(data: Path) -> Iterator[Comparison]:
    """Every field that ExifTool read of every picture under `data`."""
    for listing, folder in FOLDERS.items():
        for exiftool in json.loads((data / "metadata" / "expected" / f"{listing}.json").read_text("utf-8")):
            path = data / folder / exiftool["SourceFile"]
            if not path.exists() or exiftool.get("File:FileType") in (
                None,
                "XMP",
            ):  # sidecars are no pictures
                continue
            found = values(read_facts(path.read_bytes()))
            for field, keys in FIELDS.items():
                expected = next(
                    ((key, v) for key in keys if (v := said(exiftool, field, key)) is not None), None
                )
                if expected is not None:
                    yield Comparison(f"{folder}/{exiftool['SourceFile']}", field, *expected, found[field])


def values(facts: FileFacts) -> dict[str, Any]:
    """What we read, under the names of `FIELDS`. A reject is XMP's rating of -1; XMP's stars win over EXIF's."""
    metadata, xmp = facts.metadata, facts.xmp
    stars = metadata.rating
    if xmp is not None and xmp.rating is not None:
        stars = xmp.rating
    if xmp is not None and xmp.flag == "reject":
        stars = -1
    found = {name: getattr(metadata, name) for name in FIELDS if name != "rating"}
    if metadata.taken_from in ("file name", "modified", "file time"):
        found["taken_at"] = None
    return {**found, "rating": stars}


def said(exiftool: dict[str, Any], field: str, key: str) -> Any:
    """ExifTool's value in our spelling, None where it says nothing."""
    value = exiftool.get(key)
    if isinstance(value, str):
        value = value.strip()
    if value in (None, "") or (value == 0 and field != "rating" and "itude" not in field):
        return None
    if field == "taken_at":
        return written_time(exiftool, key, str(value))
    if field == "orientation" and value not in range(1, 9):
        return None
    if field == "iso" and isinstance(value, str):  # a list
        return next((int(n) for n in re.findall(r"\d+", value) if int(n)), None)
    if field in ("make", "model", "lens"):
        return str(value)
    return value


def written_time(exiftool: dict[str, Any], key: str, value: str) -> str | None:
    """«2021:04:23 12:38:47» with the sub-seconds and offset beside it -> ISO 8601."""
    if not re.match(r"(?!0000)\d{4}[:-]\d", value):
        return None
    text = value.replace(":", "-", 2).replace(" ", "T", 1)
    group = key.partition(":")[0]
    subsec = str(exiftool.get(f"{group}:SubSecTimeOriginal", "")).strip()
    offset = str(exiftool.get(f"{group}:OffsetTimeOriginal", "")).strip()
    if subsec and "." not in text:
        text = re.sub(r"(T\d\d:\d\d:\d\d)", rf"\1.{subsec}", text)
    text = text.replace("Z", "+00:00")
    return text + (offset.replace("Z", "+00:00") if not re.search(r"[+-]\d\d:\d\d$", text) else "")


def main() -> int:
    """Print the agreement by field and every disagreement with its explanation."""
    given = (
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[3] / "shared" / "data"
    )
    total: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    files = set()
    others = []
    for each in compare(given):
        total[each.field] += 1
        agreed[each.field] += each.agrees
        files.add(each.path)
        if not each.agrees:
            others.append(each)
    for field in FIELDS:
        print(f"{field:12} {agreed[field]:4} of {total[field]:4}")
    share = sum(agreed.values()) / max(1, sum(total.values()))
    print(
        f"{'all':12} {sum(agreed.values()):4} of {sum(total.values()):4} in {len(files)} files: {share:.2%}"
    )
    for each in others:
        why = EXPLAINED.get((each.path.rpartition("/")[2], each.field), "NOT EXPLAINED")
        print(f"\n{each.path}\n  {each.key} {each.expected!r}, ours {each.found!r}: {why}")
    unexplained = [c for c in others if (c.path.rpartition("/")[2], c.field) not in EXPLAINED]
    return 1 if share < 0.99 or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
