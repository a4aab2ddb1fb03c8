"""All keys on one page, over the window; any of Escape, F1 or ? closes it."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.shortcuts import SHORTCUTS


class KeyOverlay(QFrame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("popover", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Keys")
        self.setAccessibleDescription("; ".join(f"{s.shown}: {s.does}" for s in SHORTCUTS))
        inner = QWidget()
        table = QGridLayout(inner)
        table.setContentsMargins(theme.UNIT * 2, theme.UNIT, theme.UNIT * 2, theme.UNIT)
        table.setHorizontalSpacing(theme.UNIT * 3)
        table.setVerticalSpacing(theme.UNIT // 2)
        table.setColumnStretch(1, 1)
        row = 0
        for section, shortcuts in groupby(SHORTCUTS, key=lambda s: s.section):
            head = QLabel(section)
            head.setProperty("role", "title")
            table.addWidget(head, row, 0, 1, 2)
            row += 1
            for shortcut in shortcuts:
                keys, does = QLabel(shortcut.shown), QLabel(shortcut.does)
                does.setProperty("quiet", True)
                does.setWordWrap(True)
                table.addWidget(keys, row, 0, Qt.AlignmentFlag.AlignTop)
                table.addWidget(does, row, 1)
                row += 1
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll, self._table = scroll, inner
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        layout.addWidget(scroll)
        self.hide()

    def toggle(self) -> None:
        """Show it in the middle of the window, or put it away."""
        if self.isVisible():
            self.hide()
            return
        room = self._over.rect()
        wish = self._table.sizeHint()
        em = theme.metrics().averageCharWidth()
        width = min(room.width() - theme.UNIT * 4, max(wish.width(), em * 84))
        height = min(room.height() - theme.UNIT * 4, wish.height() + theme.UNIT * 4)
        self.resize(width, height)
        self.move((room.width() - width) // 2, (room.height() - height) // 2)
        self.raise_()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._scroll.verticalScrollBar()
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            bar.setValue(
                bar.value() + (1 if event.key() == Qt.Key.Key_Down else -1) * theme.metrics().height() * 2
            )
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()
