"""Files that go together when they are copied: a picture, its RAW, its sidecars, its sound and its video.

Here a stem and a folder are enough, whatever the camera wrote inside: to copy a stranger along under the same stem
does no harm, to leave a sidecar behind does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from pixsort_desktop.photo import formats
from pixsort_desktop.photo.formats import PICTURES, VIDEOS
from pixsort_desktop.photo.takeout_names import subject_of, subjects

FOLLOWERS = frozenset({".xmp", ".thm", ".wav", ".aae", ".lrv", ".dop", ".pp3", ".cos", ".json"})


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files of one folder and one stem. `lead` is the picture (a JPEG before a RAW) that their name is made after."""

    folder: str
    stem: str
    lead: str  # a name in `folder`
    members: tuple[tuple[str, str], ...]  # (name, what comes after the stem), the lead first

    @property
    def extension(self) -> str:
        return os.path.splitext(self.lead)[1].removeprefix(".")


def group_files(paths: Iterable[str]) -> list[FileGroup]:
    """Files by folder and stem, letters' case apart; groups and members in the order of their names."""
    together: dict[tuple[str, str], list[str]] = {}
    for path, key in stems_of(paths).items():
        together.setdefault(key, []).append(os.path.basename(path))
    groups = []
    for (folder, _), names in sorted(together.items()):
        ordered = sorted(names, key=lambda name: (_rank(name), name))
        lead = ordered[0]
        members = tuple((name, _after_own_stem(name, lead)) for name in ordered)
        groups.append(FileGroup(folder, stem_of(lead), lead, members))
    return groups


def stems_of(paths: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Path -> its folder and its stem in small letters; a Takeout's JSON has that of the photo that it is about."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, name = os.path.split(path)
        folders.setdefault(folder, []).append(name)
    found = {}
    for folder, names in folders.items():
        media = [name for name in names if os.path.splitext(name)[1].lower() in PICTURES | VIDEOS]
        about = subjects(media, [name for name in names if name.lower().endswith(".json")])
        for name in names:
            found[os.path.join(folder, name)] = (folder, stem_of(about.get(name, name)).casefold())
    return found


def stem_of(name: str) -> str:
    """`IMG_1` of `IMG_1.CR2` and of its sidecars `IMG_1.xmp`, `IMG_1.CR2.xmp` and `IMG_1.CR2.supplemental-metadata.json`."""
    stem, extension = os.path.splitext(name)
    if (subject := subject_of(name)) is not None:
        return os.path.splitext(subject)[0]
    if extension.lower() in FOLLOWERS:
        inner, media = os.path.splitext(stem)
        if inner and media.lower() in PICTURES | VIDEOS:
            return inner
    return stem


def after_stem(name: str, lead: str) -> str | None:
    """What comes after the stem of a picture in the name of a file that goes with it: `.CR2.xmp`, `-Edit.tif`.

    None where the name begins otherwise; but `.jpg.json` for a Takeout's JSON whose name was cut or has the number elsewhere.
    """
    stem = stem_of(lead)
    if name.casefold().startswith(stem.casefold()):
        return name[len(stem) :]
    return f"{os.path.splitext(lead)[1]}.json" if subjects([lead], [name]) else None


def _after_own_stem(name: str, lead: str) -> str:
    after = after_stem(name, lead)
    return after if after is not None else name[len(stem_of(name)) :]


def _rank(name: str) -> int:
    extension = os.path.splitext(name)[1].lower()
    if extension in formats.EXTENSIONS - formats.RAW_EXTENSIONS:
        return 0
    if extension in PICTURES:
        return 1
    return 2 if extension in VIDEOS else 3
