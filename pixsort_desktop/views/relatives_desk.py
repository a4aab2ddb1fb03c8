"""Single columns and photos by the hierarchy: split into parts, merge with the nearest, move to the nearest column.

Menus open at once; which column is nearest is found out by a worker and then stands in their words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from pixsort_desktop.commands.organise import merge_groups, move_each, split_group
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import is_given
from pixsort_desktop.library.records import Group
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import words
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.why.desk import WhyDesk


class RelativesFunctions(NamedTuple):
    """What `app` gives; all take the project's id first, and raise PixsortError with what to do.

    `parts` of a column: photo ids, the first part being what stays; `nearest` column of a column; `nearest_of` photos:
    column by photo.
    """

    parts: Callable[[int, int], Sequence[Sequence[int]]]
    nearest: Callable[[int, int], Group]
    nearest_of: Callable[[int, Sequence[int]], dict[int, Group]]


class RelativesDesk(QObject):
    """Commands go to the session's lane; undo is offered, for the user could not foresee what would come of them."""

    def __init__(
        self,
        session: Session,
        area: PhotosArea,
        messages: MessageBar,
        loader: ThumbnailLoader,
    ) -> None:
        super().__init__(area)
        self._session, self._area, self._messages = session, area, messages
        self._functions: RelativesFunctions | None = None
        self.runner = Runner(1, self)
        self.runner.failed.connect(lambda _: None)  # a menu's words only: the command itself will say why
        self.why = WhyDesk(session, area, messages, loader)

    def attach(self, functions: RelativesFunctions) -> None:
        """The library is open."""
        self._functions = functions

    def close(self) -> None:
        self.runner.close()
        self.runner.cancel_all()
        self.why.close()

    def wait(self, seconds: float) -> bool:
        return self.runner.wait(seconds) and self.why.wait(seconds)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {
            "split_column": lambda: self.split(self._area.current_group_id()),
            "merge_nearest": lambda: self.merge_nearest(self._area.current_group_id()),
            "move_nearest": lambda: self.move_nearest(self._area.chosen_ids()),
            **self.why.handlers(),
        }

    # -- commands --------------------------------------------------------------------------------------

    def split(self, group_id: int | None) -> None:
        """Into its parts, which stand beside it."""
        project_id, functions = self._session.project_id, self._functions
        if group_id is None or project_id is None or functions is None:
            self._messages.tell("Go to the column that should be split first.")
            return

        def act(library: Library) -> int:
            parts = functions.parts(project_id, group_id)
            split_group(library, group_id=group_id, parts=parts)
            return sum(len(part) for part in parts[1:])

        label = words.short(self._label(group_id))
        self._session.do(
            act,
            lambda count: self._tell(
                f"Split «{label}»: {words.count(count, 'photo')} {'stands' if count == 1 else 'stand'} beside it now."
            ),
        )

    def merge_nearest(self, group_id: int | None) -> None:
        """With the column nearest to it; of the two that whose name the user gave stays, else this one."""
        project_id, functions = self._session.project_id, self._functions
        if group_id is None or project_id is None or functions is None:
            self._messages.tell("Go to the column that should be merged first.")
            return
        here = next(
            (c.group for c in self._session.snapshot.columns if c.group and c.group.id == group_id), None
        )

        def act(library: Library) -> Group:
            other = functions.nearest(project_id, group_id)
            order = [group_id, other.id]
            if is_given(other) and (here is None or not is_given(here)):
                order.reverse()
            merge_groups(library, group_ids=order)
            return other

        label = words.short(self._label(group_id))
        self._session.do(act, lambda other: self._tell(f"Merged «{label}» and «{words.short(other.label)}»."))

    def move_nearest(self, ids: Sequence[int]) -> None:
        """Each of the photos to the column nearest to it."""
        project_id, functions = self._session.project_id, self._functions
        if not ids or project_id is None or functions is None:
            self._messages.tell("Select the photos to move first.")
            return
        whole = self._session.snapshot.with_stacks(ids)

        def act(library: Library) -> dict[int, Group]:
            found = functions.nearest_of(project_id, whole)
            if found:
                move_each(library, project_id=project_id, homes={i: group.id for i, group in found.items()})
            return found

        self._session.do(act, self._moved)

    def _moved(self, found: dict[int, Group]) -> None:
        names = list(dict.fromkeys(group.label for group in found.values()))
        if not names:
            self._messages.tell("There is no other column that these photos could go to.")
        elif len(names) == 1:
            self._tell(f"Moved {words.count(len(found), 'photo')} to «{words.short(names[0])}».")
        else:
            self._tell(f"Moved {words.count(len(found), 'photo')} to {len(names):,} columns.")

    def _tell(self, sentence: str) -> None:
        self._messages.tell(sentence, "Undo", self._session.undo)

    def _label(self, group_id: int) -> str:
        return self._area.board.board.label(group_id)

    # -- menus -----------------------------------------------------------------------------------------

    def fill_column_menu(self, menu: QMenu, group_id: int) -> None:
        """What can be done with a column, and asked of it."""
        project_id, functions = self._session.project_id, self._functions
        menu.addAction("Split into its parts", lambda: self.split(group_id))
        merge = menu.addAction("Merge with its nearest", lambda: self.merge_nearest(group_id))
        if project_id is not None and functions is not None:
            self.runner.run(
                lambda: functions.nearest(project_id, group_id),
                lambda found: _name(merge, "Merge with its nearest", found.label),
            )
        self.why.fill_column_menu(menu, group_id)

    def fill_photos_menu(self, menu: QMenu, ids: list[int]) -> None:
        """What can be done with photos, and asked of them."""
        self._offer_nearest(menu, ids)
        self.why.fill_photos_menu(menu, ids)

    def _offer_nearest(self, menu: QMenu, ids: list[int]) -> None:
        project_id, functions = self._session.project_id, self._functions
        if project_id is None or functions is None:
            return
        if len(ids) > 1:
            menu.addAction("Move each to its nearest column", lambda: self.move_nearest(ids))
            return
        move = menu.addAction("Move to nearest column", lambda: self.move_nearest(ids))
        self.runner.run(
            lambda: functions.nearest_of(project_id, ids),
            lambda found: (
                _name(move, "Move to nearest column", found[ids[0]].label)
                if ids[0] in found
                else _disable(move)
            ),
        )


def _name(action: QAction, text: str, label: str) -> None:
    """The menu may be gone by now."""
    if isValid(action):
        action.setText(f"{text}: {words.short(label)}".replace("&", "&&"))


def _disable(action: QAction) -> None:
    if isValid(action):
        action.setEnabled(False)
