"""Colours, text sizes and spacing of the whole window, dark or light.

Photographs are the only colour here: every grey is neutral (red = green = blue), because a tinted frame
biases the eye, and a single accent marks what is selected and where the keyboard is. State is told by shape
and words as well. Distances are multiples of 8 px (4 px inside small things); heights come from the font.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

UNIT = 8
TEXT_SIZES = (100, 125, 150, 175, 200)  # per cent of the system's font


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. Contrast of `text` and `quiet` against every ground is at least 4.5 : 1."""

    name: str
    window: str  # bars and side panels
    ground: str  # behind photographs
    raised: str  # popovers, lists, buttons
    field: str  # where one types
    hover: str
    border: str
    text: str
    quiet: str  # secondary text
    faint: str  # decoration and disabled text
    accent: str
    on_accent: str
    accent_ground: str  # the accent, thinned to lie under text


DARK = Colours(
    name="dark",
    window="#242424",
    ground="#1a1a1a",
    raised="#2e2e2e",
    field="#1a1a1a",
    hover="#3a3a3a",
    border="#454545",
    text="#ececec",
    quiet="#b0b0b0",
    faint="#7a7a7a",
    accent="#5aa9ff",
    on_accent="#0a0a0a",
    accent_ground="#24384d",
)
LIGHT = Colours(
    name="light",
    window="#f2f2f2",
    ground="#e4e4e4",
    raised="#fafafa",
    field="#ffffff",
    hover="#dcdcdc",
    border="#c2c2c2",
    text="#1c1c1c",
    quiet="#555555",
    faint="#8a8a8a",
    accent="#0a64c8",
    on_accent="#ffffff",
    accent_ground="#d3e4f7",
)
_THEMES = {"dark": DARK, "light": LIGHT}
_state: dict[str, object] = {"colours": DARK, "base_points": 0.0}


def colours() -> Colours:
    """The colours in use; ask when painting, for they change while the window is open."""
    current = _state["colours"]
    assert isinstance(current, Colours)
    return current


def colour(name: str) -> QColor:
    """One of the colours in use, by its field name."""
    return QColor(getattr(colours(), name))


def apply(app: QApplication, theme: str, text_percent: int) -> None:
    """Dress the whole application; unknown names mean the dark theme."""
    chosen = _THEMES.get(theme, DARK)
    if not _state["base_points"]:
        _state["base_points"] = max(9.0, app.font().pointSizeF())
        app.setStyle("Fusion")
    _state["colours"] = chosen
    points = float(str(_state["base_points"])) * text_percent / 100
    if (chosen, points) == _state.get("dressed"):
        return
    _state["dressed"] = (chosen, points)
    font = QFont(app.font())
    font.setPointSizeF(points)
    app.setFont(font)
    _font.cache_clear()
    metrics.cache_clear()
    app.setPalette(_palette(chosen))
    app.setStyleSheet(_style_sheet(chosen, points))


def font(role: str = "body") -> QFont:
    """The type family in one of its three sizes: 'small', 'body', 'title'; figures of equal width."""
    return QFont(_font(role))


@cache
def _font(role: str) -> QFont:
    """Asked for several times a tile, so each is made once, until `apply` changes the application's."""
    chosen = QFont(QApplication.font())
    chosen.setPointSizeF(chosen.pointSizeF() * {"small": 0.88, "body": 1.0, "title": 1.3}[role])
    if role == "title":
        chosen.setWeight(QFont.Weight.DemiBold)
    chosen.setFeature(QFont.Tag("tnum"), 1)
    return chosen


@cache
def metrics(role: str = "body") -> QFontMetrics:
    return QFontMetrics(font(role))


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: c.window, role.WindowText: c.text, role.Base: c.raised, role.AlternateBase: c.window,
        role.Text: c.text, role.Button: c.raised, role.ButtonText: c.text, role.BrightText: c.text,
        role.Highlight: c.accent, role.HighlightedText: c.on_accent, role.PlaceholderText: c.quiet,
        role.ToolTipBase: c.raised, role.ToolTipText: c.text, role.Link: c.accent, role.LinkVisited: c.accent,
        role.Light: c.hover, role.Midlight: c.hover, role.Mid: c.border, role.Dark: c.border,
        role.Shadow: c.ground, role.Accent: c.accent,
    }  # fmt: skip
    for name, value in pairs.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(c.faint))
    return palette


def _style_sheet(c: Colours, points: float) -> str:
    """Only what the palette cannot say. Text heights are never fixed, so 200 % text has its room."""
    parts = (_menus, _buttons, _small_buttons, _fields, _scroll_bars, _grounds, _lists)
    return "\n".join((_texts(c, points), *(part(c) for part in parts)))


def _texts(c: Colours, points: float) -> str:
    """Text has three sizes."""
    return f"""
* {{ outline: 0; }}
QLabel[role="small"], QToolButton[role="small"] {{ font-size: {points * 0.88:.2f}pt; }}
QLabel[role="title"] {{ font-size: {points * 1.3:.2f}pt; font-weight: 600; }}
QLabel[quiet="true"] {{ color: {c.quiet}; }}"""


def _menus(c: Colours) -> str:
    """Menus and tool tips."""
    return f"""
QToolTip {{ color: {c.text}; background: {c.raised}; border: 1px solid {c.border}; padding: 4px 8px; }}
QMenu {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: 4px; }}
QMenu::item {{ padding: 4px 24px 4px 16px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QMenu::item:disabled {{ color: {c.faint}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 8px; }}
QMenuBar {{ background: {c.window}; color: {c.text}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.hover}; }}"""


def _buttons(c: Colours) -> str:
    """Buttons, those that are pressed down, and the one that Return presses."""
    return f"""
QPushButton, QToolButton {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border};
  border-radius: 4px; padding: 4px 12px; }}
QToolButton[flat="true"] {{ background: transparent; border: 1px solid transparent; padding: 4px; }}
QPushButton:hover, QToolButton:hover {{ background: {c.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {c.border}; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {c.accent}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.faint}; }}
QPushButton:default, QPushButton[primary="true"] {{ background: {c.accent}; color: {c.on_accent};
  border: 1px solid {c.accent}; font-weight: 600; }}
QPushButton[primary="true"]:focus {{ border: 1px solid {c.text}; }}
QPushButton[primary="true"]:disabled {{ background: {c.hover}; color: {c.faint};
  border: 1px solid {c.border}; }}
QFileDialog QToolButton {{ padding: 2px; }}
QToolButton:checked {{ background: {c.accent_ground}; border: 1px solid {c.accent}; }}"""


def _small_buttons(c: Colours) -> str:
    """Buttons in a narrow place, words that can be taken away (chips) and such as are offered."""
    return f"""
QToolButton[tight="true"] {{ padding: 4px 6px; }}
QToolButton[tight="true"][flat="true"] {{ padding: 4px 2px; }}
QPushButton[role="chip"] {{ background: {c.accent_ground}; border: 1px solid {c.accent}; border-radius: 10px;
  padding: 2px 8px; }}
QPushButton[role="offer"] {{ background: transparent; border: 1px dashed {c.border}; border-radius: 10px;
  padding: 2px 7px; }}
QPushButton[role="offer"]:hover, QPushButton[role="offer"]:focus {{ background: {c.hover}; border: 1px solid {c.text}; }}
QPushButton[role="chip"]:hover, QPushButton[role="chip"]:focus {{ background: {c.hover}; border: 1px solid {c.text}; }}
QToolButton::menu-indicator {{ image: none; }}"""


def _fields(c: Colours) -> str:
    """Where one types."""
    return f"""
QLineEdit {{ background: {c.field}; color: {c.text}; border: 1px solid {c.border};
  border-radius: 4px; padding: 4px 8px; selection-background-color: {c.accent};
  selection-color: {c.on_accent}; }}
QPlainTextEdit {{ background: {c.field}; color: {c.text}; border: 1px solid {c.border}; border-radius: 4px;
  padding: 0 4px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 1px solid {c.accent}; }}"""


def _scroll_bars(c: Colours) -> str:
    """Thin, without arrows."""
    return f"""
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {c.border}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}"""


def _grounds(c: Colours) -> str:
    """What lies behind photographs, panels and popovers, and what parts them."""
    return f"""
QListView#grid, QAbstractScrollArea#board {{ background: {c.ground}; border: 0; }}
QListView#column, QListView#projects {{ background: {c.window}; border: 0; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}
QSplitter::handle {{ background: {c.window}; }}
QSplitter::handle:hover {{ background: {c.accent}; }}
QFrame[panel="true"] {{ background: {c.window}; border: 0; }}
QFrame[popover="true"] {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 8px; }}
QFrame[line="true"] {{ background: {c.border}; border: 0; }}"""


def _lists(c: Colours) -> str:
    """Tables and the bar that says how far a job is."""
    return f"""
QTableView {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 4px; }}
QTableView::item {{ padding: 0 8px; }}
QTreeView::item {{ padding: 1px 5px; }}
QHeaderView::section {{ background: {c.window}; color: {c.quiet}; border: 0;
  border-bottom: 1px solid {c.border}; padding: 4px 8px; }}
QProgressBar {{ background: {c.ground}; border: 0; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}"""


def elide(text: str, width: int, role: str = "body") -> str:
    """`text` shortened in the middle to `width` pixels; names of files and columns differ at both ends."""
    return metrics(role).elidedText(text, Qt.TextElideMode.ElideMiddle, width)
