"""Finished jobs on the left, failed files with their reasons on the right; opens above the job bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QToolButton,
    QWidget,
)

from pixsort_desktop.library.records import Job, Photo, Project
from pixsort_desktop.views import icons, theme, words
from pixsort_desktop.views.two_lines import TwoLineModel, TwoLines


class ActivityPanel(QFrame):
    closed = Signal()
    retry_wanted = Signal(list)  # photo ids; none means all of them
    photo_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Jobs and failed files")
        self.jobs = _list("Finished jobs", self)
        self.failed = _list("Failed files", self)
        self.failed.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.failed.activated.connect(
            lambda index: self.photo_chosen.emit(_model(self.failed).value(index.row()))
        )
        self.failed_title = QLabel("Failed files")
        self.retry = QPushButton("Try again")
        self.retry.setAccessibleDescription(
            "Reads the selected failed files again, or all where none is selected"
        )
        self.retry.clicked.connect(self._retry)
        self.close_button = QToolButton()
        self.close_button.setProperty("flat", True)
        self.close_button.setAccessibleName("Close jobs and failed files")
        self.close_button.clicked.connect(self.closed)
        self.nothing = QLabel("Every file of this project could be read.")
        self.nothing.setProperty("quiet", True)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self.refresh_icons()

    def _lay_out(self) -> None:
        titles = QHBoxLayout()
        titles.addWidget(self.failed_title, 1)
        titles.addWidget(self.retry)
        titles.addWidget(self.close_button)
        whole = QGridLayout(self)
        whole.setContentsMargins(theme.UNIT * 2, theme.UNIT, theme.UNIT, theme.UNIT)
        whole.setHorizontalSpacing(theme.UNIT * 3)
        whole.addWidget(QLabel("Jobs"), 0, 0)
        whole.addLayout(titles, 0, 1)
        whole.addWidget(self.jobs, 1, 0)
        whole.addWidget(self.failed, 1, 1)
        whole.addWidget(self.nothing, 1, 1)
        whole.setColumnStretch(0, 1)
        whole.setColumnStretch(1, 1)

    def refresh_icons(self) -> None:
        edge = round(theme.metrics().height() * 0.9)
        self.close_button.setIconSize(QSize(edge, edge))
        self.close_button.setIcon(icons.icon("close"))

    def show_jobs(self, jobs: Sequence[Job], projects: Sequence[Project]) -> None:
        names = {project.id: project.name for project in projects}
        rows = []
        for job in jobs:
            label = words.job_line(job, names.get(job.project_id or 0, ""))
            rows.append((label, _second(job), job.id))
        _model(self.jobs).show(rows)

    def show_failed(self, photos: Sequence[Photo]) -> None:
        rows = [(words.file_name(p), p.error or "It could not be read.", p.id) for p in photos]
        _model(self.failed).show(rows)
        self.failed_title.setText(f"Failed files: {len(rows):,}" if rows else "Failed files")
        self.retry.setEnabled(bool(rows))
        self.failed.setVisible(bool(rows))
        self.nothing.setVisible(not rows)

    def _retry(self) -> None:
        model = _model(self.failed)
        chosen = [model.value(i.row()) for i in self.failed.selectionModel().selectedIndexes()]
        self.retry_wanted.emit(chosen or model.values)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(600, theme.metrics().height() * 13)


def _second(job: Job) -> str:
    """When a job began; what went wrong, if something did."""
    from datetime import datetime

    try:
        begun = f"{datetime.fromisoformat(job.started_at).astimezone():%d %B %Y, %H:%M}".lstrip("0")
    except ValueError:
        begun = job.started_at
    return f"{begun} · {words.shown(' '.join(job.error.split()))}" if job.error else begun


def _list(name: str, parent: QWidget) -> QListView:
    view = QListView(parent)
    view.setAccessibleName(name)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setModel(TwoLineModel(view))
    view.setItemDelegate(TwoLines(view))
    view.setUniformItemSizes(True)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return view


def _model(view: QListView) -> TwoLineModel:
    model = view.model()
    assert isinstance(model, TwoLineModel)
    return model
