"""From what the user does on the board, the grid and the project list to commands, each one undoable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from pixsort_desktop.commands import organise
from pixsort_desktop.commands.projects import create_project, delete_project, remove_photos, rename_project
from pixsort_desktop.library.clocks import camera_key
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.projects import find_project
from pixsort_desktop.library.records import Project
from pixsort_desktop.views import words
from pixsort_desktop.views.board.group_board import GroupBoard
from pixsort_desktop.views.column_chooser import Choice, ColumnChooser
from pixsort_desktop.views.framing import Framing
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photo_grid import PhotoGrid
from pixsort_desktop.views.photo_tile import LABEL_COLOURS
from pixsort_desktop.views.session import Session


class Organiser(QObject):
    """Commands go to the session's lane in the order in which they were given; nothing here waits."""

    open_wanted = Signal(int)  # photo id
    clock_wanted = Signal(list)  # photo ids
    files_wanted = Signal(str, list)  # 'copy', 'move' or 'trash', photo ids
    column_menu_filling = Signal(object, int)  # QMenu, group id: others add what they can do
    photos_menu_filling = Signal(object, list)  # QMenu, photo ids

    def __init__(
        self,
        session: Session,
        board: GroupBoard,
        grid: PhotoGrid,
        messages: MessageBar,
        chooser: ColumnChooser,
        framing: Framing,
    ) -> None:
        super().__init__(board)
        self._session = session
        self._board = board
        self._messages = messages
        self._chooser = chooser
        self._framing = framing
        board.photos_moved.connect(self.move_photos)
        board.new_column.connect(self.new_column)
        board.column_moved.connect(self.move_column)
        board.columns_merged.connect(self.merge)
        board.column_renamed.connect(self.rename_column)
        board.column_deleted.connect(self.delete_column)
        board.take_out.connect(lambda ids: self.move_photos(ids, None, None))
        board.column_menu_wanted.connect(self._column_menu)
        board.photos_menu_wanted.connect(lambda at: self.photos_menu(board.selected_ids(), at, on_board=True))
        grid.take_out.connect(self.remove_photos)
        grid.menu_wanted.connect(lambda at: self.photos_menu(grid.selected_ids(), at, on_board=False))

    # -- photos and columns ----------------------------------------------------------------------------

    def move_photos(self, ids: Sequence[int], group_id: int | None, row: int | None) -> None:
        project_id, ids = self._session.project_id, self._whole(ids)
        if project_id is not None and ids:
            self._session.do(
                lambda library: organise.move_photos(
                    library, project_id=project_id, photo_ids=ids, group_id=group_id, index=row
                )
            )

    def new_column(
        self,
        ids: Sequence[int],
        position: int | None,
        label: str | None = None,
        made: Callable[[], None] = lambda: None,
    ) -> None:
        """Split photos off into a new column, and let the user name it; then `made()`."""
        project_id, ids = self._session.project_id, self._whole(ids)
        if project_id is None or not ids:
            return
        self._session.do(
            lambda library: organise.move_to_new_group(
                library, project_id=project_id, photo_ids=ids, label=label, position=position
            ),
            lambda _: made(),
        )

    def split_off(self, ids: Sequence[int], made: Callable[[], None] = lambda: None) -> None:
        """A new column right after the one where the first of the photos stands; then `made()`."""
        if not ids:
            self._messages.tell("Select the photos that a new column should be made of.")
            return
        groups = [column for column in self._session.snapshot.columns if column.group is not None]
        after = next((n + 1 for n, column in enumerate(groups) if ids[0] in column.photo_ids), None)
        self.new_column(ids, after, made=made)

    def move_column(self, group_id: int, position: int) -> None:
        self._session.do(lambda library: organise.move_group(library, group_id=group_id, position=position))

    def shift_column(self, group_id: int | None, by: int) -> None:
        """One place to the left (-1) or to the right (+1)."""
        order = [column.group.id for column in self._session.snapshot.columns if column.group is not None]
        if group_id in order:
            position = order.index(group_id) + by
            if 0 <= position < len(order):
                self.move_column(group_id, position)

    def merge(self, into: int, other: int) -> None:
        names = {key: words.short(label) for key, label in self._labels().items()}
        self._session.do(
            lambda library: organise.merge_groups(library, group_ids=[into, other]),
            lambda _: self._offer_undo(
                f"Merged «{words.short(names.get(other, ''))}» into «{words.short(names.get(into, ''))}»."
            ),
        )

    def rename_column(self, group_id: int, label: str) -> None:
        self._session.do(lambda library: organise.rename_group(library, group_id=group_id, label=label))

    def toggle_lock(self, group_id: int | None) -> None:
        """Lock a column, so that no grouping changes it; or unlock it."""
        group = next(
            (c.group for c in self._session.snapshot.columns if c.group and c.group.id == group_id), None
        )
        if group is None:
            self._messages.tell("Go to the column that should be locked first.")
            return
        self._session.do(
            lambda library: organise.lock_groups(library, group_ids=[group.id], locked=not group.locked)
        )

    def delete_column(self, group_id: int) -> None:
        name = self._labels().get(group_id, "")
        self._session.do(
            lambda library: organise.delete_groups(library, group_ids=[group_id]),
            lambda _: self._offer_undo(
                f"Deleted the column «{words.short(name)}»; its photos are ungrouped."
            ),
        )

    def remove_photos(self, ids: Sequence[int]) -> None:
        project_id, ids = self._session.project_id, self._whole(ids)
        if project_id is None or not ids:
            return
        self._session.do(
            lambda library: remove_photos(library, project_id=project_id, photo_ids=ids),
            lambda _: self._offer_undo(
                f"Took {words.count(len(ids), 'photo')} out of the project; the files stay."
            ),
        )

    def choose_column_for(self, ids: Sequence[int]) -> None:
        """Move photos to a column by typing its name."""
        if not ids:
            self._messages.tell("Select the photos to move first.")
            return
        ungrouped: list[Choice] = [(words.UNGROUPED, "Photos without a group", -1)]

        def take(value: Any) -> None:
            if isinstance(value, str):
                self.new_column(ids, None, value)
            else:
                self.move_photos(ids, None if value == -1 else value, None)

        title = f"Move {words.count(len(self._whole(ids)), 'photo')} to …"
        self._chooser.open(title, [*self._choices(), *ungrouped], take, offer_new=True)

    def choose_merge(self, group_id: int | None) -> None:
        """Merge a column with another by typing its name; the chosen one takes the photos."""
        if group_id is None:
            self._messages.tell("Go to the column that should be merged first.")
            return
        others = [choice for choice in self._choices() if choice[2] != group_id]
        name = self._labels().get(group_id, "")
        self._chooser.open(
            f"Merge «{words.short(name)}» into …", others, lambda into: self.merge(into, group_id)
        )

    def _whole(self, ids: Sequence[int]) -> list[int]:
        """With every frame of the closed stacks among them: a closed stack goes as a whole."""
        return self._session.snapshot.with_stacks(ids)

    def _choices(self) -> list[Choice]:
        return [
            (column.group.label, words.count(len(column.photo_ids), "photo"), column.group.id)
            for column in self._session.snapshot.columns
            if column.group is not None
        ]

    def _labels(self) -> dict[int, str]:
        return {c.group.id: c.group.label for c in self._session.snapshot.columns if c.group is not None}

    def _offer_undo(self, sentence: str) -> None:
        self._messages.tell(sentence, "Undo", self._session.undo)

    # -- menus -----------------------------------------------------------------------------------------

    def _column_menu(self, group_id: int, at: QPoint) -> None:
        menu = _menu(self._board)
        menu.addAction("Rename", lambda: self._board.edit_label(group_id))
        menu.addAction("Merge with …", lambda: self.choose_merge(group_id))
        self.column_menu_filling.emit(menu, group_id)
        locked = any(
            c.group.locked for c in self._session.snapshot.columns if c.group and c.group.id == group_id
        )
        menu.addAction("Unlock" if locked else "Lock", lambda: self.toggle_lock(group_id))
        self._add_colours(menu, group_id)
        menu.addAction("Select its photos", lambda: self._board.select_column(group_id))
        menu.addSeparator()
        menu.addAction("Move left", lambda: self.shift_column(group_id, -1))
        menu.addAction("Move right", lambda: self.shift_column(group_id, 1))
        menu.addSeparator()
        menu.addAction("Delete column", lambda: self.delete_column(group_id))
        menu.popup(at)

    def _add_colours(self, menu: QMenu, group_id: int) -> None:
        """A stripe in the column's head, in one of the label colours."""
        here = next(
            (c.group for c in self._session.snapshot.columns if c.group and c.group.id == group_id), None
        )
        colours = menu.addMenu("Colour")
        for colour in (*LABEL_COLOURS, None):
            action = colours.addAction(colour.capitalize() if colour else "None")
            action.setCheckable(True)
            action.setChecked(here is not None and here.colour == colour)
            action.triggered.connect(lambda _checked=False, c=colour: self.colour_column(group_id, c))

    def colour_column(self, group_id: int, colour: str | None) -> None:
        self._session.do(lambda library: organise.colour_group(library, group_id=group_id, colour=colour))

    def photos_menu(self, ids: list[int], at: QPoint, *, on_board: bool) -> None:
        """What can be done with these photos."""
        if not ids:
            return
        menu = _menu(self._board)
        menu.addAction("Show large", lambda: self.open_wanted.emit(ids[0]))
        menu.addSeparator()
        menu.addAction("Move to column …", lambda: self.choose_column_for(ids))
        self.photos_menu_filling.emit(menu, ids)
        menu.addAction("New column from selection", lambda: self.split_off(ids))
        if on_board:
            menu.addAction("To Ungrouped", lambda: self.move_photos(ids, None, None))
        menu.addSeparator()
        if len(ids) > 1:
            menu.addAction("Join as one frame", lambda: self._framing.join(ids))
        if self._framing.can_split(ids):
            menu.addAction("Split frame", lambda: self._framing.split(ids))
        if len(ids) > 1 or self._framing.can_split(ids):
            menu.addSeparator()
        photos = self._session.snapshot.photos
        cameras = {camera_key(photos[i]) for i in ids if i in photos}
        pair = len(ids) == len(cameras) == 2
        title = "These show the same moment …" if pair else "Camera clock …"
        menu.addAction(title, lambda: self.clock_wanted.emit(ids))
        menu.addSeparator()
        menu.addAction("Copy to folder …", lambda: self.files_wanted.emit("copy", ids))
        menu.addAction("Move to folder …", lambda: self.files_wanted.emit("move", ids))
        menu.addSeparator()
        menu.addAction("Take out of the project", lambda: self.remove_photos(ids))
        menu.addAction("Move to the trash …", lambda: self.files_wanted.emit("trash", ids))
        menu.popup(at)

    # -- projects --------------------------------------------------------------------------------------

    def create_project(self, name: str, done: Callable[[Project], None]) -> None:
        """Make a project of that name, or of «name 2», «name 3» … where it is taken."""
        self._session.do(lambda library: create_project(library, name=_free_name(library, name)), done)

    def rename_project(self, project_id: int, name: str) -> None:
        self._session.do(lambda library: rename_project(library, project_id=project_id, name=name))

    def delete_project(self, project_id: int) -> None:
        name = next((p.name for p in self._session.projects if p.id == project_id), "")
        self._session.do(
            lambda library: delete_project(library, project_id=project_id),
            lambda _: self._offer_undo(f"Deleted the project «{words.short(name)}»; photos and files stay."),
        )


def project_name_for(paths: Sequence[str]) -> str:
    """What a project of these dropped paths is called: after the folder."""
    first = PurePath(paths[0])
    looks_like_file = bool(first.suffix) and len(first.suffix) <= 5
    name = first.parent.name if looks_like_file else first.name
    return " ".join(words.shown(name).split()) or "New project"


def _free_name(library: Library, name: str) -> str:
    tried, number = name, 1
    while find_project(library, tried) is not None:
        number += 1
        tried = f"{name} {number}"
    return tried


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
