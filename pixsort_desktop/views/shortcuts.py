"""Every key of the window in one table: menus, the overlay on `?` and `docs/keys.md` are checked against it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`keys` in Qt's portable notation, the first one shown in menus. `local` keys belong to the photos or
    the column that has the keyboard and are handled there; the others work everywhere in the window."""

    id: str
    keys: tuple[str, ...]
    does: str
    section: str
    local: bool = False

    @property
    def sequences(self) -> list[QKeySequence]:
        return [QKeySequence(key) for key in self.keys]

    @property
    def shown(self) -> str:
        """The keys as this system writes them."""
        native = QKeySequence.SequenceFormat.NativeText
        return " or ".join(sequence.toString(native) for sequence in self.sequences)


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("add_photos", ("Ctrl+O",), "Add photos to the project", "Photos"),
    Shortcut("add_folder", ("Ctrl+Shift+O",), "Add a folder of photos", "Photos"),
    Shortcut("select_all", ("Ctrl+A",), "Select all photos", "Photos"),
    Shortcut("clear_selection", ("Escape",), "Select nothing; leave the large photo", "Photos", local=True),
    Shortcut("open_photo", ("Return", "Enter"), "Show the photo large, and back", "Photos", local=True),
    Shortcut("next_photo", ("Right",), "Next photo; on the board, the next column", "Photos", local=True),
    Shortcut("previous_photo", ("Left",), "Previous photo; on the board, the column before", "Photos", local=True),
    Shortcut("photo_above", ("Up",), "The photo above; from the first one, the column's header", "Photos", local=True),
    Shortcut("photo_below", ("Down",), "The photo below", "Photos", local=True),
    Shortcut("extend", ("Shift+Right",), "Extend the selection (with any arrow key)", "Photos", local=True),
    Shortcut(
        "take_out",
        ("Delete", "Backspace"),
        "Board: to Ungrouped; grid: out of the project; column or project: delete it",
        "Photos",
        local=True,
    ),
    Shortcut("find", ("Ctrl+F",), "Find photos by file name, camera or column", "Photos"),
    Shortcut("camera_clock", ("Ctrl+Shift+T",), "Set a camera's clock right in this project", "Photos"),
    Shortcut("stars_1", ("1",), "1 star", "Judgement"),
    Shortcut("stars_2", ("2",), "2 stars", "Judgement"),
    Shortcut("stars_3", ("3",), "3 stars", "Judgement"),
    Shortcut("stars_4", ("4",), "4 stars", "Judgement"),
    Shortcut("stars_5", ("5",), "5 stars", "Judgement"),
    Shortcut("stars_0", ("0",), "No stars", "Judgement"),
    Shortcut("more_stars", ("]",), "One star more", "Judgement"),
    Shortcut("fewer_stars", ("[",), "One star fewer", "Judgement"),
    Shortcut("pick", ("P",), "Flag as pick", "Judgement"),
    Shortcut("reject", ("X",), "Flag as reject", "Judgement"),
    Shortcut("unflag", ("U",), "Take the flag away", "Judgement"),
    Shortcut("red", ("6",), "Red label, or none again", "Judgement"),
    Shortcut("yellow", ("7",), "Yellow label, or none again", "Judgement"),
    Shortcut("green", ("8",), "Green label, or none again", "Judgement"),
    Shortcut("blue", ("9",), "Blue label, or none again", "Judgement"),
    Shortcut("purple", ("Ctrl+9",), "Purple label, or none again", "Judgement"),
    Shortcut("next_undecided", ("D",), "To the next undecided photo", "Judgement"),
    Shortcut("next_column", ("Shift+D",), "To the next column with undecided photos", "Judgement"),
    Shortcut("keep_best", ("K",), "Keep the best of the column, reject the rest", "Judgement"),
    Shortcut("write_sidecars", ("Ctrl+S",), "Write judgements into sidecars, for other programs", "Judgement"),
    Shortcut("undo", ("Ctrl+Z",), "Undo", "Changes"),
    Shortcut("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Redo", "Changes"),
    Shortcut("split_off", ("Ctrl+Shift+N",), "New column from the selected photos", "Columns"),
    Shortcut("move_to", ("M",), "Move the selected photos to a column, by name", "Columns"),
    Shortcut("rename", ("F2",), "Rename the column, or the project when the list has the keyboard", "Columns"),
    Shortcut("merge", ("Ctrl+M",), "Merge the column with another, by name", "Columns"),
    Shortcut("column_left", ("Ctrl+Shift+Left",), "Move the column to the left", "Columns"),
    Shortcut("column_right", ("Ctrl+Shift+Right",), "Move the column to the right", "Columns"),
    Shortcut("group_again", ("Ctrl+G",), "Group the project's photos", "Columns"),
    Shortcut("new_project", ("Ctrl+N",), "New project", "Window"),
    Shortcut("board", ("B",), "Show the board", "Window"),
    Shortcut("grid", ("G",), "Show the grid", "Window"),
    Shortcut("larger", ("Ctrl++", "Ctrl+="), "Larger thumbnails", "Window"),
    Shortcut("smaller", ("Ctrl+-",), "Smaller thumbnails", "Window"),
    Shortcut("activity", ("Ctrl+J",), "Show jobs and failed files", "Window"),
    Shortcut("next_part", ("F6",), "To the next part of the window: projects, photos, details", "Window"),
    Shortcut("keys", ("F1", "?"), "Show all keys", "Window"),
    Shortcut("quit", ("Ctrl+Q",), "Close the window", "Window"),
)  # fmt: skip

_BY_ID = {shortcut.id: shortcut for shortcut in SHORTCUTS}


def shortcut(identifier: str) -> Shortcut:
    """The shortcut of that id; KeyError for one that is not in the table."""
    return _BY_ID[identifier]
