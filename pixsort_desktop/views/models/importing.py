"""«Import a model»: a checkpoint from disk, and what may have to be said about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme

LIBRARIES = (("", "Found out from the name"), ("open_clip", "open_clip"), ("timm", "timm"))
CHECKPOINTS = "Checkpoints (*.safetensors *.pt *.pth *.bin);;All files (*)"
JSON = "JSON (*.json);;All files (*)"


class ImportDialog(QDialog):
    """Emits `wanted` with what was filled in: file, and where given architecture, library, name, config, tokenizer."""

    wanted = Signal(dict)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import a model")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.file, self.architecture, self.name = QLineEdit(), QLineEdit(), QLineEdit()
        self.config, self.tokenizer = QLineEdit(), QLineEdit()
        self.library = QComboBox()
        for key, title in LIBRARIES:
            self.library.addItem(title, key)
        self.architecture.setPlaceholderText("ViT-B-32, resnet50, …: where the file does not say it")
        self.name.setPlaceholderText("As the architecture")
        self.config.setPlaceholderText("JSON of an architecture of your own")
        self.tokenizer.setPlaceholderText("tokenizer.json, for words that are not CLIP's own")
        self.start = QPushButton("Import")
        self.start.setProperty("primary", True)
        self.start.setDefault(True)
        self.start.clicked.connect(self._start)
        self.file.textChanged.connect(lambda _: self._changed())
        self._lay_out()
        self._changed()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setHorizontalSpacing(theme.UNIT * 2)
        form.setVerticalSpacing(theme.UNIT)
        form.addRow("File", self._with_chooser(self.file, "Choose a checkpoint", CHECKPOINTS))
        form.addRow("Architecture", self.architecture)
        form.addRow("Library", self.library)
        form.addRow("Name", self.name)
        form.addRow("Description", self._with_chooser(self.config, "Choose a description", JSON))
        form.addRow("Tokenizer", self._with_chooser(self.tokenizer, "Choose a tokenizer", JSON))
        for field, name in (
            (self.file, "File"), (self.architecture, "Architecture"), (self.library, "Library"), (self.name, "Name"),
            (self.config, "Description"), (self.tokenizer, "Tokenizer"),
        ):  # fmt: skip
            field.setAccessibleName(name)
        about = QLabel(
            "safetensors, or a state dict of PyTorch. The file is checked in a process of its own, where nothing in it can"
            " run, and copied; yours stays as it is."
        )
        about.setWordWrap(True)
        about.setProperty("quiet", True)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.UNIT)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.start)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        whole.setSpacing(theme.UNIT * 2)
        whole.addLayout(form)
        whole.addWidget(about)
        whole.addLayout(buttons)
        self.resize(theme.metrics().averageCharWidth() * 90, self.sizeHint().height())

    def _with_chooser(self, field: QLineEdit, title: str, kinds: str) -> QWidget:
        button = QPushButton("Choose …")
        button.setAutoDefault(False)
        button.setAccessibleName(title)
        button.clicked.connect(lambda: self._choose(title, kinds, field.setText))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(field, 1)
        layout.addWidget(button)
        return row

    def _choose(self, title: str, kinds: str, take: Callable[[str], None]) -> None:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(kinds.split(";;"))
        dialog.fileSelected.connect(take)
        dialog.open()

    def _changed(self) -> None:
        self.start.setEnabled(bool(self.file.text().strip()))

    def _start(self) -> None:
        filled = {
            "file": self.file.text().strip(), "architecture": self.architecture.text().strip(),
            "library": str(self.library.currentData()), "name": self.name.text().strip(),
            "config": self.config.text().strip(), "tokenizer": self.tokenizer.text().strip(),
        }  # fmt: skip
        self.accept()
        self.wanted.emit({key: value for key, value in filled.items() if value})
