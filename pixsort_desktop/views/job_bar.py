"""The bottom of the window: the running job with its true count, and the way to finished jobs and failed files."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme, words
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.job_centre import JobView


class JobBar(QFrame):
    """Always there, so that nothing jumps when a job begins."""

    cancel_wanted = Signal()
    activity_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Jobs")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the running job")
        self.progress.setFixedHeight(4)
        self.text = ElidedLabel("No job is running")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleDescription("Stops the running job; what it has done is kept")
        self.cancel.clicked.connect(self.cancel_wanted)
        self.cancel.hide()
        self.activity = QToolButton()
        self.activity.setCheckable(True)
        self.activity.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.activity.clicked.connect(self.activity_wanted)
        self.show_failed(0)
        row = QHBoxLayout()
        row.setContentsMargins(theme.UNIT * 2, 0, theme.UNIT, 4)
        row.setSpacing(theme.UNIT)
        row.addWidget(self.text, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.activity)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.progress)
        layout.addLayout(row)
        self.rest()

    def rest(self, text: str = "No job is running") -> None:
        """No job runs; `text` tells how the last one ended."""
        self.progress.setRange(0, 1)
        self.progress.setValue(0)
        self.text.setText(text)
        self.cancel.hide()

    def show_job(self, job: JobView) -> None:
        """Show how far the running job is."""
        self.progress.setRange(0, job.total if job.total > 0 else 0)
        if job.total > 0:
            self.progress.setValue(min(job.done, job.total))
        self.text.setText(line(job))
        self.text.setAccessibleName(line(job))
        self.cancel.setEnabled(not job.cancelling)
        self.cancel.show()

    def show_failed(self, failed: int) -> None:
        """How many files of the project failed, in words."""
        text = f"{words.count(failed, 'failed file')}" if failed else "Jobs"
        self.activity.setText(text)
        self.activity.setAccessibleName(f"Show jobs and failed files, {words.count(failed, 'failed file')}")
        self.activity.setToolTip("Show finished jobs and failed files")


def line(job: JobView) -> str:
    """«Importing 1,204 of 3,000 · 38 a second · 47 s left»."""
    if job.cancelling:
        return f"{job.label}: stopping, what is done is kept …"
    step = job.step or job.label
    parts = [f"{step} {job.done:,} of {job.total:,}" if job.total else f"{step} …"]
    if job.rate is not None and job.done < job.total:
        parts.append(f"{words.number(job.rate, 0 if job.rate >= 10 else 1)} a second")
    if job.left is not None and job.done < job.total:
        parts.append(f"{words.duration(max(1, job.left))} left")
    if job.failed:
        parts.append(f"{job.failed:,} failed")
    if job.waiting:
        parts.append(f"{words.count(job.waiting, 'job')} waiting")
    return " · ".join(parts)
