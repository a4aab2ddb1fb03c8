"""The window: projects on the left, photos in the middle, the selected one on the right, jobs below.

It is shown before the library is open; `attach` brings it to life. What it remembers is in `Memory`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from pixsort_desktop.library.filters import NO_FILTER
from pixsort_desktop.library.records import Job
from pixsort_desktop.settings import Settings
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import photo_tile, theme
from pixsort_desktop.views.board.granularity_desk import GranularityDesk
from pixsort_desktop.views.browsing import Browsing
from pixsort_desktop.views.clocks import Clocks
from pixsort_desktop.views.column_chooser import ColumnChooser
from pixsort_desktop.views.culling import Culling
from pixsort_desktop.views.file_desk import FileDesk
from pixsort_desktop.views.first_use import built_of, first_use
from pixsort_desktop.views.framing import Framing
from pixsort_desktop.views.job_bar import JobBar
from pixsort_desktop.views.job_centre import JobCentre, JobFunctions
from pixsort_desktop.views.judging import Judging
from pixsort_desktop.views.keys.caps_lock import CapsLock
from pixsort_desktop.views.keys.keymap import Keymap, use
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.inspector import InspectionFunctions
from pixsort_desktop.views.loupe.overlays import Overlays
from pixsort_desktop.views.meaning.words_desk import WordsDesk
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.newcomers import Newcomers
from pixsort_desktop.views.organiser import Organiser
from pixsort_desktop.views.photo_panel import PhotoPanel
from pixsort_desktop.views.photo_views import PhotoViews
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.project_desk import ProjectDesk
from pixsort_desktop.views.project_list import ProjectList
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.sidecar_desk import SidecarDesk, SidecarFunctions
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.ways_in.drop_area import DropArea
from pixsort_desktop.views.ways_in.intake import Intake
from pixsort_desktop.views.whole_screen import leaving_first
from pixsort_desktop.views.window_actions import SidecarHandlers, WindowActions
from pixsort_desktop.views.window_handlers import window_handlers
from pixsort_desktop.views.window_parts import WindowParts

if TYPE_CHECKING:
    from pixsort_desktop.views.activity_panel import ActivityPanel
    from pixsort_desktop.views.grouping_panel import GroupingPanel
    from pixsort_desktop.views.keys.overlay import KeyOverlay
    from pixsort_desktop.views.map.desk import MapDesk
    from pixsort_desktop.views.meaning.prompts_desk import PromptsDesk
    from pixsort_desktop.views.relatives_desk import RelativesDesk

SAVE_MS = 5000


class Desk(Protocol):
    """Works in the background until it is closed."""

    def close(self) -> None: ...
    def wait(self, seconds: float) -> bool: ...


class MainWindow(QMainWindow):
    closing = Signal()
    settings_wanted = Signal()

    def __init__(
        self,
        session: Session,
        centre: JobCentre,
        loader: ThumbnailLoader,
        frames: Frames,
        settings: Settings,
        inspection: InspectionFunctions,
    ) -> None:
        super().__init__()
        self.session, self.centre, self.loader, self.frames = session, centre, loader, frames
        self.memory = Memory(settings)
        photo_tile.set_density(self.memory.density)
        self.keymap = use(Keymap(settings, self))
        self.caps_lock = CapsLock(self)
        self.overlays = Overlays(frames, inspection, self.memory, self)
        self._jobs: list[Job] = []  # the newest first
        self._greeted = False  # the keyboard goes to the photos once, when the first ones are shown
        self.setWindowTitle("PixSort")
        self._build(loader, frames)
        self.newcomers = Newcomers(session, self.area)
        self.words = WordsDesk(
            session, self.centre, self.area, self.panel, lambda: self.grouping, self.messages, self
        )
        self.framing = Framing(session, self.area.chosen_ids, self.messages)
        self.organiser = Organiser(session, self.board, self.grid, self.messages, self.chooser, self.framing)
        self.intake = Intake(session, centre, self.organiser, self.messages, self)
        self.project_desk = ProjectDesk(
            session, self.projects, self.area, self.organiser, self.intake, self.clocks, self.memory, self
        )
        self.sidecars = SidecarDesk(session, centre, self.messages, self)
        self.granularity = GranularityDesk(
            session, self.area, self.messages, self.intake.group, loader, self.memory
        )
        self.files = FileDesk(session, centre, self.area, self.messages, settings, self)
        self.judging = Judging(session, self.area, lambda: self.caps_lock.on or self.memory.go_on)
        self.actions_ = WindowActions(
            self,
            leaving_first(window_handlers(self), self.area.loupe.leave_whole_screen),
            self.keymap,
            advancing=self.judging.advancing(),
        )
        self.actions_.add_looks(self, self.set_theme, self.set_text_size, self.set_density)
        self.overlays.steadied.connect(self.board.glide.set_steady)
        self.overlays.tick(self.actions_.actions)
        self._lay_out()
        self._connect()
        self._restore()
        self._show_middle()
        self._saving = QTimer(self)  # what is remembered survives a kill, too
        self._saving.timeout.connect(self._save)
        self._saving.start(SAVE_MS)

    def _build(self, loader: ThumbnailLoader, frames: Frames) -> None:
        self.projects = ProjectList()
        self.area = PhotosArea(self.session, loader, frames, self.memory)
        self.grid, self.board, self.messages = self.area.grid, self.area.board, self.area.messages
        self.overlays.lie_over(self.area.loupe.stage)
        self.panel = PhotoPanel(loader, frames)
        self.job_bar = JobBar()
        self.parts = WindowParts(self.projects, self.area, self.panel, self.job_bar, self)
        self.chooser = ColumnChooser(self)
        self.browsing = Browsing(self.session, self.area, self.chooser, self.memory)
        self.culling = Culling(self.session, self.area, self.messages, loader, self)
        self.clocks = Clocks(self.session, self.area, self.messages, self)

    def _lay_out(self) -> None:
        self.setCentralWidget(self.parts)
        self.drops = DropArea(self, self.area.stack, self.project_desk.drop_promise)

    def _connect(self) -> None:
        session, centre = self.session, self.centre
        session.snapshot_changed.connect(self._show_snapshot)
        session.undo_changed.connect(self.actions_.show_undo)
        session.jobs_changed.connect(self._show_jobs)
        session.photos_changed.connect(self._photos_changed)
        session.failed.connect(self.messages.warn)
        session.told.connect(self.messages.tell)
        session.leaving.connect(self.parts.finish_with_project)
        centre.progressed.connect(self.job_bar.show_job)
        centre.idle.connect(self._jobs_ended)
        self.chooser.left.connect(self.area.focus_photos)
        self.job_bar.cancel_wanted.connect(centre.cancel)
        self.job_bar.activity_wanted.connect(self.parts.toggle_activity)
        WindowParts.activity.then(self.parts, self._serve_activity)
        self.panel.retry_wanted.connect(self.intake.retry)
        self.intake.first_photos.connect(lambda: self.area.show_view("grid"))
        self.intake.failures_wanted.connect(self.area.loupe.leave_whole_screen)
        self.intake.failures_wanted.connect(self.parts.show_activity)
        self.intake.grouped.connect(self._grouped)
        self.drops.dropped.connect(lambda paths: self.intake.add(session.project_id, paths))
        self.area.toolbar.grouping_wanted.connect(self.toggle_grouping)
        self.area.empty.chosen.connect(self._empty_choice)
        self.area.selected.connect(self.panel.show_photos)
        self.area.large_changed.connect(lambda _: self.memory.note_window(self, self.parts.splitter))
        self.area.large_changed.connect(self.parts.make_room)
        self.organiser.open_wanted.connect(self.area.open_loupe)
        self.organiser.clock_wanted.connect(self.clocks.ask)
        self.organiser.files_wanted.connect(self.files.begin)
        self.area.flag_wanted.connect(lambda flag: self.actions_.actions[flag].trigger())
        self.panel.opened.connect(self.area.open_loupe)
        self.words.bar.pin_wanted.connect(lambda: self.prompts.pin())
        self.organiser.column_menu_filling.connect(
            lambda menu, group_id: self.relatives.fill_column_menu(menu, group_id)
        )
        self.organiser.photos_menu_filling.connect(
            lambda menu, ids: self.relatives.fill_photos_menu(menu, ids)
        )
        PhotoViews.map.then(
            self.area.views, lambda view: view.came_into_use.connect(lambda: self.map.come_into_use())
        )

    # -- what is built at its first use ----------------------------------------------------------------

    @first_use
    def map(self) -> MapDesk:
        from pixsort_desktop.views.map.desk import MapDesk

        return MapDesk(self.session, self.centre, self.area.map, self.organiser, self.messages, self.memory)

    @first_use
    def prompts(self) -> PromptsDesk:
        from pixsort_desktop.views.meaning.prompts_desk import PromptsDesk

        return PromptsDesk(self.session, self.area, self.words, self.messages, self)

    @first_use
    def relatives(self) -> RelativesDesk:
        from pixsort_desktop.views.relatives_desk import RelativesDesk

        return RelativesDesk(self.session, self.area, self.messages, self.loader)

    @first_use
    def grouping(self) -> GroupingPanel:
        from pixsort_desktop.views.grouping_panel import GroupingPanel

        panel = GroupingPanel(self.parts)
        panel.group_wanted.connect(
            lambda p: self.intake.group(self.session.project_id, {**p, "granularity": self.granularity.value})
        )
        panel.left.connect(self.area.focus_photos)
        if (project := self.session.snapshot.project) is not None:
            panel.show_parameters(project.grouping)
        self.words.serve(panel)
        return panel

    @first_use
    def keys(self) -> KeyOverlay:
        from pixsort_desktop.views.keys.overlay import KeyOverlay

        overlay = KeyOverlay(self.parts, self.keymap)
        overlay.change_wanted.connect(self.change_keys)
        overlay.left.connect(self.area.focus_photos)
        return overlay

    def _serve_activity(self, activity: ActivityPanel) -> None:
        activity.retry_wanted.connect(self.intake.retry)
        activity.photo_chosen.connect(self.area.reveal)
        activity.show_failed(self.session.snapshot.failed)
        activity.show_jobs(self._jobs, self.session.projects)

    def desks(self) -> list[Desk]:
        """What works in the background: all that were built."""
        later: list[Desk] = built_of(self, MainWindow.map, MainWindow.prompts, MainWindow.relatives)
        return [self.overlays, self.words, self.granularity, *later]

    # -- the library comes, or does not ----------------------------------------------------------------

    def attach(self, jobs: JobFunctions, sidecars: SidecarFunctions) -> None:
        """The session has its library."""
        session, desk = self.session, self.sidecars
        self.intake.attach(jobs)
        desk.attach(sidecars)
        does = SidecarHandlers(
            lambda profile: desk.write(session.project_id, profile),
            lambda on: desk.set_keywords(session.project_id, on),
            lambda: desk.read(session.project_id),
            lambda: desk.ask_jpegs(session.project_id),
        )
        self.actions_.add_sidecars(sidecars.profiles, does)
        if self.actions_.keywords is not None:
            desk.keywords_changed.connect(self.actions_.keywords.setChecked)

    def show_trouble(self, sentence: str) -> None:
        """The library cannot be opened: say so in place of the photos."""
        self.area.trouble = sentence
        self._show_middle()

    # -- showing ---------------------------------------------------------------------------------------

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self.area.show_snapshot(snapshot)
        self.job_bar.show_failed(len(snapshot.failed))
        if (activity := WindowParts.activity.built(self.parts)) is not None:
            activity.show_failed(snapshot.failed)
        project = snapshot.project
        self.setWindowTitle(f"{project.name} – PixSort" if project else "PixSort")
        grouping = MainWindow.grouping.built(self)
        if project is not None and grouping is not None and not grouping.isVisible():
            grouping.show_parameters(project.grouping)
        self._show_middle()
        self.granularity.show_snapshot(snapshot)
        prompts = self.prompts if snapshot.prompts else MainWindow.prompts.built(self)
        if prompts is not None:
            prompts.show_snapshot(snapshot)
        self.area.tell_selection_soon()
        if project is not None and not self._greeted:
            self._greeted = True
            self.parts.greet()

    def _show_middle(self) -> None:
        self.area.show_page(busy=self.centre.busy)

    def _show_jobs(self, jobs: list[Job]) -> None:
        self._jobs = jobs
        if (activity := WindowParts.activity.built(self.parts)) is not None:
            activity.show_jobs(jobs, self.session.projects)

    def _jobs_ended(self) -> None:
        self.job_bar.rest()
        self._show_middle()

    def _photos_changed(self, ids: frozenset[int]) -> None:
        photos = self.session.snapshot.photos
        self.loader.refresh(p.sha256 for i in ids if (p := photos.get(i)) is not None and p.sha256)

    def _grouped(self, project_id: int) -> None:
        """Columns are what was asked for: show them."""
        if project_id == self.session.project_id:
            self.area.show_view("board")

    def _empty_choice(self, identifier: str) -> None:
        if identifier == "clear_search":
            self.area.toolbar.search.clear()
        elif identifier == "clear_filter":
            self.session.set_filter(NO_FILTER)
            self.area.focus_photos()
        else:
            desk = self.project_desk
            {"add_folder": desk.add_folder, "add_photos": desk.add_photos, "quit": self.close}[identifier]()

    # -- looks -----------------------------------------------------------------------------------------

    def set_theme(self, name: str) -> None:
        self.memory.theme = name
        self._dress()

    def set_text_size(self, percent: int) -> None:
        self.memory.text_size = percent
        self._dress()

    def set_density(self, name: str) -> None:
        self.memory.density = name
        photo_tile.set_density(name)
        self.area.refresh_looks()

    def _dress(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, self.memory.theme, self.memory.text_size)
        self.projects.refresh_icons()
        if (activity := WindowParts.activity.built(self.parts)) is not None:
            activity.refresh_icons()
        self.area.refresh_looks()
        self.granularity.refresh_looks()
        self.overlays.refresh_looks()
        self.browsing.refresh_looks()
        self.parts.keep_readable()

    def _restore(self) -> None:
        self.actions_.themes[self.memory.theme].setChecked(True)
        self.actions_.text_sizes[self.memory.text_size].setChecked(True)
        self.actions_.densities[self.memory.density].setChecked(True)
        self.actions_.actions["go_on"].setChecked(self.memory.go_on)
        self.parts.keep_readable()
        self.memory.restore_window(self, self.parts.splitter)

    # -- panels and focus ------------------------------------------------------------------------------

    def toggle_grouping(self) -> None:
        if self.grouping.isVisible():
            self.grouping.leave()
        else:
            self.grouping.open_below(self.area.toolbar.group)

    def keys_wanted(self) -> None:
        self.keys.toggle()
        if not self.keys.isVisible():
            self.area.focus_photos()

    def change_keys(self) -> None:
        """The dialog where keys are changed."""
        from pixsort_desktop.views.keys.dialog import KeyDialog

        dialog = KeyDialog(self.keymap, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self.area.focus_photos)
        dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.area.toolbar.search.hasFocus():
            self.area.toolbar.search.clear()
            self.area.focus_photos()
        else:
            super().keyPressEvent(event)

    # -- the end ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (grouping := MainWindow.grouping.built(self)) is not None:
            grouping.hide()

    def _save(self) -> None:
        self.project_desk.remember_place()
        self.memory.note_window(self, self.parts.splitter)
        self.memory.save()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.area.loupe.leave_whole_screen()
        self._save()
        event.accept()
        self.closing.emit()
