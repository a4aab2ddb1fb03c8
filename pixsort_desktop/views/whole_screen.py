"""What happens in the window cannot be seen while one photo has the whole screen: it is left first."""

from __future__ import annotations

from collections.abc import Callable

IN_THE_WINDOW = frozenset(
    {
        "add_photos", "add_folder", "find", "move_to", "rename", "merge", "keep_best", "compare", "survey",
        "filter_bar", "activity", "next_part", "keys", "change_keys", "write_sidecars",
        "write_captions", "tag_selection", "caption_selection",
    }
)  # fmt: skip


def leaving_first(
    handlers: dict[str, Callable[[], None]], leave: Callable[[], None]
) -> dict[str, Callable[[], None]]:
    """What asks or shows something in the window leaves the whole screen first: it would happen behind it, and
    letters meant for a field would judge."""

    def leaving(act: Callable[[], None]) -> Callable[[], None]:
        def leave_and_act() -> None:
            leave()
            act()

        return leave_and_act

    return {name: leaving(act) if name in IN_THE_WINDOW else act for name, act in handlers.items()}
