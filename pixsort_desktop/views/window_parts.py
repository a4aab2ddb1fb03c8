"""The parts of the window: how they share its room, which of them are shown, and which one the keyboard goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.first_use import first_use
from pixsort_desktop.views.job_bar import JobBar
from pixsort_desktop.views.photo_panel import PhotoPanel
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.popover import Popover
from pixsort_desktop.views.project_list import ProjectList

if TYPE_CHECKING:
    from pixsort_desktop.views.activity_panel import ActivityPanel


class WindowParts(QWidget):
    """Projects, photos and details side by side (`splitter`), jobs and failed files below them, the job bar at the end."""

    def __init__(
        self,
        projects: ProjectList,
        area: PhotosArea,
        panel: PhotoPanel,
        job_bar: JobBar,
        window: QWidget,
    ) -> None:
        super().__init__(
            window
        )  # from the beginning: a widget that moves is dressed anew, with all within it
        self._projects, self._area, self._panel = projects, area, panel
        self._job_bar = job_bar
        self.splitter = _splitter(Qt.Orientation.Horizontal)
        for place, (widget, stretch) in enumerate(((projects, 0), (area, 1), (panel, 0))):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(place, stretch)
        self._halves = _splitter(Qt.Orientation.Vertical)
        self._halves.addWidget(self.splitter)
        self._halves.setStretchFactor(0, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._halves, 1)
        rows.addWidget(job_bar)

    @first_use
    def activity(self) -> ActivityPanel:
        from pixsort_desktop.views.activity_panel import ActivityPanel

        activity = ActivityPanel()
        activity.hide()
        activity.closed.connect(self.toggle_activity)
        self._halves.addWidget(activity)
        return activity

    def keep_readable(self) -> None:
        """The sides are never so narrow that their words are cut."""
        em = theme.metrics().averageCharWidth()
        self._projects.setMinimumWidth(em * 17)
        self._panel.setMinimumWidth(em * 30)

    def make_room(self, large: bool) -> None:
        """Large photos have the window for themselves."""
        for side in (self._projects, self._panel):
            side.setVisible(not large)

    def greet(self) -> None:
        """The keyboard goes to the photos; but not out of a field that somebody types in since before the library was open:
        the rest of a word would judge photos."""
        focus = QApplication.focusWidget()
        waiting = (self._projects.list, self._area.stack)
        if focus is None or any(focus is each or each.isAncestorOf(focus) for each in waiting):
            self._area.focus_photos()

    def finish_with_project(self) -> None:
        """A name or a caption that is being typed is kept, as when the keyboard leaves it; what is being asked is about this
        project's photos, and would be answered about the next one's."""
        field = self.window().focusWidget()
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.clearFocus()
        for popover in self.window().findChildren(Popover):
            if popover.isVisible():
                popover.leave()

    def toggle_activity(self) -> None:
        """Show or hide finished jobs and failed files."""
        if self.activity.isVisible():
            self.activity.hide()
            self._job_bar.activity.setChecked(False)
            self._area.focus_photos()
        else:
            self.show_activity()

    def show_activity(self) -> None:
        """Finished jobs and failed files."""
        activity = self.activity
        activity.show()
        wish = activity.sizeHint().height()
        if activity.height() < wish // 2:
            self._halves.setSizes([max(1, self._halves.height() - wish), wish])
        self._job_bar.activity.setChecked(True)
        shown = activity.failed if activity.failed.isVisible() else activity.jobs
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def next_part(self) -> None:
        """Projects, photos, details, jobs, and round again; what is hidden is passed over."""
        every: list[tuple[QWidget, QWidget | None]] = [
            (self._projects, self._projects.list),
            (self._area, None),
            (self._panel, self._panel.details),
        ]
        if (activity := WindowParts.activity.built(self)) is not None:
            every.append((activity, activity.jobs))
        parts = [part for part in every if part[0].isVisible()]
        focus = QApplication.focusWidget()
        here = next((n for n, (part, _) in enumerate(parts) if focus and part.isAncestorOf(focus)), -1)
        target = parts[(here + 1) % len(parts)][1]
        if target is None:
            self._area.focus_photos()
        else:
            target.setFocus(Qt.FocusReason.TabFocusReason)


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(3)
    splitter.setChildrenCollapsible(False)
    return splitter
