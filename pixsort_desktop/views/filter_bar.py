"""The bar below the toolbar: what is shown of the project, in which order, and every condition as a chip.

It changes nothing itself: it tells the session what is wanted, and shows what the session says is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.library.filters import COMPARISONS, NO_FILTER, SORTS, Filter, Offer, Sort, Stars, offered
from pixsort_desktop.views import filter_words, icons, theme, words
from pixsort_desktop.views.column_chooser import Choice
from pixsort_desktop.views.filter_words import Condition
from pixsort_desktop.views.flow import Flow
from pixsort_desktop.views.keys import keymap
from pixsort_desktop.views.photo_tile import LABEL_COLOURS
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.showing import Showing

MENU_LENGTH = 20  # values that a menu lists; more are chosen by typing
CHIP_LETTERS = 28

Choose = Callable[[str, list[Choice], Callable[[Any], None]], None]


class FilterBar(QFrame):
    """`choose` asks for one of many values by typing; see `ColumnChooser.open`."""

    left = Signal()  # Escape: the keyboard goes back to the photos

    def __init__(self, session: Session, choose: Choose, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._choose = choose
        self._how = "least"
        self._offer = Offer()
        self._chips_say: object = None
        self.setProperty("panel", True)
        self.setAccessibleName("Filter")
        self.tools, self.chips = Flow(self), Flow(self)
        self.flags = {name: self._toggle("flags", name) for name in ("pick", None, "reject")}
        self.comparison = self._menu_button(self._fill_comparisons, "How stars are compared")
        self.stars = {number: self._star(number) for number in range(1, 6)}
        self.labels = {name: self._toggle("labels", name) for name in (*LABEL_COLOURS, None)}
        self.undecided = self._switch("undecided", "Undecided", "Photos without a flag and without stars")
        self.has_error = self._switch(
            "has_error", "Has error", "Photos that could not be read, or not to the end"
        )
        self.more = self._menu_button(self._fill_more, "Filter by camera, lens, date or column")
        self.more.setText("Filter by …")
        self.sort = self._menu_button(self._fill_sorts, "")
        self.direction = QToolButton()
        self.direction.clicked.connect(self._turn)
        self._lay_out()
        self.refresh_icons()
        session.showing_changed.connect(self.show_showing)
        session.snapshot_changed.connect(lambda _: self.show_showing(self._session.showing))
        self.show_showing(session.showing)
        self.hide()

    def _lay_out(self) -> None:
        groups = (
            list(self.flags.values()),
            [self.comparison, *self.stars.values()],
            list(self.labels.values()),
            [self.undecided, self.has_error],
            [self.more],
            [self.sort, self.direction],
        )
        for group in groups:
            self.tools.add(_together(group))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, 0, theme.UNIT, theme.UNIT)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self.tools)
        layout.addWidget(self.chips)

    # -- making buttons --------------------------------------------------------------------------------

    def _toggle(self, kind: str, value: str | None) -> QToolButton:
        """A button for one value of a kind: on, it is among those that are shown."""
        button = QToolButton()
        button.setProperty("tight", True)
        button.setCheckable(True)
        name = filter_words.value_words(kind, value)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: self._flip(kind, value))
        return button

    def _star(self, number: int) -> QToolButton:
        button = QToolButton()
        button.setProperty("flat", True)
        button.setProperty("tight", True)
        button.setText("☆")
        button.clicked.connect(lambda: self._wish_stars(number))
        return button

    def _switch(self, name: str, text: str, explains: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(explains)
        button.setAccessibleDescription(explains)
        button.clicked.connect(lambda on: self._session.set_filter(replace(self._filter, **{name: on})))
        return button

    def _menu_button(self, fill: Callable[[QMenu], None], name: str) -> QToolButton:
        """A button whose menu is made when it opens."""
        button = QToolButton()
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setAccessibleName(name)
        button.setToolTip(name)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: _refill(menu, fill))
        button.setMenu(menu)
        return button

    def refresh_icons(self) -> None:
        """Another theme or text size."""
        edge = round(theme.metrics().height() * 0.9)
        drawings = {"pick": "flag", None: "unflagged", "reject": "close"}
        for name, button in self.flags.items():
            button.setIcon(icons.icon(drawings[name]))
        for label, button in self.labels.items():
            button.setIcon(_label_icon(label))
        for button in (*self.flags.values(), *self.labels.values()):
            button.setIconSize(QSize(edge, edge))
        self._chips_say = None
        self.show_showing(self._session.showing)

    # -- showing ---------------------------------------------------------------------------------------

    @property
    def _filter(self) -> Filter:
        """What a click starts from: with the filter off, it is switched on again."""
        return self._session.showing.filter

    def show_showing(self, showing: Showing) -> None:
        """Show these wishes in buttons and chips."""
        filter_ = showing.filter
        for flag, button in self.flags.items():
            button.setChecked(flag in filter_.flags)
        for label, button in self.labels.items():
            button.setChecked(label in filter_.labels)
        self.undecided.setChecked(filter_.undecided)
        self.has_error.setChecked(filter_.has_error)
        self._show_stars(filter_.stars)
        self._show_sort(showing.sort)
        row_comes_or_goes = (filter_ == NO_FILTER) == self.chips.isVisibleTo(self)
        if not row_comes_or_goes or self._session.snapshot.showing == showing:
            self._show_chips(showing)  # else with the photos, which then move only once

    def _show_stars(self, stars: Stars | None) -> None:
        if stars is not None and stars.number:
            self._how = stars.how
        self.comparison.setText(filter_words.SIGNS[self._how])
        for number, button in self.stars.items():
            wish = Stars(self._how, number)
            chosen = stars is not None and number <= stars.number
            button.setText("★" if chosen else "☆")
            said = filter_words.stars_words(wish, spoken=True).capitalize()
            button.setToolTip(said)
            button.setAccessibleName(said + (", chosen" if stars == wish else ""))

    def _show_sort(self, sort: Sort) -> None:
        self.sort.setText(f"Sort: {filter_words.SORT_NAMES[sort.by]}")
        self.sort.setAccessibleName(f"Sorted by {filter_words.SORT_NAMES[sort.by]}")
        self.sort.setToolTip("The order of photos, in the grid and in each column")
        self.direction.setText("↓" if sort.descending else "↑")
        self.direction.setEnabled(sort.by != "arranged")
        said = "Descending" if sort.descending else "Ascending"
        self.direction.setAccessibleName(f"{said} order")
        self.direction.setToolTip(f"{said}; click to turn it round")

    def _show_chips(self, showing: Showing) -> None:
        found = filter_words.conditions(showing.filter, self._session.snapshot.columns)
        said = (tuple(condition.text for condition in found), showing.filter, showing.on)
        if said == self._chips_say:
            return
        self._chips_say = said
        focus = QApplication.focusWidget()
        held = focus is not None and self.chips.isAncestorOf(focus)
        self.chips.clear()
        for condition in found:
            self.chips.add(self._chip(condition))
        if found:
            state, does = "Filter is on" if showing.on else "Filter is off", "Switches the filter on and off"
            toggle = self._text_button(state, does, self._session.toggle_filter)
            keymap.in_use().hint(toggle, does, "filters")
            toggle.setCheckable(True)
            toggle.setChecked(showing.on)
            self.chips.add(toggle)
            clear = self._text_button("Clear all", "Takes every condition away", self._clear)
            self.chips.add(clear)
            if held:
                toggle.setFocus(Qt.FocusReason.OtherFocusReason)
        elif held:
            self.more.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.chips.isVisibleTo(self) != bool(found):
            self.chips.setVisible(bool(found))
            self._settle()
        self.chips.arrange()

    def _settle(self) -> None:
        """Give the photos below their new height now, so that they are painted once."""
        for widget in (self, self.parentWidget()):
            layout = widget.layout() if widget is not None else None
            if layout is not None:
                layout.activate()

    def _chip(self, condition: Condition) -> QPushButton:
        room = theme.metrics().averageCharWidth() * CHIP_LETTERS
        chip = QPushButton(theme.elide(condition.text, room).replace("&", "&&") + "  ×")
        chip.setProperty("role", "chip")
        chip.setToolTip(condition.text)
        chip.setAccessibleName(f"Condition {condition.spoken}")
        chip.setAccessibleDescription("Takes this condition away")
        chip.setAutoDefault(False)
        chip.clicked.connect(lambda: self._session.set_filter(condition.without))
        return chip

    def _text_button(self, text: str, explains: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(explains)
        button.setAccessibleDescription(explains)
        button.clicked.connect(lambda *_: act())
        return button

    # -- wishes ----------------------------------------------------------------------------------------

    def _flip(self, kind: str, value: Any) -> None:
        """Add a value to those of its kind, or take it away."""
        values = getattr(self._filter, kind) ^ {value}
        self._session.set_filter(filter_words.with_values(self._filter, kind, values))

    def _wish_stars(self, number: int) -> None:
        """So many stars; the same again takes the condition away."""
        wish = Stars(self._how, number)
        chosen = None if wish == self._filter.stars or wish.says_nothing else wish
        self._session.set_filter(replace(self._filter, stars=chosen))

    def _clear(self) -> None:
        self._session.set_filter(Filter())

    def _turn(self) -> None:
        sort = self._session.showing.sort
        self._session.set_sort(replace(sort, descending=not sort.descending))

    # -- menus -----------------------------------------------------------------------------------------

    def _fill_comparisons(self, menu: QMenu) -> None:
        for how in COMPARISONS:
            action = menu.addAction(f"{filter_words.SIGNS[how]}  {_COMPARED[how]}")
            action.setCheckable(True)
            action.setChecked(how == self._how)
            action.triggered.connect(lambda _=False, how=how: self._compare(how))
        menu.addSeparator()
        none = Stars("exactly", 0)
        action = menu.addAction(filter_words.stars_words(none))
        action.setCheckable(True)
        action.setChecked(self._filter.stars == none)
        wish = None if self._filter.stars == none else none
        action.triggered.connect(lambda: self._session.set_filter(replace(self._filter, stars=wish)))

    def _compare(self, how: str) -> None:
        self._how = how
        stars = self._filter.stars
        if stars is not None and stars.number:
            wish = Stars(how, stars.number)
            self._session.set_filter(replace(self._filter, stars=None if wish.says_nothing else wish))
        self._show_stars(self._filter.stars)

    def _fill_sorts(self, menu: QMenu) -> None:
        now = self._session.showing.sort
        for by in SORTS:
            action = menu.addAction(filter_words.SORT_NAMES[by].capitalize())
            action.setCheckable(True)
            action.setChecked(by == now.by)
            wish = Sort(by, descending=by == "rating")  # the best first
            action.triggered.connect(lambda _=False, wish=wish: self._session.set_sort(wish))

    def _fill_more(self, menu: QMenu) -> None:
        snapshot = self._session.snapshot
        self._offer = offered(snapshot.photos, snapshot.columns)
        for kind, title in filter_words.KINDS.items():
            choices = self._choices(kind)
            below = menu.addMenu(title)
            below.setEnabled(bool(choices))
            for text, number, value in choices[:MENU_LENGTH]:
                self._add_value(below, kind, value, f"{words.short(text, 48)}\t{number:,}".replace("&", "&&"))
            if len(choices) > MENU_LENGTH:
                below.addSeparator()
                action = below.addAction(f"All {len(choices):,} …")
                action.triggered.connect(lambda _=False, kind=kind, title=title: self._ask(kind, title))

    def _add_value(self, menu: QMenu, kind: str, value: Any, text: str) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(value in getattr(self._filter, kind))
        action.triggered.connect(lambda: self._flip(kind, value))
        return action

    def _ask(self, kind: str, title: str) -> None:
        """By typing a part of it; the chosen value is added, or taken away where it was chosen before."""
        chosen = getattr(self._filter, kind)
        listed: list[Choice] = [
            (text, words.count(number, "photo") + (", chosen" if value in chosen else ""), (value,))
            for text, number, value in self._choices(kind)
        ]
        self._choose(f"{title} to show", listed, lambda taken: self._flip(kind, taken[0]))

    def _choices(self, kind: str) -> list[tuple[str, int, Any]]:
        """(words, photos, value) of what the photos offer, and of what is chosen though no photo has it."""
        values: Iterable[tuple[Any, int]] = getattr(self._offer, kind)
        if kind == "groups":
            return [
                (g.label if g else words.UNGROUPED, n, g.id if g else None) for g, n in self._offer.groups
            ]
        there = {value for value, _ in values}
        gone = [(value, 0) for value in sorted(getattr(self._filter, kind) - there)]
        return [(filter_words.value_words(kind, value), number, value) for value, number in [*values, *gone]]

    # -- keys ------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Show the bar, with the keyboard in it."""
        self.show()
        self.flags["pick"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


_COMPARED = {"least": "At least so many stars", "exactly": "Exactly so many", "most": "At most so many"}


def _together(widgets: Iterable[QWidget]) -> QWidget:
    """A row that is not torn apart where the bar goes on in the next line."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    for widget in widgets:
        layout.addWidget(widget)
    return row


def _refill(menu: QMenu, fill: Callable[[QMenu], None]) -> None:
    for below in menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
        below.deleteLater()
    menu.clear()
    fill(menu)


def _label_icon(label: str | None) -> QIcon:
    """A square of the label's colour with its initial; without a label, an empty one."""
    found = QIcon()
    for edge in (16, 32, 64):
        pixmap = QPixmap(edge, edge)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 0, edge, edge).adjusted(edge / 16, edge / 16, -edge / 16, -edge / 16)
        if label is None:
            painter.setPen(theme.colour("text"))
            painter.drawRoundedRect(box, edge / 6, edge / 6)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(LABEL_COLOURS[label]))
            painter.drawRoundedRect(box, edge / 6, edge / 6)
            font = theme.font()
            font.setPixelSize(round(edge * 0.7))
            painter.setFont(font)
            painter.setPen(QColor("black"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), label[0].upper())
        painter.end()
        found.addPixmap(pixmap)
    return found
