"""What the camera wrote down, over the photo: off, short, full and round again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import theme, words

LEVELS = ("off", "short", "full")


class InfoOverlay(QLabel):
    """A few lines in a corner; clicks go through it to the photo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName("Facts of the photo")
        self.setFont(theme.font())
        self.setStyleSheet(
            f"background: rgba(0, 0, 0, 190); color: white; border-radius: 4px; padding: {theme.UNIT}px;"
        )
        self.level = "off"
        self.hide()

    def show_photo(self, photo: Photo | None, column: str) -> None:
        """`column` is the label of its column, or ''."""
        lines = info_lines(photo, column, self.level) if photo is not None else []
        text = "\n".join(lines)
        if text != self.text():
            self.setText(text)
            self.adjustSize()
        self.setVisible(bool(lines))

    def fit_into(self, width: int) -> None:
        """Never wider than the photo's place: long names wrap."""
        self.setWordWrap(False)
        if self.sizeHint().width() > width:
            self.setWordWrap(True)
            self.resize(width, self.heightForWidth(width))
        else:
            self.adjustSize()


def next_level(level: str) -> str:
    return LEVELS[(LEVELS.index(level) + 1) % len(LEVELS)] if level in LEVELS else LEVELS[0]


def info_lines(photo: Photo, column: str, level: str) -> list[str]:
    """`short`: what frame, when, how exposed. `full`: camera, lens, size, column and judgement besides."""
    if level == "off":
        return []
    facts = dict(words.facts(photo))
    iso = f"ISO {facts['ISO']}" if "ISO" in facts else ""
    exposed = [facts.get("Exposure", ""), facts.get("Aperture", ""), iso, facts.get("Focal length", "")]
    exposure = " · ".join(part for part in exposed if part)
    name, taken = words.file_name(photo), facts.get("Taken", "")
    if level == "short":
        return [line for line in (name, taken, exposure) if line]
    size = " · ".join(part for part in (facts.get("Size", ""), facts.get("Format", "")) if part)
    lines = (
        name,
        facts.get("Judgement", ""),
        f"In {words.shown(column)}" if column else "",
        taken,
        facts.get("Camera", ""),
        facts.get("Lens", ""),
        exposure,
        size,
        facts.get("Files", "").replace("\n", " + "),
    )
    return [line for line in lines if line]
