"""The head of a column: its label, what is in it, its menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import icons, theme
from pixsort_desktop.views.board.column_face import ColumnFace, head_height, paint_face
from pixsort_desktop.views.keys import keymap
from pixsort_desktop.views.meaning.prompt_columns import UNGROUPED_KEY, prompt_of
from pixsort_desktop.views.mime import column_to_mime

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
        self.prompt = False  # whether the label is a search, and the column shows what it finds
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

    @property
    def named(self) -> bool:
        """Whether the label is a name that can be changed."""
        return not self.ungrouped and not self.prompt

    def refresh_icons(self) -> None:
        edge = round(theme.metrics().height() * 0.9)
        self.menu_button.setIconSize(QSize(edge, edge))
        self.menu_button.setIcon(icons.icon("menu"))

    def show_column(self, key: int, label: str, face: ColumnFace, *, locked: bool = False) -> None:
        if key != self.key:
            self.stop_editing()
        self.key, self.label, self.face, self.locked = key, label, face, locked
        self.prompt = prompt_of(key) is not None
        photos = face.line + (", locked: grouping leaves it as it is" if locked else "")
        self.menu_button.setVisible(not self.ungrouped)
        self.menu_button.setToolTip(f"What can be done with «{label}»")
        self.menu_button.setAccessibleName(f"Menu of the column {label}")
        told = photos.replace(" · ", ", ").replace("✓ ", "")
        self.setAccessibleName(f"{'Prompt column' if self.prompt else 'Column'} {label}, {told}")
        renames = keymap.in_use().shown("rename") or "the Edit menu"
        told = f"{renames} renames, Delete deletes, Menu shows more"
        if self.prompt:
            told = "Shows what the words find; Tab leads to its threshold, Delete removes it, Menu shows more"
        self.setAccessibleDescription("" if self.ungrouped else told)
        self.setToolTip(f"{'Found by meaning: ' if self.prompt else ''}{label}\n{photos}")
        self.update()

    # -- editing ---------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Edit the label in place; Ungrouped and prompts have fixed ones."""
        if not self.named:
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
        font.setBold(self.named)
        font.setItalic(self.ungrouped)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        if self.locked or self.prompt:
            edge = theme.metrics().height() * 0.9
            mark = QRectF(room.x(), room.center().y() - edge / 2, edge, edge)
            icons.paint(painter, "lock" if self.locked else "search", mark, theme.colour("text"))
            room.setLeft(round(mark.right()) + theme.UNIT // 2)
        text = painter.fontMetrics().elidedText(self.label, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
