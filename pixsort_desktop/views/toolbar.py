"""The strip above the photos: board, grid or map, grouping, size of thumbnails, search."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from pixsort_desktop.views import icons, theme
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.keys import keymap
from pixsort_desktop.views.keys.shortcuts import shortcut
from pixsort_desktop.views.timers import single_shot

EDGES = (80, 96, 112, 128, 144, 160, 192, 224, 256, 320, 384, 448, 512)
MEANING_WAIT_MS = 200  # a model reads each wording anew
ROOMY = 36  # characters that the summary and the search field are given together before words of buttons are
SEARCH_WAIT_MS = 30  # the next letter of a quick hand comes later: each one is searched for


class Toolbar(QFrame):
    view_wanted = Signal(str)  # 'board', 'grid' or 'map'
    grouping_wanted = Signal()
    edge_wanted = Signal(int)
    search_changed = Signal(str)
    meaning_changed = Signal(str)  # what is searched by what photos show; empty: nothing any more
    filter_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Tools")
        self.board = self._view_button("Board", "board")
        self.grid = self._view_button("Grid", "grid")
        self.map = self._view_button("Map", "map")
        views = QButtonGroup(self)
        for view in (self.board, self.grid, self.map):
            views.addButton(view)
        self.group = QToolButton()
        self.group.setText("\u2009Group …")
        self.group.setAccessibleName("Group")
        self.group.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        keymap.in_use().hint(self.group, "How photos are grouped", "group_again")
        self.group.clicked.connect(self.grouping_wanted)
        self.filter = QToolButton()
        self.filter.setCheckable(True)
        self.filter.setAccessibleName("Filter")
        keymap.in_use().hint(self.filter, shortcut("filter_bar").does, "filter_bar")
        self.filter.setAccessibleDescription(shortcut("filter_bar").does)
        self.filter.clicked.connect(self.filter_wanted)
        self.hidden_by = QPushButton()
        self.hidden_by.setProperty("role", "chip")
        self.hidden_by.clicked.connect(self.filter_wanted)
        self.hidden_by.hide()
        self.summary = ElidedLabel()
        self.edges = QSlider(Qt.Orientation.Horizontal)
        self.edges.setRange(0, len(EDGES) - 1)
        self.edges.setPageStep(1)
        self.edges.setAccessibleName("Size of thumbnails")
        keymap.in_use().hint(self.edges, "Size of thumbnails", "larger", "smaller")
        self.edges.valueChanged.connect(lambda step: self.edge_wanted.emit(EDGES[step]))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search photos")
        keymap.in_use().hint(self.search, "File name, camera, lens, date or column", "find")
        self._timer = single_shot(self, self._tell_search, SEARCH_WAIT_MS)
        self.search.textChanged.connect(lambda _: self._timer.start())
        self.meaning = QToolButton()
        self.meaning.setText("Meaning")
        self.meaning.setCheckable(True)
        self.meaning.setAccessibleName("Search by meaning")
        keymap.in_use().hint(self.meaning, "Search by what photos show, with a learned model", "find_meaning")
        self.meaning.toggled.connect(self._switch_meaning)
        self._lay_out()
        self.refresh_icons()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self.board)
        layout.addWidget(self.grid)
        layout.addWidget(self.map)
        layout.addWidget(self.group)
        layout.addWidget(self.filter)
        layout.addWidget(self.hidden_by)
        layout.addWidget(self.summary, 1)
        layout.addWidget(self.edges)
        layout.addWidget(self.search, 4)  # where room is short, words that are typed are seen first
        layout.addWidget(self.meaning)

    def _view_button(self, text: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(f"\u2009{text}")  # a thin space: the style puts text right against the drawing
        button.setAccessibleName(text)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        keymap.in_use().hint(button, shortcut(name).does, name)
        button.setAccessibleDescription(shortcut(name).does)
        button.clicked.connect(lambda: self.view_wanted.emit(name))
        return button

    def refresh_icons(self) -> None:
        edge = round(theme.metrics().height() * 0.9)
        for button in (self.board, self.grid, self.map, self.group, self.filter):
            button.setIconSize(QSize(edge, edge))
        self.edges.setFixedWidth(max(theme.UNIT * 11, theme.metrics().averageCharWidth() * 9))
        self.search.setMinimumWidth(theme.metrics().averageCharWidth() * 8)
        self.search.setMaximumWidth(theme.metrics().averageCharWidth() * 36)
        self.board.setIcon(icons.icon("board"))
        self.grid.setIcon(icons.icon("grid"))
        self.map.setIcon(icons.icon("map"))
        self.group.setIcon(icons.icon("group"))
        self.filter.setIcon(icons.icon("filter"))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Buttons give up their words where these would leave too little room to type in."""
        named = (self.board, self.grid, self.map, self.group)
        for style in (Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly):
            for button in named:
                button.setToolButtonStyle(style)
            others = (*named, self.filter, self.edges, self.meaning)
            taken = sum(each.sizeHint().width() for each in others) + theme.UNIT * (len(others) + 4)
            if not self.hidden_by.isHidden():
                taken += self.hidden_by.sizeHint().width() + theme.UNIT
            room = self.width() - taken
            if room >= theme.metrics().averageCharWidth() * ROOMY:
                break
        spare = room - theme.metrics().averageCharWidth() * ROOMY // 2
        self.summary.setMinimumWidth(max(0, min(self.summary.sizeHint().width(), spare)))

    def show_summary(self, text: str) -> None:
        """What the project holds, in a few words, whole where there is room for it."""
        self.summary.setText(text)
        self._fit()

    def show_filter(self, conditions: list[str], *, bar: bool) -> None:
        """While the bar is hidden, a chip says which conditions hide photos; there may be none."""
        self.filter.setChecked(bar)
        text, room = ", ".join(conditions), theme.metrics().averageCharWidth() * 18
        shown = text
        if len(conditions) > 1 and theme.metrics().horizontalAdvance(text) > room:
            shown = f"{theme.elide(conditions[0], room // 2)} + {len(conditions) - 1:,}"
        self.hidden_by.setText(theme.elide(shown, room).replace("&", "&&"))
        self.hidden_by.setToolTip(f"Photos are hidden: {text}")
        self.hidden_by.setAccessibleName(f"Filter: {text}; opens the filter bar")
        self.hidden_by.setVisible(bool(text) and not bar)
        self._fit()

    def set_usable(self, usable: bool) -> None:
        """Whether there is a project to look at."""
        for tool in (self.board, self.grid, self.map, self.group, self.edges):
            tool.setEnabled(usable)

    def show_view(self, name: str, edge: int) -> None:
        {"board": self.board, "grid": self.grid, "map": self.map}[name].setChecked(True)
        self.edges.blockSignals(True)
        self.edges.setValue(step_of(edge))
        self.edges.blockSignals(False)

    def step_size(self, by: int) -> None:
        self.edges.setValue(self.edges.value() + by)

    def _tell_search(self) -> None:
        (self.meaning_changed if self.meaning.isChecked() else self.search_changed).emit(self.search.text())

    def _switch_meaning(self, on: bool) -> None:
        """The same words are searched in the other way now."""
        self._timer.setInterval(MEANING_WAIT_MS if on else SEARCH_WAIT_MS)
        self.search.setPlaceholderText("What photos show, -what not" if on else "Search")
        self.search.setAccessibleName("Search by what photos show" if on else "Search photos")
        (self.search_changed if on else self.meaning_changed).emit("")
        if self.search.text().strip():
            self._tell_search()

    def begin_search(self) -> None:
        """The keyboard to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def clear_search(self) -> None:
        """Without waiting: another project was opened."""
        self.search.clear()
        self._timer.stop()


def step_of(edge: int) -> int:
    """The slider's step nearest to an edge."""
    return min(range(len(EDGES)), key=lambda step: abs(EDGES[step] - edge))
