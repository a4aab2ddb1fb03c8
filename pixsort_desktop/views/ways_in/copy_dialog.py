"""«Copy from a card»: from where, to where, under which names, and what that will do before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.session import sentence
from pixsort_desktop.views.timers import single_shot

STATES = {"new": "new", "there": "there already", "renamed": "new name: another file has this one"}
PAUSE_MS = 400  # after the last key, before the card is read for the preview
_COLUMNS = ("File", "Goes to", "State")

Plan = Callable[[str, Sequence[str], str, Progress], Any]


class CopyDialog(QDialog):
    """Emits `wanted(source, destinations, template)` when the user starts the copy."""

    wanted = Signal(str, list, str)

    def __init__(
        self,
        parent: QWidget,
        runner: Runner,
        plan: Plan,
        example: Callable[[str], str],
        fields: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Copy from a card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._runner, self._plan_copy, self._example = runner, plan, example
        self._progress: Progress | None = None
        self.plan: Any = None
        self.source = QComboBox()
        self.source.setEditable(True)
        self.source.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.first, self.second = QLineEdit(), QLineEdit()
        self.second.setPlaceholderText("A second drive, if you like")
        self.template = QLineEdit()
        self.template.setToolTip("\n".join(f"{{{name}}}: {what}" for name, what in fields))
        self.shown_example = QLabel()
        self.model = PlanModel(self)
        self.table = QTableView()
        self.summary = QLabel()
        self.start = QPushButton("Start")
        self._pause = single_shot(self, self._make_plan, PAUSE_MS)
        self._lay_out()
        for field in (self.first, self.second, self.template):
            field.textChanged.connect(self._changed)
        self.source.editTextChanged.connect(self._changed)
        self.start.clicked.connect(self._start)
        self.finished.connect(self._stop_planning)

    def begin_with(self, source: str, folders: Sequence[str], template: str) -> None:
        """What was used the last time."""
        self.source.setEditText(source)
        self.first.setText(folders[0] if folders else "")
        self.second.setText(folders[1] if len(folders) > 1 else "")
        self.template.setText(template)
        self._changed()

    def offer_cards(self, cards: Sequence[str]) -> None:
        """Cards that are plugged in; the first one is taken where no folder was chosen, or the one chosen is none of them."""
        before = self.source.currentText()
        self.source.blockSignals(True)
        self.source.clear()
        self.source.addItems(list(cards))
        self.source.blockSignals(False)
        self.source.setEditText(cards[0] if cards and before not in cards else before)

    # -- parts -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for widget, name in (
            (self.source, "Copy from"), (self.first, "Copy to"), (self.second, "And copy to"),
            (self.template, "Names"), (self.table, "What will be copied"), (self.summary, "Summary"),
        ):  # fmt: skip
            widget.setAccessibleName(name)
        for label in (self.shown_example, self.summary):
            label.setProperty("quiet", True)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.shown_example.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setHorizontalSpacing(theme.UNIT * 2)
        form.setVerticalSpacing(theme.UNIT)
        form.addRow("Copy from", self._with_chooser(self.source, self.source.setEditText))
        form.addRow("Copy to", self._with_chooser(self.first, self.first.setText))
        form.addRow("And to", self._with_chooser(self.second, self.second.setText))
        form.addRow("Names", self.template)
        form.addRow("", self.shown_example)
        self.table.setModel(self.model)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(2, theme.metrics().horizontalAdvance(STATES["there"]) + theme.UNIT * 6)
        self.start.setProperty("primary", True)
        self.start.setDefault(True)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.UNIT)
        buttons.addWidget(self.summary, 1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.start)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        whole.setSpacing(theme.UNIT * 2)
        whole.addLayout(form)
        whole.addWidget(self.table, 1)
        whole.addLayout(buttons)
        em = theme.metrics().averageCharWidth()
        self.resize(em * 130, em * 80)

    def _with_chooser(self, field: QWidget, take: Callable[[str], None]) -> QWidget:
        button = QPushButton("Choose …")
        button.setAutoDefault(False)
        button.setAccessibleName(f"Choose the folder: {field.accessibleName()}")
        button.clicked.connect(lambda: self._choose(take))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(field, 1)
        layout.addWidget(button)
        return row

    def _choose(self, take: Callable[[str], None]) -> None:
        dialog = QFileDialog(self, "Choose a folder")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(take)
        dialog.open()

    # -- the preview -----------------------------------------------------------------------------------

    @property
    def folders(self) -> list[str]:
        return [text for field in (self.first, self.second) if (text := field.text().strip())]

    def _changed(self) -> None:
        self._stop_planning()
        self.plan = None
        self.start.setEnabled(False)
        try:
            self.shown_example.setText(f"For example {self._example(self.template.text())}")
        except PixsortError as error:
            self.shown_example.setText(str(error))
            self._say(str(error))
            return
        self._say(
            "Choose the card and where its photos go." if not self._complete() else "Reading the card …"
        )
        if self._complete():
            self._pause.start()

    def _complete(self) -> bool:
        return bool(self.source.currentText().strip() and self.folders)

    def _make_plan(self) -> None:
        progress = self._progress = Progress()
        given = (self.source.currentText().strip(), self.folders, self.template.text())
        self._runner.run(
            lambda: self._plan_copy(*given, progress), self._show_plan, self._plan_failed, progress=progress
        )

    def _stop_planning(self) -> None:
        self._pause.stop()
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None

    def _show_plan(self, plan: Any) -> None:
        if self._progress is None or self._progress.cancelled:
            return  # another one is on its way
        self.plan = plan
        self.model.show_files(plan.files, plan.source)
        counts = {state: sum(each.state == state for each in plan.files) for state in STATES}
        files = words.count(counts["new"] + counts["renamed"], "file")
        parts = [f"{files}, {_in_bytes(plan.new_bytes)} to copy"]
        if counts["there"]:
            parts.append(f"{counts['there']:,} there already")
        if counts["renamed"]:
            parts.append(f"{counts['renamed']:,} under a new name")
        if plan.unreadable:
            parts.append(f"{words.count(len(plan.unreadable), 'file')} cannot be read")
        self._say(" ".join(plan.problems) or "; ".join(parts) + ".")
        self.start.setEnabled(bool(plan.files) and not plan.problems)

    def _plan_failed(self, error: Exception) -> None:
        if self._progress is None:
            return  # closed, or changed meanwhile
        self.model.show_files([], "")
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self.summary.setText(text)

    def _start(self) -> None:
        if self.plan is not None:
            self.wanted.emit(self.source.currentText().strip(), self.folders, self.template.text())
            self.accept()


class PlanModel(QAbstractTableModel):
    """The lines of a preview, however many there are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._files: Sequence[Any] = ()
        self._root = ""

    def show_files(self, files: Sequence[Any], root: str) -> None:
        self.beginResetModel()
        self._files, self._root = files, root.rstrip("/\\") + "/"
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or not index.isValid():
            return None
        each = self._files[index.row()]
        source = words.shown(each.source.replace("\\", "/").removeprefix(self._root.replace("\\", "/")))
        state = STATES[each.state] if role == Qt.ItemDataRole.ToolTipRole else _short(each.state)
        return (source, words.shown(each.target), state)[index.column()]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


def _in_bytes(count: int) -> str:
    for size, unit in ((1e9, "GB"), (1e6, "MB")):
        if count >= size:
            return f"{words.number(count / size)} {unit}"
    return f"{words.number(count / 1e3)} KB"


def _short(state: str) -> str:
    return {"renamed": "new name"}.get(state, STATES[state])
