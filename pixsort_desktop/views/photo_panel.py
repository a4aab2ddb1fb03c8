"""The right side: the selected photo, large, and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import presence, theme, words
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.meaning.photo_words import PhotoWords
from pixsort_desktop.views.picture import PictureView

NO_STACKS: Mapping[int, int] = {}


class PhotoPanel(QFrame):
    """Shows one photo with its facts, or how many are selected."""

    opened = Signal(int)
    retry_wanted = Signal(list)  # photo ids

    def __init__(self, loader: ThumbnailLoader, frames: Frames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Details")
        self._failed: list[int] = []
        self.picture = PictureView(loader, frames, 0.75, self)
        self.picture.opened.connect(self.opened)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("quiet", True)
        self.retry = QPushButton("Try again")
        self.retry.setAccessibleDescription("Reads the failed files again")
        self.retry.clicked.connect(lambda: self.retry_wanted.emit(self._failed))
        self.words = PhotoWords()
        self._facts = QGridLayout()
        self._facts.setColumnStretch(1, 1)
        self._facts.setHorizontalSpacing(theme.UNIT * 2)
        self._facts.setVerticalSpacing(theme.UNIT // 2)
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._lay_out()
        self.show_photos([], None)

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.UNIT * 2, theme.UNIT, theme.UNIT * 2, theme.UNIT * 2)
        column.setSpacing(theme.UNIT)
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.words)
        column.addLayout(self._facts)
        column.addStretch(1)
        self.details = QScrollArea()
        self.details.setFrameShape(QFrame.Shape.NoFrame)
        self.details.setWidgetResizable(True)
        self.details.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.details.setWidget(inner)
        self.details.setAccessibleName("Facts of the photo")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.UNIT)
        whole.addWidget(self.picture)
        whole.addWidget(self.details, 1)

    def show_photos(
        self, selected: Sequence[Photo], current: Photo | None, behind: Mapping[int, int] = NO_STACKS
    ) -> None:
        """`current` is shown large; with several `selected`, their number and what they share is told.

        `behind` has the number of frames of each closed stack, by the id of its cover.
        """
        if current is None or (selected and current not in selected):
            current = selected[0] if selected else None
        self.picture.show_photo(current)
        self._failed = [photo.id for photo in selected if photo.status == "failed"]
        self.retry.setVisible(bool(self._failed))
        if len(selected) > 1:
            self._show_many(selected)
        elif current is not None:
            self._show_one(current)
        else:
            self.title.setText("")
            self.note.setText("Select a photo to see it large, with what its camera wrote down.")
            self._show_facts([])
        stacks = _stacks_note([behind[photo.id] for photo in selected if photo.id in behind], len(selected))
        self.note.setText("\n".join(part for part in (self.note.text(), stacks) if part))
        self.title.setVisible(bool(self.title.text()))
        self.note.setVisible(bool(self.note.text()))

    def _show_one(self, photo: Photo) -> None:
        self.title.setText(_breakable(words.file_name(photo)))
        failed = photo.status == "failed"
        told = f"Failed: {photo.error or 'It could not be read.'}" if failed else photo.error or ""
        self.note.setText("\n".join(part for part in (presence.note(photo), told) if part))
        self._show_facts(words.facts(photo))

    def _show_many(self, selected: Sequence[Photo]) -> None:
        self.title.setText(f"{words.count(len(selected), 'photo')} selected")
        failed = len(self._failed)
        self.note.setText(f"{words.count(failed, 'file')} of them failed." if failed else "")
        timed = [(p.sorted_s, p) for p in selected if p.taken_at and p.sorted_s is not None]
        lines = []
        if timed:
            first, last = min(timed, key=itemgetter(0))[1], max(timed, key=itemgetter(0))[1]
            lines = [("From", words.when(first)), ("To", words.when(last))]
        cameras = sorted(words.shown(model) for model in {p.model for p in selected} if model)
        if cameras:
            lines.append(("Camera" if len(cameras) == 1 else "Cameras", ", ".join(cameras)))
        self._show_facts(lines)

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Labels are made once and used again: the panel follows the arrow keys."""
        while len(self._lines) < len(facts):
            what, value = QLabel(), QLabel()
            what.setProperty("quiet", True)
            what.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row = len(self._lines)
            self._facts.addWidget(what, row, 0)
            self._facts.addWidget(value, row, 1)
            self._lines.append((what, value))
        for row, (what, value) in enumerate(self._lines):
            known = row < len(facts)
            what.setVisible(known)
            value.setVisible(known)
            if known:
                what.setText(facts[row][0])
                value.setText(_breakable(facts[row][1]))
                value.setAccessibleName(f"{facts[row][0]}: {facts[row][1]}")


def _stacks_note(frames: Sequence[int], selected: int) -> str:
    """What is behind the covers among the selected photos."""
    if not frames:
        return ""
    if selected == 1:
        return f"Cover of a closed stack of {frames[0]:,}: keys judge this photo; moved or taken out, all go."
    total = selected - len(frames) + sum(frames)
    many = "one of them is" if len(frames) == 1 else f"{len(frames):,} of them are"
    return (
        f"{many} the cover of a closed stack, {total:,} photos in all: keys judge the covers; moved or taken out, all go."
    ).capitalize()


def _breakable(text: str) -> str:
    """Let a long path or name wrap: after separators once twelve characters have gone by, after 24 in any case."""
    found, run = [], 0
    for character in text:
        found.append(character)
        run = 0 if character.isspace() else run + 1
        if run >= 24 or (run >= 12 and character in "/\\_-."):
            found.append("\u200b")
            run = 0
    return "".join(found)
