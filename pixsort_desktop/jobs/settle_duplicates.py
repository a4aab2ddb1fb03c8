"""One copy stays, takes over what was thought of the others, and these go to the system's trash. Never all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pixsort_desktop.jobs.carry import FrameError
from pixsort_desktop.jobs.file_errands import LABELS, STAYS, Errand, FilesReport, close_job
from pixsort_desktop.jobs.files_plan import FilesPlan
from pixsort_desktop.jobs.frame_parts import read_frames
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.same_files import (
    NOT_SOUND,
    SameFiles,
    Seen,
    SortedFiles,
    plan_files,
    sort_files,
    sound_file,
    steps_of_files,
    trash_files,
    words_of_sidecars,
)
from pixsort_desktop.jobs.trash_photos import frames_to_trash, plan_trash, trash_frame
from pixsort_desktop.jobs.whereabouts import absent_paths
from pixsort_desktop.jobs.words_in_files import words_in
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import Takeover
from pixsort_desktop.library.file_steps import Step
from pixsort_desktop.library.frames import faces
from pixsort_desktop.library.photos import get_photos, photo_files
from pixsort_desktop.progress import Progress

Merge = Callable[[Sequence[Takeover]], dict[int, str]]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to become of one set: ids of photos, or (for files with the same bytes) of one photo's files."""

    keeper: int
    others: tuple[int, ...]
    photo_id: int | None = None  # whose files they are; None: they are photos


def settle_duplicates(
    library: Library,
    *,
    project_id: int | None,
    sets: Sequence[Settlement],
    merge: Merge,
    progress: Progress | None = None,
) -> FilesReport:
    """Merge each set into its keeper and move the other copies to the trash.

    `merge` is `commands.duplicates.merge_duplicates`, one step of undo; the move to the trash is another. A set whose
    keeper has no file that can be read with the bytes it was judged by stays whole, and is in the report as failed;
    so does a set whose keeper would go with another set. Raises `Cancelled` with what was done recorded.
    """
    progress = progress or Progress()
    report = FilesReport("trash", chosen=sum(len(each.others) for each in sets))
    sound, report.failed = _without_contradictions(library, sets)
    photo_sets: list[Settlement] = []
    keepers: dict[int, Seen] = {}  # of a photo that goes: the file that stays
    for number, each in enumerate(sound):
        if each.photo_id is None:
            progress.check()
            progress.report("Reading what stays", number, len(sound), len(report.failed))
            if (seen := _sound_file(library, each.keeper, progress)) is None:
                report.failed.append((_path_of(library, each.keeper), NOT_SOUND))
                continue
            photo_sets.append(each)
            keepers |= dict.fromkeys(each.others, seen)
    takeovers = [_takeover(library, each) for each in photo_sets]
    chosen = [photo_id for each in photo_sets for photo_id in each.others]
    files, failed = sort_files(library, _files_of(library, sound, chosen))
    report.failed += failed
    takeovers += words_of_sidecars(files)
    stay = merge(takeovers) if takeovers else {}
    report.failed += [(_path_of(library, photo_id), why) for photo_id, why in stay.items()]
    going = {photo_id: keepers[photo_id] for photo_id in chosen if photo_id not in stay}
    _trash(library, project_id, going, files, report, progress)
    return report


def _trash(
    library: Library,
    project_id: int | None,
    going: Mapping[int, Seen],
    files: Sequence[SortedFiles],
    report: FilesReport,
    progress: Progress,
) -> None:
    """One job, and so one step of undo, for photos (with the file that stays of each) and for files of photos."""
    stays: dict[int, list[str]] = {photo_id: [keeper.path] for photo_id, keeper in going.items()}
    for sorted_files in files:
        stays.setdefault(sorted_files.face_id, []).append(sorted_files.keeper)
    arguments = {"label": LABELS["trash"], STAYS: stays}
    with recorded_job(library, "trash", project_id, None, arguments) as job_id:
        frames, known = frames_to_trash(library, list(going), report)
        by_source = {each.parts[0].path: each for each in files}

        def act(steps: Sequence[Step]) -> list[tuple[str, str]]:
            each = by_source.get(steps[0].source)
            if each is not None:
                return trash_files(each, steps, progress)
            keeper = going[steps[0].frame_id]
            if not keeper.is_there():
                raise FrameError(NOT_SOUND, keeper.path)
            return trash_frame(steps, known, progress)

        Errand(library, job_id, report, progress, "Moving to the trash").run(
            [*frames, *map(steps_of_files, files)],
            act,
            lambda: close_job(library, job_id, "trash", project_id, report),
        )


def plan_settlement(library: Library, *, sets: Sequence[Settlement]) -> FilesPlan:
    """What `settle_duplicates` would move to the trash, without a look into the files that stay. Nothing is touched."""
    sound, failed = _without_contradictions(library, sets)
    keepers = {
        each.keeper: [file.path for file in photo_files(library, each.keeper)]
        for each in sound
        if each.photo_id is None
    }
    absent = absent_paths({path for paths in keepers.values() for path in paths})
    away = {keeper for keeper, paths in keepers.items() if all(path in absent for path in paths)}
    failed += [(_path_of(library, keeper), NOT_SOUND) for keeper in sorted(away)]
    sound = [each for each in sound if each.photo_id is not None or each.keeper not in away]
    going = [photo_id for each in sound if each.photo_id is None for photo_id in each.others]
    plan = plan_trash(library, photo_ids=going)
    plan_files(library, _files_of(library, sound, going), plan)
    plan.failed += failed
    return plan


def _without_contradictions(
    library: Library, sets: Sequence[Settlement]
) -> tuple[list[Settlement], list[tuple[str, str]]]:
    """The sets whose keepers stay whatever becomes of the others, and the rest as failed: (path, a sentence).

    Two sets may share photos when somebody chose other keepers than were suggested.
    """
    staying = {(each.photo_id is None, each.keeper) for each in sets}
    sound, failed = [], []
    for each in sets:
        if any((each.photo_id is None, other) in staying for other in each.others):
            path = _path_of(library, each.keeper if each.photo_id is None else each.photo_id)
            failed.append(
                (path, "A copy that would go is to stay in another set, so nothing of this set goes.")
            )
        else:
            sound.append(each)
    return sound, failed


def _files_of(library: Library, sets: Sequence[Settlement], going: Sequence[int]) -> list[SameFiles]:
    """The sets of files; what is left of a photo that goes as a whole need not be sorted."""
    face_of = faces(library, [each.photo_id for each in sets if each.photo_id is not None])
    return [
        SameFiles(each.photo_id, each.keeper, each.others)
        for each in sets
        if each.photo_id is not None and face_of.get(each.photo_id) not in going
    ]


def _sound_file(library: Library, photo_id: int, progress: Progress) -> Seen | None:
    """A file of a photo that has the bytes it was judged by; None where there is none, or the photo is gone."""
    for photo in get_photos(library, [photo_id]):
        for file in photo_files(library, photo_id):
            if (seen := sound_file(file.path, photo.sha256, progress)) is not None:
                return seen
    return None


def _takeover(library: Library, each: Settlement) -> Takeover:
    keeper, *others = ([part.path for part in frame.parts + frame.elsewhere]
                       for frame in read_frames(library, [each.keeper, *each.others]))  # fmt: skip
    known, described = words_in(keeper)
    keywords, description = words_in(path for paths in others for path in paths)
    new = tuple(word for word in keywords if word not in known)
    return Takeover(each.keeper, each.others, new, "" if described else description)


def _path_of(library: Library, photo_id: int) -> str:
    return next((photo.path for photo in get_photos(library, [photo_id])), "")
