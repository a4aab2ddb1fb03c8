"""«Why are these together?»: the links of a column one below the other, and the one that is marked seen large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.commands.clocks import length
from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.photo_list_model import NOWHERE, Index
from pixsort_desktop.views.photo_tile import fitted, paint_whole
from pixsort_desktop.views.why.pair import Line, PairView

LINK = int(Qt.ItemDataRole.UserRole)
THUMB = 48


class WhyDialog(QDialog):
    """Up and Down go from link to link. Emits `link_shown(one, other)` for the lines, and `part_wanted(one, other)`."""

    link_shown = Signal(int, int)
    part_wanted = Signal(int, int)

    def __init__(
        self, why: Any, photos: Mapping[int, Photo], loader: ThumbnailLoader, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._why, self._photos = why, photos
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_title(why))
        self.title = _label(_title(why), role="title")
        self.summary = _label(why.summary)
        self.notes = _label("\n".join(why.notes), quiet=True)
        self.notes.setVisible(bool(why.notes))
        self.model = _Links(why, self)
        self.list = QListView()
        self.list.setAccessibleName("Links, the weakest marked")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_LinkRow(photos, loader, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pair = PairView(loader)
        self.verdict, self.facts = _label(), _label(quiet=True)
        self.part = QPushButton("&Part here")
        self.part.setToolTip("Take the column apart at this link; the two sides stay apart from then on")
        self.part.setVisible(why.together and bool(why.links))
        self.part.setAutoDefault(False)
        self.leave = QPushButton("Close")
        self.leave.setDefault(True)
        self.leave.clicked.connect(self.reject)
        self.part.clicked.connect(lambda: self.part_wanted.emit(*self._ends()))
        self._loader = loader
        self.list.selectionModel().currentChanged.connect(self._show_link)
        loader.arrived.connect(self._arrived)
        self._lay_out()

    def _lay_out(self) -> None:
        beside = QVBoxLayout()
        beside.setSpacing(theme.UNIT)
        beside.addWidget(self.pair, 1)
        beside.addWidget(self.verdict)
        beside.addWidget(self.facts)
        body = QHBoxLayout()
        body.setSpacing(theme.UNIT * 2)
        body.addWidget(self.list)
        body.addLayout(beside, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.part)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        whole.setSpacing(theme.UNIT)
        for widget in (self.title, self.summary, self.notes):
            whole.addWidget(widget)
        whole.addSpacing(theme.UNIT)
        whole.addLayout(body, 1)
        whole.addSpacing(theme.UNIT)
        whole.addLayout(foot)
        self.list.setVisible(len(self._why.links) > 1)
        for part in (self.pair, self.verdict, self.facts):
            part.setVisible(bool(self._why.links))

    def open(self) -> None:
        em = theme.metrics().averageCharWidth()
        self.list.setFixedWidth(em * 58)
        room = self.screen().availableSize() * 0.9
        size = QSize(em * 168, em * 88) if self._why.links else QSize(em * 72, self.sizeHint().height())
        self.resize(size.boundedTo(room))
        super().open()
        if self._why.links:
            self.list.setCurrentIndex(self.model.index(self._why.weakest or 0))
        (self.list if self.list.isVisible() else self.leave).setFocus(Qt.FocusReason.PopupFocusReason)

    def show_details(self, ends: tuple[int, int], count: int, lines: Sequence[Line]) -> None:
        """What was found of a pair, if it is still the one that is shown."""
        if ends == self._ends():
            self.pair.show_lines(lines if count else ())
            self.facts.setText(_facts(self._link(), count))

    def _link(self) -> Any:
        return self.list.currentIndex().data(LINK)

    def _ends(self) -> tuple[int, int]:
        link = self._link()
        return (link.one, link.other) if link is not None else (0, 0)

    def _show_link(self, current: QModelIndex) -> None:
        link = current.data(LINK)
        if link is None:
            return
        self.pair.show_pair(self._photos.get(link.one), self._photos.get(link.other))
        self.verdict.setText(_verdict(link))
        self.facts.setText(_facts(link, link.details))
        self._want()
        self.link_shown.emit(link.one, link.other)

    def _want(self) -> None:
        """Small pictures of all links: there are few."""
        ids = dict.fromkeys(i for link in self._why.links for i in (link.one, link.other))
        keys = [p.sha256 for i in ids if (p := self._photos.get(i)) is not None and p.sha256]
        self._loader.want(self.list, round(THUMB * self.devicePixelRatioF()), keys)

    def _arrived(self, _keys: object) -> None:
        self.list.viewport().update()

    def done(self, result: int) -> None:
        for owner in (self.list, self.pair):
            self._loader.forget(owner)
        super().done(result)


class _Links(QAbstractListModel):
    def __init__(self, why: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._why = why

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._why.links)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        link = self._why.links[index.row()]
        if role == LINK:
            return link
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _verdict(link) + (", the weakest link" if self.is_weakest(index.row()) else "")
        return None

    def is_weakest(self, row: int) -> bool:
        """Whether to say so: of one link alone it says nothing."""
        return len(self._why.links) > 1 and bool(self._why.together) and row == self._why.weakest


class _LinkRow(QStyledItemDelegate):
    """Two thumbnails, and beside them what the link says."""

    def __init__(self, photos: Mapping[int, Photo], loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._photos, self._loader = photos, loader

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, max(THUMB, 2 * theme.metrics().lineSpacing()) + 2 * theme.UNIT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect
        link, model = index.data(LINK), index.model()
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("accent_ground"))
        left = box.x() + theme.UNIT
        for photo_id in (link.one, link.other):
            self._paint_thumb(painter, self._photos.get(photo_id), QRect(left, box.y(), THUMB, box.height()))
            left += THUMB + theme.UNIT // 2
        weakest = isinstance(model, _Links) and model.is_weakest(index.row())
        lines = [(link.verdict.capitalize(), "text", "body"), (_brief(link, weakest), "quiet", "small")]
        room = QRect(left + theme.UNIT // 2, box.y(), box.right() - left - theme.UNIT, box.height())
        height = sum(theme.metrics(role).lineSpacing() for _, _, role in lines)
        top = room.center().y() - height // 2
        for text, tint, role in lines:
            line = theme.metrics(role).lineSpacing()
            painter.setFont(theme.font(role))
            painter.setPen(theme.colour(tint))
            shown = theme.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(
                QRect(room.x(), top, room.width(), line), int(Qt.AlignmentFlag.AlignVCenter), shown
            )
            top += line
        painter.restore()

    def _paint_thumb(self, painter: QPainter, photo: Photo | None, box: QRect) -> None:
        pixmap = self._loader.pixmap(photo.sha256) if photo is not None and photo.sha256 else None
        if pixmap is not None:
            paint_whole(painter, pixmap, box)
        elif photo is not None:
            painter.fillRect(fitted(QSize(photo.width or 3, photo.height or 2), box), theme.colour("hover"))


def _title(why: Any) -> str:
    many = len(why.photo_ids) != 1
    if why.together:
        return "Why are these together?" if many else "Why is this photo here?"
    return "Why are these apart?" if many else "Why is this photo alone?"


def _verdict(link: Any) -> str:
    """«Very likely the same scene (95 %)»."""
    verdict = str(link.verdict)
    return verdict[:1].upper() + verdict[1:] + _chance(link.probability)


def _chance(probability: float | None) -> str:
    if probability is None:
        return ""
    certain = 0.01 <= probability <= 0.99
    return f" ({probability:.0%})" if certain else f" ({'under 1%' if probability < 0.5 else 'over 99%'})"


def _brief(link: Any, weakest: bool) -> str:
    parts = ["Weakest link" if weakest else ""]
    if link.seconds is not None:
        parts.append(_gap(link.seconds))
    if link.details:
        parts.append(words.count(link.details, "detail"))
    return " · ".join(part for part in parts if part)


def _gap(seconds: float) -> str:
    """«7 s apart»; where it is long, to the minute, the hour or the day."""
    if not seconds:
        return "in the same second"
    coarse = next((unit for unit in (86400, 3600, 60, 1) if seconds > 24 * unit), 0.1)
    return f"{length(round(seconds / coarse) * coarse)} apart"


def _facts(link: Any, details: int | None) -> str:
    """Times and details in sentences; `details` as counted now, where grouping did not ask."""
    time = "When one of them was taken is not known."
    if link.seconds is not None:
        time = f"Taken {_gap(link.seconds)}"
        time += ", which draws them together." if link.by_time else "; too far apart to count."
    if details is None:
        return time
    told = f"{words.count(details, 'detail')} of the two pictures match" + ("es" if details == 1 else "")
    if link.by_details:
        return f"{time}\n{told}, which draws them together."
    if link.details is None and details:
        return f"{time}\n{told}; grouping had no need to ask."
    return f"{time}\n{told}." if details else f"{time}\nNo detail of the two pictures matches."


def _label(text: str = "", *, role: str = "", quiet: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    if quiet:
        label.setProperty("quiet", True)
    return label
