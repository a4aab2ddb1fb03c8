"""One sentence that does not get in the way: what went wrong, or what was done and can be taken back.

It floats over the foot of the photos, so that nothing moves under the pointer when it comes and goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import icons, theme
from pixsort_desktop.views.timers import single_shot

SHOWN_MS = 8000
LEAST_CHARACTERS = 45  # in a line of the words, beside the answers


class MessageBar(QFrame):
    """Good news leaves by itself; an error stays until it is closed or another message comes."""

    displaced = Signal(
        str
    )  # the question that another message took the place of before it was answered or closed
    left = Signal()  # answered or closed with the keyboard in it, which is to go back to the photos

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        parent.installEventFilter(self)
        self.setProperty("popover", True)
        self.setAccessibleName("Message")
        self._act: Callable[[], None] | None = None
        self._question = ""  # what is being asked, if anything is
        self.mark = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = QPushButton()
        self.action.clicked.connect(self._do)
        self.more: list[QPushButton] = []  # further answers, where a question has several
        self.close_button = QToolButton()
        self.close_button.setProperty("flat", True)
        self.close_button.setAccessibleName("Close the message")
        self.close_button.setToolTip("Close the message")
        self.close_button.clicked.connect(self._close)
        self._lay_out()
        self._timer = single_shot(self, self._leave, SHOWN_MS)
        self.refresh_icons()
        self.hide()

    def _lay_out(self) -> None:
        """The answers stand beside the words, or below them where these would get too narrow."""
        self.answers = QWidget()
        self._buttons = QHBoxLayout(self.answers)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setSpacing(theme.UNIT)
        self._buttons.addWidget(self.action)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.UNIT * 2, theme.UNIT, theme.UNIT, theme.UNIT)
        self._column.setSpacing(theme.UNIT)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.UNIT)
        self._row.addWidget(self.mark)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self.answers)
        self._row.addWidget(self.close_button)
        self._column.addLayout(self._row)

    def refresh_icons(self) -> None:
        edge = theme.metrics().height()
        self.mark.setPixmap(icons.icon("warning").pixmap(edge, edge))
        self.close_button.setIconSize(QSize(edge, edge))
        self.close_button.setIcon(icons.icon("close"))

    def lie_over(self, parent: QWidget) -> None:
        """Float over another widget from now on, with what is being said."""
        shown = not self.isHidden()
        self._over.removeEventFilter(self)
        self._over = parent
        parent.installEventFilter(self)
        self.setParent(parent)  # which hides it
        if shown:
            self._place()
            self.raise_()
            self.show()

    def tell(self, sentence: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Say what was done; with `action`, a button beside it."""
        self._show(sentence, action, act, error=False)
        self._timer.start()

    def warn(self, sentence: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Say what went wrong, until it is closed."""
        self._timer.stop()
        self._show(sentence, action, act, error=True)

    def ask(
        self, sentence: str, action: str, act: Callable[[], None], *more: tuple[str, Callable[[], None]]
    ) -> None:
        """Offer something, until it is taken or closed; `more` are other answers, each with what it does."""
        self._timer.stop()
        self._show(sentence, action, act, error=False, more=more)
        self._question = sentence

    def _show(
        self,
        sentence: str,
        action: str,
        act: Callable[[], None] | None,
        *,
        error: bool,
        more: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        displaced, self._question = "" if self.isHidden() else self._question, ""
        self.mark.setVisible(error)
        self.text.setText(sentence)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._act = act
        self._offer(more)
        self._place()
        self.raise_()
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))
        if displaced:
            self.displaced.emit(displaced)

    def _offer(self, more: Sequence[tuple[str, Callable[[], None]]]) -> None:
        for button in self.more:
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.more = []
        for label, act in more:
            button = QPushButton(label)
            button.clicked.connect(lambda _checked=False, act=act: self._answer(act))
            self._buttons.addWidget(button)
            button.show()  # else the layout leaves it out when the bar is measured
            self.more.append(button)

    def _close(self) -> None:
        """The keyboard first: hidden with it, Qt would hand it to whatever comes next, a button of the toolbar."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.left.emit()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _answer(self, act: Callable[[], None]) -> None:
        self._close()
        act()

    def _place(self) -> None:
        """At the foot of the parent, as wide as the sentence needs and the parent allows."""
        room = self._over.rect()
        edge = theme.UNIT * 2
        width = min(
            room.width() - 2 * edge,
            max(self._wish(), theme.UNIT * 40),
            theme.metrics().averageCharWidth() * 110,
        )
        self.answers.setVisible(bool(self.action.text()))
        narrow = width - self._answers_width() < theme.metrics().averageCharWidth() * LEAST_CHARACTERS
        below = narrow and width < self._wish()
        layout: QBoxLayout = self._column if below else self._row
        if layout.indexOf(self.answers) < 0:
            (self._row if below else self._column).removeWidget(self.answers)
            layout.insertWidget(1 if below else 2, self.answers)
        self._column.setAlignment(self.answers, Qt.AlignmentFlag.AlignRight)
        self._column.activate()
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(
            (room.width() - width) // 2, room.height() - height - edge - theme.UNIT, width, height
        )

    def _wish(self) -> int:
        words = theme.metrics().horizontalAdvance(self.text.text())
        buttons = self._answers_width() + self.close_button.sizeHint().width()
        return int(words + buttons + self.mark.sizeHint().width() + theme.UNIT * 8)

    def _answers_width(self) -> int:
        shown = [*([self.action] if self.action.text() else []), *self.more]
        return sum(button.sizeHint().width() + theme.UNIT for button in shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._over and self.isVisible():
            self._place()
        return False

    def _do(self) -> None:
        self._close()
        if self._act is not None:
            self._act()

    def _leave(self) -> None:
        """Not while the pointer or the keyboard is on it."""
        buttons = (self.action, *self.more, self.close_button)
        if self.underMouse() or any(button.hasFocus() for button in buttons):
            self._timer.start()
        else:
            self.hide()
