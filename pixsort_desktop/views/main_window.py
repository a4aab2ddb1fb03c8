"""The window: projects on the left, photos in the middle, the selected one on the right, jobs below.

It is shown before the library is open; `attach` brings it to life. What it remembers is in `Memory`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.library.records import Job, Photo, Project
from pixsort_desktop.settings import Settings
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.activity_panel import ActivityPanel
from pixsort_desktop.views.board_drop import DropMarker
from pixsort_desktop.views.column_chooser import ColumnChooser
from pixsort_desktop.views.empty_state import EmptyState
from pixsort_desktop.views.group_board import GroupBoard
from pixsort_desktop.views.grouping_panel import GroupingPanel
from pixsort_desktop.views.intake import Intake
from pixsort_desktop.views.job_bar import JobBar
from pixsort_desktop.views.job_centre import JobCentre, JobFunctions, JobView
from pixsort_desktop.views.key_overlay import KeyOverlay
from pixsort_desktop.views.loupe import Loupe
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.middle import empty_words
from pixsort_desktop.views.mime import paths_from_mime
from pixsort_desktop.views.organiser import Organiser
from pixsort_desktop.views.photo_grid import PhotoGrid
from pixsort_desktop.views.photo_panel import PhotoPanel
from pixsort_desktop.views.picture import Previews
from pixsort_desktop.views.project_list import ProjectList
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.toolbar import Toolbar
from pixsort_desktop.views.window_actions import WindowActions


class MainWindow(QMainWindow):
    closing = Signal()

    def __init__(
        self,
        session: Session,
        centre: JobCentre,
        loader: ThumbnailLoader,
        previews: Previews,
        settings: Settings,
    ) -> None:
        super().__init__()
        self.session, self.centre, self.loader = session, centre, loader
        self.memory = Memory(settings)
        self.view = self.memory.view
        self.trouble = ""
        self._loupe_open = False
        self._fresh = True      # nothing has been chosen yet: begin with the newest project
        self.setWindowTitle("PixSort")
        self.setAcceptDrops(True)
        self._build(loader, previews)
        self.organiser = Organiser(session, self.board, self.grid, self.messages, self.chooser)
        self.intake = Intake(session, centre, self.organiser, self.messages, self)
        self.actions_ = WindowActions(self, self._handlers())
        self.actions_.add_looks(self, self.set_theme, self.set_text_size)
        self._lay_out()
        self._connect()
        self._restore()
        self._show_middle()

    def _build(self, loader: ThumbnailLoader, previews: Previews) -> None:
        self.projects = ProjectList()
        self.toolbar = Toolbar()
        self.empty = EmptyState()
        self.grid = PhotoGrid(loader)
        self.board = GroupBoard(loader)
        self.loupe = Loupe(loader, previews)
        self.panel = PhotoPanel(loader, previews)
        self.activity = ActivityPanel()
        self.job_bar = JobBar()
        self.chooser = ColumnChooser(self)
        self.middle = QStackedWidget()
        self.messages = MessageBar(self.middle)
        for page in (self.empty, self.grid, self.board, self.loupe):
            self.middle.addWidget(page)

    def _lay_out(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.toolbar, 0), (self.middle, 1)):
            column.addWidget(widget, stretch)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for place, (widget, stretch) in enumerate(((self.projects, 0), (centre, 1), (self.panel, 0))):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(place, stretch)
        self.splitter.setHandleWidth(3)
        self.splitter.setChildrenCollapsible(False)
        self.lower = QSplitter(Qt.Orientation.Vertical)
        self.lower.addWidget(self.splitter)
        self.lower.addWidget(self.activity)
        self.lower.setStretchFactor(0, 1)
        self.lower.setHandleWidth(3)
        self.lower.setChildrenCollapsible(False)
        self.activity.hide()
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.lower, 1)
        rows.addWidget(self.job_bar)
        self.setCentralWidget(whole)
        self.grouping = GroupingPanel(whole)
        self.keys = KeyOverlay(whole)
        self.marker = DropMarker(self.middle)

    def _connect(self) -> None:
        session, centre = self.session, self.centre
        session.projects_changed.connect(self._show_projects)
        session.snapshot_changed.connect(self._show_snapshot)
        session.undo_changed.connect(self.actions_.show_undo)
        session.jobs_changed.connect(self._show_jobs)
        session.photos_changed.connect(self._photos_changed)
        session.failed.connect(self.messages.warn)
        session.told.connect(self.messages.tell)
        centre.progressed.connect(self._show_progress)
        centre.idle.connect(self._jobs_ended)
        self.job_bar.cancel_wanted.connect(centre.cancel)
        self.job_bar.activity_wanted.connect(self.toggle_activity)
        self.activity.closed.connect(self.toggle_activity)
        self.activity.retry_wanted.connect(self.intake.retry)
        self.activity.photo_chosen.connect(self._reveal)
        self.panel.retry_wanted.connect(self.intake.retry)
        self.intake.project_opened.connect(self.open_project)
        self.intake.failures_wanted.connect(lambda: self.activity.isVisible() or self.toggle_activity())
        self.intake.grouped.connect(self._grouped)
        self.projects.chosen.connect(self.open_project)
        self.projects.new_wanted.connect(self.new_project)
        self.projects.rename_wanted.connect(self.organiser.rename_project)
        self.projects.delete_wanted.connect(self.organiser.delete_project)
        self.projects.paths_dropped.connect(self.intake.add)
        self.projects.menu_wanted.connect(self._project_menu)
        self.toolbar.view_wanted.connect(self.show_view)
        self.toolbar.edge_wanted.connect(self.set_edge)
        self.toolbar.grouping_wanted.connect(self.toggle_grouping)
        self.toolbar.search_changed.connect(session.search)
        self.grouping.group_wanted.connect(lambda p: self.intake.group(session.project_id, p))
        self.empty.chosen.connect(self._empty_choice)
        for view in (self.grid, self.board):
            view.opened.connect(self.open_loupe)
            view.selection_changed.connect(self._selection_changed)
        self.organiser.open_wanted.connect(self.open_loupe)
        self.panel.opened.connect(self.open_loupe)
        self.loupe.closed.connect(self.close_loupe)
        self.loupe.step_wanted.connect(self._step)

    def _handlers(self) -> dict[str, object]:
        board, organiser = self.board, self.organiser
        return {
            "add_photos": self.add_photos,
            "add_folder": self.add_folder,
            "select_all": lambda: board.select_all() if self.view == "board" else self.grid.selectAll(),
            "find": self._find,
            "undo": self.session.undo,
            "redo": self.session.redo,
            "split_off": lambda: organiser.split_off(self.selected_ids()),
            "move_to": lambda: organiser.choose_column_for(self.selected_ids()),
            "rename": self._rename,
            "merge": lambda: organiser.choose_merge(board.focused_group()),
            "column_left": lambda: organiser.shift_column(board.focused_group(), -1),
            "column_right": lambda: organiser.shift_column(board.focused_group(), 1),
            "group_again": lambda: self.intake.group(self.session.project_id, None),
            "new_project": self.new_project,
            "board": lambda: self.show_view("board"),
            "grid": lambda: self.show_view("grid"),
            "larger": lambda: self.toolbar.step_size(1),
            "smaller": lambda: self.toolbar.step_size(-1),
            "activity": self.toggle_activity,
            "next_part": self._next_part,
            "keys": self.keys_wanted,
            "quit": self.close,
        }

    # -- the library comes, or does not ----------------------------------------------------------------

    def attach(self, jobs: JobFunctions) -> None:
        """The session has its library."""
        self.intake.attach(jobs)

    def show_trouble(self, sentence: str) -> None:
        """The library cannot be opened: say so in place of the photos."""
        self.trouble = sentence
        self._show_middle()

    # -- showing ---------------------------------------------------------------------------------------

    def _show_projects(self, projects: list[Project]) -> None:
        new = self.memory.new_photos(projects, self.session.project_id)
        self.projects.show_projects(projects, new, self.session.project_id)
        if self._fresh and projects:
            self._fresh = False
            if self.session.project_id is None:
                self.open_project(projects[-1].id)

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        other = (snapshot.project.id if snapshot.project else None) != self.board.board.project_id
        self.grid.show_snapshot(snapshot)
        self.board.show_snapshot(snapshot)
        failed = [p for i in snapshot.order if (p := snapshot.photos[i]).status == "failed"]
        self.activity.show_failed(failed)
        self.job_bar.show_failed(len(failed))
        self.toolbar.summary.setText(_summary(snapshot))
        project = snapshot.project
        self.setWindowTitle(f"{project.name} – PixSort" if project else "PixSort")
        if project is not None and not self.grouping.isVisible():
            self.grouping.show_parameters(project.grouping)
        if other and project is not None:
            self.memory.restore_scroll(project.id, self.grid, self.board)
        if self._loupe_open and self._loupe_photo() is None:
            self._loupe_open = False
        self._show_middle()
        self._selection_changed()

    def _show_middle(self) -> None:
        """Photos, the large photo, or the reason why there are none."""
        busy = self.session.library is not None and self.centre.busy
        reason = empty_words(self.session, trouble=self.trouble, busy=busy)
        if reason is not None:
            self.empty.say(**reason)
            self.middle.setCurrentWidget(self.empty)
        elif self._loupe_open:
            self.middle.setCurrentWidget(self.loupe)
        else:
            self.middle.setCurrentWidget(self.board if self.view == "board" else self.grid)
        for tool in (self.toolbar.board, self.toolbar.grid, self.toolbar.group, self.toolbar.size):
            tool.setEnabled(self.session.snapshot.project is not None)

    def _show_jobs(self, jobs: list[Job]) -> None:
        self.activity.show_jobs(jobs, self.session.projects)

    def _show_progress(self, job: JobView) -> None:
        self.job_bar.show_job(job)

    def _jobs_ended(self) -> None:
        self.job_bar.rest()
        self._show_middle()

    def _photos_changed(self, ids: frozenset[int]) -> None:
        photos = self.session.snapshot.photos
        self.loader.refresh(p.sha256 for i in ids if (p := photos.get(i)) is not None and p.sha256)

    def _grouped(self, project_id: int) -> None:
        """Columns are what was asked for: show them."""
        if project_id == self.session.project_id:
            self.show_view("board")

    # -- projects --------------------------------------------------------------------------------------

    def open_project(self, project_id: int) -> None:
        self._remember_place()
        self._loupe_open = False
        self.toolbar.clear_search()
        self.session.open_project(project_id)
        self.memory.project = project_id

    def new_project(self) -> None:
        """A project without photos, whose name is edited at once."""

        def made(project: Project) -> None:
            self.open_project(project.id)
            self._edit_when_there(project.id)

        self.organiser.create_project("New project", made)

    def _edit_when_there(self, project_id: int) -> None:
        """The row comes with the next reading of the library."""
        if self.projects.model.index_of(project_id).isValid():
            self.projects.edit(project_id)
            return

        def arrived(_projects: list[Project]) -> None:
            if self.projects.model.index_of(project_id).isValid():
                self.session.projects_changed.disconnect(arrived)
                self.projects.edit(project_id)

        self.session.projects_changed.connect(arrived)

    def _project_menu(self, project_id: int, at: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Rename", lambda: self.projects.edit(project_id))
        menu.addAction("Delete project", lambda: self.organiser.delete_project(project_id))
        menu.popup(at)

    def add_photos(self) -> None:
        self._choose_files(QFileDialog.FileMode.ExistingFiles, "Add photos")

    def add_folder(self) -> None:
        self._choose_files(QFileDialog.FileMode.Directory, "Add a folder of photos")

    def _choose_files(self, mode: QFileDialog.FileMode, title: str) -> None:
        dialog = QFileDialog(self, title, self.memory.last_folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(self._files_chosen)
        dialog.open()

    def _files_chosen(self, paths: Sequence[str]) -> None:
        self.memory.note_folder(paths)
        self.intake.add(self.session.project_id, list(paths))

    def _empty_choice(self, identifier: str) -> None:
        if identifier == "clear_search":
            self.toolbar.search.clear()
        else:
            {"add_folder": self.add_folder, "add_photos": self.add_photos, "quit": self.close}[identifier]()

    # -- selection and the large photo -----------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        return (self.board if self.view == "board" else self.grid).selected_ids()

    def _photo(self, photo_id: int | None) -> Photo | None:
        return self.session.snapshot.photos.get(photo_id) if photo_id is not None else None

    def _selection_changed(self) -> None:
        view = self.board if self.view == "board" else self.grid
        selected = [p for i in view.selected_ids() if (p := self._photo(i)) is not None]
        self.panel.show_photos(selected, self._photo(view.current_id()))

    def _sequence(self) -> list[int]:
        """The photos in the order in which the view shows them."""
        snapshot = self.session.snapshot
        if self.view == "board":
            return [i for column in snapshot.shown_columns for i in column.photo_ids]
        return list(snapshot.shown_order)

    def _loupe_photo(self) -> Photo | None:
        return self._photo(self.loupe.picture.photo.id) if self.loupe.picture.photo else None

    def open_loupe(self, photo_id: int) -> None:
        sequence = self._sequence()
        if photo_id not in sequence:
            return
        self._loupe_open = True
        self.loupe.show_photo(self._photo(photo_id), sequence.index(photo_id) + 1, len(sequence))
        self._show_middle()
        self.loupe.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_loupe(self) -> None:
        self._loupe_open = False
        self._show_middle()
        self._focus_photos()

    def _step(self, by: int) -> None:
        sequence, photo = self._sequence(), self.loupe.picture.photo
        if photo is None or photo.id not in sequence:
            return
        place = sequence.index(photo.id) + by
        if 0 <= place < len(sequence):
            view = self.board if self.view == "board" else self.grid
            view.select_ids([sequence[place]])
            self.open_loupe(sequence[place])

    def _reveal(self, photo_id: int) -> None:
        """Show a failed file in the grid: it stands in no column."""
        self._loupe_open = False
        self.show_view("grid")
        self.grid.select_ids([photo_id])

    # -- looks -----------------------------------------------------------------------------------------

    def show_view(self, name: str) -> None:
        """Board or grid, with the same photos selected."""
        before = self.board if self.view == "board" else self.grid
        selected, current = before.selected_ids(), before.current_id()
        changed = name != self.view
        self.view = self.memory.view = name
        self._loupe_open = False
        after = self.board if name == "board" else self.grid
        self._show_middle()
        if changed:
            after.select_ids(selected, current)
        self.toolbar.show_view(name, after.edge)
        self._selection_changed()
        self._focus_photos()

    def set_edge(self, edge: int) -> None:
        view = self.board if self.view == "board" else self.grid
        view.set_edge(edge)
        self.memory.set_edge(self.view, edge)

    def set_theme(self, name: str) -> None:
        self.memory.theme = name
        self._dress()

    def set_text_size(self, percent: int) -> None:
        self.memory.text_size = percent
        self._dress()

    def _dress(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, self.memory.theme, self.memory.text_size)
        for part in (self.projects, self.toolbar, self.messages, self.activity):
            part.refresh_icons()
        self.board.refresh_looks()
        self.grid.update_tiles()

    def _restore(self) -> None:
        self.grid.set_edge(self.memory.edge("grid"))
        self.board.set_edge(self.memory.edge("board"))
        self.toolbar.show_view(self.view, self.memory.edge(self.view))
        self.actions_.themes[self.memory.theme].setChecked(True)
        self.actions_.text_sizes[self.memory.text_size].setChecked(True)
        self.memory.restore_window(self, self.splitter)

    def _remember_place(self) -> None:
        project = self.session.snapshot.project
        if project is not None:
            self.memory.note_scroll(project.id, self.grid, self.board)

    # -- panels and focus ------------------------------------------------------------------------------

    def toggle_activity(self) -> None:
        shown = not self.activity.isVisible()
        self.activity.setVisible(shown)
        self.job_bar.activity.setChecked(shown)
        if shown:
            (self.activity.failed if self.activity.failed.isVisible() else self.activity.jobs).setFocus()
        else:
            self._focus_photos()

    def toggle_grouping(self) -> None:
        if self.grouping.isVisible():
            self.grouping.hide()
            return
        self.grouping.adjustSize()
        button = self.toolbar.group
        at = button.mapTo(self.centralWidget(), QPoint(0, button.height() + theme.UNIT // 2))
        room = self.centralWidget().width() - self.grouping.width() - theme.UNIT
        self.grouping.move(max(theme.UNIT, min(at.x(), room)), at.y())
        self.grouping.raise_()
        self.grouping.show()
        self.grouping.size.setFocus(Qt.FocusReason.PopupFocusReason)

    def keys_wanted(self) -> None:
        self.keys.toggle()
        if not self.keys.isVisible():
            self._focus_photos()

    def _find(self) -> None:
        self.toolbar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.toolbar.search.selectAll()

    def _rename(self) -> None:
        group = self.board.focused_group() if self.view == "board" else None
        project_id = self.projects.current_id()
        if group is not None:
            self.board.edit_label(group)
        elif project_id is not None:
            self.projects.edit(project_id)

    def _focus_photos(self) -> None:
        page = self.middle.currentWidget()
        if page is self.board:
            self.board.focus_photos()
        else:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _next_part(self) -> None:
        """Projects, photos, details, jobs, and round again."""
        parts = [self.projects, self.middle, self.panel] + (
            [self.activity] if self.activity.isVisible() else []
        )
        focus = QApplication.focusWidget()
        here = next((n for n, part in enumerate(parts) if focus is not None and part.isAncestorOf(focus)), -1)
        part = parts[(here + 1) % len(parts)]
        if part is self.middle:
            self._focus_photos()
        else:
            targets = {
                self.projects: self.projects.list,
                self.panel: self.panel.scroll,
                self.activity: self.activity.jobs,
            }
            targets[part].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.toolbar.search.hasFocus():
            self.toolbar.search.clear()
            self._focus_photos()
        else:
            super().keyPressEvent(event)

    # -- drops -----------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self.trouble:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            project = self.session.snapshot.project
            text = f"Add to «{words.shown(project.name)}»" if project else "Begin a new project"
            self.marker.show_at("frame", self.middle.rect(), text)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasUrls() and not self.trouble:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.marker.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.marker.hide()
        paths = paths_from_mime(event.mimeData())
        if paths and not self.trouble:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.intake.add(self.session.project_id, paths)

    # -- the end ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.grouping.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remember_place()
        self.memory.note_window(self, self.splitter)
        self.memory.save()
        event.accept()
        self.closing.emit()


def _summary(snapshot: Snapshot) -> str:
    """«57 photos in 12 columns», or what a search left of them."""
    if snapshot.project is None or not snapshot.order:
        return ""
    if snapshot.found is not None:
        return f"{len(snapshot.found):,} of {words.count(len(snapshot.order), 'photo')}"
    columns = len(snapshot.columns) - 1
    return words.count(len(snapshot.order), "photo") + (
        f" in {words.count(columns, 'column')}" if columns else ""
    )
