"""Duplicates as plain callables for the window; each imports what it needs in the worker that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pixsort_desktop.progress import Progress
from pixsort_desktop.views.duplicates.desk import DuplicateFunctions

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.views.duplicates.findings import Findings, Rules


def duplicate_functions(library: Library) -> DuplicateFunctions:
    """What `views.duplicates` may do."""

    def find(project_id: int | None, progress: Progress) -> Findings:
        from pixsort_desktop.jobs.find_duplicates import find_duplicates

        return _findings(library, find_duplicates(library, project_id=project_id, progress=progress))

    def rule(rules: Rules, sets: Sequence[Any]) -> Findings:
        from pixsort_desktop.jobs.find_duplicates import suggested
        from pixsort_desktop.jobs.keepers import set_keep_rules

        names = [name for name, _ in rules.order]
        kept = set_keep_rules(library, order=names, off=sorted(rules.off), protected=rules.protected)
        return _findings(library, suggested(sets, kept))

    def facts(each: Any) -> list[list[tuple[str, str]]]:
        from pixsort_desktop.jobs.copy_facts import copy_facts

        return copy_facts(library, each.copies)

    def keep(project_id: int, each: Any, again: bool) -> Any:
        from pixsort_desktop.commands.duplicates import keep_set, look_again

        act = look_again if again else keep_set
        return act(library, project_id=project_id, ids=each.ids, files=each.kind == "exact")

    def plan(going: Sequence[tuple[Any, int]]) -> Any:
        from pixsort_desktop.jobs.settle_duplicates import plan_settlement

        return plan_settlement(library, sets=[each.settled(keeper) for each, keeper in going])

    def settle(project_id: int, going: Sequence[tuple[Any, int]], progress: Progress) -> Any:
        from pixsort_desktop.commands.duplicates import merge_duplicates
        from pixsort_desktop.jobs.settle_duplicates import settle_duplicates

        return settle_duplicates(
            library,
            project_id=project_id,
            sets=[each.settled(keeper) for each, keeper in going],
            merge=lambda takeovers: merge_duplicates(library, project_id=project_id, takeovers=takeovers),
            progress=progress,
        )

    return DuplicateFunctions(find, rule, facts, keep, plan, settle)


def _findings(library: Library, sets: Sequence[Any]) -> Findings:
    from pixsort_desktop.jobs.keepers import RULES, keep_rules, reason_for
    from pixsort_desktop.views.duplicates.findings import Findings, Rules

    kept = keep_rules(library)
    rules = Rules(
        tuple((name, RULES[name].words) for name in kept.order), frozenset(kept.off), kept.protected
    )
    return Findings(tuple(sets), tuple(reason_for(each.copies, kept) for each in sets), rules)
