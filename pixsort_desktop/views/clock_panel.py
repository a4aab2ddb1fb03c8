"""Setting a camera's clock right in a project: which camera, and by how much its clock was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.commands.clocks import length, read_shift
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.clocks import Camera, CameraKey
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.popover import Popover

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClockPanel(Popover):
    """Enter sets the clock, Escape leaves everything as it is."""

    shift_wanted = Signal(object, float)  # camera key, what to add to its times in seconds

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cameras: Sequence[Camera] = ()
        self._first: Mapping[CameraKey, float] = {}
        self._proposed: Mapping[CameraKey, float] = {}
        self.setAccessibleName("Camera clock")
        self.title = QLabel("Set a camera’s clock right")
        self.title.setProperty("role", "title")
        self.reason = _line()
        self.camera = QComboBox()
        self.camera.setAccessibleName("Camera")
        self.camera.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.length = QLineEdit()
        self.length.setAccessibleName("How far its clock was wrong")
        self.length.setPlaceholderText("3m20s, 1h or 3:20")
        self.side = QComboBox()
        self.side.setAccessibleName("Ahead or behind")
        self.side.addItem("ahead", -1)
        self.side.addItem("behind", 1)
        self.effect = _line()
        self.note = _line(
            "For sorting and grouping in this project; the photos keep the time they were given."
        )
        self.note.setProperty("role", "small")
        self.apply = QPushButton("Set clock")
        self.apply.setProperty("primary", True)
        self.cancel = QPushButton("Cancel")
        self.camera.currentIndexChanged.connect(self._show_camera)
        self.length.textChanged.connect(self._show_effect)
        self.side.currentIndexChanged.connect(self._show_effect)
        self.apply.clicked.connect(self.take)
        self.cancel.clicked.connect(self.leave)
        self.watch(self.camera, self.length, self.side, self.apply, self.cancel)
        self._lay_out()

    def _lay_out(self) -> None:
        wrong = QHBoxLayout()
        wrong.setSpacing(theme.UNIT)
        wrong.addWidget(self.length, 1)
        wrong.addWidget(self.side)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.UNIT * 2)
        form.setVerticalSpacing(theme.UNIT)
        form.addRow("Camera", self.camera)
        form.addRow("Its clock was", wrong)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.UNIT)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self.title)
        layout.addWidget(self.reason)
        layout.addLayout(form)
        layout.addWidget(self.effect)
        layout.addWidget(self.note)
        layout.addLayout(buttons)

    def open(
        self,
        cameras: Sequence[Camera],
        first: Mapping[CameraKey, float],
        current: CameraKey,
        proposed: Mapping[CameraKey, float] | None = None,
        reason: str = "",
    ) -> None:
        """Ask. `first` is when each camera's first photo was taken, as its clock said; `proposed` the shifts that
        would make two photos agree, with the `reason` in a sentence."""
        self._cameras, self._first, self._proposed = cameras, first, proposed or {}
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.camera.blockSignals(True)
        self.camera.clear()
        for camera in cameras:
            self.camera.addItem(
                f"{words.shown(camera.name)} ({words.count(camera.photos, 'photo')})", camera.key
            )
        self.camera.setCurrentIndex(next((n for n, c in enumerate(cameras) if c.key == current), 0))
        self.camera.blockSignals(False)
        self._show_camera()
        self._place()
        self.raise_()
        self.show()
        self.length.setFocus(Qt.FocusReason.PopupFocusReason)
        self.length.selectAll()

    def _place(self) -> None:
        room, margin = self._over.rect(), theme.UNIT * 2
        for box in (self.length, self.side, self.camera):
            box.setMinimumHeight(self.apply.sizeHint().height())
        width = min(room.width() - 2 * margin, theme.metrics().averageCharWidth() * 72)
        self.setFixedWidth(width)
        self.effect.setMinimumHeight(
            theme.metrics().lineSpacing() * 2
        )  # what it says grows with what is typed
        layout = self.layout()
        assert layout is not None
        height = max(layout.heightForWidth(width), layout.minimumSize().height())
        self.setGeometry((room.width() - width) // 2, room.height() // 6, width, height)

    def _camera(self) -> Camera | None:
        row = self.camera.currentIndex()
        return self._cameras[row] if 0 <= row < len(self._cameras) else None

    def _show_camera(self) -> None:
        """What is proposed for the chosen camera, else the shift that it has."""
        camera = self._camera()
        if camera is None:
            return
        shift = self._proposed.get(camera.key, camera.shift_s)
        self.length.setText(length(shift) if shift else "")
        self.side.setCurrentIndex(1 if shift > 0 else 0)
        self._show_effect()

    def _shift(self) -> float:
        """What the fields say, in seconds. Raises PixsortError."""
        text = self.length.text().strip()
        return float(self.side.currentData() or -1) * read_shift(text) if text else 0.0

    def _show_effect(self) -> None:
        """The time of the camera's first photo before and after."""
        camera = self._camera()
        if camera is None:
            return
        try:
            shift = self._shift()
            before = self._first[camera.key]
            told = f"Its first photo: {_when(before)}"
            self.effect.setText(
                f"{told}, sorted as {_when(before + shift, before)}." if shift else f"{told}."
            )
            self.apply.setEnabled(True)
        except PixsortError as error:
            self.effect.setText(str(error))
            self.apply.setEnabled(False)
        except OverflowError:
            self.effect.setText("That is further than any calendar goes.")
            self.apply.setEnabled(False)

    def take(self) -> None:
        """Set the clock."""
        camera = self._camera()
        if camera is None or not self.apply.isEnabled():
            return
        shift = self._shift()
        self.leave()
        self.shift_wanted.emit(camera.key, shift)

    def pressed(self, watched: QObject, key: int) -> bool:
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return super().pressed(watched, Qt.Key.Key_Escape if enter and watched is self.cancel else key)


def _line(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("quiet", True)
    return label


def _when(seconds: float, beside: float | None = None) -> str:
    """«14 May 2023, 10:03:20»; the time alone where it is on the same day as the one beside it."""
    moment = _EPOCH + timedelta(seconds=seconds)
    if beside is not None and moment.date() == (_EPOCH + timedelta(seconds=beside)).date():
        return f"{moment:%H:%M:%S}"
    return f"{moment.day} {moment:%B %Y, %H:%M:%S}"
