"""Other ways in than dropping a folder: a card, a Takeout, a watched folder; and the way back to files that moved."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from pixsort_desktop.progress import Progress
from pixsort_desktop.settings import Settings
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views import presence, words
from pixsort_desktop.views.organiser import project_name_for
from pixsort_desktop.views.session import sentence
from pixsort_desktop.views.ways_in.watch_bar import WatchBar

if TYPE_CHECKING:
    from pixsort_desktop.library.records import Project
    from pixsort_desktop.views.main_window import MainWindow
    from pixsort_desktop.views.snapshot import Snapshot
    from pixsort_desktop.views.ways_in.copy_dialog import CopyDialog

LOOK_AGAIN_S = 30.0  # a drive may have been plugged in while one worked in another program


class WaysInFunctions(NamedTuple):
    """What `app_ways_in` gives the window. All but `example` run in a worker."""

    find_cards: Callable[[], list[str]]
    example: Callable[[str], str]  # what a template makes; raises PixsortError
    plan_copy: Callable[[str, Sequence[str], str, Progress], Any]
    copy: Callable[[int, str, Sequence[str], str, Progress], Any]
    is_takeout: Callable[[Sequence[str]], bool]
    takeout: Callable[[int, Sequence[str], str | None, Progress], Any]
    find_absent: Callable[[int], Mapping[int, str]]
    locate: Callable[[int, Sequence[str], Progress], Any]
    watch: Callable[[int, str, Progress, Callable[[Any], None]], Any]
    template: str
    fields: Sequence[tuple[str, str]]


class WaysIn(QObject):
    """Menu entries, their dialogs and jobs. Watching has a thread of its own; it goes on beside other jobs."""

    _news = Signal(object)  # a watch's state, from its thread

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self.functions: WaysInFunctions | None = None
        self.runner = Runner(4, self)
        self.bar = WatchBar()
        self.dialog: CopyDialog | None = None
        self._watching: Progress | None = None
        self._looked_for: int | None = None
        self._looked_at = 0.0
        self.actions: dict[str, QAction] = {}
        self._add_menus()
        middle = window.centralWidget()
        layout = middle.layout() if middle is not None else None
        assert layout is not None
        layout.removeWidget(window.job_bar)
        layout.addWidget(self.bar)
        layout.addWidget(window.job_bar)
        self.bar.stop_wanted.connect(self.stop_watching)
        self._news.connect(self.bar.show_state)
        window.intake.other_way = self.take
        window.session.snapshot_changed.connect(self._project_shown)
        window.closing.connect(self.close)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.applicationStateChanged.connect(self._state_changed)

    def attach(self, functions: WaysInFunctions) -> None:
        """The library is open."""
        self.functions = functions
        for action in self.actions.values():
            action.setEnabled(True)
        self._project_shown(self._window.session.snapshot)

    def close(self) -> None:
        """Stop watching, and accept nothing new."""
        self.stop_watching()
        self.runner.close()
        self.runner.cancel_all()
        presence.show({})

    def wait(self, seconds: float) -> bool:
        """Whether no worker is at it any more."""
        return self.runner.wait(seconds)

    def _add_menus(self) -> None:
        file_menu, project = self._window.actions_.menu("&File"), QMenu("&Project", self._window)
        bar = self._window.menuBar()
        bar.insertMenu(self._window.actions_.menu("&View").menuAction(), project)
        quit_action = file_menu.actions()[-1]
        for name, text, menu, act in (
            ("copy", "Copy from a card …", file_menu, self.copy_from_card),
            ("takeout", "Import a Google Takeout …", file_menu, self.choose_takeout),
            ("watch", "Watch a folder …", project, self.choose_watched),
            ("stop", "Stop watching", project, self.stop_watching),
            ("locate", "Locate missing …", project, self.choose_located),
        ):
            action = QAction(text, self._window)
            action.triggered.connect(lambda *_, act=act: act())
            action.setEnabled(False)
            self.actions[name] = action
            if menu is file_menu:
                menu.insertAction(quit_action, action)
            else:
                menu.addAction(action)
        file_menu.insertSeparator(quit_action)

    # -- a card ----------------------------------------------------------------------------------------

    def copy_from_card(self) -> None:
        functions = self.functions
        if functions is None:
            return
        from pixsort_desktop.views.ways_in.copy_dialog import CopyDialog

        dialog = CopyDialog(
            self._window, self.runner, functions.plan_copy, functions.example, functions.fields
        )
        kept = self._settings.get("copy", {})
        folders = [each for each in kept.get("folders", []) if isinstance(each, str)]
        dialog.begin_with(str(kept.get("source", "")), folders, str(kept.get("template", functions.template)))
        dialog.wanted.connect(self._copy)
        dialog.destroyed.connect(self._dialog_gone)
        self.dialog = dialog
        dialog.open()
        self.runner.run(functions.find_cards, self._cards_found)

    def _dialog_gone(self) -> None:
        self.dialog = None

    def _cards_found(self, cards: list[str]) -> None:
        if self.dialog is not None:
            self.dialog.offer_cards(cards)

    def _copy(self, source: str, folders: list[str], template: str) -> None:
        self._settings.set("copy", {"source": source, "folders": folders, "template": template})
        functions = self.functions
        assert functions is not None
        self._in_project(
            project_name_for([source]),
            lambda project_id: self._window.centre.start(
                "Copy",
                lambda progress: functions.copy(project_id, source, folders, template, progress),
                lambda report: self._copied(project_id, report),
            ),
        )

    def _copied(self, project_id: int, report: Any) -> None:
        told = f"{words.count(int(report.copied), 'file')} copied and verified"
        told += f", {int(report.there):,} there already." if report.there else "."
        problems = [report.stopped, *(each.stopped for each in report.destinations)]
        if report.failed:
            problems.append(f"{words.count(len(report.failed), 'file')} failed: {report.failed[0][1]}")
        said = " ".join(problem for problem in problems if problem)
        if report.imported is not None:
            self._window.intake.imported(project_id, report.imported, told="" if said else told)
        if said:
            self._window.messages.warn(f"{told} {said}")
        elif report.imported is None:
            self._window.messages.tell(told)

    # -- a Takeout -------------------------------------------------------------------------------------

    def take(self, project_id: int | None, paths: Sequence[str], otherwise: Callable[[], None]) -> bool:
        """Dropped paths that may be a Takeout are looked at first; `otherwise` imports them as any others are."""
        functions = self.functions
        if functions is None or not any(_may_be_takeout(path) for path in paths):
            return False
        given = list(paths)

        def answer(yes: bool) -> None:
            if not yes:
                otherwise()
                return
            self._window.messages.ask(
                "This is a Google Takeout: its JSON files know times, places, people and albums.",
                "Import with what they know",
                lambda: self._begin_takeout(project_id, given),
            )

        self.runner.run(lambda: functions.is_takeout(given), answer, lambda _: otherwise())
        return True

    def choose_takeout(self) -> None:
        dialog = QFileDialog(self._window, "Import a Google Takeout", self._window.memory.last_folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter("Archives of a Takeout (*.zip *.tgz *.tar.gz)")
        dialog.filesSelected.connect(
            lambda paths: self._begin_takeout(self._window.session.project_id, paths)
        )
        dialog.open()

    def _begin_takeout(self, project_id: int | None, paths: Sequence[str]) -> None:
        if any(_is_archive(path) for path in paths):
            self._ask_folder(
                "Where shall the photos live? The archives are unpacked there",
                lambda folder: self._takeout(project_id, paths, folder),
            )
        else:
            self._takeout(project_id, paths, None)

    def _takeout(self, project_id: int | None, paths: Sequence[str], folder: str | None) -> None:
        functions = self.functions
        assert functions is not None
        self._in_project(
            "Google Photos",
            lambda chosen: self._window.centre.start(
                "Takeout",
                lambda progress: functions.takeout(chosen, paths, folder, progress),
                lambda report: self._took_out(chosen, report),
            ),
            project_id,
        )

    def _took_out(self, project_id: int, report: Any) -> None:
        told = (
            f"Imported {words.count(int(report.imported.added), 'photo')}; {words.count(int(report.filled), 'photo')}"
            " learnt times, places or people."
        )
        self._window.intake.imported(project_id, report.imported, told="" if report.failed else told)
        if report.failed:
            path, reason = report.failed[0]
            self._window.messages.warn(
                f"{told} {words.count(len(report.failed), 'file')} of the archive failed: {words.shown(path)}: {reason}"
            )

    # -- a folder that is watched ----------------------------------------------------------------------

    def choose_watched(self) -> None:
        if self._window.session.project_id is None:
            self._window.messages.tell("Open the project that the photos shall come into first.")
            return
        kept = self._settings.get("watched", {})
        before = kept.get(str(self._window.session.project_id), "")
        self._ask_folder("Watch a folder", self.watch, str(before))

    def watch(self, folder: str) -> None:
        """Watch a folder for the open project, in place of one that is watched now."""
        project, functions = self._window.session.snapshot.project, self.functions
        if project is None or functions is None:
            return
        self.stop_watching()
        kept = dict(self._settings.get("watched", {}))
        self._settings.set("watched", {**kept, str(project.id): folder})
        progress = self._watching = Progress()
        project_id, tell = project.id, self._news.emit
        self.bar.begin(folder, project.name)
        self.runner.run(
            lambda: functions.watch(project_id, folder, progress, tell),
            failed=lambda error: self._watch_failed(progress, error),
            ended=lambda: self._watch_ended(progress),
        )

    def stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
            self.bar.hide()

    def _watch_failed(self, progress: Progress, error: Exception) -> None:
        if progress is self._watching:
            self._window.messages.warn(f"Watching stopped. {sentence(error)}")

    def _watch_ended(self, progress: Progress) -> None:
        if progress is self._watching:
            self.stop_watching()

    # -- files that moved ------------------------------------------------------------------------------

    def choose_located(self) -> None:
        if self._window.session.project_id is None:
            self._window.messages.tell("Open the project whose photos are missing first.")
            return
        self._ask_folder("Where may the photos be now? All folders below are searched", self.locate)

    def locate(self, folder: str) -> None:
        """Look for the open project's absent photos under a folder."""
        project_id, functions = self._window.session.project_id, self.functions
        if project_id is None or functions is None:
            return
        self._window.centre.start(
            "Locating",
            lambda progress: functions.locate(project_id, [folder], progress),
            self._located,
        )

    def _located(self, report: Any) -> None:
        if not report.missing:
            self._window.messages.tell("No photo of this project is missing.")
        else:
            self._window.messages.tell(
                f"Found {len(report.found):,} of {words.count(int(report.missing), 'missing file')} again."
            )
        self.look()

    def _project_shown(self, snapshot: Snapshot) -> None:
        """A project was opened: look in the background whether its files are there."""
        project_id = snapshot.project.id if snapshot.project is not None else None
        if project_id != self._looked_for:
            presence.show({})
            self._looked_for = None
            self.look()

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        active = state == Qt.ApplicationState.ApplicationActive
        if active and time.monotonic() - self._looked_at > LOOK_AGAIN_S:
            self.look()

    def look(self) -> None:
        """Ask where the open project's files are; a drive that hangs keeps a worker waiting, and nobody else."""
        project, functions = self._window.session.snapshot.project, self.functions
        if project is None or functions is None:
            return
        self._looked_for, self._looked_at = project.id, time.monotonic()
        project_id = project.id
        self.runner.run(
            lambda: functions.find_absent(project_id),
            lambda absent: self._looked(project_id, absent),
            lambda _: None,
        )

    def _looked(self, project_id: int, absent: Mapping[int, str]) -> None:
        if project_id == self._looked_for and presence.show(absent):
            self._window.grid.update_tiles()
            self._window.board.refresh_looks()
            self._window.area.tell_selection()

    # -- helpers ---------------------------------------------------------------------------------------

    def _in_project(self, name: str, act: Callable[[int], None], project_id: int | None = None) -> None:
        """Act in the project that is given or open, or in a new one where none is."""
        chosen = project_id if project_id is not None else self._window.session.project_id
        if chosen is not None:
            act(chosen)
            return

        def made(project: Project) -> None:
            self._window.project_desk.open(project.id)
            act(project.id)

        self._window.organiser.create_project(name, made)

    def _ask_folder(self, title: str, chosen: Callable[[str], None], folder: str = "") -> None:
        dialog = QFileDialog(self._window, title, folder or self._window.memory.last_folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(chosen)
        dialog.open()


def _is_archive(path: str) -> bool:
    return path.lower().endswith((".zip", ".tgz", ".tar.gz"))


def _may_be_takeout(path: str) -> bool:
    """By its name alone: what a drop costs must not depend on a disk."""
    lowered = path.lower()
    return _is_archive(path) or "takeout" in lowered or "google" in os.path.basename(lowered)  # noqa: PTH119
