"""A start reads and builds what is seen, and nothing that nobody has asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from pixsort_desktop.views.first_use import at_first_press, built_of, first_use

FOR_LATER = (
    "pixsort_desktop.views.map.desk",
    "pixsort_desktop.views.map.map_view",
    "pixsort_desktop.views.map.points",
    "pixsort_desktop.views.tree.desk",
    "pixsort_desktop.views.tree.tree_view",
    "pixsort_desktop.views.meaning.prompts_desk",
    "pixsort_desktop.views.board.prompt_strip",
    "pixsort_desktop.views.relatives_desk",
    "pixsort_desktop.views.why.desk",
    "pixsort_desktop.views.why.dialog",
    "pixsort_desktop.views.duplicates.findings",
    "pixsort_desktop.views.duplicates.review",
    "pixsort_desktop.views.compare.compare",
    "pixsort_desktop.views.filter_bar",
    "pixsort_desktop.views.activity_panel",
    "pixsort_desktop.views.grouping_panel",
    "pixsort_desktop.views.clock_panel",
    "pixsort_desktop.views.keep_panel",
    "pixsort_desktop.views.keys.dialog",
    "pixsort_desktop.views.keys.overlay",
    "pixsort_desktop.views.ways_in.copy_dialog",
    "pixsort_desktop.views.models.dialog",
    "pixsort_desktop.views.settings_dialog",
)
HEAVY = ("torch", "torchvision", "open_clip", "timm", "hdbscan", "sklearn", "scipy", "umap")
WITH_A_LIBRARY = (  # what a worker reads when it opens one, behind the window
    "numpy", "cv2", "PIL", "sqlite_utils", "psutil", "pixsort_desktop.app_library", "pixsort_desktop.app_words",
    "pixsort_desktop.app_hierarchy", "pixsort_desktop.app_map", "pixsort_desktop.jobs", "pixsort_desktop.photo",
)  # fmt: skip

CHILD = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from pixsort_desktop.app import Desktop
from pixsort_desktop.views import theme

app = QApplication([])
theme.apply(app, "dark", 100)
desktop = Desktop(Path(sys.argv[1]))
desktop.window.show()
app.processEvents()
assert desktop.window.isVisible()
shown = sorted(sys.modules)

desktop.finished.connect(app.quit)
looked = QTimer()
def close_when_it_has_looked_for_unfinished_work():
    if {"pixsort_desktop.jobs.recovery", "pixsort_desktop.jobs.model_recovery"} <= set(sys.modules):
        looked.stop()
        desktop.window.close()
looked.timeout.connect(close_when_it_has_looked_for_unfinished_work)
looked.start(20)
desktop.start()
app.exec()
print(json.dumps([shown, sorted(sys.modules)]))
"""


def test_a_start_reads_only_what_is_seen(tmp_path: Path) -> None:
    """The real window in its own process: when it is shown, and when its library was open, looked through and closed."""
    gone = [name for name in FOR_LATER if find_spec(name) is None]
    assert not gone, "renamed: say what is not to be read now"
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "library")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    shown, opened = (set(each) for each in json.loads(done.stdout.splitlines()[-1]))
    assert "pixsort_desktop.views.main_window" in shown
    assert "pixsort_desktop.library.migrations" in opened  # it was open
    assert sorted(shown & {*FOR_LATER, *HEAVY, *WITH_A_LIBRARY}) == []
    assert sorted(opened & {*FOR_LATER, *HEAVY}) == []


class House:
    def __init__(self) -> None:
        self.built: list[str] = []

    @first_use
    def cellar(self) -> list[str]:
        self.built.append("cellar")
        return ["wine"]

    @first_use
    def attic(self) -> list[str]:
        self.built.append("attic")
        return ["dust"]


def test_what_is_built_at_its_first_use_is_built_once() -> None:
    house, other = House(), House()
    assert House.cellar.built(house) is None
    assert house.cellar is house.cellar
    assert house.built == ["cellar"]
    assert House.cellar.built(house) == ["wine"]
    assert House.cellar.built(other) is None and other.built == []
    assert built_of(house, House.attic, House.cellar) == [["wine"]]


def test_who_waits_for_it_gets_it_when_it_is_built_and_at_once_afterwards() -> None:
    house = House()
    got: list[list[str]] = []
    House.attic.then(house, got.append)
    House.attic.then(house, got.append)
    assert got == [] and house.built == []
    attic = house.attic
    assert got == [attic, attic]
    House.attic.then(house, got.append)
    assert got == [attic] * 3 and house.built == ["attic"]


def test_what_could_not_be_built_is_tried_again() -> None:
    class Careful:
        ready = False

        @first_use
        def part(self) -> str:
            if not self.ready:
                raise OSError("not yet")
            return "part"

    owner = Careful()
    got: list[str] = []
    Careful.part.then(owner, got.append)
    with pytest.raises(OSError):
        _ = owner.part
    owner.ready = True
    assert owner.part == "part" and got == ["part"]


def test_a_key_builds_its_desk_and_does_its_work_with_the_same_press() -> None:
    pressed: list[str] = []

    class Desk:
        def handlers(self) -> dict[str, object]:
            return {"one": lambda: pressed.append("one"), "two": lambda: pressed.append("two")}

    class Window:
        @first_use
        def desk(self) -> Desk:
            return Desk()

    window = Window()
    keys = at_first_press(lambda: window.desk, "one", "two")
    assert Window.desk.built(window) is None
    keys["two"]()
    keys["one"]()
    assert pressed == ["two", "one"]
    assert Window.desk.built(window) is not None
