"""«Keep the best k of this column, reject the rest»: how many, and at once how the column would look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.commands.judge import by_merit
from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.photo_list import PhotoList
from pixsort_desktop.views.photo_list_model import PhotoListModel
from pixsort_desktop.views.popover import Popover

EDGE = 104


class KeepPanel(Popover):
    """Arrows or digits choose how many, Enter does it, Escape leaves everything as it is."""

    keep_wanted = Signal(object, int)  # group id or None, how many

    def __init__(self, loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self.group_id: int | None = None  # of the column that is asked about; None is Ungrouped
        self._photos: Sequence[Photo] = ()
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("role", "title")
        self.count = QSpinBox()
        self.count.setMinimum(1)
        self.count.setAccessibleName("Photos to keep")
        self.count.valueChanged.connect(self._preview)
        self.watch(self.count)
        self.rest = QLabel()
        self.model = PhotoListModel(self)
        self.list = _Preview(loader, self)
        self.list.setModel(self.model)
        self.keep = QPushButton("Keep and reject")
        self.keep.setProperty("primary", True)
        self.keep.clicked.connect(self.take)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.leave)
        for button in (self.keep, self.cancel):  # Enter and Escape do the same
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.UNIT)
        row.addWidget(QLabel("Keep the best"))
        row.addWidget(self.count)
        row.addWidget(self.rest, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self.title)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)

    def open(self, group_id: int | None, label: str, photos: Sequence[Photo]) -> None:
        """Ask for a column with those photos, in the order in which they stand there."""
        self.group_id = group_id
        picks = sum(photo.flag == "pick" for photo in photos)
        self.follow(label, photos)
        self.count.setValue(max(1, picks))
        self.raise_()
        self.show()
        self.count.setFocus(Qt.FocusReason.PopupFocusReason)
        self.count.selectAll()

    def follow(self, label: str, photos: Sequence[Photo]) -> None:
        """The column as it has become; how many are to be kept stays, as far as there are so many."""
        self._photos = photos
        self.setAccessibleName(f"Keep the best of {label}")
        self.count.setMaximum(len(photos))
        self._preview()
        self._place(words.shown(label))

    def _place(self, label: str) -> None:
        """In the middle, as wide as is good to read and as high as the photos need."""
        room, margin = self._over.rect(), theme.UNIT * 2
        width = min(room.width() - 2 * margin, theme.metrics().averageCharWidth() * 96)
        self.title.setText(theme.elide(label, width - 2 * margin, "title"))
        tile = self.list.tile_size()
        across = max(
            1, (width - 3 * margin - self.list.verticalScrollBar().sizeHint().width()) // tile.width()
        )
        lines = -(-len(self._photos) // across)
        self.list.setMinimumHeight(min(lines, 2) * tile.height() + 2)
        rest = self.title.sizeHint().height() + self.keep.sizeHint().height() + 2 * margin + 2 * theme.UNIT
        height = min(room.height() - 2 * margin, lines * tile.height() + 2 + rest)
        self.setGeometry((room.width() - width) // 2, (room.height() - height) // 3, width, height)

    def _preview(self) -> None:
        """The column as it would be, the best first."""
        known = {photo.id: photo for photo in self._photos}
        ranked = by_merit(known, lambda i: (known[i].flag, known[i].rating))
        kept = set(ranked[: self.count.value()])
        after = {i: replace(known[i], flag="pick" if i in kept else "reject") for i in ranked}
        self.model.show(ranked, after, self.group_id or 0)
        others = len(ranked) - len(kept)
        self.rest.setText(f"and reject the other {others:,}" if others else "and reject none")

    def take(self) -> None:
        """Keep so many."""
        self.count.interpretText()
        group_id, count = self.group_id, self.count.value()
        self.leave()
        self.keep_wanted.emit(group_id, count)


class _Preview(PhotoList):
    """Photos to look at, not to choose from."""

    def __init__(self, loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(loader, caption=True, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(PhotoList.SelectionMode.NoSelection)
        self.setDragEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName("How the column would look")
        self.set_edge(EDGE)
