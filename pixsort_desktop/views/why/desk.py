"""Asks why photos stand where they stand, shows the answer, and parts a column where the user says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from pixsort_desktop.commands.organise import split_group
from pixsort_desktop.library.database import Library
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import words
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session, sentence

if TYPE_CHECKING:
    from pixsort_desktop.views.why.dialog import WhyDialog
    from pixsort_desktop.views.why.pair import Line


class WhyFunctions(NamedTuple):
    """What `app` gives; all run in a worker. `ask`: project, photos, column or None; `details` of two photos; `parts`:
    project, column and the two photos of a link."""

    ask: Callable[[int, Sequence[int], int | None], Any]
    details: Callable[[int, int], tuple[int, Sequence[Line]]]
    parts: Callable[[int, int, tuple[int, int]], Sequence[Sequence[int]]]


class WhyDesk(QObject):
    """Entries in the menus of columns and photos, and a key."""

    def __init__(
        self,
        session: Session,
        area: PhotosArea,
        messages: MessageBar,
        loader: ThumbnailLoader,
    ) -> None:
        super().__init__(area)
        self._session, self._area, self._messages, self._loader = session, area, messages, loader
        self._functions: WhyFunctions | None = None
        self.dialog: WhyDialog | None = None
        self.runner = Runner(1, self)
        self.runner.failed.connect(lambda error: messages.warn(sentence(error)))

    def attach(self, functions: WhyFunctions) -> None:
        """The library is open."""
        self._functions = functions

    def close(self) -> None:
        self.runner.close()
        self.runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        return self.runner.wait(seconds)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {"why": self.ask_here}

    def ask_here(self) -> None:
        """About the selected photos; about the column where its header has the keyboard, or nothing is selected."""
        ids, group_id = self._area.chosen_ids(), self._area.current_group_id()
        column = self._area.board.column(group_id) if group_id is not None else None
        if column is not None and column.header.hasFocus():
            ids = []
        if ids or group_id is not None:
            self.ask(ids, group_id)
        else:
            self._messages.tell("Select the photos to ask about first, or go to a column.")

    def ask(self, photo_ids: Sequence[int], group_id: int | None = None) -> None:
        """Why these photos, or those of a column, stand where they stand."""
        functions, project_id = self._functions, self._session.project_id
        if functions is None or project_id is None:
            return
        ids = list(photo_ids)

        def look(_: object) -> None:  # a move made a moment ago comes first
            self.runner.cancel_all()
            self.runner.run(lambda: functions.ask(project_id, ids, group_id), self._show)

        self._session.do(lambda _library: None, look)

    def _show(self, why: Any) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        photos = self._session.snapshot.photos
        from pixsort_desktop.views.why.dialog import WhyDialog

        self.dialog = dialog = WhyDialog(why, photos, self._loader, self._area.window())
        dialog.link_shown.connect(self._find_details)
        dialog.part_wanted.connect(lambda one, other: self._part(why.group_id, (one, other)))
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None
        self._area.focus_photos()

    def _find_details(self, one: int, other: int) -> None:
        functions, dialog = self._functions, self.dialog
        if functions is None or dialog is None:
            return
        self.runner.cancel_all()

        def show(found: tuple[int, Sequence[Line]]) -> None:
            if dialog is self.dialog:
                dialog.show_details((one, other), *found)

        self.runner.run(lambda: functions.details(one, other), show)

    def _part(self, group_id: int, ends: tuple[int, int]) -> None:
        """Take the column apart at that link."""
        functions, project_id = self._functions, self._session.project_id
        if functions is None or project_id is None:
            return

        def act(library: Library) -> int:
            parts = functions.parts(project_id, group_id, ends)
            split_group(library, group_id=group_id, parts=parts)
            return sum(len(part) for part in parts[1:])

        label = words.short(self._area.board.board.label(group_id))
        if self.dialog is not None:
            self.dialog.accept()
        self._session.do(
            act,
            lambda count: self._messages.tell(
                f"Parted «{label}»: {words.count(count, 'photo')} stand{'s' if count == 1 else ''} beside it now.",
                "Undo",
                self._session.undo,
            ),
        )

    def fill_column_menu(self, menu: QMenu, group_id: int) -> None:
        menu.addAction("Why are these together?", lambda: self.ask((), group_id))

    def fill_photos_menu(self, menu: QMenu, ids: list[int]) -> None:
        homes = {
            n for n, c in enumerate(self._session.snapshot.columns) for i in c.photo_ids if i in set(ids)
        }
        text = "Why is this photo here?" if len(ids) == 1 else "Why are these together?"
        menu.addAction(text if len(homes) < 2 else "Why are these apart?", lambda: self.ask(ids))
