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
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme
from pixsort_desktop.views.popover import Popover

METHODS = (("Whole groups", "eom"), ("Finest groups", "leaf"), ("Moments in time", "moments"))
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
        self.least = QSpinBox()
        self.least.setRange(2, 999)
        self.least.setAccessibleName("Smallest group")
        self.least.setToolTip("Photos that a group has at least; smaller ones stay ungrouped")
        self.samples = QSpinBox()
        self.samples.setRange(0, 99)
        self.samples.setSpecialValueText("Automatic")
        self.samples.setAccessibleName("Samples")
        self.samples.setToolTip(
            "How many similar photos one needs nearby to hold a group together; more is stricter"
        )
        self.method = QComboBox()
        self.method.setAccessibleName("Method")
        for label, value in METHODS:
            self.method.addItem(label, value)
        self.reach = QDoubleSpinBox()
        self.reach.setRange(0.1, 3.0)
        self.reach.setSingleStep(0.05)
        self.reach.setAccessibleName("Reach")
        self.reach.setToolTip("How far apart the frames of a group may be; larger makes larger groups")
        self.embedding = QComboBox()
        self.embedding.setAccessibleName("What photos are compared by")
        self.embedding.addItem("Built in", "")
        self.embedding.setMinimumContentsLength(16)
        self.embedding.activated.connect(lambda _: self.embedding_chosen.emit(self.embedding.currentData()))
        self.lacks = QLabel()  # what the chosen embedding lacks, and what brings it
        self.lacks.setProperty("quiet", True)
        self.lacks.setWordWrap(True)
        self.bring = QPushButton()
        self.time = QComboBox()
        self.time.setAccessibleName("Times")
        self.time.setToolTip("How much frames that were taken a moment apart are drawn together")
        for label, value in TIMES:
            self.time.addItem(label, value)
        self.scratch = QCheckBox("Give up what I arranged by hand")
        self.button = QPushButton("Group")
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.take)
        note = QLabel(
            "What you put together stays together, what you took apart stays apart. Names and locked columns stay."
        )
        note.setProperty("quiet", True)
        note.setProperty("role", "small")
        note.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.UNIT * 2)
        form.setVerticalSpacing(theme.UNIT)
        form.addRow("Compared by", self.embedding)
        form.addRow("Smallest group", self.least)
        form.addRow("Samples", self.samples)
        form.addRow("Method", self.method)
        form.addRow("Reach", self.reach)
        form.addRow("Times", self.time)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        layout.setSpacing(theme.UNIT * 2)
        layout.addLayout(form)
        layout.addWidget(self.lacks)
        layout.addWidget(self.bring, 0, Qt.AlignmentFlag.AlignLeft)
        self.say_lack("", "")
        layout.addWidget(note)
        layout.addWidget(self.scratch)
        layout.addLayout(buttons)

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
        for box in (
            self.least,
            self.samples,
            self.reach,
        ):  # the style draws them: a sheet would lose their arrows
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
