"""One column of the board: its header (label, count, menu) and its photos."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollBar,
    QStyle,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import icons, keymap, theme
from pixsort_desktop.views.board_model import UNGROUPED_KEY, BoardModel
from pixsort_desktop.views.board_selection import BoardSelection
from pixsort_desktop.views.column_face import ColumnFace, face_of, head_height, paint_face
from pixsort_desktop.views.mime import column_to_mime
from pixsort_desktop.views.photo_list import PhotoList
from pixsort_desktop.views.photo_list_model import PHOTO_ID
from pixsort_desktop.views.photo_tile import margin

HEADER_PAD = theme.UNIT


class ColumnHeader(QFrame):
    """The label, and what is in the column. Drag it to move the column; A double click edits the label in place."""

    renamed = Signal(str)
    menu_wanted = Signal(QPoint)
    delete_wanted = Signal()
    left = Signal(int)  # a key that leads away: Qt.Key_Left, Right, Down
    chosen = Signal()  # Enter: select the column's photos
    dragging = Signal(bool)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._loader = loader
        self.key = 0
        self.label = ""
        self.face = ColumnFace()
        self.locked = False
        self._pressed: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editor = QLineEdit(self)
        self.editor.setAccessibleName("Label of the column")
        self.editor.hide()
        self.editor.editingFinished.connect(self._finish_editing)
        self.menu_button = QToolButton(self)
        self.menu_button.setProperty("flat", True)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the header itself has the Menu key
        self.menu_button.clicked.connect(self._ask_menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(HEADER_PAD, 4, 4, 4)
        layout.addWidget(self.editor, 1)
        layout.addStretch(0)
        layout.addWidget(self.menu_button)
        self.refresh_icons()
        loader.arrived.connect(self._arrived)

    @property
    def count(self) -> int:
        return self.face.count

    def _arrived(self, keys: Sequence[str]) -> None:
        if self.face.cover is not None and self.face.cover.sha256 in keys:
            self.update()

    @property
    def ungrouped(self) -> bool:
        return self.key == UNGROUPED_KEY

    def refresh_icons(self) -> None:
        edge = round(theme.metrics().height() * 0.9)
        self.menu_button.setIconSize(QSize(edge, edge))
        self.menu_button.setIcon(icons.icon("menu"))

    def show_column(self, key: int, label: str, face: ColumnFace, *, locked: bool = False) -> None:
        if key != self.key:
            self.stop_editing()
        self.key, self.label, self.face, self.locked = key, label, face, locked
        photos = face.line + (", locked: grouping leaves it as it is" if locked else "")
        self.menu_button.setVisible(not self.ungrouped)
        self.menu_button.setToolTip(f"What can be done with «{label}»")
        self.menu_button.setAccessibleName(f"Menu of the column {label}")
        self.setAccessibleName(f"Column {label}, {photos.replace(' · ', ', ').replace('✓ ', '')}")
        renames = keymap.in_use().shown("rename") or "the Edit menu"
        told = f"{renames} renames, Delete deletes, Menu shows more"
        self.setAccessibleDescription("" if self.ungrouped else told)
        self.setToolTip(f"{label}\n{photos}")
        self.update()

    # -- editing ---------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Edit the label in place; Ungrouped has a fixed one."""
        if self.ungrouped:
            return
        self.editor.setText(self.label)
        self.editor.show()
        self.editor.selectAll()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def stop_editing(self) -> None:
        if not self.editor.isHidden():
            self.editor.blockSignals(True)
            self.editor.hide()
            self.editor.blockSignals(False)
            self.update()

    def _finish_editing(self) -> None:
        if self.editor.isHidden():
            return
        text = self.editor.text().strip()
        had_focus = self.editor.hasFocus()
        self.stop_editing()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        if text and text != self.label:
            self.renamed.emit(text)

    # -- keys and mouse --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and not self.editor.isHidden():
            self.stop_editing()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down) and not event.modifiers():
            self.left.emit(int(key))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self.ungrouped:
            self.delete_wanted.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.editor.isHidden():
                self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def _ask_menu(self) -> None:
        self.menu_wanted.emit(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._pressed = None
        self.edit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or self.ungrouped:
            return
        way = event.position().toPoint() - self._pressed
        if way.manhattanLength() >= QApplication.startDragDistance():
            self._start_drag(self._pressed)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._pressed = None

    def _start_drag(self, at: QPoint) -> None:
        self._pressed = None
        drag = QDrag(self)
        drag.setMimeData(column_to_mime(self.key))
        drag.setPixmap(self.grab())
        drag.setHotSpot(at)
        self.dragging.emit(True)
        drag.exec(Qt.DropAction.MoveAction)
        self.dragging.emit(False)

    # -- painting --------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, max(head_height(), self.editor.sizeHint().height() + 8))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 4, 4)
        if not self.editor.isHidden():
            return
        right = self.width() - HEADER_PAD - (0 if self.ungrouped else self.menu_button.width())
        room = paint_face(painter, self.face, QRect(0, 0, right, self.height()), self._loader)
        font = theme.font()
        font.setBold(not self.ungrouped)
        font.setItalic(self.ungrouped)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        if self.locked:
            edge = theme.metrics().height() * 0.9
            mark = QRectF(room.x(), room.center().y() - edge / 2, edge, edge)
            icons.paint(painter, "lock", mark, theme.colour("text"))
            room.setLeft(round(mark.right()) + theme.UNIT // 2)
        text = painter.fontMetrics().elidedText(self.label, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)


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


def column_width(edge: int) -> int:
    """How wide a column is: two small tiles or one large one side by side, and room for its scroll bar."""
    across = 2 if edge <= 144 else 1
    return across * (edge + 2 * margin()) + theme.UNIT
