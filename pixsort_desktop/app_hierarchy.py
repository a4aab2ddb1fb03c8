"""What is done with a project's hierarchy, as plain callables for the window; each imports what it needs in its worker.

Parts of the window that are built at their first use are imported by the function that serves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pixsort_desktop.app_models import ModelsRoom
from pixsort_desktop.views.board.granularity_desk import GranularityFunctions

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.library.records import Column, Group
    from pixsort_desktop.progress import Progress
    from pixsort_desktop.views.relatives_desk import RelativesFunctions
    from pixsort_desktop.views.tree.desk import TreeFunctions
    from pixsort_desktop.views.tree.drawing import TreeDrawing
    from pixsort_desktop.views.why.desk import WhyFunctions


def granularity_functions(library: Library, room: ModelsRoom) -> GranularityFunctions:
    """What the slider may do. Runs in the window's thread, and imports nothing heavy."""

    def prepare() -> None:
        import pixsort_desktop.jobs.granularity  # noqa: F401 - with hdbscan and scikit-learn, half a second

    def open_hierarchy(project_id: int, progress: Progress) -> Any:
        from pixsort_desktop.jobs.granularity import open_hierarchy as look

        return look(library, project_id, progress, room.accelerator())

    def look(cuttable: Any, granularity: float) -> Sequence[Column]:
        from pixsort_desktop.jobs.granularity import look_at_granularity

        return look_at_granularity(cuttable, granularity)

    def keep(cuttable: Any, granularity: float) -> Any:
        from pixsort_desktop.jobs.granularity import set_granularity

        return set_granularity(library, cuttable, granularity)

    return GranularityFunctions(prepare, open_hierarchy, look, keep)


def tree_functions(library: Library, room: ModelsRoom) -> TreeFunctions:
    """What the tree over the board may do."""
    from pixsort_desktop.views.tree.desk import TreeFunctions
    from pixsort_desktop.views.tree.drawing import TreeDrawing

    def read(project_id: int, progress: Progress) -> TreeDrawing | None:
        from pixsort_desktop.jobs.tree_parts import read_parts

        found = read_parts(library, project_id, progress, room.accelerator())
        if found is None:
            return None
        parts = found.icicle
        return TreeDrawing(
            found.photo_ids,
            leaves=parts.leaves.tolist(),
            parent=parts.parent.tolist(),
            first=parts.first.tolist(),
            count=parts.count.tolist(),
            top=parts.top.tolist(),
            bottom=parts.bottom.tolist(),
        )

    def settle(project_id: int, photo_ids: Sequence[int], children: Sequence[Sequence[int]]) -> Any:
        from pixsort_desktop.commands import organise
        from pixsort_desktop.jobs.tree_parts import plan_part

        plan = plan_part(library, project_id, photo_ids, children)
        if plan.parts and plan.group_id is not None:
            organise.split_group(library, group_id=plan.group_id, parts=plan.parts)
        elif plan.group_id is None:
            organise.move_to_new_group(library, project_id=project_id, photo_ids=plan.moving)
        else:
            organise.move_photos(
                library, project_id=project_id, photo_ids=plan.moving, group_id=plan.group_id
            )
        return plan

    return TreeFunctions(read, settle)


def relatives_functions(library: Library, room: ModelsRoom) -> RelativesFunctions:
    """What single columns and photos may ask of the hierarchy."""
    from pixsort_desktop.views.relatives_desk import RelativesFunctions

    def parts(project_id: int, group_id: int) -> Sequence[Sequence[int]]:
        from pixsort_desktop.jobs.relatives import parts_of_group

        return parts_of_group(library, project_id, group_id, room.accelerator())

    def nearest(project_id: int, group_id: int) -> Group:
        from pixsort_desktop.jobs.relatives import nearest_to_group

        return nearest_to_group(library, project_id, group_id, room.accelerator())

    def nearest_of(project_id: int, photo_ids: Sequence[int]) -> dict[int, Group]:
        from pixsort_desktop.jobs.relatives import nearest_to_photos

        return nearest_to_photos(library, project_id, photo_ids, room.accelerator())

    return RelativesFunctions(parts, nearest, nearest_of)


def why_functions(library: Library) -> WhyFunctions:
    """Why photos are together, or apart."""
    from pixsort_desktop.views.why.desk import WhyFunctions

    def ask(project_id: int, photo_ids: Sequence[int], group_id: int | None) -> Any:
        from pixsort_desktop.jobs.why import why

        return why(library, project_id, photo_ids, group_id)

    def details(one: int, other: int) -> tuple[int, Sequence[tuple[float, float, float, float]]]:
        from pixsort_desktop.jobs.links import matching_details

        return matching_details(library, one, other)

    def parts(project_id: int, group_id: int, ends: tuple[int, int]) -> Sequence[Sequence[int]]:
        from pixsort_desktop.jobs.why import parts_at

        return parts_at(library, project_id, group_id, ends)

    return WhyFunctions(ask, details, parts)
