"""What stands in which menu: ids of shortcuts, '' for a line between two groups, and menus within menus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pixsort_desktop.views.keys.shortcuts import LABELS, STARS


@dataclass(frozen=True, slots=True)
class Menu:
    """`entries` are ids of shortcuts, '', or menus."""

    title: str
    entries: tuple[str | Menu, ...]

    def ids(self) -> Iterator[str]:
        """Of all shortcuts in it and in its menus."""
        for entry in self.entries:
            if isinstance(entry, Menu):
                yield from entry.ids()
            elif entry:
                yield entry


SIDECARS = Menu("Sidecars, for other programs", ("write_sidecars", "write_captions", ""))
PHOTO = Menu(
    "&Photo",
    (
        "pick", "reject", "unflag",
        Menu("Stars", (*STARS, "", "more_stars", "fewer_stars")),
        Menu("Colour label", LABELS),
        "",
        "next_undecided", "next_column", "keep_best", "go_on",
        "",
        "similar", "tag_selection", "caption_selection",
        "",
        Menu("Frame", ("join_frame", "split_frame")),
        "camera_clock",
        "",
        SIDECARS,
        "",
        "copy_files", "move_files", "trash", "trash_rejects",
    ),
)  # fmt: skip
VIEW = Menu(
    "&View",
    (
        "board", "grid", "map",
        "",
        "loupe", "compare", "survey",
        Menu(
            "Over a large photo",
            (
                "zoom", "info", "whole_screen", "filmstrip", "develop",
                "", "histogram", "clipping", "peaking", "af_point",
            ),
        ),
        "",
        "larger", "smaller",
        "",
        "filter_bar", "filters", "stack", "all_stacks",
        "",
        "activity", "next_part",
    ),
)  # fmt: skip
MENUS = (
    Menu("&File", ("new_project", "add_photos", "add_folder", "", "quit")),
    Menu(
        "&Edit", ("undo", "redo", "", "select_all", "find", "find_meaning", "", "rename", "", "settings")
    ),
    PHOTO,
    Menu(
        "&Columns",
        (
            "group_again", "finer", "coarser", "tree", "why",
            "",
            "split_off", "move_to", "move_nearest", "pin_prompt",
            "",
            "merge", "merge_nearest", "split_column", "lock",
            "",
            "column_left", "column_right",
        ),
    ),
    VIEW,
    Menu("&Help", ("keys", "change_keys")),
)  # fmt: skip
