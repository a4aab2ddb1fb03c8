"""Menus and keys of the window, made from the table of shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from pixsort_desktop.views import theme
from pixsort_desktop.views.shortcuts import SHORTCUTS, shortcut

STARS = ("stars_1", "stars_2", "stars_3", "stars_4", "stars_5", "stars_0")
LABELS = ("red", "yellow", "green", "blue", "purple")
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("&File", ("new_project", "add_photos", "add_folder", "", "quit")),
    ("&Edit", ("undo", "redo", "", "select_all", "find", "", "rename")),
    (
        "&Photo",
        (
            "pick",
            "reject",
            "unflag",
            "",
            *STARS,
            "more_stars",
            "fewer_stars",
            "",
            *LABELS,
            "",
            "next_undecided",
            "next_column",
            "keep_best",
            "",
            "write_sidecars",
        ),
    ),
    ("&Columns", ("group_again", "", "split_off", "move_to", "", "merge", "column_left", "column_right")),
    ("&View", ("board", "grid", "", "larger", "smaller", "", "activity", "next_part")),
    ("&Help", ("keys",)),
)


class WindowActions:
    """One QAction a global shortcut; `actions[id]`."""

    def __init__(self, window: QMainWindow, handlers: dict[str, Callable[[], None]]) -> None:
        self.actions: dict[str, QAction] = {}
        self.themes: dict[str, QAction] = {}
        self.text_sizes: dict[int, QAction] = {}
        for each in SHORTCUTS:
            if each.local:
                continue
            action = QAction(each.does, window)
            action.setShortcuts(each.sequences)
            action.triggered.connect(_quiet(handlers[each.id]))
            window.addAction(action)
            self.actions[each.id] = action
        self._menus = [self._menu(window, title, ids) for title, ids in MENUS]

    def menu(self, title: str) -> QMenu:
        """The menu of that title."""
        return next(menu for menu in self._menus if menu.title() == title)

    def _menu(self, window: QMainWindow, title: str, ids: tuple[str, ...]) -> QMenu:
        menu = window.menuBar().addMenu(title)
        for identifier in ids:
            if identifier:
                menu.addAction(self.actions[identifier])
            else:
                menu.addSeparator()
        return menu

    def add_looks(
        self, window: QMainWindow, set_theme: Callable[[str], None], set_text: Callable[[int], None]
    ) -> None:
        """Dark or light, and the size of text, at the end of the View menu."""
        view = self._menus[4]
        view.addSeparator()
        themes = QActionGroup(window)
        for name in ("dark", "light"):
            action = view.addAction(f"{name.capitalize()} theme")
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, name=name: set_theme(name))
            themes.addAction(action)
            self.themes[name] = action
        sizes = view.addMenu("Text size")
        group = QActionGroup(window)
        for percent in theme.TEXT_SIZES:
            action = sizes.addAction(f"{percent} %")
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, percent=percent: set_text(percent))
            group.addAction(action)
            self.text_sizes[percent] = action

    def add_sidecar_profiles(self, profiles: Sequence[tuple[str, str]], write: Callable[[str], None]) -> None:
        """Whose form to write sidecars in, at the end of the Photo menu; the choice is remembered by the project."""
        menu = self._menus[2].addMenu("Write sidecars for")
        for key, title in profiles:
            action = menu.addAction(title)
            action.triggered.connect(lambda _checked=False, key=key: write(key))

    def show_undo(self, undo: str | None, redo: str | None) -> None:
        """Name what undo and redo would do."""
        for identifier, label in (("undo", undo), ("redo", redo)):
            action = self.actions[identifier]
            action.setText(
                f"{shortcut(identifier).does} {label[0].lower() + label[1:]}"
                if label
                else shortcut(identifier).does
            )


def _quiet(handler: Callable[[], None]) -> Callable[..., None]:
    """`triggered` also carries whether the action is checked; handlers do not want to know."""
    return lambda *_: handler()
