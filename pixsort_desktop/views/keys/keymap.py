"""Which keys do what: a preset, and on top of it what the user has changed.

Three layers, the stronger first: the standard keys of lists (arrows, Return, Escape, Delete: Qt's own handling needs them),
the user's changes, the preset, the defaults of the table. A key belongs to the first that claims it, so no key ever
means two things, also when `window.json` was edited by hand. As with the theme, widgets ask for the keymap in use.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from pixsort_desktop.settings import Settings
from pixsort_desktop.views.keys.presets import DEFAULT, PRESETS, Keys
from pixsort_desktop.views.keys.shortcuts import JUDGING, SHORTCUTS, Shortcut, shortcut

KEPT_AS = "keys"
MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock, Qt.Key.Key_ScrollLock, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R, Qt.Key.Key_Mode_switch,
        Qt.Key.Key_Hyper_L, Qt.Key.Key_Hyper_R, Qt.Key.Key_unknown,
    }
)  # fmt: skip
_Portable = QKeySequence.SequenceFormat.PortableText
_Native = QKeySequence.SequenceFormat.NativeText


class Keymap(QObject):
    """Keys by shortcut id, in Qt's portable notation («Ctrl+Shift+Z»); kept in the settings as they change."""

    changed = Signal()

    def __init__(self, settings: Settings | None = None, parent: QObject | None = None) -> None:
        """Without settings nothing is kept."""
        super().__init__(parent)
        self._settings = settings
        kept = settings.get(KEPT_AS, {}) if settings is not None else {}
        preset = kept.get("preset")
        self.preset = preset if isinstance(preset, str) and preset in PRESETS else DEFAULT
        self._own = _own_changes(kept.get("own"))
        self._hints: list[tuple[QWidget, str, Keys]] = []
        self._keys = self._settle()

    # -- asking ----------------------------------------------------------------------------------------

    def keys(self, identifier: str) -> Keys:
        """The keys in use; KeyError for an id that the table does not have."""
        return self._keys[identifier]

    def own_keys(self, identifier: str) -> Keys:
        """The keys without those that a list handles itself."""
        standard = _standard(shortcut(identifier))
        return tuple(key for key in self._keys[identifier] if key not in standard)

    def shown(self, identifier: str) -> str:
        """The keys as this system writes them: «Ctrl+Y or Ctrl+Shift+Z»; nothing where there is no key."""
        return " or ".join(native(key) for key in self._keys[identifier])

    def going_on(self, identifier: str) -> Keys:
        """For what judges: its keys with Shift, as far as they mean nothing else."""
        if identifier not in JUDGING:
            return ()
        taken = {key for keys in self._keys.values() for key in keys}
        shifted = (_with_shift(key) for key in self._keys[identifier])
        return tuple(key for key in shifted if key and key not in taken)

    def conflicts(self, identifier: str, key: str) -> list[str]:
        """Ids of the others that this key belongs to now."""
        wanted = normal(key)
        return [each for each, keys in self._keys.items() if each != identifier and wanted in keys]

    def fixed(self, key: str) -> str | None:
        """The id whose standard key this is, in lists: it cannot be given away."""
        wanted = normal(key)
        return next((s.id for s in SHORTCUTS if wanted in _standard(s)), None)

    def is_changed(self, identifier: str) -> bool:
        """Whether the user has given it keys."""
        return identifier in self._own

    @property
    def has_changes(self) -> bool:
        return bool(self._own)

    # -- changing --------------------------------------------------------------------------------------

    def set_keys(self, identifier: str, keys: Iterable[str]) -> None:
        """Give it these keys and no others, taking them from whatever has them. What is no key is passed over;
        the standard keys of a list stay with it, and nothing else gets them."""
        wanted = [key for each in keys if (key := normal(each)) and self.fixed(key) is None]
        self._take_back(identifier, wanted)
        self._own[identifier] = tuple(dict.fromkeys(wanted))
        if sorted(self._own[identifier]) == sorted(self._preset_keys(shortcut(identifier))):
            del self._own[identifier]
        self._tell()

    def reset(self, identifier: str) -> list[str]:
        """Back to the preset's keys; answers the ids that lose one of them by it."""
        self._own.pop(identifier, None)
        lost = self._take_back(identifier, self._preset_keys(shortcut(identifier)))
        self._tell()
        return lost

    def reset_all(self) -> None:
        """The preset as it is."""
        self._own.clear()
        self._tell()

    def choose_preset(self, name: str) -> None:
        """Another preset; the user's own changes stay. Names that there are not change nothing."""
        if name in PRESETS:
            self.preset = name
            self._tell()

    def _take_back(self, identifier: str, keys: Iterable[str]) -> list[str]:
        """Take keys out of the user's changes to others; answers whose."""
        gone, lost = set(keys), []
        for other, theirs in self._own.items():
            if other != identifier and gone.intersection(theirs):
                self._own[other] = tuple(key for key in theirs if key not in gone)
                lost.append(other)
        return lost

    def _tell(self) -> None:
        self._keys = self._settle()
        own = {identifier: list(keys) for identifier, keys in self._own.items()}
        if self._settings is not None:
            self._settings.set(KEPT_AS, {"preset": self.preset, "own": own})
        self._hints = [hint for hint in self._hints if isValid(hint[0])]
        for hint in self._hints:
            self._show_hint(*hint)
        self.changed.emit()

    # -- the layers ------------------------------------------------------------------------------------

    def _preset_keys(self, each: Shortcut) -> Keys:
        """What the preset gives, or the table; without the standard keys of a list."""
        given = PRESETS[self.preset].keys.get(each.id, () if each.local else each.keys)
        return tuple(normal(key) for key in given)

    def _settle(self) -> dict[str, Keys]:
        """Share the keys out: the user's changes come before the preset's own keys, those before the table's."""
        preset = PRESETS[self.preset].keys
        layers: tuple[list[Shortcut], ...] = ([], [], [])
        for each in SHORTCUTS:
            layers[0 if each.id in self._own else 1 if each.id in preset else 2].append(each)
        found: dict[str, Keys] = {}
        taken = {key for each in SHORTCUTS for key in _standard(each)}
        for layer in layers:
            for each in layer:
                wanted = self._own[each.id] if each.id in self._own else self._preset_keys(each)
                free = tuple(key for key in dict.fromkeys(wanted) if key not in taken)
                taken.update(free)
                found[each.id] = _standard(each) + free
        return found

    # -- tooltips --------------------------------------------------------------------------------------

    def hint(self, widget: QWidget, text: str, *identifiers: str) -> None:
        """Give a widget a tooltip that names the keys, and goes on naming them when they change."""
        self._hints = [hint for hint in self._hints if isValid(hint[0]) and hint[0] is not widget]
        self._hints.append((widget, text, identifiers))
        self._show_hint(widget, text, identifiers)

    def _show_hint(self, widget: QWidget, text: str, identifiers: Keys) -> None:
        keys = ", ".join(shown for each in identifiers if (shown := self.shown(each)))
        widget.setToolTip(f"{text}  ({keys})" if keys else text)


def normal(key: str) -> str:
    """A single key press in Qt's portable notation, always written the same way; nothing for what is none."""
    sequence = QKeySequence.fromString(key, _Portable)
    if sequence.count() != 1 or press(key).key() in MODIFIER_KEYS:
        return ""
    return sequence.toString(_Portable)


def press(key: str) -> QKeyCombination:
    """The key and the modifiers of a key in portable notation."""
    return QKeyCombination(QKeySequence.fromString(key, _Portable)[0])  # type: ignore[index]  # Qt has it


def native(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(_Native)


def of_event(combination: QKeyCombination) -> str:
    """A key press in portable notation. Shift that only makes the sign («?», or «1» on a French keyboard) is left out:
    the sign is the key, wherever a keyboard has it. Nothing for Shift and its like alone."""
    key, modifiers = combination.key(), combination.keyboardModifiers()
    if key in MODIFIER_KEYS:
        return ""
    modifiers &= ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    if 0x20 < int(key) < 0x01000000 and not chr(int(key)).isalpha():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    if key == Qt.Key.Key_Backtab:
        key, modifiers = Qt.Key.Key_Tab, modifiers | Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(QKeyCombination(modifiers, key)).toString(_Portable)


def _standard(each: Shortcut) -> Keys:
    return tuple(normal(key) for key in each.keys) if each.local else ()


def _with_shift(key: str) -> str:
    combination = press(key)
    modifiers = combination.keyboardModifiers()
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return ""
    shifted = QKeyCombination(modifiers | Qt.KeyboardModifier.ShiftModifier, combination.key())
    return QKeySequence(shifted).toString(_Portable)


def _own_changes(kept: Any) -> dict[str, Keys]:
    """What `window.json` holds, less what makes no sense."""
    known = {each.id for each in SHORTCUTS}
    found: dict[str, Keys] = {}
    for identifier, keys in kept.items() if isinstance(kept, dict) else ():
        if identifier in known and isinstance(keys, list):
            found[identifier] = tuple(key for each in keys if isinstance(each, str) and (key := normal(each)))
    return found


# -- the keymap in use ---------------------------------------------------------------------------------

_state: dict[str, Keymap] = {}


def use(keymap: Keymap) -> Keymap:
    """From now on this one is in use."""
    _state["keymap"] = keymap
    return keymap


def in_use() -> Keymap:
    """The keymap of the window, or the defaults before there is one; ask when showing keys, for they change."""
    return _state.get("keymap") or use(Keymap())
