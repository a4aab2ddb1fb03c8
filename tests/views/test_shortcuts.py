"""One table of keys: complete in the documentation, free of clashes, and alive in the window."""

from __future__ import annotations

import re
from pathlib import Path

from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.shortcuts import SHORTCUTS, shortcut

KEYS = Path(__file__).resolve().parents[2] / "docs" / "keys.md"


def documented() -> dict[str, set[str]]:
    """Section -> the keys in the first cells of its table."""
    found: dict[str, set[str]] = {}
    for section in re.split(r"^## ", KEYS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        cells = re.findall(r"^\| (`.*?) \|", section, flags=re.MULTILINE)
        found[section.splitlines()[0]] = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    return found


def test_every_key_is_documented_in_its_section() -> None:
    sections = documented()
    missing = [(s.id, key) for s in SHORTCUTS for key in s.keys if key not in sections.get(s.section, set())]
    assert missing == []


def test_nothing_is_documented_that_is_not_there() -> None:
    known = {key for s in SHORTCUTS for key in s.keys}
    assert set().union(*documented().values()) - known == set()


def test_no_key_means_two_things() -> None:
    keys = [key for s in SHORTCUTS for key in s.keys]
    assert len(keys) == len(set(keys))
    assert all(not sequence.isEmpty() for s in SHORTCUTS for sequence in s.sequences)


def test_every_key_of_the_table_is_an_action_of_the_window(window: MainWindow) -> None:
    for each in SHORTCUTS:
        if not each.local:
            assert window.actions_.actions[each.id].shortcuts() == each.sequences
    shown = {action for menu in window.menuBar().actions() for action in menu.menu().actions()}  # type: ignore[attr-defined]
    assert set(window.actions_.actions.values()) <= shown


def test_the_overlay_names_them_all(window: MainWindow) -> None:
    window.keys_wanted()
    assert window.keys.isVisible()
    told = window.keys.accessibleDescription()
    assert all(s.does in told and s.shown in told for s in SHORTCUTS)
    window.keys_wanted()
    assert not window.keys.isVisible()
    assert shortcut("undo").keys == ("Ctrl+Z",)
