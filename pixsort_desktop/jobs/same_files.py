"""Some of a photo's files with the same bytes go to the trash, and another one stays."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pixsort_desktop.jobs.carry import FrameError
from pixsort_desktop.jobs.files_plan import FilesPlan
from pixsort_desktop.jobs.frame_parts import Frame, Part, read_frames
from pixsort_desktop.jobs.trash_bin import TrashError, to_trash
from pixsort_desktop.jobs.verified_copy import sha256_of
from pixsort_desktop.jobs.words_in_files import words_in
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import Takeover
from pixsort_desktop.library.file_steps import Step
from pixsort_desktop.library.frames import faces
from pixsort_desktop.library.photos import photo_files
from pixsort_desktop.photo.companions import stems_of
from pixsort_desktop.progress import Progress

GONE = "The copy to keep is not in the library any more."
NOT_SOUND = "The copy to keep cannot be read as it was imported, so none of its copies goes."


@dataclass(frozen=True, slots=True)
class SameFiles:
    """Ids of files of one photo, or of one companion: `keeper` stays, the others go."""

    photo_id: int
    keeper: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SortedFiles:
    """One set on disk: what stays, what goes with its sidecars, and the photo that all of it is shown as."""

    face_id: int
    keeper: str
    sha256: str | None
    parts: tuple[Part, ...]  # those with bytes of the photo first

    @property
    def sidecars(self) -> list[str]:
        return [part.path for part in self.parts if part.photo_id is None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file whose bytes were compared with those of its import, as it was then."""

    path: str
    size: int
    mtime_ns: int

    def is_there(self) -> bool:
        """Whether it is where it was, as it was; size and time are believed."""
        try:
            found = os.stat(self.path)
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.mtime_ns)


def plan_files(library: Library, sets: Sequence[SameFiles], plan: FilesPlan) -> None:
    """Add to a plan what would go to the trash."""
    found, failed = sort_files(library, sets)
    plan.failed += failed
    for each in found:
        plan.files += len(each.parts)
        plan.copies += len(each.parts)
        plan.bytes += sum(part.size for part in each.parts)


def words_of_sidecars(found: Sequence[SortedFiles]) -> list[Takeover]:
    """What sidecars that go say of photos that stay."""
    said = [Takeover(each.face_id, (), *words_in(each.sidecars)) for each in found if each.sidecars]
    return [each for each in said if each.keywords or each.caption]


def trash_files(each: SortedFiles, steps: Sequence[Step], progress: Progress) -> list[tuple[str, str]]:
    """Move the others of a set to the trash, with the sidecars that are theirs alone.

    Raises `FrameError`, with nothing gone where the keeper cannot be read with the bytes of its import, or where one of
    them is another name of it.
    """
    keeper = _check(each, steps, progress)
    for step in steps:
        if not keeper.is_there():  # reading the others may have taken minutes, and drives are pulled out
            raise FrameError(NOT_SOUND, each.keeper)
        try:
            to_trash(step.source)
        except TrashError as error:
            raise FrameError(str(error), step.source) from error
    return []


def sort_files(
    library: Library, sets: Sequence[SameFiles]
) -> tuple[list[SortedFiles], list[tuple[str, str]]]:
    """Each set with its files as they are now; and those of which nothing can go, with the reason."""
    face_of = faces(library, [each.photo_id for each in sets])
    frames = {frame.photo.id: frame for frame in read_frames(library, list(face_of.values()))}
    files = {each.photo_id: {f.id: f.path for f in photo_files(library, each.photo_id)} for each in sets}
    going = {files[each.photo_id][i] for each in sets for i in each.others if i in files[each.photo_id]}
    found: list[SortedFiles] = []
    failed: list[tuple[str, str]] = []
    for each in sets:
        known = files[each.photo_id]
        frame = frames.get(face_of.get(each.photo_id, 0))
        if frame is None or each.keeper not in known or each.keeper in each.others:
            failed.append(("", GONE))
            continue
        parts = {part.path: part for part in (*frame.parts, *frame.elsewhere)}
        paths = [known[i] for i in each.others if i in known]
        failed += [(path, _why_not(frame, path)) for path in paths if path not in parts]
        own = [parts[path] for path in paths if path in parts]
        if own:
            taken = {path for other in found for path in other.sidecars}
            beside = [part for part in _beside(own, parts.values(), going) if part.path not in taken]
            found.append(SortedFiles(frame.photo.id, known[each.keeper], own[0].sha256, (*own, *beside)))
    return found, failed


def _beside(own: Sequence[Part], parts: Collection[Part], going: Collection[str]) -> list[Part]:
    """The sidecars that speak of files that go, and of none that stays."""
    stem = stems_of(part.path for part in parts)
    stay = {stem[part.path] for part in parts if part.photo_id is not None and part.path not in going}
    stems = {stem[part.path] for part in own} - stay
    return [part for part in parts if part.photo_id is None and stem[part.path] in stems]


def _why_not(frame: Frame, path: str) -> str:
    if path in frame.offline:
        return "Its drive is not connected, so it stays."
    if path in frame.missing:
        return "The file is no longer there."
    if path in frame.aliases:
        return "It is another copy under another name."
    return frame.problem[1] if frame.problem else "It stays as it is."


def steps_of_files(each: SortedFiles) -> list[Step]:
    """One step a file."""
    return [
        Step("trash", each.face_id, part.path, None, part.size, part.mtime_ns, part.photo_id, part.sha256)
        for part in each.parts
    ]


def _check(each: SortedFiles, steps: Sequence[Step], progress: Progress) -> Seen:
    """The keeper. Raises `FrameError` where it is not sound, or a file that would go is no copy of it."""
    keeper = sound_file(each.keeper, each.sha256, progress)
    if keeper is None:
        raise FrameError(NOT_SOUND, each.keeper)
    for step in steps:
        if step.photo_id is None:
            continue
        if os.path.realpath(step.source) == os.path.realpath(each.keeper) or _one_file(
            step.source, each.keeper
        ):
            raise FrameError("It is the copy to keep under another name.", step.source)
        try:
            if sha256_of(step.source, progress.check) != each.sha256:
                raise FrameError("The file has changed since it was imported, so it stays.", step.source)
        except OSError as error:
            raise FrameError(f"The file cannot be read: {error.strerror or error}.", step.source) from error
    return keeper


def sound_file(path: str, sha256: str | None, progress: Progress) -> Seen | None:
    """A file that is there with these bytes; else None."""
    try:
        found = os.stat(path)
        if os.path.isfile(path) and sha256_of(path, progress.check) == sha256:
            return Seen(path, found.st_size, found.st_mtime_ns)
    except OSError:
        pass
    return None


def _one_file(one: str, other: str) -> bool:
    """Whether two names are one file on disk: a hard link frees no room, and is nobody's copy."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
