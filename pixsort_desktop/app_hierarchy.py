"""What is done with a project's hierarchy, as plain callables for the window; each imports what it needs in its worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pixsort_desktop.views.granularity_desk import GranularityFunctions
from pixsort_desktop.views.relatives_desk import RelativesFunctions

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.library.records import Column, Group
    from pixsort_desktop.progress import Progress


def granularity_functions(library: Library) -> GranularityFunctions:
    """What the slider may do. Runs in the window's thread, and imports nothing heavy."""

    def open_hierarchy(project_id: int, progress: Progress) -> Any:
        from pixsort_desktop.jobs.granularity import open_hierarchy as look

        return look(library, project_id, progress)

    def look(cuttable: Any, granularity: float) -> Sequence[Column]:
        from pixsort_desktop.jobs.granularity import look_at_granularity

        return look_at_granularity(library, cuttable, granularity)

    def keep(cuttable: Any, granularity: float) -> Any:
        from pixsort_desktop.jobs.granularity import set_granularity

        return set_granularity(library, cuttable, granularity)

    return GranularityFunctions(open_hierarchy, look, keep)


def relatives_functions(library: Library) -> RelativesFunctions:
    """What single columns and photos may ask of the hierarchy."""

    def parts(project_id: int, group_id: int) -> Sequence[Sequence[int]]:
        from pixsort_desktop.jobs.relatives import parts_of_group

        return parts_of_group(library, project_id, group_id)

    def nearest(project_id: int, group_id: int) -> Group:
        from pixsort_desktop.jobs.relatives import nearest_to_group

        return nearest_to_group(library, project_id, group_id)

    def nearest_of(project_id: int, photo_ids: Sequence[int]) -> dict[int, Group]:
        from pixsort_desktop.jobs.relatives import nearest_to_photos

        return nearest_to_photos(library, project_id, photo_ids)

    return RelativesFunctions(parts, nearest, nearest_of)
