"""The ways in as plain callables for the window; each imports what it needs in the worker that runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pixsort_desktop.progress import Progress
from pixsort_desktop.views.ways_in.desk import WaysInFunctions

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library


def ways_in_functions(library: Library) -> WaysInFunctions:
    """What `views.ways_in.desk` may do. Runs in the window's thread, and imports nothing heavy."""
    from pixsort_desktop.photo.naming import DEFAULT_TEMPLATE, FIELDS

    return WaysInFunctions(
        find_cards=_find_cards,
        example=example,
        plan_copy=lambda *given: _plan(library, *given),
        copy=lambda *given: _copy(library, *given),
        is_takeout=_is_takeout,
        takeout=lambda *given: _takeout(library, *given),
        find_absent=lambda project_id: _find_absent(library, project_id),
        locate=lambda *given: _locate(library, *given),
        watch=lambda *given: _watch(library, *given),
        template=DEFAULT_TEMPLATE,
        fields=tuple(FIELDS.items()),
    )


def example(template: str) -> str:
    """What a template makes of a photograph. Raises `NamingError`."""
    from pixsort_desktop.photo.naming import NameFacts, Template, path_of

    facts = NameFacts(
        datetime(2024, 5, 1, 14, 30, 5), "IMG_0042", "CR3", "100CANON", "Canon", "Canon EOS R5", "RF 24-70mm F2.8", "0123", 42
    )  # fmt: skip
    return path_of(Template(template).base(facts), ".CR3")


def _find_cards() -> list[str]:
    from pixsort_desktop.jobs.cards import find_cards

    return find_cards()


def _plan(library: Library, source: str, folders: Sequence[str], template: str, progress: Progress) -> Any:
    from pixsort_desktop.jobs.copy_card import journal_folder
    from pixsort_desktop.jobs.copy_plan import plan_copy

    return plan_copy(
        source, folders, template=template, journals=journal_folder(library.folder), progress=progress
    )


def _copy(
    library: Library, project_id: int, source: str, folders: Sequence[str], template: str, progress: Progress
) -> Any:
    from pixsort_desktop.jobs.copy_card import copy_into_project

    return copy_into_project(
        library,
        project_id=project_id,
        source=source,
        destinations=folders,
        template=template,
        progress=progress,
    )


def _is_takeout(paths: Sequence[str]) -> bool:
    from pixsort_desktop.jobs.takeout import recognise

    return recognise(paths)


def _takeout(
    library: Library, project_id: int, paths: Sequence[str], unpack_to: str | None, progress: Progress
) -> Any:
    from pixsort_desktop.jobs.takeout import import_takeout

    return import_takeout(library, project_id=project_id, paths=paths, unpack_to=unpack_to, progress=progress)


def _find_absent(library: Library, project_id: int) -> Any:
    from pixsort_desktop.jobs.whereabouts import find_absent

    return find_absent(library, project_id).photos


def _locate(library: Library, project_id: int, folders: Sequence[str], progress: Progress) -> Any:
    from pixsort_desktop.jobs.locate import locate

    return locate(library, project_id=project_id, folders=folders, progress=progress)


def _watch(
    library: Library, project_id: int, folder: str, progress: Progress, told: Callable[[Any], None]
) -> Any:
    from pixsort_desktop.jobs.watch_folder import watch_folder

    return watch_folder(library, project_id=project_id, folder=folder, progress=progress, told=told)
