"""The left side: the shoots of the library. New, rename in place, delete, and a place to drop folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.library.records import Project
from pixsort_desktop.views import icons, theme, words
from pixsort_desktop.views.differences import Insertion, steps
from pixsort_desktop.views.keys import keymap
from pixsort_desktop.views.mime import paths_from_mime
from pixsort_desktop.views.photo_list_model import NOWHERE, Index

LINE = int(Qt.ItemDataRole.UserRole)
BUSY = LINE + 1
Role = Qt.ItemDataRole


class ProjectModel(QAbstractListModel):
    """Rows are projects, oldest first."""

    rename_wanted = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: list[int] = []
        self._projects: dict[int, Project] = {}
        self._new: Mapping[int, int] = {}

    def show(self, projects: Sequence[Project], new: Mapping[int, int]) -> None:
        """Become this list; `new` holds, per project, the photos that came since it was last looked at."""
        wanted = {project.id: project for project in projects}
        changed = [
            i
            for i in self._ids
            if i in wanted and (wanted[i] != self._projects[i] or new.get(i) != self._new.get(i))
        ]
        old, self._new = self._projects, dict(new)
        self._projects = {**old, **wanted}
        for step in steps(self._ids, list(wanted)):
            if isinstance(step, Insertion):
                self.beginInsertRows(NOWHERE, step.first, step.first + len(step.items) - 1)
                self._ids[step.first : step.first] = step.items  # type: ignore[assignment]
                self.endInsertRows()
            else:
                self.beginRemoveRows(NOWHERE, step.first, step.last)
                del self._ids[step.first : step.last + 1]
                self.endRemoveRows()
        self._projects = wanted
        for project_id in changed:
            index = self.index_of(project_id)
            self.dataChanged.emit(index, index)

    def project(self, index: Index) -> Project | None:
        return self._projects.get(self._ids[index.row()]) if index.isValid() else None

    def index_of(self, project_id: int | None) -> QModelIndex:
        return self.index(self._ids.index(project_id)) if project_id in self._ids else QModelIndex()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = int(Role.DisplayRole)) -> Any:
        project = self.project(index)
        if project is None:
            return None
        line = words.project_line(project, self._new.get(project.id, 0))
        if role in (Role.DisplayRole, Role.EditRole):
            return project.name
        if role == LINE:
            return line
        if role == BUSY:
            return project.status in ("importing", "grouping")
        if role == Role.ToolTipRole:
            return f"{project.name}\n{line}"
        if role == Role.AccessibleTextRole:
            return f"{project.name}, {line}"
        return None

    def setData(self, index: Index, value: Any, role: int = int(Role.EditRole)) -> bool:
        """A new name is a wish: the row changes when the library has changed."""
        project = self.project(index)
        name = " ".join(str(value).split())
        if role != Role.EditRole or project is None or not name or name == project.name:
            return False
        self.rename_wanted.emit(project.id, name)
        return True


class ProjectLines(QStyledItemDelegate):
    """Name above, what it holds or does below."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, theme.metrics().height() + theme.metrics("small").height() + theme.UNIT * 2 + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, box.adjusted(4, 1, -4, -1), state)
        inner = box.adjusted(theme.UNIT * 2, theme.UNIT, -theme.UNIT, -theme.UNIT)
        font = theme.font()
        font.setBold(bool(state & QStyle.StateFlag.State_Selected))
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop), name)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("quiet"))
        line = painter.fontMetrics().elidedText(
            str(index.data(LINE)), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignBottom), line)
        painter.restore()

    def _paint_ground(self, painter: QPainter, box: Any, state: Any) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.colour("hover" if selected else "raised"))
            painter.drawRoundedRect(box, 4, 4)
        if selected:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(box.x(), box.y() + 4, 3, box.height() - 8, 1.5, 1.5)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Active:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRoundedRect(box, 4, 4)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName("Name of the project")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        box = option.rect.adjusted(theme.UNIT // 2, 2, -theme.UNIT // 2, -2)
        editor.setGeometry(box)


class ProjectList(QFrame):
    """Signals carry project ids; the list itself changes nothing."""

    chosen = Signal(int)
    new_wanted = Signal()
    rename_wanted = Signal(int, str)
    delete_wanted = Signal(int)
    paths_dropped = Signal(object, list)  # project id, or None for a new project; paths
    menu_wanted = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Projects")
        self.model = ProjectModel(self)
        self.model.rename_wanted.connect(self.rename_wanted)
        self.list = ProjectView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(ProjectLines(self.list))
        self.list.delete_wanted.connect(self._delete_current)
        self.list.dropped.connect(self._dropped)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.list.customContextMenuRequested.connect(self._ask_menu)
        self.new_button = QToolButton()
        self.new_button.setProperty("flat", True)
        keymap.in_use().hint(self.new_button, "New project", "new_project")
        self.new_button.setAccessibleName("New project")
        self.new_button.clicked.connect(self.new_wanted)
        self._telling = True
        self._lay_out()
        self.refresh_icons()

    def _lay_out(self) -> None:
        title = QLabel("Projects")
        title.setProperty("role", "small")
        title.setProperty("quiet", True)
        head = QHBoxLayout()
        head.setContentsMargins(theme.UNIT * 2, theme.UNIT, theme.UNIT, 0)
        head.addWidget(title, 1)
        head.addWidget(self.new_button)
        self.hint = QLabel("Drop a folder here to begin a project with it.")
        self.hint.setProperty("quiet", True)
        self.hint.setProperty("role", "small")
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(theme.UNIT * 2, theme.UNIT, theme.UNIT, theme.UNIT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.UNIT // 2)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.hint)

    def refresh_icons(self) -> None:
        edge = round(theme.metrics().height() * 0.9)
        self.new_button.setIconSize(QSize(edge, edge))
        self.new_button.setIcon(icons.icon("plus"))

    def show_projects(self, projects: Sequence[Project], new: Mapping[int, int], current: int | None) -> None:
        self._telling = False
        self.model.show(projects, new)
        index = self.model.index_of(current)
        if index != self.list.currentIndex():
            self.list.setCurrentIndex(index)
        self._telling = True

    def edit(self, project_id: int) -> None:
        """Edit a project's name in place."""
        index = self.model.index_of(project_id)
        if index.isValid():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.edit(index)

    def current_id(self) -> int | None:
        project = self.model.project(self.list.currentIndex())
        return project.id if project else None

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        project = self.model.project(current)
        if project is not None and self._telling:
            self.chosen.emit(project.id)

    def _delete_current(self) -> None:
        project_id = self.current_id()
        if project_id is not None:
            self.delete_wanted.emit(project_id)

    def _ask_menu(self, at: QPoint) -> None:
        project = self.model.project(self.list.indexAt(at))
        if project is not None:
            self.menu_wanted.emit(project.id, self.list.viewport().mapToGlobal(at))

    def _dropped(self, index: QModelIndex, paths: list[str]) -> None:
        project = self.model.project(index)
        self.paths_dropped.emit(project.id if project else None, paths)


class ProjectView(QListView):
    delete_wanted = Signal()
    dropped = Signal(QModelIndex, list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target: QModelIndex | None = None
        self.setObjectName("projects")
        self.setAccessibleName("Projects")
        renames = keymap.in_use().shown("rename") or "the Edit menu"
        self.setAccessibleDescription(f"{renames} renames, Delete deletes; deleting can be undone")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.viewport().setAcceptDrops(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are shortcuts."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._over(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._mark(None)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = paths_from_mime(event.mimeData())
        self._mark(None)
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(self.indexAt(event.position().toPoint()), paths)

    def _over(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._mark(self.indexAt(event.position().toPoint()))
        else:
            event.ignore()

    def _mark(self, target: QModelIndex | None) -> None:
        if target != self._target:
            self._target = target
            self.viewport().update()

    def paintEvent(self, event: Any) -> None:
        super().paintEvent(event)
        if self._target is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 2))
        box = self.visualRect(self._target) if self._target.isValid() else self.viewport().rect()
        painter.drawRoundedRect(box.adjusted(3, 2, -3, -2), 4, 4)
