"""What can be done in the window, in one table: menus, tooltips, the overlay on `?`, the key dialog and `docs/keys.md`
are made from it or checked against it. Which keys do it is asked of `views.keys.keymap`: presets and the user change them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One thing that can be done.

    `keys` are the default ones in Qt's portable notation, the first shown in menus; there may be none. `local` keys
    belong to the photos or the column that has the keyboard and are handled there: they always work, and the user's
    own keys come on top of them. The others work everywhere in the window. `checkable` actions are on or off.
    """

    id: str
    keys: tuple[str, ...]
    does: str
    section: str
    local: bool = False
    checkable: bool = False


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
    Shortcut("stack", ("S",), "Open or close the stack of the photo", "Photos"),
    Shortcut("all_stacks", ("Shift+S",), "Close every stack, or open all", "Photos"),
    Shortcut("join_frame", ("Ctrl+Shift+J",), "Join the selected photos as one frame", "Photos"),
    Shortcut("split_frame", ("Ctrl+Shift+D",), "Split the frame: each of its files a photo", "Photos"),
    Shortcut("find", ("Ctrl+F",), "Find photos by file name, camera or column", "Photos"),
    Shortcut("find_meaning", ("Ctrl+Shift+F",), "Find photos by what they show, in words", "Photos"),
    Shortcut("similar", ("A",), "Similar photos: the grid sorted by likeness to this one, and back", "Photos"),
    Shortcut("tag_selection", (), "Suggest tags for the selection", "Photos"),
    Shortcut("caption_selection", (), "Write captions for the selection", "Photos"),
    Shortcut("camera_clock", ("Ctrl+Shift+T",), "Set a camera's clock right in this project", "Photos"),
    Shortcut("trash", ("Ctrl+Delete",), "Move the photos to the trash …", "Photos"),
    Shortcut("trash_rejects", ("Ctrl+Backspace",), "Move rejected photos to the trash …", "Photos"),
    Shortcut("move_files", ("Ctrl+Shift+M",), "Move the photos' files to a folder …", "Photos"),
    Shortcut("copy_files", (), "Copy the photos' files to a folder …", "Photos"),
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
    Shortcut("go_on", (), "Go on after judging", "Judgement", checkable=True),
    Shortcut("write_sidecars", ("Ctrl+S",), "Write judgements into sidecars, for other programs", "Judgement"),
    Shortcut("write_captions", (), "Write judgements and captions into sidecars", "Judgement"),
    Shortcut("loupe", ("E",), "Show the photo large, and back", "Large photo"),
    Shortcut("compare", ("C",), "Two photos side by side, and back", "Large photo"),
    Shortcut("survey", ("N",), "Up to nine photos side by side, and back", "Large photo"),
    Shortcut("active_frame", ("Tab",), "Side by side: another active frame", "Large photo", local=True),
    Shortcut("more_frames", ("+",), "Side by side: one frame more; map: zoom in", "Large photo", local=True),
    Shortcut("fewer_frames", ("-",), "Side by side: one frame fewer; map: zoom out", "Large photo", local=True),
    Shortcut("zoom", ("Z",), "Whole photo or 100 %, around the pointer", "Large photo"),
    Shortcut("info", ("I",), "Facts over the photo: off, short, full", "Large photo"),
    Shortcut("whole_screen", ("F",), "The photo on the whole screen, and back", "Large photo"),
    Shortcut("filmstrip", ("T",), "Show or hide the filmstrip", "Large photo"),
    Shortcut("develop", ("Ctrl+D",), "RAW: developed whole, or the camera's preview again", "Large photo"),
    Shortcut("histogram", ("H",), "Histogram, with what is clipped", "Large photo"),
    Shortcut("clipping", ("J",), "Clipped highlights and shadows, blinking", "Large photo"),
    Shortcut("peaking", ("Shift+F",), "Edges that are in focus", "Large photo"),
    Shortcut("af_point", ("Shift+A",), "Where the camera focused", "Large photo"),
    Shortcut("onward", ("Space",), "Next photo; on the board and in the grid, select it or not", "Large photo", local=True),
    Shortcut("first_photo", ("Home",), "First photo; map: show all of it", "Large photo", local=True),
    Shortcut("last_photo", ("End",), "Last photo", "Large photo", local=True),
    Shortcut("undo", ("Ctrl+Z",), "Undo", "Changes"),
    Shortcut("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Redo", "Changes"),
    Shortcut("split_off", ("Ctrl+Shift+N",), "New column from the selected photos", "Columns"),
    Shortcut("move_to", ("M",), "Move the selected photos to a column, by name", "Columns"),
    Shortcut("pin_prompt", ("Ctrl+Shift+P",), "Pin the search by meaning as a column", "Columns"),
    Shortcut("rename", ("F2",), "Rename the column, or the project when the list has the keyboard", "Columns"),
    Shortcut("merge", ("Ctrl+M",), "Merge the column with another, by name", "Columns"),
    Shortcut("merge_nearest", ("Ctrl+Alt+M",), "Merge the column with its nearest", "Columns"),
    Shortcut("split_column", ("Ctrl+Alt+S",), "Split the column into its parts", "Columns"),
    Shortcut("move_nearest", ("Shift+M",), "Move each selected photo to its nearest column", "Columns"),
    Shortcut("why", ("W",), "Why the photos, or those of a column, are together or apart", "Columns"),
    Shortcut("lock", ("Ctrl+Shift+L",), "Lock the column against grouping, or unlock it", "Columns"),
    Shortcut("column_left", ("Ctrl+Shift+Left",), "Move the column to the left", "Columns"),
    Shortcut("column_right", ("Ctrl+Shift+Right",), "Move the column to the right", "Columns"),
    Shortcut("group_again", ("Ctrl+G",), "Group the project's photos", "Columns"),
    Shortcut("finer", (".",), "Finer columns, towards near-identical frames", "Columns"),
    Shortcut("coarser", (",",), "Coarser columns, towards whole events", "Columns"),
    Shortcut("tree", ("Y",), "Show the tree of the photos over the board, or hide it", "Columns"),
    Shortcut("new_project", ("Ctrl+N",), "New project", "Window"),
    Shortcut("board", ("B",), "Show the board", "Window"),
    Shortcut("grid", ("G",), "Show the grid", "Window"),
    Shortcut("map", ("V",), "Show the map: like photos near each other", "Window"),
    Shortcut("larger", ("Ctrl++", "Ctrl+="), "Larger thumbnails; a large photo: zoom in", "Window"),
    Shortcut("smaller", ("Ctrl+-",), "Smaller thumbnails; a large photo: zoom out", "Window"),
    Shortcut("filter_bar", ("\\",), "Show or hide the filter bar", "Window"),
    Shortcut("filters", ("Ctrl+L",), "Switch the filter off, or on again", "Window"),
    Shortcut("activity", ("Ctrl+J",), "Show jobs and failed files", "Window"),
    Shortcut("next_part", ("F6",), "To the next part of the window: projects, photos, details", "Window"),
    Shortcut("settings", ("Ctrl+,",), "Settings …", "Window"),
    Shortcut("keys", ("F1", "?"), "Show all keys", "Window"),
    Shortcut("change_keys", (), "Change keys …", "Window"),
    Shortcut("quit", ("Ctrl+Q",), "Close the window", "Window"),
)  # fmt: skip

STARS = ("stars_1", "stars_2", "stars_3", "stars_4", "stars_5", "stars_0")
LABELS = ("red", "yellow", "green", "blue", "purple")
JUDGING = (*STARS, "more_stars", "fewer_stars", "pick", "reject", "unflag", *LABELS)
"""What judges the photo: with Shift as well, it goes on to the next one."""

_BY_ID = {shortcut.id: shortcut for shortcut in SHORTCUTS}


def shortcut(identifier: str) -> Shortcut:
    """The shortcut of that id; KeyError for one that is not in the table."""
    return _BY_ID[identifier]
