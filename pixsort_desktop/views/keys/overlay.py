"""All keys on one page, over the window; Escape or the key that opened it closes it, Enter leads to changing them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme
from pixsort_desktop.views.keys.keymap import Keymap
from pixsort_desktop.views.keys.presets import PRESETS
from pixsort_desktop.views.keys.shortcuts import LABELS, SHORTCUTS, STARS, Shortcut
from pixsort_desktop.views.popover import Popover

Row = tuple[str, str]  # keys, and what they do
Section = tuple[str, list[Row]]

TYPE = "small"  # so that all keys are seen at once
COLUMN_EMS = 62  # how wide a column of sections is, in average characters


class KeyOverlay(Popover):
    """Filled anew whenever it is shown: the keys, the text size and the room may have changed."""

    change_wanted = Signal()

    def __init__(self, parent: QWidget, keymap: Keymap) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Keys")
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.note = QLabel()
        self.note.setProperty("quiet", True)
        self.note.setWordWrap(True)
        self.change = QPushButton("Change keys …")
        self.change.setFocusPolicy(
            Qt.FocusPolicy.NoFocus
        )  # the overlay keeps the keyboard, and Enter presses it
        self.change.setToolTip("Enter")
        self.change.clicked.connect(self.take)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.setContentsMargins(theme.UNIT * 2, theme.UNIT, theme.UNIT * 2, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.change)
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(theme.UNIT * 2, 0, theme.UNIT * 2, theme.UNIT)
        self._foot.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        layout.setSpacing(theme.UNIT)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(self._foot)

    def toggle(self) -> None:
        """Show it in the middle of the window, or put it away."""
        if self.isVisible():
            self.hide()
            return
        self._fill()
        room, margin = self._over.rect(), theme.UNIT * 2
        width = min(room.width() - 2 * margin, self._columns() * self._column_width() + theme.UNIT * 6)
        inside = width - 2 * theme.UNIT - self._scroll.verticalScrollBar().sizeHint().width()
        page = self._page.heightForWidth(inside)
        frame = (
            self.change.sizeHint().height()
            + self.note.heightForWidth(inside - 4 * theme.UNIT)
            + theme.UNIT * 8
        )
        height = min(room.height() - 2 * margin, page + frame)
        self.setGeometry((room.width() - width) // 2, (room.height() - height) // 2, width, height)
        self._scroll.verticalScrollBar().setValue(0)
        self.raise_()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    # -- what is on it ---------------------------------------------------------------------------------

    def _column_width(self) -> int:
        return theme.metrics(TYPE).averageCharWidth() * COLUMN_EMS

    def _columns(self) -> int:
        """As many as there is room for, at most three."""
        room = self._over.width() - theme.UNIT * 10
        return max(1, min(3, room // self._column_width()))

    def _fill(self) -> None:
        shown, keymap = self._keymap.shown, self._keymap
        self.title.setText(
            f"Keys · {PRESETS[keymap.preset].title}{', changed' if keymap.has_changes else ''}"
        )
        self.note.setText(
            "Shift and a judging key, or Caps Lock, goes on to the next photo. Arrow keys, Return, Escape and Delete "
            "belong to what has the keyboard."
        )
        told = [f"{shown(s.id) or 'no key'}: {s.does}" for s in SHORTCUTS]
        self.setAccessibleDescription("; ".join(told))
        self._page = QWidget()
        row = QHBoxLayout(self._page)
        row.setContentsMargins(theme.UNIT * 2, 0, theme.UNIT * 2, 0)
        row.setSpacing(theme.UNIT * 4)
        sections = [(n, list(self._rows(each))) for n, each in groupby(SHORTCUTS, key=lambda s: s.section)]
        for column in _balanced(sections, [self._lines(rows) for _, rows in sections], self._columns()):
            row.addLayout(self._column(column), 1)
        self._scroll.setWidget(self._page)

    def _column(self, sections: list[Section]) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(theme.UNIT * 2)
        table.setVerticalSpacing(theme.UNIT // 2)
        table.setColumnStretch(1, 1)
        table.setColumnMinimumWidth(0, self._keys_width(sections))
        bold = theme.font()
        bold.setBold(True)
        line = 0
        for name, rows in sections:
            head = QLabel(name)
            head.setFont(bold)
            if line:
                table.setRowMinimumHeight(line, theme.UNIT)
                line += 1
            table.addWidget(head, line, 0, 1, 2)
            line += 1
            for each in rows:
                self._row(table, line, each)
                line += 1
        table.setRowStretch(line, 1)
        return table

    def _keys_width(self, sections: list[Section]) -> int:
        """Room for the longest keys, at most two fifths."""
        texts = (keys for _, rows in sections for keys, _ in rows)
        widest = max(theme.metrics(TYPE).horizontalAdvance(text) for text in texts)
        return min(widest + theme.UNIT, self._column_width() * 2 // 5)

    def _lines(self, rows: list[Row]) -> int:
        """How many lines a section takes, with its head and the space before it, where long words wrap."""
        room = self._column_width() - self._keys_width([("", rows)]) - theme.UNIT * 4
        return 2 + sum(-(-theme.metrics(TYPE).horizontalAdvance(does) // room) for _, does in rows)

    def _rows(self, shortcuts: Iterator[Shortcut]) -> Iterator[Row]:
        """A row for each, but one for all stars, and one for all labels."""
        shown = self._keymap.shown
        for each in shortcuts:
            if each.id == STARS[0]:
                yield "  ".join(shown(i) or "–" for i in STARS[:5]), "1 to 5 stars"
            elif each.id == LABELS[0]:
                colours = ", ".join(LABELS)
                yield "  ".join(shown(i) or "–" for i in LABELS), f"Label, or none again: {colours}"
            elif each.id not in STARS[:5] and each.id not in LABELS:
                yield shown(each.id) or "–", each.does

    def _row(self, table: QGridLayout, line: int, row: Row) -> None:
        keys, does = (QLabel(text) for text in row)
        does.setProperty("quiet", True)
        for label in (keys, does):
            label.setFont(theme.font(TYPE))
            label.setWordWrap(True)
        keys.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        table.addWidget(keys, line, 0, Qt.AlignmentFlag.AlignTop)
        table.addWidget(does, line, 1, Qt.AlignmentFlag.AlignTop)

    # -- keys ------------------------------------------------------------------------------------------

    def take(self) -> None:
        """On to changing the keys."""
        self.hide()
        self.change_wanted.emit()

    def pressed(self, watched: QObject, key: int) -> bool:
        bar = self._scroll.verticalScrollBar()
        line, page = theme.metrics().height() * 2, bar.pageStep()
        steps: dict[int, int] = {
            Qt.Key.Key_Down: line,
            Qt.Key.Key_Up: -line,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
        }
        if key not in steps:
            return super().pressed(watched, key)
        bar.setValue(bar.value() + steps[key])
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()


def _balanced(sections: list[Section], lines: list[int], columns: int) -> list[list[Section]]:
    """The sections over so many columns of about the same length; `lines` says how long each is. The longest are
    dealt out first, each to the column that is shortest by then; within a column they keep their order."""
    places: list[list[int]] = [[] for _ in range(columns)]
    for place in sorted(range(len(sections)), key=lambda n: -lines[n]):
        min(places, key=lambda column: sum(lines[n] for n in column)).append(place)
    return [[sections[n] for n in sorted(column)] for column in sorted(places, key=min) if column]
