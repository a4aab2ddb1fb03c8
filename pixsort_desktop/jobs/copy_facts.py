"""What is told of the copies in a set beside the facts of their rows: quality, metadata, words, where they stand."""

from __future__ import annotations

import os
from collections.abc import Sequence

from pixsort_desktop.jobs.frame_parts import Frame, read_frames
from pixsort_desktop.jobs.keepers import LOSSLESS, Copy
from pixsort_desktop.jobs.words_in_files import words_in
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import accepted_keywords
from pixsort_desktop.library.groups import places_of
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.written import captions_of
from pixsort_desktop.photo.companions import stem_of
from pixsort_desktop.photo.quality import jpeg_quality

Facts = list[tuple[str, str]]


def copy_facts(library: Library, copies: Sequence[Copy]) -> list[Facts]:
    """Of each copy (name, value), the same names for all; '' where there is nothing to tell. Reads the files."""
    ids = [copy.photo.id for copy in copies]
    frames = {frame.photo.id: frame for frame in read_frames(library, ids)}
    keywords, captions, places = (
        accepted_keywords(library, ids),
        captions_of(library, ids),
        places_of(library, ids),
    )
    found = []
    for copy in copies:
        photo_id = copy.photo.id
        words, description = words_in(_files(frames.get(photo_id), copy))
        found.append(
            [
                ("Quality", _quality(copy)),
                ("Metadata", _metadata(copy.photo)),
                ("Keywords", ", ".join(sorted({*words, *keywords.get(photo_id, ())}))),
                ("Caption", captions.get(photo_id) or description),
                (
                    "Stands in",
                    ", ".join(f"{project} › {label}" for project, label in places.get(photo_id, ())),
                ),
            ]
        )
    return found


def _files(frame: Frame | None, copy: Copy) -> list[str]:
    """The files whose words go with a copy: all of its frame; of files with the same bytes, it and its sidecars."""
    if frame is None:
        return []
    paths = [part.path for part in (*frame.parts, *frame.elsewhere)]
    if copy.file_id is None:
        return paths
    folder, name = os.path.split(copy.path)
    return [
        path
        for path in paths
        if path == copy.path
        or (
            os.path.dirname(path) == folder and path.lower().endswith(".xmp") and _stem(path) == stem_of(name)
        )
    ]


def _stem(path: str) -> str:
    return stem_of(os.path.basename(path))


def _quality(copy: Copy) -> str:
    """«JPEG quality 92», «without losses»; '' for formats that do not tell."""
    if copy.photo.format in LOSSLESS or copy.photo.format == "RAW":
        return "without losses"
    quality = jpeg_quality(copy.path)
    return f"JPEG quality {quality}" if quality else ""


def _metadata(photo: Photo) -> str:
    """What kinds of facts the file tells of its capture."""
    told = photo.taken_from not in ("modified", "file time", "file name") and photo.taken_at is not None
    kinds = {
        "time": told,
        "camera": photo.make or photo.model,
        "serial": photo.serial,
        "lens": photo.lens,
        "exposure": photo.exposure_s or photo.f_number or photo.iso,
        "focal length": photo.focal_mm,
        "place": photo.latitude is not None,
        "people": photo.people not in (None, "", "[]"),
    }
    return ", ".join(kind for kind, there in kinds.items() if there) or "none"
