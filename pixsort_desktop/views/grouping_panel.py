"""How photos are grouped: opened beside the «Group» button, not in its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme
from pixsort_desktop.views.popover import Popover

METHODS = (("Whole groups", "eom"), ("Finest groups", "leaf"))
TIMES = (("Do not count", "none"), ("Count some", "some"), ("Count strongly", "strong"))


class GroupingPanel(Popover):
    """Emits the parameters as a dictionary: min_group_size, min_samples (None: automatic), selection, reach,
    time and from_scratch (whether what was placed by hand is given up)."""

    group_wanted = Signal(dict)
    embedding_chosen = Signal(str)  # the id of another one in the list
    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Grouping")
        self._make_choices()
        self._make_embeddings()
        self.scratch = QCheckBox("Give up what I arranged by hand")
        self.button = QPushButton("Group")
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.take)
        self._lay_out()

    def _make_choices(self) -> None:
        self.least = QSpinBox()
        self.least.setRange(2, 999)
        _explain(
            self.least, "Smallest group", "Photos that a group has at least; smaller ones stay ungrouped"
        )
        self.samples = QSpinBox()
        self.samples.setRange(0, 99)
        self.samples.setSpecialValueText("Automatic")
        _explain(
            self.samples,
            "Samples",
            "How many similar photos one needs nearby to hold a group together; more is stricter",
        )
        self.method = _choice(METHODS)
        _explain(self.method, "Method")
        self.reach = QDoubleSpinBox()
        self.reach.setRange(0.1, 3.0)
        self.reach.setSingleStep(0.05)
        _explain(
            self.reach, "Reach", "How far apart the frames of a group may be; larger makes larger groups"
        )
        self.time = _choice(TIMES)
        _explain(self.time, "Times", "How much frames that were taken a moment apart are drawn together")

    def _make_embeddings(self) -> None:
        self.embedding = _choice((("Built in", ""),))
        _explain(self.embedding, "What photos are compared by")
        self.embedding.setMinimumContentsLength(16)
        self.embedding.activated.connect(lambda _: self.embedding_chosen.emit(self.embedding.currentData()))
        self.lacks = _note()  # what the chosen embedding lacks, and what brings it
        self.bring = QPushButton()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.UNIT * 2)
        form.setVerticalSpacing(theme.UNIT)
        form.addRow("Compared by", self.embedding)
        form.addRow("Smallest group", self.least)
        form.addRow("Samples", self.samples)
        form.addRow("Method", self.method)
        form.addRow("Reach", self.reach)
        form.addRow("Times", self.time)
        kept = _note(
            "What you put together stays together, what you took apart stays apart. Names and locked columns stay."
        )
        kept.setProperty("role", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        layout.setSpacing(theme.UNIT * 2)
        layout.addLayout(form)
        layout.addWidget(self.lacks)
        layout.addWidget(self.bring, 0, Qt.AlignmentFlag.AlignLeft)
        self.say_lack("", "")
        layout.addWidget(kept)
        layout.addWidget(self.scratch)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)

    def show_embeddings(self, rows: Sequence[tuple[str, str]], chosen: str) -> None:
        """(id, name) of what photos may be compared by, and which of them is chosen."""
        self.embedding.clear()
        for embedding_id, name in rows:
            self.embedding.addItem(name, embedding_id)
        self.embedding.setCurrentIndex(max(0, self.embedding.findData(chosen)))

    def say_lack(self, sentence: str, brings: str) -> None:
        """What the chosen embedding lacks, with a button that brings it; empty where it lacks nothing."""
        for widget, text in ((self.lacks, sentence), (self.bring, brings)):
            widget.setText(text)
            widget.setVisible(bool(text))
        self.adjustSize()

    def open_below(self, button: QWidget) -> None:
        """Show it under a button, inside the window."""
        self.opened.emit()
        # The style draws these: a sheet would lose their arrows.
        for box in (self.least, self.samples, self.reach):
            box.setMinimumHeight(self.method.sizeHint().height())
        self.adjustSize()
        at = button.mapTo(self._over, QPoint(0, button.height() + theme.UNIT // 2))
        room = self._over.width() - self.width() - theme.UNIT
        self.move(max(theme.UNIT, min(at.x(), room)), at.y())
        self.raise_()
        self.show()
        self.least.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_parameters(self, grouping: dict[str, Any]) -> None:
        """What the project was grouped with last; the defaults where it was not."""
        values = grouping.get("parameters")
        values = values if isinstance(values, dict) else {}
        self.least.setValue(int(values.get("min_group_size") or 2))
        self.samples.setValue(int(values.get("min_samples") or 0))
        self.method.setCurrentIndex(max(0, self.method.findData(values.get("selection", "eom"))))
        self.reach.setValue(float(values.get("reach") or 1.0))
        self.time.setCurrentIndex(max(0, self.time.findData(values.get("time", "some"))))
        self.scratch.setChecked(False)

    def parameters(self) -> dict[str, Any]:
        return {
            "min_group_size": self.least.value(),
            "min_samples": self.samples.value() or None,
            "selection": self.method.currentData(),
            "reach": round(self.reach.value(), 2),
            "time": self.time.currentData(),
            "from_scratch": self.scratch.isChecked(),
            "embedding": self.embedding.currentData() or "",
        }

    def take(self) -> None:
        """Group with what was chosen."""
        self.leave()
        self.group_wanted.emit(self.parameters())


def _choice(rows: Sequence[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    for label, value in rows:
        box.addItem(label, value)
    return box


def _explain(widget: QWidget, name: str, tip: str = "") -> None:
    widget.setAccessibleName(name)
    widget.setToolTip(tip)


def _note(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setProperty("quiet", True)
    label.setWordWrap(True)
    return label
