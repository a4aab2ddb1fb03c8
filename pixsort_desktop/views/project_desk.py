"""Projects of the window: opened, begun, filled by choosing files, and the menu of each in the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from pixsort_desktop.library.records import Project
from pixsort_desktop.views import words
from pixsort_desktop.views.clocks import Clocks
from pixsort_desktop.views.file_chooser import choose_folder, choose_photos
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.organiser import Organiser
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.project_list import ProjectList
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.ways_in.intake import Intake


class ProjectDesk(QObject):
    """Turns what is done with the list of projects into wishes of the session and of those who change the library."""

    def __init__(
        self,
        session: Session,
        projects: ProjectList,
        area: PhotosArea,
        organiser: Organiser,
        intake: Intake,
        clocks: Clocks,
        memory: Memory,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._projects, self._area = session, projects, area
        self._organiser, self._intake, self._clocks = organiser, intake, clocks
        self._memory, self._window = memory, window
        self._fresh = True  # nothing has been chosen yet: begin with the newest project
        session.projects_changed.connect(self._show)
        intake.project_opened.connect(self.open)
        projects.chosen.connect(self.open)
        projects.new_wanted.connect(self.new)
        projects.rename_wanted.connect(organiser.rename_project)
        projects.delete_wanted.connect(organiser.delete_project)
        projects.paths_dropped.connect(intake.add)
        projects.menu_wanted.connect(self.show_menu)

    def _show(self, projects: list[Project]) -> None:
        new = self._memory.new_photos(projects, self._session.project_id)
        self._projects.show_projects(projects, new, self._session.project_id)
        if self._fresh and projects:
            self._fresh = False
            if self._session.project_id is None:
                self.open(projects[-1].id)

    def open(self, project_id: int) -> None:
        """Show a project; where one was in the one before is remembered."""
        self.remember_place()
        self._area.toolbar.clear_search()
        self._session.open_project(project_id)
        self._memory.project = project_id

    def remember_place(self) -> None:
        """How far the project on show is scrolled."""
        project = self._session.snapshot.project
        if project is not None:
            self._memory.note_scroll(project.id, self._area.grid, self._area.board)

    def new(self) -> None:
        """A project without photos, whose name is edited at once."""

        def made(project: Project) -> None:
            self.open(project.id)
            self._edit_when_there(project.id)

        self._organiser.create_project("New project", made)

    def _edit_when_there(self, project_id: int) -> None:
        """The row comes with the next reading of the library."""
        if self._projects.model.index_of(project_id).isValid():
            self._projects.edit(project_id)
            return

        def arrived(_projects: list[Project]) -> None:
            if self._projects.model.index_of(project_id).isValid():
                self._session.projects_changed.disconnect(arrived)
                self._projects.edit(project_id)

        self._session.projects_changed.connect(arrived)

    def show_menu(self, project_id: int, at: QPoint) -> None:
        """The menu of a project; `at` is global."""
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Rename", lambda: self._projects.edit(project_id))
        if project_id == self._session.project_id:
            menu.addAction("Camera clocks …", lambda: self._clocks.ask([]))
        menu.addAction("Delete project", lambda: self._organiser.delete_project(project_id))
        menu.popup(at)

    def add_photos(self) -> None:
        """Choose files for the open project, or for a new one."""
        choose_photos(self._window, self._memory.last_folder, self._files_chosen)

    def add_folder(self) -> None:
        """Choose folders for the open project, or for a new one."""
        choose_folder(self._window, self._memory.last_folder, self._files_chosen)

    def _files_chosen(self, paths: Sequence[str]) -> None:
        self._memory.note_folder(paths)
        self._intake.add(self._session.project_id, list(paths))

    def drop_promise(self) -> str:
        """What dropping files anywhere would do; nothing while the library cannot be used."""
        if self._area.trouble:
            return ""
        project = self._session.snapshot.project
        return f"Add to «{words.short(words.shown(project.name))}»" if project else "Begin a new project"
