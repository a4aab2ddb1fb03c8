"""Photos to another folder: each with all files of its frame, under names that still match; the library follows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.carry import FrameError, carry_frame
from pixsort_desktop.jobs.copy_plan import FolderNames, absolute, free_bytes, not_enough
from pixsort_desktop.jobs.file_errands import Errand, FilesReport, close_job
from pixsort_desktop.jobs.files_plan import FilesPlan
from pixsort_desktop.jobs.frame_parts import Frame, Part, name_facts, read_frames
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.file_steps import Step
from pixsort_desktop.library.photos import photos_at
from pixsort_desktop.photo.naming import Template, path_of, safe_part, same_name
from pixsort_desktop.progress import Progress

_NUMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A frame and where parts of it are to go: (part, path); none where all are there already."""

    frame: Frame
    ways: tuple[tuple[Part, str], ...]
    renamed: bool


def plan_move(
    library: Library, *, photo_ids: Sequence[int], folder: str | os.PathLike[str], template: str | None = None
) -> FilesPlan:
    """What `move_photos` would do. Nothing is touched. Raises `PixsortError` where it could not begin."""
    plan = FilesPlan()
    to = checked_folder(folder)
    frames = _usable(read_frames(library, photo_ids), plan.failed)
    for placed in _places(library, frames, to, template):
        plan.left += placed.frame.left
        if placed.ways:
            plan.photos += 1
            plan.files += len(placed.ways)
            plan.bytes += sum(part.size for part, _ in placed.ways)
            plan.moves += [(part.path, target) for part, target in placed.ways]
    return plan


def move_photos(
    library: Library,
    *,
    project_id: int,
    photo_ids: Sequence[int],
    folder: str | os.PathLike[str],
    template: str | None = None,
    progress: Progress | None = None,
) -> FilesReport:
    """Move the files of photos into a folder, which is made where it is not there.

    With a photo go the other files of its frame and its sidecars; copies in other folders stay. Without a template the
    names stay as they are. Where any name of a frame is taken, all its files get the same number. Nothing is replaced;
    to another drive files are copied, verified and only then removed. Raises `PixsortError` where it could not
    begin, and `Cancelled` with what was done recorded.
    """
    progress = progress or Progress()
    to = checked_folder(folder)
    report = FilesReport("move", chosen=len(set(photo_ids)))
    label = f"Move {{count}} to «{_plain(os.path.basename(to) or to)}»"
    with recorded_job(library, "move", project_id, None, {"folder": to, "label": label}) as job_id:
        frames = _usable(read_frames(library, photo_ids), report.failed)
        steps = []
        for placed in _places(library, frames, to, template):
            report.left += placed.frame.left + _copies(placed.frame)
            if not placed.ways:
                report.there += 1
                continue
            steps.append([_step(placed.frame, part, target) for part, target in placed.ways])
            if placed.renamed:
                report.renamed += [(step.source, step.target or "") for step in steps[-1]]
        drive = _Drive(to)
        drive.check_room(steps)
        Errand(library, job_id, report, progress, "Moving").run(
            steps,
            lambda frame: drive.carry(frame, progress),
            lambda: close_job(library, job_id, "move", project_id, report),
        )
    return report


def checked_folder(folder: str | os.PathLike[str]) -> str:
    """The folder's absolute path. Raises `PixsortError` where a file is in the way, or nothing is named."""
    if not os.fspath(folder).strip():
        raise PixsortError("Name a folder.")
    to = absolute(folder)
    if os.path.lexists(to) and not os.path.isdir(to):
        raise PixsortError(f"{to} is a file; name a folder.")
    return to


# -- where to ----------------------------------------------------------------------------------------------------


def _usable(frames: Sequence[Frame], failed: list[tuple[str, str]]) -> list[Frame]:
    failed += [frame.problem for frame in frames if frame.problem is not None]
    return [frame for frame in frames if frame.problem is None]


def _places(library: Library, frames: Sequence[Frame], to: str, template: str | None) -> Iterator[Placed]:
    """Each frame with free names for all its parts, numbered in the order of time."""
    naming = Template(template) if template else None
    names, taken = FolderNames(to), _Taken(library)
    ordered = sorted(frames, key=lambda f: (f.photo.sorted_s is None, f.photo.sorted_s or 0.0, f.photo.path))
    for counter, frame in enumerate(ordered, 1):
        base = naming.base(name_facts(frame, counter)) if naming else None
        ways: list[tuple[Part, str]] = []
        renamed = False
        for parts in frame.bundles:
            targets, number = _free(frame, parts, base, names, taken)
            ways += zip(parts, targets, strict=bool(targets))
            renamed |= number > 1
        yield Placed(frame, tuple(ways), renamed)


def _free(
    frame: Frame, parts: Sequence[Part], base: tuple[str, ...] | None, names: FolderNames, taken: _Taken
) -> tuple[list[str], int]:
    """A free path for each part, all with one number, and that number; no path where they are there already."""
    for number in range(1, _NUMBERS):
        relative = [_relative(frame, part, base, number) for part in parts]
        targets = [_below(names, each) for each in relative]
        if number == 1 and all(_is(p.path, t) for p, t in zip(parts, targets, strict=True)):
            return [], number
        if len(set(map(same_name, targets))) == len(targets) and not any(
            names.find(each) or taken(target) for each, target in zip(relative, targets, strict=True)
        ):
            taken.add(targets)
            return targets, number
    raise PixsortError(f"There is no free name for {parts[0].path} in {os.path.dirname(targets[0])}.")


class _Taken:
    """Names that are given in this run, and places where the library knows a file that is away just now."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._given: set[str] = set()

    def __call__(self, target: str) -> bool:
        return same_name(target) in self._given or bool(photos_at(self._library, [target]))

    def add(self, targets: Sequence[str]) -> None:
        self._given.update(map(same_name, targets))


def _relative(frame: Frame, part: Part, base: tuple[str, ...] | None, number: int) -> str:
    """The part's place below the folder. Its name stays to the letter where there is neither template nor number."""
    name, suffix = os.path.basename(part.path), frame.suffix(part)
    if base is not None and suffix is not None:
        return path_of(base, suffix, number)
    if base is not None:
        name = safe_part(name)
    named = name if number == 1 else _counted(name, suffix, frame.stem, number)
    return "/".join((*(base[:-1] if base is not None else ()), named))


def _counted(name: str, suffix: str | None, stem: str, number: int) -> str:
    """`IMG_1 (2).CR2.xmp`; the number stands after the stem, as in the name of the photo."""
    if suffix is None:
        stem, suffix = os.path.splitext(name)
    elif name.endswith(suffix):
        stem = name.removesuffix(suffix)
    return f"{stem} ({number}){suffix}"


def _below(names: FolderNames, relative: str) -> str:
    folder, _, name = relative.rpartition("/")
    return os.path.join(names.folder(folder), name)


def _is(path: str, target: str) -> bool:
    """Whether a file is at its target already, whatever links lead there and however its name is written."""
    if same_name(path) == same_name(target):
        return True
    here, there = os.path.split(path), os.path.split(target)
    return same_name(here[1]) == same_name(there[1]) and os.path.realpath(here[0]) == os.path.realpath(
        there[0]
    )


class _Drive:
    """The drive that files go to: it has to stay the one that it was, or files would land below its mount point."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._device: int | None = None

    def check_room(self, frames: Sequence[Sequence[Step]]) -> None:
        """Raise `PixsortError` before the first byte where it is plainly too small, or cannot be written."""
        try:
            os.makedirs(self._folder, exist_ok=True)
            self._device = os.stat(self._folder).st_dev
        except OSError as error:
            raise PixsortError(f"{self._folder} cannot be made: {error.strerror or error}.") from error
        needed = sum(step.size for frame in frames for step in frame if self._is_elsewhere(step.source))
        free = free_bytes(self._folder)
        if free is not None and free < needed:
            raise PixsortError(not_enough(self._folder, needed, free))

    def carry(self, frame: Sequence[Step], progress: Progress) -> list[tuple[str, str]]:
        if self._device_now() != self._device:
            raise FrameError(
                f"{self._folder} is no longer there; connect its drive and move the photos again.",
                frame[0].source,
                fatal=True,
            )
        return carry_frame(frame, progress.check)

    def _device_now(self) -> int | None:
        try:
            return os.stat(self._folder).st_dev
        except OSError:
            return None

    def _is_elsewhere(self, path: str) -> bool:
        try:
            return os.lstat(path).st_dev != self._device
        except OSError:
            return False


def _step(frame: Frame, part: Part, target: str) -> Step:
    return Step(
        "move", frame.photo.id, part.path, target, part.size, part.mtime_ns, part.photo_id, part.sha256
    )


def _copies(frame: Frame) -> list[tuple[str, str]]:
    return [
        (part.path, "A copy in another folder stays where it is.") for part in frame.copies if part.photo_id
    ]


def _plain(name: str) -> str:
    """A folder's name as it may stand in a label that is formatted once more."""
    return name.replace("{", "(").replace("}", ")")
