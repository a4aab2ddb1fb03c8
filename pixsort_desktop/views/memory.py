"""What the window remembers from one time to the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter

from pixsort_desktop.library.records import Project
from pixsort_desktop.settings import Settings
from pixsort_desktop.views import theme

if TYPE_CHECKING:
    from pixsort_desktop.views.board.group_board import GroupBoard
    from pixsort_desktop.views.photo_grid import PhotoGrid

PLACES_KEPT = 100
_EDGES = {"grid": 176, "board": 112, "map": 128}
_VIEWS = ("board", "grid", "map")
_MOST = 2**31 - 1  # of pixels and ids: more is damage, and Qt refuses it


class Memory:
    """Typed access to the settings; `save` writes them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def save(self) -> bool:
        return self._settings.save()

    @property
    def theme(self) -> str:
        return "light" if self._settings.get("theme", "dark") == "light" else "dark"

    @theme.setter
    def theme(self, name: str) -> None:
        self._settings.set("theme", name)

    @property
    def text_size(self) -> int:
        percent = int(self._settings.get("text_size", 100))
        return percent if percent in theme.TEXT_SIZES else 100

    @text_size.setter
    def text_size(self, percent: int) -> None:
        self._settings.set("text_size", percent)

    @property
    def density(self) -> str:
        """How close photos stand: 'airy', 'usual' or 'dense'."""
        name = self._settings.get("density", "usual")
        return name if name in ("airy", "dense") else "usual"

    @density.setter
    def density(self, name: str) -> None:
        self._settings.set("density", name)

    @property
    def go_on(self) -> bool:
        """Whether judging a photo leads to the next one."""
        return bool(self._settings.get("go_on", False))

    @go_on.setter
    def go_on(self, wanted: bool) -> None:
        self._settings.set("go_on", wanted)

    @property
    def view(self) -> str:
        view = self._settings.get("view")
        return str(view) if view in _VIEWS else _VIEWS[0]

    @view.setter
    def view(self, name: str) -> None:
        self._settings.set("view", name)

    @property
    def map_method(self) -> str:
        """What the map was made by, as the user chose it; nothing where they did not."""
        return str(self._settings.get("map_method", ""))

    @map_method.setter
    def map_method(self, name: str) -> None:
        self._settings.set("map_method", name)

    @property
    def info(self) -> str:
        """How much is told over a large photo: 'off', 'short' or 'full'."""
        level = self._settings.get("info", "off")
        return level if level in ("short", "full") else "off"

    @info.setter
    def info(self, level: str) -> None:
        self._settings.set("info", level)

    @property
    def filmstrip(self) -> bool:
        return self._settings.get("filmstrip", True) is not False

    @filmstrip.setter
    def filmstrip(self, shown: bool) -> None:
        self._settings.set("filmstrip", shown)

    @property
    def overlays(self) -> list[str]:
        """What is laid over large photos, of `loupe.overlays.KINDS`."""
        return [str(kind) for kind in self._settings.get("overlays", [])]

    @overlays.setter
    def overlays(self, kinds: list[str]) -> None:
        self._settings.set("overlays", kinds)

    @property
    def filter_bar(self) -> bool:
        """Whether the filter bar was shown."""
        return self._settings.get("filter_bar") is True

    @filter_bar.setter
    def filter_bar(self, shown: bool) -> None:
        self._settings.set("filter_bar", shown)

    @property
    def tree(self) -> bool:
        """Whether the tree is shown over the board."""
        return self._settings.get("tree") is True

    @tree.setter
    def tree(self, shown: bool) -> None:
        self._settings.set("tree", shown)

    @property
    def project(self) -> int | None:
        return _whole(self._settings.get("project")) or None

    @project.setter
    def project(self, project_id: int | None) -> None:
        self._settings.set("project", project_id)

    def edge(self, view: str) -> int:
        return min(512, max(80, int(self._settings.get(f"{view}_edge", _EDGES[view]))))

    def set_edge(self, view: str, edge: int) -> None:
        self._settings.set(f"{view}_edge", edge)

    @property
    def last_folder(self) -> str:
        folder = str(self._settings.get("last_folder", ""))
        return folder if folder and Path(folder).is_dir() else str(Path.home())

    def note_folder(self, paths: Sequence[str]) -> None:
        if paths:
            self._settings.set("last_folder", str(Path(paths[0]).parent))

    # -- photos that came while one looked elsewhere ---------------------------------------------------

    def new_photos(self, projects: Sequence[Project], current: int | None) -> dict[int, int]:
        """Project id -> photos that came since the project was last open; the open one has none."""
        kept = self._settings.get("seen", {})
        seen = {p.id: _whole(kept.get(str(p.id))) for p in projects}
        for project in projects:
            if project.id == current or project.photo_count < seen[project.id]:
                seen[project.id] = project.photo_count
        self._settings.set("seen", {str(key): count for key, count in seen.items()})
        return {p.id: p.photo_count - seen[p.id] for p in projects if p.photo_count > seen[p.id]}

    # -- where one was ---------------------------------------------------------------------------------

    def note_scroll(self, project_id: int, grid: PhotoGrid, board: GroupBoard) -> None:
        places = dict(self._settings.get("places", {}))
        places.pop(str(project_id), None)
        places[str(project_id)] = {
            "grid": grid.verticalScrollBar().value(),
            "board": board.horizontalScrollBar().value(),
        }
        self._settings.set("places", dict(list(places.items())[-PLACES_KEPT:]))

    def restore_scroll(self, project_id: int, grid: PhotoGrid, board: GroupBoard) -> None:
        place = self._settings.get("places", {}).get(str(project_id), {})
        if not isinstance(place, dict):
            return
        grid.doItemsLayout()
        grid.verticalScrollBar().setValue(_whole(place.get("grid")))
        board.horizontalScrollBar().setValue(_whole(place.get("board")))

    def restore_window(self, window: QMainWindow, splitter: QSplitter) -> None:
        geometry = self._settings.get("geometry", "")
        if not geometry or not window.restoreGeometry(
            QByteArray.fromBase64(geometry.encode("ascii", "replace"))
        ):
            screen = QApplication.primaryScreen().availableGeometry()
            window.resize(min(1440, round(screen.width() * 0.9)), min(920, round(screen.height() * 0.9)))
        sizes = self._settings.get("columns", [])
        if len(sizes) == 3 and all(_whole(size) for size in sizes):
            splitter.setSizes(sizes)
        else:
            em, width = theme.metrics().averageCharWidth(), window.width()
            left, right = min(em * 28, width // 5), min(em * 46, round(width * 0.3))
            splitter.setSizes([left, max(1, width - left - right), right])

    def note_window(self, window: QMainWindow, splitter: QSplitter) -> None:
        self._settings.set("geometry", bytes(window.saveGeometry().toBase64().data()).decode("ascii"))
        if all(splitter.sizes()):  # the sides are hidden while photos are shown large
            self._settings.set("columns", splitter.sizes())


def _whole(value: Any) -> int:
    """A number that was kept; 0 for what is none, or none that this window can have written."""
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST
    return value if fits else 0
