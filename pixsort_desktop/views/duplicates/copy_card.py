"""One copy in a set: its picture, whether it is the one that stays, and in what it differs from the others."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.picture import PictureView

DIFFERS = "≠"


class CopyCard(QFrame):
    """A click anywhere makes it the one that stays."""

    chosen = Signal()

    def __init__(
        self,
        copy: Any,
        facts: Sequence[tuple[str, str, bool]],
        loader: ThumbnailLoader,
        frames: Frames,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.keeps = QRadioButton("Stays")
        self.keeps.setAutoExclusive(False)
        self.keeps.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the dialog's arrow keys choose
        self.keeps.clicked.connect(self.chosen)
        self.picture = PictureView(loader, frames, 0.75, self)
        self.picture.show_photo(copy.photo)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        column.setSpacing(theme.UNIT)
        column.addWidget(self.picture)
        column.addWidget(self.keeps)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.UNIT)
        grid.setVerticalSpacing(theme.UNIT // 2)
        grid.setColumnStretch(2, 1)
        for row, (name, value, differs) in enumerate(facts):
            title = QLabel(name)
            title.setProperty("quiet", True)
            mark = QLabel(DIFFERS if differs else "")
            mark.setToolTip("Not the same in all copies" if differs else "")
            grid.addWidget(mark, row, 0)
            grid.addWidget(title, row, 1)
            grid.addWidget(_Fact(value, differs), row, 2)
        column.addLayout(grid)
        column.addStretch(1)
        self.setFixedWidth(theme.metrics().averageCharWidth() * 40)
        self._spoken = ", ".join(f"{name} {value}" for name, value, _ in facts)

    def show_kept(self, kept: bool, suggested: str) -> None:
        """Whether it stays; `suggested` says why the rules would keep it."""
        self.keeps.setChecked(kept)
        self.keeps.setText(f"Stays{f' · suggested: {suggested}' if suggested else ''}" if kept else
                           f"Goes{f' · suggested: {suggested}' if suggested else ''}")  # fmt: skip
        self.setAccessibleName(f"{'Stays' if kept else 'Goes'}: {self._spoken}")
        self.update()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.chosen.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        kept = self.keeps.isChecked()
        painter.setPen(QPen(theme.colour("accent" if kept else "border"), 2 if kept else 1))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 4, 4)


class _Fact(ElidedLabel):
    """What differs stands out; what is the same is quiet."""

    def __init__(self, text: str, differs: bool) -> None:
        super().__init__()
        self._differs = differs
        self.setText(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("text" if self._differs else "quiet"))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)


def facts_of(copies: Sequence[Any]) -> list[list[tuple[str, str, bool]]]:
    """For each copy its facts (name, value, whether the copies differ in it)."""
    columns = [_facts(copy) for copy in copies]
    differ = [len({column[row][1] for column in columns}) > 1 for row in range(len(columns[0]))]
    return [
        [(name, value, differs) for (name, value), differs in zip(column, differ, strict=True)]
        for column in columns
    ]


def _facts(copy: Any) -> list[tuple[str, str]]:
    photo = copy.photo
    folder, name = os.path.split(words.shown(copy.path))
    camera = " ".join(part for part in (photo.make, photo.model) if part)
    return [
        ("Name", name),
        ("Folder", folder),
        ("Size", f"{photo.width:,} × {photo.height:,}" if photo.width else "–"),
        ("Format", photo.format or "–"),
        ("File", words.size(copy.size)),
        ("Taken", (photo.taken_at or "–").replace("T", " ")[:19]),
        ("Camera", camera or "–"),
        ("Judged", words.judgement(photo) or "–"),
    ]
