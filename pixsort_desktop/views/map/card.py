"""The photo under the pointer, larger, with its name and column."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.photo_tile import fitted, paint_photo

EDGE = 240


class MapCard(QFrame):
    """Takes no mouse: what lies under it can be pointed at."""

    def __init__(self, loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("popover", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._loader = loader
        self._photo: Photo | None = None
        self._column = ""
        loader.arrived.connect(self._arrived)
        self.hide()

    @property
    def photo(self) -> Photo | None:
        """What it shows."""
        return self._photo if self.isVisible() else None

    def show_photo(self, photo: Photo, column: str, beside: QRect, inside: QRect) -> None:
        """Show it next to a thumbnail, within the map."""
        self._photo, self._column = photo, column
        self._loader.want(
            self, round(EDGE * self.devicePixelRatioF()), [photo.sha256] if photo.sha256 else []
        )
        line = theme.metrics("small").height()
        picture = fitted(QSize(photo.width or 3, photo.height or 2), QRect(0, 0, EDGE, EDGE))
        self.resize(EDGE + 2 * theme.UNIT, picture.height() + 2 * line + 3 * theme.UNIT)
        right = beside.right() + theme.UNIT
        left = beside.left() - theme.UNIT - self.width()
        x = right if right + self.width() <= inside.right() or left < inside.left() else left
        y = min(max(inside.top(), beside.center().y() - self.height() // 2), inside.bottom() - self.height())
        self.move(QPoint(x, y))
        self.setAccessibleName(f"{words.spoken(photo)}, {column}")
        self.raise_()
        self.show()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._loader.forget(self)

    def _arrived(self, keys: list[str]) -> None:
        if self._photo is not None and self.isVisible() and self._photo.sha256 in keys:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._photo is None:
            return
        painter = QPainter(self)
        line, unit = theme.metrics("small").height(), theme.UNIT
        box = QRect(unit, unit, EDGE, self.height() - 2 * line - 3 * unit)
        paint_photo(painter, box, self._photo, self._loader)
        painter.setFont(theme.font("small"))
        top = box.bottom() + unit
        for text, colour in ((words.file_name(self._photo), "text"), (self._column, "quiet")):
            painter.setPen(theme.colour(colour))
            room = QRect(unit, top, EDGE, line)
            shown = theme.elide(text, EDGE, "small")
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
            top += line
        painter.end()
