"""The photo with what lies over it, in the window or on the whole screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.loupe.canvas import Canvas
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.info import InfoOverlay
from pixsort_desktop.views.loupe.viewpoint import Viewpoint

MARGIN = theme.UNIT * 2
Corner = Qt.Corner


class Stage(QWidget):
    """A canvas that fills it, and small widgets in its corners."""

    def __init__(
        self, frames: Frames, loader: ThumbnailLoader, viewpoint: Viewpoint, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.canvas = Canvas(frames, loader, viewpoint, self)
        self._corners: dict[Corner, QWidget] = {}
        self.info = InfoOverlay(self)
        self.judgement = QLabel(self)
        self.judgement.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.judgement.setStyleSheet(self.info.styleSheet())
        self.judgement.hide()
        self.put(self.info, Corner.TopLeftCorner)
        self.put(self.judgement, Corner.BottomLeftCorner)
        self._alone = False

    def put(self, widget: QWidget, corner: Corner) -> None:
        """Lay a widget over the photo, in that corner; it keeps the size that it gives itself."""
        widget.setParent(self)
        self._corners[corner] = widget
        widget.installEventFilter(self)
        widget.raise_()
        self._place(corner, widget)

    def show_words(self, photo: Photo | None, column: str) -> None:
        """The facts of the photo and, where there is no caption, its judgement."""
        self.info.show_photo(photo, column)
        told = photo is None or self.info.level == "full"
        text = "" if told or photo is None else words.judgement(photo)
        self.judgement.setText(text)
        self.judgement.adjustSize()
        self.judgement.setVisible(self._alone and bool(text))
        self._place_all()

    def stand_alone(self, alone: bool) -> None:
        """On the whole screen, on black and without a caption; or back."""
        self._alone = alone
        self.canvas.ground = QColor(0, 0, 0) if alone else None
        self.judgement.setVisible(alone and bool(self.judgement.text()))
        self.canvas.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setGeometry(self.rect())
        self._place_all()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            for corner, widget in self._corners.items():
                if widget is watched:
                    self._place(corner, widget)
        return False

    def _place_all(self) -> None:
        self.info.fit_into(max(theme.UNIT * 10, self.width() - 2 * MARGIN))
        for corner, widget in self._corners.items():
            self._place(corner, widget)

    def _place(self, corner: Corner, widget: QWidget) -> None:
        room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        spot = QRect(room.topLeft(), widget.size())
        if corner in (Corner.TopRightCorner, Corner.BottomRightCorner):
            spot.moveRight(room.right())
        if corner in (Corner.BottomLeftCorner, Corner.BottomRightCorner):
            spot.moveBottom(room.bottom())
        widget.move(spot.topLeft())


class WholeScreen(QWidget):
    """A window of its own for the stage: the one it came from keeps its place, its size and its panels."""

    left = Signal()
    key_pressed = Signal(QKeyEvent)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWindowTitle("PixSort")
        palette = self.palette()
        palette.setColor(self.backgroundRole(), QColor(0, 0, 0))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def open(self, stage: Stage, window: QWidget) -> None:
        """Take the stage and fill the screen that `window` is on."""
        self.setGeometry(window.screen().geometry())
        for action in window.actions():  # the window's keys work here too
            self.addAction(action)
        self._layout.addWidget(stage)
        stage.stand_alone(True)
        stage.show()
        self.showFullScreen()
        self.activateWindow()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(False)
        self.key_pressed.emit(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """However it is closed, the stage goes home."""
        event.ignore()
        self.left.emit()
