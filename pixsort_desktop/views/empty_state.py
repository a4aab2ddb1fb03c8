"""What the middle of the window shows when there are no photos to show: why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pixsort_desktop.views import icons, theme


class EmptyState(QWidget):
    """A drawing, a title, a sentence, and buttons: (id, text) of which the first one is the usual choice."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._invites = False
        self._mark = _Mark(self)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.text = QLabel()
        self.text.setProperty("quiet", True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.UNIT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT * 6, theme.UNIT * 6, theme.UNIT * 6, theme.UNIT * 6)
        layout.setSpacing(theme.UNIT * 2)
        layout.addStretch(2)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.title)
        layout.addLayout(_centred(self.text))
        layout.addLayout(self._buttons)
        layout.addStretch(3)

    def say(
        self,
        title: str,
        text: str,
        buttons: Sequence[tuple[str, str]] = (),
        *,
        mark: str = "photos",
        invites: bool = False,
    ) -> None:
        """`invites` draws the dashed frame of a place where something can be dropped."""
        self._invites = invites
        self._mark.name = mark
        self.title.setText(title)
        self.text.setText(text)
        self.text.setMinimumWidth(min(self.width() // 2, theme.metrics().averageCharWidth() * 64))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self._buttons.addStretch(1)
        for place, (identifier, label) in enumerate(buttons):
            self._buttons.addWidget(self._button(identifier, label, primary=place == 0))
        self._buttons.addStretch(1)
        self.update()

    def _button(self, identifier: str, label: str, *, primary: bool) -> QPushButton:
        button = QPushButton(label)
        button.setProperty("primary", primary)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.chosen.emit(identifier))
        return button

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        if self._invites:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(theme.colour("border"), 2, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([4, 4])
            painter.setPen(pen)
            edge = theme.UNIT * 3
            painter.drawRoundedRect(self.rect().adjusted(edge, edge, -edge, -edge), 12, 12)


def _centred(label: QLabel) -> QHBoxLayout:
    """A line of text that is wide enough to read and no wider."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(label, 2)
    row.addStretch(1)
    return row


class _Mark(QWidget):
    """The drawing above the title."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = "photos"

    def sizeHint(self) -> QSize:
        edge = theme.metrics().height() * 4
        return QSize(edge, edge)

    def paintEvent(self, _event: QPaintEvent) -> None:
        icons.paint(
            QPainter(self), self.name, QRectF(self.rect()).adjusted(4, 4, -4, -4), theme.colour("faint")
        )
