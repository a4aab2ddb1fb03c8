"""Widgets side by side that go on in the next line where the window is narrow or the text is large."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pixsort_desktop.views import theme


class Flow(QWidget):
    """Lays out its shown children in the order in which they were added."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        widget.setParent(self)  # which hides it
        widget.show()
        self._items.append(widget)

    def clear(self) -> None:
        """Let all widgets go."""
        for widget in self._items:
            widget.hide()
            widget.deleteLater()
        self._items = []

    def arrange(self) -> None:
        """Something was added, shown, hidden or resized."""
        self._place(self.width())
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return self._place(width, dry=True)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items if not item.isHidden()]
        width = sum(size.width() + theme.UNIT for size in sizes)
        return QSize(width, self.heightForWidth(self.width() or width))

    def minimumSizeHint(self) -> QSize:
        widths = [item.minimumSizeHint().width() for item in self._items if not item.isHidden()]
        return QSize(max(widths, default=0), self.heightForWidth(max(1, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a child has become larger or smaller
            self.arrange()
        return super().event(event)

    def _place(self, width: int, *, dry: bool = False) -> int:
        """Put every widget into its line, centred in it; answers the height that all lines take."""
        lines: list[list[tuple[QWidget, QSize]]] = [[]]
        x = 0
        for item in self._items:
            if item.isHidden():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(width, item.minimumSizeHint().width())))
            if lines[-1] and x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((item, size))
            x += size.width() + theme.UNIT
        top = 0
        for line in lines:
            height = max((size.height() for _, size in line), default=0)
            left = 0
            for item, size in line:
                if not dry:
                    item.setGeometry(QRect(QPoint(left, top + (height - size.height()) // 2), size))
                left += size.width() + theme.UNIT
            top += height + (theme.UNIT // 2 if line is not lines[-1] else 0)
        return top
