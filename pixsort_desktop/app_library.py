"""The library is open: every part of the window gets what it may do with it, as plain callables.

What is not built yet gets its callables when it is (`views.first_use`). Each callable imports what it needs in the worker that
runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pixsort_desktop.app_duplicates import duplicate_functions
from pixsort_desktop.app_files import file_functions
from pixsort_desktop.app_hierarchy import (
    granularity_functions,
    relatives_functions,
    tree_functions,
    why_functions,
)
from pixsort_desktop.app_map import map_functions
from pixsort_desktop.app_ways_in import ways_in_functions
from pixsort_desktop.app_words import WordsRoom, left_functions, prompt_functions, word_functions
from pixsort_desktop.progress import Progress
from pixsort_desktop.views.board.granularity_desk import GranularityDesk
from pixsort_desktop.views.job_centre import JobFunctions
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.sidecar_desk import SidecarFunctions

if TYPE_CHECKING:
    from pixsort_desktop.app_models import ModelsRoom
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.views.duplicates.desk import DuplicateDesk
    from pixsort_desktop.views.left_work import LeftWorkDesk
    from pixsort_desktop.views.relatives_desk import RelativesDesk
    from pixsort_desktop.views.ways_in.desk import WaysIn


def give_library(
    library: Library,
    window: MainWindow,
    *,
    duplicates: DuplicateDesk,
    ways_in: WaysIn,
    left_work: LeftWorkDesk,
    models: ModelsRoom,
    open_models: Callable[[str], None],
) -> None:
    """Runs in the window's thread, and imports nothing heavy. `open_models` shows the models' dialog."""
    window.attach(job_functions(library, models), sidecar_functions(library))
    window.files.attach(file_functions(library))
    window.granularity.attach(granularity_functions(library, models))
    GranularityDesk.tree.then(window.granularity, lambda tree: tree.attach(tree_functions(library, models)))
    MainWindow.relatives.then(window, lambda desk: _give_relatives(desk, library, models))
    MainWindow.map.then(window, lambda desk: desk.attach(map_functions(library)))
    duplicates.attach(duplicate_functions(library))
    ways_in.attach(ways_in_functions(library))
    models.attach(library)
    words = WordsRoom(library, models)
    window.words.attach(word_functions(words), open_models)
    MainWindow.prompts.then(window, lambda desk: desk.attach(prompt_functions(words)))
    left_work.attach(left_functions(words))


def _give_relatives(desk: RelativesDesk, library: Library, models: ModelsRoom) -> None:
    desk.attach(relatives_functions(library, models))
    desk.why.attach(why_functions(library))


def job_functions(library: Library, models: ModelsRoom) -> JobFunctions:
    """The jobs as plain callables; each imports what it needs in the worker that runs it."""

    def import_photos(project_id: int, paths: Sequence[str], progress: Progress) -> Any:
        from pixsort_desktop.jobs.import_photos import import_photos as job

        return job(library, project_id=project_id, paths=paths, progress=progress)

    def group_photos(project_id: int, parameters: dict[str, Any], progress: Progress) -> Any:
        from pixsort_desktop.grouping.density import GroupingParameters
        from pixsort_desktop.jobs.group_photos import group_photos as job

        chosen = GroupingParameters.from_dict(parameters)
        scratch = bool(parameters.get("from_scratch"))
        by = {"embedding_id": embedding} if (embedding := parameters.get("embedding")) else {}
        return job(
            library, project_id=project_id, parameters=chosen, from_scratch=scratch, progress=progress,
            accelerator=models.accelerator(), **by,
        )  # fmt: skip

    def unfinished() -> tuple[str, Any] | None:
        from pixsort_desktop.jobs.recovery import unfinished as look

        left = look(library)
        if not left:
            return None
        photos = sum(len(ids) for ids in left.photos.values())
        what = f"{photos:,} photo{'' if photos == 1 else 's'} to complete" if photos else "what was left"
        told = f"The last run was interrupted; finishing it now ({what})."
        if any(job.kind == "copy" for job in left.jobs):
            told += " The copy from a card goes on where it stopped when you start it again."
        if any(job.kind in ("trash", "move", "copy_photos", "put_back") for job in left.jobs):
            told += " Photos whose files were not reached yet are where they were."
        return told, left

    def finish(left: Any, progress: Progress) -> Any:
        from pixsort_desktop.jobs.recovery import finish as job

        return job(library, left, progress=progress, accelerator=models.accelerator())

    return JobFunctions(import_photos, group_photos, unfinished, finish)


def sidecar_functions(library: Library) -> SidecarFunctions:
    """What concerns other programs, as plain callables."""

    def write(
        project_id: int, profile: str | None, over_changes: bool, captions: bool, progress: Progress
    ) -> Any:
        from pixsort_desktop.jobs.sidecars import write_sidecars as job

        return job(
            library, project_id=project_id, profile=profile, over_changes=over_changes, captions=captions, progress=progress
        )  # fmt: skip

    def write_jpegs(project_id: int, progress: Progress) -> Any:
        from pixsort_desktop.jobs.write_jpegs import write_into_jpegs as job

        return job(library, project_id=project_id, progress=progress)

    def read(project_id: int, progress: Progress) -> Any:
        from pixsort_desktop.jobs.read_sidecars import read_sidecars as job

        return job(library, project_id=project_id, progress=progress)

    def changed(project_id: int) -> Any:
        from pixsort_desktop.jobs.read_sidecars import changed_sidecars as look

        return look(library, project_id=project_id)

    def keywords(project_id: int) -> bool:
        from pixsort_desktop.jobs.wishes import chosen_options

        return chosen_options(library, project_id).keywords

    def set_keywords(project_id: int, on: bool) -> None:
        from pixsort_desktop.jobs.wishes import chosen_options

        chosen_options(library, project_id, keywords=on).remember(library, project_id)

    from pixsort_desktop.photo.xmp.profiles import PROFILES

    titles = [(profile.key, profile.title) for profile in PROFILES.values()]
    return SidecarFunctions(write, write_jpegs, read, changed, keywords, set_keywords, titles)
