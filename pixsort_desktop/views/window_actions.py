"""Menus of the window, made from the table of shortcuts, with the keys of the keymap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from pixsort_desktop.views import theme
from pixsort_desktop.views.keymap import Keymap, press
from pixsort_desktop.views.shortcuts import JUDGING, LABELS, SHORTCUTS, STARS, Shortcut, shortcut

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("&File", ("new_project", "add_photos", "add_folder", "", "quit")),
    ("&Edit", ("undo", "redo", "", "select_all", "find", "find_meaning", "", "rename", "", "settings")),
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
            "go_on",
            "",
            "next_undecided",
            "next_column",
            "keep_best",
            "",
            "write_sidecars",
            "write_captions",
            "",
            "similar",
            "tag_selection",
            "caption_selection",
            "",
            "join_frame",
            "split_frame",
            "",
            "camera_clock",
            "",
            "copy_files",
            "move_files",
            "trash",
            "trash_rejects",
        ),
    ),
    (
        "&Columns",
        (
            "group_again",
            "finer",
            "coarser",
            "",
            "pin_prompt",
            "",
            "split_off",
            "move_to",
            "move_nearest",
            "",
            "merge",
            "merge_nearest",
            "split_column",
            "lock",
            "",
            "column_left",
            "column_right",
        ),
    ),
    (
        "&View",
        (
            "board",
            "grid",
            "loupe",
            "compare",
            "survey",
            "",
            "zoom",
            "larger",
            "smaller",
            "info",
            "whole_screen",
            "filmstrip",
            "develop",
            "",
            "histogram",
            "clipping",
            "peaking",
            "af_point",
            "",
            "filter_bar",
            "filters",
            "stack",
            "all_stacks",
            "",
            "activity",
            "next_part",
        ),
    ),
    ("&Help", ("keys", "change_keys")),
)


@dataclass(frozen=True, slots=True)
class SidecarHandlers:
    """What the entries about other programs do."""

    write: Callable[[str], None]  # with that profile
    set_keywords: Callable[[bool], None]
    read: Callable[[], None]
    ask_jpegs: Callable[[], None]


class WindowActions:
    """One QAction a shortcut that works everywhere; `actions[id]`. Their keys are those of the keymap, at any time.

    What judges has a second action, for its keys with Shift (`advancing`). What is local has one for the keys that the
    user gave it (`extra`): it presses the standard key on the widget with the keyboard.
    """

    def __init__(
        self,
        window: QMainWindow,
        handlers: dict[str, Callable[[], None]],
        keymap: Keymap,
        *,
        advancing: dict[str, Callable[[], None]],
    ) -> None:
        self.actions: dict[str, QAction] = {}
        self.advancing: dict[str, QAction] = {}
        self.extra: dict[str, QAction] = {}
        self.themes: dict[str, QAction] = {}
        self.text_sizes: dict[int, QAction] = {}
        self._keymap = keymap
        self.keywords: QAction | None = None
        for each in SHORTCUTS:
            if each.local:
                self.extra[each.id] = _local_action(each, window)
                continue
            action = QAction(each.does, window)
            action.setCheckable(each.checkable)
            action.setAutoRepeat(
                each.id not in JUDGING
            )  # a key held down judges one photo, not a row of them
            action.triggered.connect(_quiet(handlers[each.id]))
            window.addAction(action)
            self.actions[each.id] = action
        for identifier, handler in advancing.items():
            action = QAction(f"{shortcut(identifier).does}, and go on", window)
            action.setAutoRepeat(False)
            action.triggered.connect(_quiet(handler))
            window.addAction(action)
            self.advancing[identifier] = action
        self._menus = [self._menu(window, title, ids) for title, ids in MENUS]
        keymap.changed.connect(self.take_keys)
        self.take_keys()

    def take_keys(self) -> None:
        """Give every action its keys."""
        for actions, keys in (
            (self.actions, self._keymap.keys),
            (self.advancing, self._keymap.going_on),
            (self.extra, self._keymap.own_keys),
        ):
            for identifier, action in actions.items():
                action.setShortcuts([QKeySequence(key) for key in keys(identifier)])

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

    def add_sidecars(self, profiles: Sequence[tuple[str, str]], does: SidecarHandlers) -> None:
        """What concerns other programs, at the end of the Photo menu; the project remembers the choices."""
        photo = self._menus[2]
        menu = photo.addMenu("Write sidecars for")
        for key, title in profiles:
            menu.addAction(title).triggered.connect(lambda _checked=False, key=key: does.write(key))
        self.keywords = photo.addAction("Columns go along as keywords")
        self.keywords.setCheckable(True)
        self.keywords.triggered.connect(does.set_keywords)
        photo.addAction("Read sidecars again").triggered.connect(_quiet(does.read))
        photo.addAction("Write into the JPEGs themselves …").triggered.connect(_quiet(does.ask_jpegs))

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


def _local_action(each: Shortcut, window: QMainWindow) -> QAction:
    """What the user's own key does for something that lists handle themselves: their standard key."""
    standard = press(each.keys[0])

    def send() -> None:
        target = QApplication.focusWidget()
        if target is not None:
            key, modifiers = standard.key(), standard.keyboardModifiers()
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers))

    action = QAction(each.does, window)
    action.triggered.connect(_quiet(send))
    window.addAction(action)
    return action
