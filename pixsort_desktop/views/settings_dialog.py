"""Settings that concern the whole library: what thumbnails may take on disk, and one picture in memory.

The window's own settings (theme, size of text, keys) stand in the View and Help menus, where they take effect at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views import theme
from pixsort_desktop.views.session import sentence


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings as they are shown: «10 GB», «2 GB»; `used` is a sentence on the cache."""

    used: str
    cache: str
    memory: str


class SettingsFunctions(NamedTuple):
    """What `app` gives the dialog; each runs in a worker. `keep` takes the two sizes, None for one that was not changed,
    and raises PixsortError for what is no size; `empty` answers what became of the cache."""

    read: Callable[[], Limits]
    keep: Callable[[str | None, str | None], None]
    empty: Callable[[], str]


class SettingsDialog(QDialog):
    """Enter saves, Escape leaves everything as it is; emptying the cache happens at once."""

    def __init__(self, functions: SettingsFunctions, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._functions = functions
        self._runner = runner
        self._shown = Limits("", "", "")
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.used = _note("Looking at the cache…")
        self.cache = _size_field("Thumbnails may take, on disk")
        self.empty = QPushButton("Empty the cache")
        self.empty.setAutoDefault(False)
        self.memory = _size_field("Decoding one picture may take, in memory")
        self.message = _note("")
        self.message.hide()
        self.save = QPushButton("Save")
        self.save.setProperty("primary", True)
        self.save.setDefault(True)
        self.cancel = QPushButton("Cancel")
        self.cancel.setAutoDefault(False)
        for button in (self.save, self.empty):
            button.setEnabled(False)
        self.empty.clicked.connect(self._empty)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.reject)
        self._lay_out()
        runner.run(functions.read, self._read, self._failed)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.UNIT * 3] * 4)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(_title("Thumbnails"))
        layout.addWidget(self.used)
        captions = QLabel("At &most"), QLabel("Memory to &decode it")
        for caption in captions:
            caption.setMinimumWidth(max(each.sizeHint().width() for each in captions))
        layout.addLayout(_row(captions[0], self.cache, self.empty))
        layout.addWidget(
            _note(
                "The least recently shown go first, and are made again when their photos are seen. Photos whose files "
                "are not there keep theirs, also when the cache is emptied."
            )
        )
        layout.addSpacing(theme.UNIT * 2)
        layout.addWidget(_title("One picture"))
        layout.addLayout(_row(captions[1], self.memory))
        layout.addWidget(
            _note("A picture that would take more is refused with its size: such files are mostly broken.")
        )
        layout.addSpacing(theme.UNIT)
        layout.addWidget(self.message)
        layout.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.UNIT)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        layout.addLayout(buttons)
        width = theme.metrics().averageCharWidth() * 60
        self.setMinimumWidth(min(width, round(self.screen().availableSize().width() * 0.9)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """As high as the sentences need at this width: a layout does not ask labels that wrap."""
        layout = self.layout()
        assert layout is not None
        self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def _read(self, found: Limits) -> None:
        self._shown = found
        self.used.setText(found.used)
        self._make_room()
        for field, text in ((self.cache, found.cache), (self.memory, found.memory)):
            field.setText(text)
            field.setEnabled(True)
        for button in (self.save, self.empty):
            button.setEnabled(True)
        self.cache.setFocus(Qt.FocusReason.OtherFocusReason)
        self.cache.selectAll()

    def _save(self) -> None:
        cache = None if self.cache.text() == self._shown.cache else self.cache.text()
        memory = None if self.memory.text() == self._shown.memory else self.memory.text()
        if cache is None and memory is None:
            self.accept()
            return
        self.save.setEnabled(False)
        self._runner.run(lambda: self._functions.keep(cache, memory), lambda _: self.accept(), self._failed)

    def _empty(self) -> None:
        self.empty.setEnabled(False)
        self._say("Emptying the cache…")
        self._runner.run(self._functions.empty, self._emptied, self._failed)

    def _emptied(self, told: str) -> None:
        self.used.setText(told)
        self._say("")
        self.empty.setEnabled(True)
        self.cache.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: Exception) -> None:
        self._say(sentence(error))
        for button in (self.save, self.empty):
            button.setEnabled(bool(self._shown.cache))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self._make_room()


class SettingsDesk(QObject):
    """Opens the dialog, once there is a library; the dialog's work runs on a worker of its own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.runner = Runner(1, self)
        self.functions: SettingsFunctions | None = None
        self.dialog: SettingsDialog | None = None

    def attach(self, functions: SettingsFunctions) -> None:
        """The library is open."""
        self.functions = functions

    def open(self) -> None:
        """Show the settings, or bring those that are open to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
        elif self.functions is not None:
            self.dialog = SettingsDialog(self.functions, self.runner, self._window)
            self.dialog.finished.connect(self._closed)
            self.dialog.open()

    def _closed(self, _result: int) -> None:
        self.runner.cancel_all()
        self.dialog = None

    def close(self) -> None:
        """Accept nothing new."""
        self.runner.close()
        self.runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        """Whether no worker is at it any more."""
        return self.runner.wait(seconds)


def _row(caption: QLabel, field: QLineEdit, *beside: QWidget) -> QFormLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.UNIT)
    row.addWidget(field, 1)
    for each in beside:
        row.addWidget(each)
    form = QFormLayout()
    form.setHorizontalSpacing(theme.UNIT * 2)
    caption.setBuddy(field)
    form.addRow(caption, row)
    return form


def _title(text: str) -> QLabel:
    title = QLabel(text)
    title.setProperty("role", "title")
    return title


def _note(text: str) -> QLabel:
    note = QLabel(text)
    note.setWordWrap(True)
    note.setProperty("role", "small")
    return note


def _size_field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText("4 GB")
    field.setEnabled(False)
    return field
