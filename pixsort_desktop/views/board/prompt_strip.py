"""What stands between the header and the photos of a prompt column: its threshold, and what it needs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Prompt
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.board.decided_slider import DecidedSlider
from pixsort_desktop.views.meaning.functions import NOT_YET, Matches

STEPS = 500
KEY_STEPS = 5  # of them, with one press
A_MODEL = "Learned models …"


class PromptStrip(QFrame):
    """The slider spans the scores that the project's photos really have: at its left end are all, at its right the best."""

    moved = Signal(int, float)  # prompt id, threshold
    settled = Signal(int, float)
    cancelled = Signal(int)
    remedy_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt_id = 0
        self._low, self._high = 0.0, 0.0
        self.slider = DecidedSlider()
        self.slider.setRange(0, STEPS)
        self.slider.setSingleStep(KEY_STEPS)
        self.slider.setPageStep(KEY_STEPS * 5)
        self.slider.moved.connect(lambda at: self.moved.emit(self._prompt_id, self._score(at)))
        self.slider.settled.connect(lambda at: self.settled.emit(self._prompt_id, self._score(at)))
        self.slider.cancelled.connect(lambda: self.cancelled.emit(self._prompt_id))
        self.all, self.best = _end("All"), _end("Best")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("quiet", True)
        self.note.setProperty("role", "small")
        self.remedy = QPushButton()
        self.remedy.clicked.connect(lambda: self.remedy_wanted.emit(self._prompt_id))
        self._lay_out()

    def _lay_out(self) -> None:
        ends = QHBoxLayout()
        ends.setSpacing(theme.UNIT // 2)
        ends.addWidget(self.all)
        ends.addWidget(self.slider, 1)
        ends.addWidget(self.best)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.UNIT, 0, theme.UNIT, theme.UNIT)
        rows.setSpacing(theme.UNIT // 2)
        rows.addLayout(ends)
        rows.addWidget(self.note)
        rows.addWidget(self.remedy)

    def show_prompt(self, prompt: Prompt, matches: Matches, threshold: float, *, shown: bool) -> None:
        """Where the threshold is among the scores, and what keeps the prompt from looking at every photo.

        `shown` says whether the column has any photo.
        """
        if prompt.id != self._prompt_id:
            self.slider.settle()
        self._prompt_id = prompt.id
        self._low, self._high = (matches.scores[-1], matches.scores[0]) if matches.scores else (0.0, 0.0)
        span = self._high - self._low
        known = bool(matches.scores)
        for part in (self.all, self.slider, self.best):
            part.setVisible(known or matches.needs is None)
        self.slider.setEnabled(span > 0)
        at = (threshold - self._low) / span if span > 0 else 0.0
        self.slider.show_value(round(max(0.0, min(1.0, at)) * STEPS))
        self._tell(prompt, matches, threshold)
        self._show_note(matches, "" if shown else _why_empty(matches, threshold))

    def _tell(self, prompt: Prompt, matches: Matches, threshold: float) -> None:
        name = words.short(prompt.text)
        self.slider.setAccessibleName(f"Threshold of {name}")
        self.slider.setAccessibleDescription("To the left for more photos, to the right for the best alone")
        self.slider.setToolTip(
            f"Shows photos that score {threshold:.3f} or more; here they score from {self._low:.3f} to {self._high:.3f}."
            if matches.scores
            else "The photos are being looked at."
        )

    def _show_note(self, matches: Matches, why_empty: str) -> None:
        needs = matches.needs
        self.note.setText(" ".join(part for part in (why_empty, str(needs or "")) if part))
        self.note.setVisible(bool(self.note.text()))
        self.remedy.setVisible(needs is not None)
        if needs is not None:
            missing = words.count(needs.missing, "photo")
            self.remedy.setText(f"Embed {missing}" if needs.model_id else A_MODEL)

    def _score(self, at: int) -> float:
        return min(self._high, self._low + (self._high - self._low) * at / STEPS)


def _why_empty(matches: Matches, threshold: float) -> str:
    if not matches.scores:
        return "Looking at the photos …" if matches is NOT_YET else ""
    if matches.scores[0] < threshold:
        return "No photo scores so high: move the slider towards All."
    return "What is found is hidden by the filter or the search."


def _end(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("quiet", True)
    label.setProperty("role", "small")
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    return label
