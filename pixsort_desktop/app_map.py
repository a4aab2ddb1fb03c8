"""The map of a project, as plain callables for the window; each imports what it needs in the worker that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixsort_desktop.progress import Progress

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.views.map.desk import MapFunctions, MapPlaces


def map_functions(library: Library) -> MapFunctions:
    """What the map may ask."""
    from pixsort_desktop.jobs.umap_process import umap_installed
    from pixsort_desktop.views.map.desk import MapFunctions

    def kept(project_id: int, method: str) -> MapPlaces | None:
        from pixsort_desktop.jobs.map_photos import kept_map

        found = kept_map(library, project_id=project_id, method=method)
        return _places(found, method) if found is not None else None

    def make(project_id: int, method: str, progress: Progress) -> MapPlaces:
        from pixsort_desktop.jobs.map_photos import map_photos

        made = map_photos(library, project_id=project_id, method=method, progress=progress)
        return _places(made, method)

    return MapFunctions(kept, make, ("pca", "umap") if umap_installed() else ("pca",))


def _places(found: Any, method: str) -> MapPlaces:
    """`method` is the one that was asked for: few photos are placed by principal components whatever it was."""
    from pixsort_desktop.views.map.desk import MapPlaces
    from pixsort_desktop.views.map.points import MapPoints

    points = MapPoints(found.ids, found.cells.astype(float), found.lacking)
    return MapPlaces(points, len(found.lacking), method)
