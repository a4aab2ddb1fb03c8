"""What the window's keys and menu entries do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pixsort_desktop.views.first_use import at_first_press

if TYPE_CHECKING:
    from pixsort_desktop.views.main_window import MainWindow


def window_handlers(window: MainWindow) -> dict[str, Callable[[], None]]:
    """Shortcut id -> what it does."""
    area, board, organiser, desk = window.area, window.board, window.organiser, window.project_desk
    return {
        "add_photos": desk.add_photos,
        "add_folder": desk.add_folder,
        "select_all": lambda: area.shown.select_all(),
        "find": window.area.toolbar.begin_search,
        "undo": lambda: _undo(window),
        "redo": window.session.redo,
        "split_off": lambda: organiser.split_off(area.chosen_ids()),
        "move_to": lambda: organiser.choose_column_for(area.chosen_ids()),
        "rename": lambda: _rename(window),
        "merge": lambda: organiser.choose_merge(board.current_group()),
        "lock": lambda: organiser.toggle_lock(board.current_group()),
        "column_left": lambda: window.prompts.shift(-1, organiser.shift_column),
        "column_right": lambda: window.prompts.shift(1, organiser.shift_column),
        "group_again": lambda: window.intake.group(window.session.project_id, None),
        **window.granularity.handlers(),
        **at_first_press(lambda: window.relatives, "split_column", "merge_nearest", "move_nearest", "why"),
        **window.judging.handlers(),
        "go_on": lambda: setattr(window.memory, "go_on", window.actions_.actions["go_on"].isChecked()),
        **window.culling.handlers(),
        **window.clocks.handlers(),
        **window.words.handlers(),
        **at_first_press(lambda: window.prompts, "pin_prompt"),
        **window.framing.handlers(),
        **window.files.handlers(),
        **window.browsing.handlers(),
        "write_sidecars": lambda: window.sidecars.write(window.session.project_id),
        "write_captions": lambda: window.sidecars.write(window.session.project_id, captions=True),
        "new_project": desk.new,
        "board": lambda: area.show_view("board"),
        "grid": lambda: area.show_view("grid"),
        "map": lambda: area.show_view("map"),
        "larger": lambda: area.zoom(1),
        "smaller": lambda: area.zoom(-1),
        "loupe": area.toggle_loupe,
        "compare": lambda: area.toggle_side_by_side(two=True),
        "survey": lambda: area.toggle_side_by_side(two=False),
        "zoom": area.toggle_zoom,
        "develop": lambda: area.when_loupe(area.loupe.toggle_developed),
        "info": lambda: area.when_loupe(area.loupe.cycle_info),
        "whole_screen": lambda: area.when_loupe(area.loupe.toggle_whole_screen),
        "filmstrip": lambda: area.when_loupe(area.loupe.toggle_filmstrip),
        **window.overlays.handlers(area.when_loupe),
        "activity": window.parts.toggle_activity,
        "next_part": window.parts.next_part,
        "settings": window.settings_wanted.emit,
        "keys": window.keys_wanted,
        "change_keys": window.change_keys,
        "quit": lambda: _quit(window),
    }


def _undo(window: MainWindow) -> None:
    """What a slider has not kept yet is the last step."""
    if not window.granularity.take_back():
        window.board.prompts.settle()
        window.session.undo()


def _rename(window: MainWindow) -> None:
    """What has the keyboard: the project in the list, else the column."""
    group = window.board.current_group() if window.area.view == "board" else None
    project_id = window.projects.current_id()
    if window.projects.list.hasFocus() and project_id is not None:
        window.projects.edit(project_id)
    elif group is not None:
        if window.area.large:  # a label is edited where it is seen
            window.area.close_large()
        window.board.edit_label(group)
    else:
        window.messages.tell("Go to the column or the project that should be renamed.")


def _quit(window: MainWindow) -> None:
    window.close()
