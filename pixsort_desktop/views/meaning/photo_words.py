"""Keywords, suggested tags and the caption of the photo in the panel. Its widgets are made when there is a photo to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.library.keywords import PhotoTags
from pixsort_desktop.library.written import WrittenCaption
from pixsort_desktop.views import theme
from pixsort_desktop.views.flow import Flow

CHIP_LETTERS = 20
CAPTION_LINES = 3


class PhotoWords(QWidget):
    """Says what the user decides; it changes nothing itself."""

    decided = Signal(int, str, object)  # photo, word, 'accepted', 'rejected' or None (undecided again)
    caption_written = Signal(int, str)
    tags_wanted = Signal()
    captions_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Keywords and caption")
        self.photo_id: int | None = None
        self.tags = PhotoTags()
        self.chips: Flow | None = None
        self.hide()

    def _build(self) -> None:
        self.chips = Flow()
        self.entry = QLineEdit()
        self.entry.setPlaceholderText("Add a keyword")
        self.entry.setAccessibleName("Add a keyword")
        self.entry.returnPressed.connect(self._add)
        self.entry.setMinimumWidth(theme.UNIT * 4)
        self.caption = CaptionEdit()
        self.caption.written.connect(self._write)
        self.source = QLabel()
        self.suggest = QPushButton("Suggest tags")
        self.suggest.setToolTip("A learned model suggests keywords for the photos of this project")
        self.suggest.clicked.connect(self.tags_wanted)
        self.describe = QPushButton("Write captions")
        self.describe.setToolTip("A learned model writes captions for the photos of this project")
        self.describe.clicked.connect(self.captions_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.UNIT)
        column.setSpacing(theme.UNIT // 2)
        column.addWidget(_quiet("Keywords"))
        column.addWidget(self.chips)
        column.addWidget(self.entry)
        column.addWidget(self.source)
        column.addWidget(self.caption)
        buttons = Flow()
        buttons.add(self.suggest)
        buttons.add(self.describe)
        column.addWidget(buttons)
        self.source.setProperty("quiet", True)
        self.source.setProperty("role", "small")

    def show_words(self, photo_id: int | None, tags: PhotoTags, caption: WrittenCaption | None) -> None:
        """What is known of this photo; None hides all of it."""
        if photo_id is None:
            self.photo_id = None
            self.hide()
            return
        if self.chips is None:
            self._build()
        other = photo_id != self.photo_id
        self.photo_id = photo_id
        if other or tags != self.tags:
            self.tags = tags
            self._show_chips()
        self.caption.show_text(caption.text if caption else "", fresh=other)
        self.source.setText(_whose(caption))
        if other:
            self.entry.clear()
        self.show()

    def _show_chips(self) -> None:
        chips = self.chips
        assert chips is not None
        chips.clear()
        for word in self.tags.accepted:
            chip = self._chip(f"{word}  ×", f"Keyword {word}", "Takes this keyword away", word, None)
            chips.add(chip)
        for each in self.tags.suggested:
            chips.add(self._suggested(each.word, each.confidence))
        chips.setVisible(bool(self.tags.accepted or self.tags.suggested))
        chips.arrange()

    def _suggested(self, word: str, confidence: float) -> QWidget:
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        score = f"{100 * confidence:.0f}"
        row.addWidget(
            self._chip(
                f"{word} {score}",
                f"Suggested {word}, score {score} of 100",
                "Makes it a keyword",
                word,
                "accepted",
            )
        )
        row.addWidget(
            self._chip("×", f"Not {word}", "Never suggests it for this photo again", word, "rejected")
        )
        return pair

    def _chip(self, text: str, name: str, does: str, word: str, state: str | None) -> QPushButton:
        room = (
            theme.metrics().averageCharWidth() * CHIP_LETTERS
        )  # of the panel's 30 at least, with the «×» beside it
        chip = QPushButton(theme.elide(text, room).replace("&", "&&"))
        chip.setProperty("role", "chip" if state is None else "offer")
        chip.setAccessibleName(name)
        chip.setAccessibleDescription(does)
        chip.setToolTip(f"{name}: {does[0].lower()}{does[1:]}")
        chip.setAutoDefault(False)
        photo_id = self.photo_id
        chip.clicked.connect(lambda: self.decided.emit(photo_id, word, state))
        return chip

    def _add(self) -> None:
        word = self.entry.text().strip()
        if word and self.photo_id is not None:
            self.entry.clear()
            self.decided.emit(self.photo_id, word, "accepted")

    def _write(self, text: str) -> None:
        if self.photo_id is not None:
            self.caption_written.emit(self.photo_id, text)


class CaptionEdit(QPlainTextEdit):
    """A few lines of text; what was typed is `written` when the keyboard leaves it, Escape takes it back."""

    written = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Caption")
        self.setPlaceholderText("Caption")
        self.setTabChangesFocus(True)
        self._shown = ""
        lines = theme.metrics().lineSpacing() * CAPTION_LINES
        self.setFixedHeight(lines + theme.UNIT * 2)
        self.setMinimumWidth(theme.UNIT * 4)

    def show_text(self, text: str, *, fresh: bool) -> None:
        """Show what the library has; what is being typed for the same photo stays."""
        if text == self._shown and not fresh:
            return
        typing = self.hasFocus() and self.toPlainText() != self._shown
        self._shown = text
        if fresh or not typing:
            self.setPlainText(text)

    def _commit(self) -> None:
        text = self.toPlainText()
        if text != self._shown:
            self._shown = text
            self.written.emit(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self._shown)
            self.clearFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            self._commit()
        else:
            super().keyPressEvent(event)


def _whose(caption: WrittenCaption | None) -> str:
    if caption is None or caption.source == "user":
        return "Caption"
    return "Caption, from the archive" if caption.source == "archive" else f"Caption, by {caption.source}"


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("quiet", True)
    label.setProperty("role", "small")
    return label
