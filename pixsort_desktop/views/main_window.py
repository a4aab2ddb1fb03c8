"""The window: projects on the left, photos in the middle, the selected one on the right, jobs below.

It is shown before the library is open; `attach` brings it to life. What it remembers is in `Memory`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from pixsort_desktop.library.filters import NO_FILTER
from pixsort_desktop.library.records import Job
from pixsort_desktop.settings import Settings
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import photo_tile, theme
from pixsort_desktop.views.activity_panel import ActivityPanel
from pixsort_desktop.views.browsing import Browsing
from pixsort_desktop.views.caps_lock import CapsLock
from pixsort_desktop.views.clock_panel import ClockPanel
from pixsort_desktop.views.clocks import Clocks
from pixsort_desktop.views.column_chooser import ColumnChooser
from pixsort_desktop.views.culling import Culling
from pixsort_desktop.views.drop_area import DropArea
from pixsort_desktop.views.file_desk import FileDesk
from pixsort_desktop.views.framing import Framing
from pixsort_desktop.views.granularity_desk import GranularityDesk
from pixsort_desktop.views.grouping_panel import GroupingPanel
from pixsort_desktop.views.intake import Intake
from pixsort_desktop.views.job_bar import JobBar
from pixsort_desktop.views.job_centre import JobCentre, JobFunctions, JobView
from pixsort_desktop.views.judging import Judging
from pixsort_desktop.views.keep_panel import KeepPanel
from pixsort_desktop.views.key_overlay import KeyOverlay
from pixsort_desktop.views.keymap import Keymap, use
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.inspector import InspectionFunctions
from pixsort_desktop.views.loupe.overlays import Overlays
from pixsort_desktop.views.map.desk import MapDesk
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.newcomers import Newcomers
from pixsort_desktop.views.organiser import Organiser
from pixsort_desktop.views.photo_panel import PhotoPanel
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.project_desk import ProjectDesk
from pixsort_desktop.views.project_list import ProjectList
from pixsort_desktop.views.prompts_desk import PromptsDesk
from pixsort_desktop.views.relatives_desk import RelativesDesk
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.sidecar_desk import SidecarDesk, SidecarFunctions
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.whole_screen import leaving_first
from pixsort_desktop.views.window_actions import SidecarHandlers, WindowActions
from pixsort_desktop.views.window_parts import WindowParts
from pixsort_desktop.views.words_desk import WordsDesk

SAVE_MS = 5000


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
        self._greeted = False  # the keyboard goes to the photos once, when the first ones are shown
        self.setWindowTitle("PixSort")
        self._build(loader, frames)
        self.newcomers = Newcomers(session, self.area)
        self.words = WordsDesk(
            session, self.centre, self.area, self.panel, self.grouping, self.messages, self
        )
        self.prompts = PromptsDesk(session, self.area, self.words, self.messages, self)
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
        self.relatives = RelativesDesk(session, self.area, self.organiser, self.messages, loader)
        self.map = MapDesk(session, centre, self.area.map, self.organiser, self.messages, self.memory)
        self.files = FileDesk(session, centre, self.area, self.messages, settings, self)
        self.judging = Judging(session, self.area, lambda: self.caps_lock.on or self.memory.go_on)
        self.actions_ = WindowActions(
            self,
            leaving_first(self._handlers(), self.area.loupe.leave_whole_screen),
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
        self.activity = ActivityPanel()
        self.job_bar = JobBar()
        self.parts = WindowParts(self.projects, self.area, self.panel, self.activity, self.job_bar)
        self.grouping = GroupingPanel(self.parts)
        self.chooser = ColumnChooser(self)
        self.keep = KeepPanel(loader, self)
        self.browsing = Browsing(self.session, self.area, self.chooser, self.memory)
        self.culling = Culling(self.session, self.area, self.keep, self.messages)
        self.clock = ClockPanel(self)
        self.clocks = Clocks(self.session, self.area, self.clock, self.messages)

    def _lay_out(self) -> None:
        self.setCentralWidget(self.parts)
        self.keys = KeyOverlay(self.parts, self.keymap)
        self.drops = DropArea(self, self.area.stack, self.project_desk.drop_promise)

    def _connect(self) -> None:
        session, centre = self.session, self.centre
        session.snapshot_changed.connect(self._show_snapshot)
        session.undo_changed.connect(self.actions_.show_undo)
        session.jobs_changed.connect(self._show_jobs)
        session.photos_changed.connect(self._photos_changed)
        session.failed.connect(self.messages.warn)
        session.told.connect(self.messages.tell)
        session.leaving.connect(self.parts.finish_typing)
        centre.progressed.connect(self._show_progress)
        centre.idle.connect(self._jobs_ended)
        self.chooser.left.connect(self.area.focus_photos)
        self.job_bar.cancel_wanted.connect(centre.cancel)
        self.job_bar.activity_wanted.connect(self.parts.toggle_activity)
        self.activity.closed.connect(self.parts.toggle_activity)
        self.activity.retry_wanted.connect(self.intake.retry)
        self.activity.photo_chosen.connect(self.area.reveal)
        self.panel.retry_wanted.connect(self.intake.retry)
        self.intake.first_photos.connect(lambda: self.area.show_view("grid"))
        self.intake.failures_wanted.connect(self.area.loupe.leave_whole_screen)
        self.intake.failures_wanted.connect(self.parts.show_activity)
        self.intake.grouped.connect(self._grouped)
        self.drops.dropped.connect(lambda paths: self.intake.add(session.project_id, paths))
        self.area.toolbar.grouping_wanted.connect(self.toggle_grouping)
        self.grouping.group_wanted.connect(
            lambda p: self.intake.group(session.project_id, {**p, "granularity": self.granularity.value})
        )
        self.area.empty.chosen.connect(self._empty_choice)
        self.area.selected.connect(self.panel.show_photos)
        self.area.large_changed.connect(lambda _: self.memory.note_window(self, self.parts.splitter))
        self.area.large_changed.connect(self.parts.make_room)
        self.organiser.open_wanted.connect(self.area.open_loupe)
        self.organiser.clock_wanted.connect(self.clocks.ask)
        self.organiser.files_wanted.connect(self.files.begin)
        self.area.compare.flag_wanted.connect(lambda flag: self.actions_.actions[flag].trigger())
        self.keys.change_wanted.connect(self.change_keys)
        for popover in (self.keys, self.grouping):
            popover.left.connect(self.area.focus_photos)
        self.panel.opened.connect(self.area.open_loupe)

    def _handlers(self) -> dict[str, Callable[[], None]]:
        area, board, organiser, desk = self.area, self.board, self.organiser, self.project_desk
        return {
            "add_photos": desk.add_photos,
            "add_folder": desk.add_folder,
            "select_all": lambda: area.shown.select_all(),
            "find": self.area.toolbar.begin_search,
            "undo": self.session.undo,
            "redo": self.session.redo,
            "split_off": lambda: organiser.split_off(area.chosen_ids()),
            "move_to": lambda: organiser.choose_column_for(area.chosen_ids()),
            "rename": self._rename,
            "merge": lambda: organiser.choose_merge(board.current_group()),
            "lock": lambda: organiser.toggle_lock(board.current_group()),
            "column_left": lambda: self.prompts.shift(-1, organiser.shift_column),
            "column_right": lambda: self.prompts.shift(1, organiser.shift_column),
            "group_again": lambda: self.intake.group(self.session.project_id, None),
            **self.granularity.handlers(),
            **self.relatives.handlers(),
            **self.judging.handlers(),
            "go_on": lambda: setattr(self.memory, "go_on", self.actions_.actions["go_on"].isChecked()),
            **self.culling.handlers(),
            **self.clocks.handlers(),
            **self.words.handlers(),
            **self.prompts.handlers(),
            **self.framing.handlers(),
            **self.files.handlers(),
            **self.browsing.handlers(),
            "write_sidecars": lambda: self.sidecars.write(self.session.project_id),
            "write_captions": lambda: self.sidecars.write(self.session.project_id, captions=True),
            "new_project": desk.new,
            "board": lambda: area.show_view("board"),
            "grid": lambda: area.show_view("grid"),
            "map": lambda: area.show_view("map"),
            "larger": lambda: area.zoom(1),
            "smaller": lambda: area.zoom(-1),
            "loupe": area.toggle_loupe,
            "compare": lambda: area.toggle_side_by_side(two=True),
            "survey": lambda: area.toggle_side_by_side(two=False),
            "zoom": area.toggle_zoom,
            "develop": lambda: area.when_loupe(area.loupe.toggle_developed),
            "info": lambda: area.when_loupe(area.loupe.cycle_info),
            "whole_screen": lambda: area.when_loupe(area.loupe.toggle_whole_screen),
            "filmstrip": lambda: area.when_loupe(area.loupe.toggle_filmstrip),
            **self.overlays.handlers(area.when_loupe),
            "activity": self.parts.toggle_activity,
            "next_part": self.parts.next_part,
            "settings": self.settings_wanted.emit,
            "keys": self.keys_wanted,
            "change_keys": self.change_keys,
            "quit": self.quit,
        }

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
        failed = [p for i in snapshot.order if (p := snapshot.photos[i]).status == "failed"]
        self.activity.show_failed(failed)
        self.job_bar.show_failed(len(failed))
        project = snapshot.project
        self.setWindowTitle(f"{project.name} – PixSort" if project else "PixSort")
        if project is not None and not self.grouping.isVisible():
            self.grouping.show_parameters(project.grouping)
        self._show_middle()
        self.granularity.show_snapshot(snapshot)
        self.prompts.show_snapshot(snapshot)
        self.area.tell_selection_soon()
        if project is not None and not self._greeted:
            self._greeted = True
            self.area.focus_photos()

    def _show_middle(self) -> None:
        self.area.show_page(busy=self.centre.busy)

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
        self.activity.refresh_icons()
        self.area.refresh_looks()
        self.granularity.refresh_looks()
        self.overlays.refresh_looks()
        self.browsing.bar.refresh_icons()
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
        from pixsort_desktop.views.key_dialog import KeyDialog

        dialog = KeyDialog(self.keymap, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self.area.focus_photos)
        dialog.open()

    def _rename(self) -> None:
        """What has the keyboard: the project in the list, else the column."""
        group = self.board.current_group() if self.area.view == "board" else None
        project_id = self.projects.current_id()
        if self.projects.list.hasFocus() and project_id is not None:
            self.projects.edit(project_id)
        elif group is not None:
            if self.area.large:  # a label is edited where it is seen
                self.area.close_large()
            self.board.edit_label(group)
        else:
            self.messages.tell("Go to the column or the project that should be renamed.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.area.toolbar.search.hasFocus():
            self.area.toolbar.search.clear()
            self.area.focus_photos()
        else:
            super().keyPressEvent(event)

    # -- the end ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.grouping.hide()

    def quit(self) -> None:
        self.close()

    def _save(self) -> None:
        self.project_desk.remember_place()
        self.memory.note_window(self, self.parts.splitter)
        self.memory.save()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.area.loupe.leave_whole_screen()
        self._save()
        event.accept()
        self.closing.emit()
