"""The strip below the map: what can be done, what is being done, and what the map is made by."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QWidget

from pixsort_desktop.views import theme, words
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.keys import keymap

METHODS = (("Principal components", "pca"), ("UMAP", "umap"))
HINT = "Drag around photos to select them. The wheel zooms; Alt or the middle button drags the map."


class MapBar(QFrame):
    column_wanted = Signal()
    cancel_wanted = Signal()
    whole_wanted = Signal()
    method_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Map")
        self._note = ""
        self._aside = ""
        self.text = ElidedLabel()
        self.text.setProperty("quiet", True)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.cancel_wanted)
        self.column = QPushButton()
        self.column.setProperty("primary", True)
        keymap.in_use().hint(self.column, "Make a column of the selected photos", "split_off")
        self.column.clicked.connect(self.column_wanted)
        self.method = QComboBox()
        self.method.setAccessibleName("What the map is made by")
        self.method.setToolTip(
            "Principal components: far apart is different. UMAP: what is alike stands together, distances mean little"
        )
        for label, value in METHODS:
            self.method.addItem(label, value)
        self.method.activated.connect(lambda _: self.method_chosen.emit(self.method.currentData()))
        self.method.hide()
        self.whole = QPushButton("Whole map")
        keymap.in_use().hint(self.whole, "Show all of the map", "first_photo")
        self.whole.clicked.connect(self.whole_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self.text, 1)
        for widget in (self.cancel, self.column, self.method, self.whole):
            layout.addWidget(widget)
        self.say("")
        self.show_selected(0)

    def say(self, note: str, *, cancellable: bool = False) -> None:
        """What is being done; nothing: what can be done."""
        self._note = note
        self.cancel.setVisible(cancellable)
        self._tell()

    def show_aside(self, sentence: str) -> None:
        """What there is to say of photos without a place; nothing where every one has its own."""
        self._aside = sentence
        self._tell()

    def show_selected(self, count: int) -> None:
        self.column.setText(f"Make a column of {words.count(count, 'photo')}")
        self.column.setVisible(count > 1)

    def _tell(self) -> None:
        self.text.setText(self._note or " ".join(filter(None, (self._aside, HINT))))
