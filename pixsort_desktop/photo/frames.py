"""Which files are one frame: the rule, in one place.

Files of one folder are one frame when their names have one stem, they tell capture times at most two seconds apart,
and the same camera. A camera that writes a RAW and a JPEG gives both one name; numbers that began again at 0001 give
one name to frames of another day, which is why the name alone decides nothing. Capitals in names do not matter.

Names that editors make count as the stem they were made from: `IMG_1-Edit`, `IMG_1_edited` (also in the words of other
languages), `IMG_1-Enhanced-NR`, `IMG_1_DxO…`, `IMG_E1234` of Apple. A mark that cameras and copies use as well
(`IMG_1-1`, `IMG_1_2`, `IMG_1 (1)`, `IMG_1~2`, `IMG_1 copy`) may be another frame of a burst: such a file joins only
where its time is that of a file without the mark to the fraction of a second, and both tell one. What was made of
several frames (`-HDR`, `-Pano`) is a picture of its own.

A file that does not tell its camera's model, or a time by the camera's clock (a file's date, its name, GPS and the
date of the last change are none), joins nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pixsort_desktop.photo import formats
from pixsort_desktop.photo.naming import same_name

EDIT_WORDS = (
    "edited", "edit",
    "bearbeitet", "modifié", "modifiée", "editado", "editada", "ha editado", "modificato", "modificata", "bewerkt",
    "edytowane", "editat", "redigerad", "redigeret", "redigert", "muokattu", "upraveno", "upravené", "szerkesztett",
    "düzenlendi", "изменено", "отредактировано", "編集済み", "已編輯", "已修改", "已编辑", "수정됨",
)  # fmt: skip
"""What programs put behind the stem of an edited picture: `IMG_1-edited.jpg`, in the user's language."""

APART_S = 2.0
"""How far apart the times of one frame's files may be: a camera stamps a file when it writes it."""

CLOCKS = frozenset({"original", "digitised", "xmp", None})
"""Who must have told a time: see `photo.metadata.Metadata.taken_from`. None was EXIF, in older libraries."""

_HEIF = frozenset({".heic", ".heif", ".hif"})
_JPEG = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"})
_WORDS = "|".join(sorted(map(re.escape, map(same_name, EDIT_WORDS)), key=len, reverse=True))
_NUMBER = r"(?:[-_ ]?\d{1,2}| ?\(\d{1,2}\))?"
_EDITOR = re.compile(
    rf"(.+?)(?:[-_ ](?:{_WORDS}){_NUMBER}|-enhanced(?:-(?:nr|sr|rd))*{_NUMBER}"
    rf"|[-_ ](?:dxo|topaz|denoiseai|sharpenai|gigapixel)(?:[-_ ].*)?)",
    re.S,
)
_COPY = re.compile(rf"(.+?)(?:[-_~ ]\d{{1,2}}| ?\(\d{{1,2}}\)|[-_ ]+copy{_NUMBER})", re.S)
_APPLE = re.compile(r"img_e(\d{4,})")
_Cores = dict[tuple[str, ...], list[list["FrameFile"]]]  # (near, make, model, serial) -> apart by time


@dataclass(frozen=True, slots=True)
class FrameFile:
    """What the rule needs to know of a file of one folder."""

    photo_id: int
    name: str
    taken_s: float | None  # the clock's local time in seconds; None where no clock told it
    make: str | None
    model: str | None
    serial: str | None = None
    whole: bool = True  # it was read without a warning
    pixels: int = 0


class KnownFile(Protocol):
    """What is known of a file, as its metadata have it (`photo.metadata.Metadata`)."""

    @property
    def path(self) -> str: ...
    @property
    def photo_id(self) -> int: ...
    @property
    def taken_at(self) -> str | None: ...
    @property
    def taken_s(self) -> float | None: ...
    @property
    def taken_from(self) -> str | None: ...
    @property
    def make(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...
    @property
    def serial(self) -> str | None: ...
    @property
    def whole(self) -> bool: ...
    @property
    def pixels(self) -> int: ...


def frame_file(known: KnownFile) -> FrameFile:
    """A known file as the rule sees it: with a time only where the camera's clock told it, to the second."""
    clock = known.taken_from in CLOCKS and len(known.taken_at or "") > len("2024-05-01")
    return FrameFile(
        known.photo_id,
        os.path.split(known.path)[1],
        known.taken_s if clock else None,
        known.make,
        known.model,
        known.serial,
        known.whole,
        known.pixels,
    )


@dataclass(frozen=True, slots=True)
class Stem:
    """A file name taken apart, in one case. `near` is without the marks of editors; `bases` what is left of that
    without one, two … marks of copies; `marks` how many were taken off in all."""

    near: str
    bases: tuple[str, ...]
    marks: int

    @property
    def root(self) -> str:
        """The same for all files that could be one frame."""
        return self.bases[-1] if self.bases else self.near


def stem_of(name: str) -> Stem:
    """The stem by which a file's name belongs to others."""
    whole = same_name(os.path.splitext(name)[0])  # noqa: PTH122 - per file of an import
    near = _without_edits(whole)
    bases: list[str] = []
    rest = near
    while found := _COPY.fullmatch(rest):
        rest = _without_edits(found[1])
        bases.append(rest)
    return Stem(near, tuple(bases), len(bases) + (near != whole))


def frames_of(files: Iterable[FrameFile]) -> list[tuple[FrameFile, ...]]:
    """The frames among files of one folder, each with its face first; files that join nothing are left out.

    The order in which the files are given does not matter.
    """
    stems: dict[FrameFile, Stem] = {}
    runs: dict[tuple[str, ...], list[FrameFile]] = {}
    for file in files:
        if file.taken_s is not None and file.model and file.model.strip():
            stem = stems[file] = stem_of(file.name)
            runs.setdefault((stem.near, _plain(file.make), _plain(file.model)), []).append(file)
    cores = {key: _at_once(found) for near, run in runs.items() for key, found in _by_body(near, run).items()}
    _bring_copies_home(cores, stems)
    frames = [
        tuple(sorted(core, key=face_rank)) for found in cores.values() for core in found if len(core) > 1
    ]
    return sorted(frames, key=lambda frame: face_rank(frame[0]))


def face_rank(file: FrameFile) -> tuple[object, ...]:
    """The smallest shows the frame: whole before damaged, as it was taken before edited, a JPEG, then HEIC, then other
    finished pictures, then a RAW by its preview; the larger picture, the first name."""
    extension = formats.suffix_of(file.name)
    raw = extension in formats.RAW_EXTENSIONS
    kind = 0 if extension in _JPEG else 1 if extension in _HEIF else 3 if raw else 2
    return (
        not file.whole,
        stem_of(file.name).marks,
        kind,
        -file.pixels,
        same_name(file.name),
        file.name,
        file.photo_id,
    )


def _without_edits(stem: str) -> str:
    if apple := _APPLE.fullmatch(stem):
        return f"img_{apple[1]}"
    while found := _EDITOR.fullmatch(stem):
        stem = found[1]
    return stem


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _by_body(key: tuple[str, ...], run: list[FrameFile]) -> dict[tuple[str, ...], list[FrameFile]]:
    """Apart by serial number where there are several. A file without one could then be of either, and is of neither."""
    bodies = {_plain(file.serial) for file in run}
    if len(bodies - {""}) < 2:
        return {(*key, max(bodies)): run}
    return {(*key, body): [f for f in run if _plain(f.serial) == body] for body in bodies}


def _at_once(run: list[FrameFile]) -> list[list[FrameFile]]:
    """The files apart by time: no two of one part are more than `APART_S` apart."""
    parts: list[list[FrameFile]] = []
    for file in sorted(run, key=lambda f: f.taken_s or 0.0):
        if parts and (file.taken_s or 0.0) - (parts[-1][0].taken_s or 0.0) <= APART_S:
            parts[-1].append(file)
        else:
            parts.append([file])
    return parts


def _bring_copies_home(cores: _Cores, stems: dict[FrameFile, Stem]) -> None:
    """Let each file with the mark of a copy join the frame whose very time it tells. It brings no new time along, so
    no frame becomes longer by it; files with fewer marks first, for they are where others come home to."""
    at = [
        (stems[file].marks, file.name, key, file, core)
        for key in cores
        for core in cores[key]
        for file in core
    ]
    for _, _, key, file, core in sorted(at, key=lambda each: (each[0], each[1], each[3].photo_id)):
        moment = _fraction(file)
        homes = (
            home
            for base in reversed(stems[file].bases)
            for home in _cores_of(cores, base, key)
            if moment is not None and any(_fraction(other) == moment for other in home)
        )
        home = next(homes, None)
        if home is not None:
            core.remove(file)
            home.append(file)


def _cores_of(cores: _Cores, base: str, key: tuple[str, ...]) -> list[list[FrameFile]]:
    """The frames of a stem and a camera. A copy may have lost its serial number: then it must be the only body."""
    _, make, model, body = key
    bodies = {other[3] for other in cores if other[:3] == (base, make, model)}
    wanted = {body, ""} if body else bodies if len(bodies) == 1 else {""}
    return [core for each in sorted(bodies & wanted) for core in cores[(base, make, model, each)]]


def _fraction(file: FrameFile) -> int | None:
    """Its time in milliseconds; None where it tells whole seconds only."""
    moment = round((file.taken_s or 0.0) * 1000)
    return moment if moment % 1000 else None
