"""One copy in a set: its picture, whether it is the one that stays, and in what it differs from the others."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonpath
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QRadioButton, QVBoxLayout, QWidget

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.duplicates.fact_table import Facts, FactTable
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.picture import PictureView

READ_LATER = ("Quality", "Metadata", "Keywords", "Caption", "Stands in")
"""Names of facts for which files are read; they are shown when they are known."""
_ABSENT = {"offline": "Not connected", "missing": "Not there"}
LONG_FOLDER = 24  # characters in common from which on two folders are shown without them


class CopyCard(QFrame):
    """A click anywhere makes it the one that stays."""

    chosen = Signal()

    def __init__(
        self, copy: Any, facts: Facts, loader: ThumbnailLoader, frames: Frames, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._absent = _ABSENT.get(copy.absent or "", "")
        self.keeps = QRadioButton("Stays")
        self.keeps.setAutoExclusive(False)
        self.keeps.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the dialog's arrow keys choose
        self.keeps.clicked.connect(self.chosen)
        self.why = QLabel()
        self.why.setWordWrap(True)
        self.why.setProperty("quiet", True)
        self.picture = PictureView(loader, frames, 0.67, self)
        self.picture.show_photo(copy.photo)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        column.setSpacing(theme.UNIT)
        for widget in (self.picture, self.keeps, self.why):
            column.addWidget(widget)
        self.table = FactTable(facts, self)
        column.addWidget(self.table)
        column.addStretch(1)
        self.setMinimumWidth(theme.metrics().averageCharWidth() * 40)
        self.setMaximumWidth(theme.metrics().averageCharWidth() * 64)
        self.show_facts(facts)

    def show_facts(self, facts: Facts) -> None:
        """What is known of it by now; the names are always the same."""
        self.table.show_facts(facts)
        self._spoken = ", ".join(f"{name} {value}" for name, value, _ in facts)
        self._speak()

    def show_kept(self, kept: bool, suggested: str) -> None:
        """Whether it stays; `suggested` says why the rules would keep it."""
        self.keeps.setChecked(kept)
        self.keeps.setText(self._absent or ("Stays" if kept else "Goes"))
        self.why.setText(f"Suggested: {suggested}." if suggested else " ")
        self._speak()
        self.update()

    def _speak(self) -> None:
        self.setAccessibleName(f"{self.keeps.text()}. {self.why.text()} {self._spoken}")

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.chosen.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        kept = self.keeps.isChecked()
        painter.setPen(QPen(theme.colour("accent" if kept else "border"), 2 if kept else 1))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 4, 4)


def facts_of(copies: Sequence[Any], more: Sequence[Sequence[tuple[str, str]]] | None = None) -> list[Facts]:
    """For each copy its facts; `more` are those of READ_LATER, for each copy, when they are known."""
    known = (
        [dict(each) for each in more] if more is not None else [dict.fromkeys(READ_LATER, "…")] * len(copies)
    )
    folders = _told_apart([words.folder(copy.path) for copy in copies])
    columns = [_facts(*each) for each in zip(copies, folders, known, strict=True)]
    differ = [len({column[row][1] for column in columns}) > 1 for row in range(len(columns[0]))]
    return [
        [(name, value or "–", differs) for (name, value), differs in zip(column, differ, strict=True)]
        for column in columns
    ]


def _facts(copy: Any, folder: str, more: dict[str, str]) -> list[tuple[str, str]]:
    photo = copy.photo
    camera = " ".join(part for part in (photo.make, photo.model) if part)
    formats = [photo.format or "–", *(companion.format or "–" for companion in photo.companions)]
    size = f"{photo.width:,} × {photo.height:,}" if photo.width else ""
    return [
        ("Name", PurePath(words.shown(copy.path)).name),
        ("Folder", folder),
        ("Size", size),
        ("Quality", more["Quality"]),
        ("Format", " + ".join(formats)),
        ("File", _weight(copy)),
        ("Taken", (photo.taken_at or "").replace("T", " ")[:19]),
        ("Camera", words.shown(camera)),
        ("Metadata", more["Metadata"]),
        ("Judged", words.judgement(photo)),
        *((name, words.shown(more[name])) for name in ("Keywords", "Caption", "Stands in")),
    ]


def _weight(copy: Any) -> str:
    """«4.2 MB, 2.8 bits a pixel»: how much the file has for each pixel."""
    pixels = (copy.photo.width or 0) * (copy.photo.height or 0)
    dense = f", {8 * copy.size / pixels:.1f} bits a pixel" if pixels else ""
    return words.size(copy.size) + dense


def _told_apart(folders: Sequence[str]) -> list[str]:
    """Folders without what all of them begin with, where that is long: what differs would not be seen."""
    try:
        common = str(PurePath(commonpath(folders)).parent)
    except ValueError:  # on several drives
        return [*folders]
    if len(set(folders)) == 1 or len(common) < LONG_FOLDER:
        return [*folders]
    return [f"…{folder.removeprefix(common)}" for folder in folders]
