"""Menus of the window, made from the table of shortcuts, with the keys of the keymap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from pixsort_desktop.views import theme
from pixsort_desktop.views.keys.keymap import Keymap, press
from pixsort_desktop.views.keys.shortcuts import JUDGING, SHORTCUTS, Shortcut, shortcut
from pixsort_desktop.views.menus import MENUS, SIDECARS, VIEW, Menu
from pixsort_desktop.views.photo_tile import DENSITIES


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
        self.densities: dict[str, QAction] = {}
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
        self._menus: dict[str, QMenu] = {}
        for menu in MENUS:
            self._fill(window.menuBar().addMenu(menu.title), menu)
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
        """The menu of that title, in the bar or within another."""
        return self._menus[title]

    def _fill(self, there: QMenu, menu: Menu) -> None:
        self._menus[menu.title] = there
        for entry in menu.entries:
            if isinstance(entry, Menu):
                self._fill(there.addMenu(entry.title), entry)
            elif entry:
                there.addAction(self.actions[entry])
            else:
                there.addSeparator()

    def add_looks(
        self,
        window: QMainWindow,
        set_theme: Callable[[str], None],
        set_text: Callable[[int], None],
        set_density: Callable[[str], None],
    ) -> None:
        """Dark or light, the size of text, and how close photos stand, at the end of the View menu."""
        view = self.menu(VIEW.title)
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

        closeness = view.addMenu("Density of photos")
        densities = QActionGroup(window)
        for name in DENSITIES:
            action = closeness.addAction(name.capitalize())
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, name=name: set_density(name))
            densities.addAction(action)
            self.densities[name] = action

    def add_sidecars(self, profiles: Sequence[tuple[str, str]], does: SidecarHandlers) -> None:
        """What concerns other programs; the project remembers the choices."""
        menu = self.menu(SIDECARS.title)
        for key, title in profiles:
            menu.addAction(f"Write sidecars for {title}").triggered.connect(
                lambda _checked=False, key=key: does.write(key)
            )
        menu.addSeparator()
        self.keywords = menu.addAction("Columns go along as keywords")
        self.keywords.setCheckable(True)
        self.keywords.triggered.connect(does.set_keywords)
        menu.addAction("Read sidecars again").triggered.connect(_quiet(does.read))
        menu.addAction("Write into the JPEGs themselves …").triggered.connect(_quiet(does.ask_jpegs))

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
