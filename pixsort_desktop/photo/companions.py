"""Files that go together when they are copied: a picture, its RAW, its sidecars, its sound and its video.

Here a stem and a folder are enough, whatever the camera wrote inside: to copy a stranger along under the same stem
does no harm, to leave a sidecar behind does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from pixsort_desktop.photo import formats

PICTURES = formats.EXTENSIONS | {".jxl"}
VIDEOS = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mts", ".m2ts", ".mxf", ".3gp", ".mkv", ".mpg", ".mpeg", ".crm", ".braw", ".insv"}
)  # fmt: skip
FOLLOWERS = frozenset({".xmp", ".thm", ".wav", ".aae", ".lrv", ".dop", ".pp3", ".cos", ".json"})

EDIT_WORDS = (
    "edited", "edit",
    "bearbeitet", "modifié", "modifiée", "editado", "editada", "ha editado", "modificato", "modificata", "bewerkt",
    "edytowane", "editat", "redigerad", "redigeret", "redigert", "muokattu", "upraveno", "upravené", "szerkesztett",
    "düzenlendi", "изменено", "отредактировано", "編集済み", "已編輯", "已修改", "已编辑", "수정됨",
)  # fmt: skip
"""What programs put behind the stem of an edited picture: `IMG_1-edited.jpg`, in the user's language."""


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
    stems: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for path in paths:
        folder, name = os.path.split(path)
        stem = stem_of(name)
        stems.setdefault((folder, stem.casefold()), []).append((name, stem))
    groups = []
    for (folder, _), found in sorted(stems.items()):
        ordered = sorted(found, key=lambda each: (_rank(each[0]), each[0]))
        lead, stem = ordered[0]
        groups.append(FileGroup(folder, stem, lead, tuple((name, name[len(own) :]) for name, own in ordered)))
    return groups


def stem_of(name: str) -> str:
    """`IMG_1` of `IMG_1.CR2` and of its sidecars `IMG_1.xmp` and `IMG_1.CR2.xmp`."""
    stem, extension = os.path.splitext(name)
    if extension.lower() in FOLLOWERS:
        inner, media = os.path.splitext(stem)
        if inner and media.lower() in PICTURES | VIDEOS:
            return inner
    return stem


def _rank(name: str) -> int:
    extension = os.path.splitext(name)[1].lower()
    if extension in formats.EXTENSIONS - formats.RAW_EXTENSIONS:
        return 0
    if extension in PICTURES:
        return 1
    return 2 if extension in VIDEOS else 3
