"""One column of the board: its header, of a prompt column its threshold, and its photos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QScrollBar,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme
from pixsort_desktop.views.board.column_face import face_of
from pixsort_desktop.views.board.column_header import ColumnHeader
from pixsort_desktop.views.board.model import BoardModel
from pixsort_desktop.views.board.selection import BoardSelection
from pixsort_desktop.views.photo_list import PhotoList
from pixsort_desktop.views.photo_list_model import PHOTO_ID
from pixsort_desktop.views.photo_tile import margin

if TYPE_CHECKING:
    from pixsort_desktop.views.board.prompt_strip import PromptStrip

OUTLINE = 1  # of prompt columns, in pixels


class ColumnPhotos(PhotoList):
    """The photos of one column. Leaving it with the arrow keys, or starting a band on its empty part, is
    the board's matter."""

    left = Signal(int)  # Qt.Key_Left, Right or Up: beyond the column's edge
    band_started = Signal(QPoint, object)  # global point, keyboard modifiers

    def __init__(
        self, model: BoardModel, selection: BoardSelection, loader: ThumbnailLoader, parent: QWidget
    ) -> None:
        super().__init__(loader, caption=False, parent=parent)
        self.setModel(model)
        spare = self.selectionModel()
        self.setSelectionModel(selection)
        spare.deleteLater()
        self._selection = selection
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        own = self.verticalScrollBar()
        own.rangeChanged.connect(self._follow_range)
        own.valueChanged.connect(self._bar.setValue)
        self._bar.valueChanged.connect(own.setValue)
        self._bar.hide()

    def _follow_range(self, low: int, high: int) -> None:
        self._bar.setRange(low, high)
        self._bar.setPageStep(self.verticalScrollBar().pageStep())
        self._bar.setValue(self.verticalScrollBar().value())
        self._bar.setVisible(high > low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - width + 1, 0, width, self.height())
        self._follow_range(self.verticalScrollBar().minimum(), self.verticalScrollBar().maximum())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The tiles in sight, as Qt would paint them, but the selection is asked once and not for each tile."""
        painter, look = QPainter(self.viewport()), QStyleOptionViewItem()
        self.initViewItemOption(look)
        look.widget = self
        state, chosen = look.state & ~QStyle.StateFlag.State_HasFocus, self._selection.ids()
        current = self.currentIndex() if self.hasFocus() else QModelIndex()
        hovered = QModelIndex()
        if self.viewport().underMouse():
            hovered = self.indexAt(self.viewport().mapFromGlobal(QCursor.pos()))
        for row in self.rows_between(event.rect().top(), event.rect().bottom()):
            index = self.model().index(row, 0, self.rootIndex())
            look.rect = self.visualRect(index)
            look.state = state
            if index.data(PHOTO_ID) in chosen:
                look.state |= QStyle.StateFlag.State_Selected
            if index == current:
                look.state |= QStyle.StateFlag.State_HasFocus
            if index == hovered:
                look.state |= QStyle.StateFlag.State_MouseOver
            self.tile.paint(painter, look, index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and not self.indexAt(at).isValid():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.band_started.emit(event.globalPosition().toPoint(), event.modifiers())
            return
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        sideways = abs(event.angleDelta().x()) > abs(event.angleDelta().y())
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if sideways or shifted or self.verticalScrollBar().maximum() == 0:
            event.ignore()  # the board scrolls
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        current = self.currentIndex()
        inside = current.isValid() and current.parent() == self.rootIndex()
        sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up)
        if plain and sideways and (not inside or self._leads_away(event.key(), current)):
            self.left.emit(int(event.key()))
            return
        super().keyPressEvent(event)

    def _leads_away(self, key: int, current: QModelIndex) -> bool:
        across, row = self.across(), current.row()
        last = self.model().rowCount(self.rootIndex()) - 1
        if key == Qt.Key.Key_Left:
            return row % across == 0
        if key == Qt.Key.Key_Right:
            return row % across == across - 1 or row == last
        return key == Qt.Key.Key_Up and row < across


class ColumnWidget(QFrame):
    """Header and photos; the board builds as many as are in sight and lends them to one column after another."""

    def __init__(
        self, model: BoardModel, selection: BoardSelection, loader: ThumbnailLoader, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.key = 0
        self._model, self._loader = model, loader
        self.header = ColumnHeader(loader, self)
        self.strip: PromptStrip | None = None  # between them, for prompt columns: `board_prompts` makes it
        self.photos = ColumnPhotos(model, selection, loader, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(QMargins(0, 0, 0, 0))
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.photos, 1)
        self.photos.setObjectName("column")

    def lend(self, key: int, edge: int) -> None:
        """Show that column from now on."""
        self.key = key
        self.photos.setRootIndex(self._model.column_index(key))
        if self.photos.edge != edge or not self.photos.gridSize().isValid():
            self.photos.set_edge(edge)
        self.refresh()
        self.photos.want_soon()

    def take_back(self) -> None:
        """Show nothing; the column may be about to vanish."""
        self.header.stop_editing()
        self._loader.forget(self.header)
        self.hide()
        self.photos.setRootIndex(QModelIndex())
        self.key = 0

    def show_strip(self, strip: PromptStrip | None) -> None:
        """Put it below the header; None hides the one that is there."""
        if strip is not None and self.strip is None:
            self.strip = strip
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(1, strip)
        if self.strip is not None:
            self.strip.setVisible(strip is not None)
        edge = 0 if strip is None else OUTLINE
        self.layout().setContentsMargins(edge, edge, edge, edge)  # type: ignore[union-attr]
        self.update()

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        self.header.refresh_icons()
        self.header.updateGeometry()
        self.photos.update_tiles()

    def refresh(self) -> None:
        """Take the label and count from the model."""
        photos = [
            photo for i in self._model.photos_in(self.key) if (photo := self._model.photo(i)) is not None
        ]
        label = self._model.label(self.key)
        group = self._model.group(self.key)
        face = face_of(photos, group.colour if group is not None else None)
        self.header.show_column(self.key, label, face, locked=group is not None and group.locked)
        self._want_cover()
        self.photos.setAccessibleName(f"Photos of {label}")

    def _want_cover(self) -> None:
        """As large as it is wanted for its tile, so that it is not read again and again in two sizes."""
        cover, edge = self.header.face.cover, round(self.photos.edge * self.devicePixelRatioF())
        self._loader.want(self.header, edge, [cover.sha256] if cover is not None and cover.sha256 else [])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("window"))
        painter.drawRoundedRect(self.rect(), 6, 6)
        if self.header.prompt:  # told from the others by its shape, too
            painter.setPen(QPen(theme.colour("faint"), OUTLINE))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def column_width(edge: int) -> int:
    """How wide a column is: two small tiles or one large one side by side, and room for its scroll bar."""
    across = 2 if edge <= 144 else 1
    return across * (edge + 2 * margin()) + theme.UNIT
