"""Duplicates as plain callables for the window; each imports what it needs in the worker that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pixsort_desktop.progress import Progress
from pixsort_desktop.views.duplicates.desk import DuplicateFunctions

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library


def duplicate_functions(library: Library) -> DuplicateFunctions:
    """What `views.duplicates` may do."""
    reasons: dict[int, str] = {}  # of the sets that were found last, by identity

    def find(project_id: int | None, progress: Progress) -> Any:
        from pixsort_desktop.jobs.find_duplicates import find_duplicates
        from pixsort_desktop.jobs.keepers import keep_rules, reason_for

        sets = find_duplicates(library, project_id=project_id, progress=progress)
        rules = keep_rules(library)
        reasons.clear()
        reasons.update({id(each): reason_for(each.copies, rules) for each in sets})
        return sets

    def keep_all(project_id: int, each: Any) -> Any:
        from pixsort_desktop.commands import duplicates

        if each.kind == "exact":
            ids = [copy.file_id for copy in each.copies]
            return duplicates.keep_all_files(library, project_id=project_id, file_ids=ids)
        ids = [copy.photo.id for copy in each.copies]
        return duplicates.keep_all(library, project_id=project_id, photo_ids=ids)

    def settle(project_id: int, going: Sequence[tuple[Any, int]], progress: Progress) -> Any:
        from pixsort_desktop.commands.duplicates import merge_duplicates
        from pixsort_desktop.jobs.settle_duplicates import Settlement, settle_duplicates

        sets = []
        for each, keeper in going:
            exact = each.kind == "exact"
            ids = [copy.file_id if exact else copy.photo.id for copy in each.copies]
            stays = ids.pop(keeper)
            sets.append(Settlement(stays, tuple(ids), each.copies[0].photo.id if exact else None))
        return settle_duplicates(
            library,
            project_id=project_id,
            sets=sets,
            merge=lambda takeovers: merge_duplicates(library, project_id=project_id, takeovers=takeovers),
            progress=progress,
        )

    return DuplicateFunctions(find, lambda each: reasons.get(id(each), ""), keep_all, settle)
