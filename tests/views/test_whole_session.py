"""A shoot of 200 photos decided from the first key to the last, and nothing touched by the mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.photo.xmp import read_xmp
from pixsort_desktop.views import words
from tests.views.conftest import PATIENCE_MS, close

Key = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
SCENES, FRAMES = 20, 10
KEYS = {
    Key.Key_P: ("flag", "pick"), Key.Key_X: ("flag", "reject"), Key.Key_3: ("rating", 3), Key.Key_5: ("rating", 5),
    Key.Key_8: ("colour", "green"), Key.Key_6: ("colour", "red"),
}  # fmt: skip

Judgement = tuple[int, str | None, str | None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """20 scenes of 10 frames, a second apart; scenes lie hours apart."""
    shoot = tmp_path / "shoot"
    shoot.mkdir()
    for scene in range(SCENES):
        cells = np.random.default_rng(scene + 7).integers(0, 256, (5, 7, 3), dtype=np.uint8)
        whole = Image.fromarray(cells).resize((200, 140), Image.Resampling.BICUBIC)
        for frame in range(FRAMES):
            exif = Image.Exif()
            exif.get_ifd(0x8769)[0x9003] = f"2024:06:{scene + 1:02} 10:00:{frame * 3:02}"
            picture = whole.crop((frame, frame, 180 + frame, 120 + frame))
            picture.save(shoot / f"DSC_{scene:02}{frame}.jpg", quality=88, exif=exif)
    return shoot


@pytest.fixture
def mouse(qapp: QApplication) -> Iterator[list[QEvent.Type]]:
    """Every mouse event of the whole program."""
    watch = MouseWatch()
    qapp.installEventFilter(watch)
    yield watch.seen
    qapp.removeEventFilter(watch)


class MouseWatch(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QEvent.Type] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel):
            self.seen.append(event.type())
        return False


class Hand:
    """Types, looks at what is current, and remembers what it decided."""

    def __init__(self, desktop: Desktop, qtbot: QtBot) -> None:
        self.desktop, self.qtbot = desktop, qtbot
        self.decided: dict[str, dict[str, int | str]] = {}

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        letter = Key.Key_A <= key <= Key.Key_Z and modifiers == SHIFT
        typed = chr(key) if letter else key  # with the upper case that Shift gives: else Caps Lock must be on
        self.qtbot.keyClick(QApplication.focusWidget(), typed, modifiers)

    def here(self) -> str:
        photo_id = self.desktop.window.area.current_photo_id()
        return words.file_name(self.photos[photo_id]) if photo_id is not None else ""

    @property
    def photos(self) -> dict[int, Photo]:
        return dict(self.desktop.session.snapshot.photos)

    def judge(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a judging key, and remember about whom."""
        kind, value = KEYS[key]
        self.decided.setdefault(self.here(), {})[kind] = value
        self.press(key, modifiers)

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def expected(self) -> dict[str, Judgement]:
        return {
            name: (int(said.get("rating", 0)), said.get("flag"), said.get("colour"))  # type: ignore[misc]
            for name, said in self.decided.items()
        }


def judgements(library: Library, project_id: int) -> dict[str, Judgement]:
    return {
        words.file_name(photo): (photo.rating, photo.flag, photo.colour)
        for photo in project_photos(library, project_id)
    }


def in_sidecars(folder: Path) -> dict[str, Judgement]:
    found = {}
    for sidecar in folder.glob("*.xmp"):
        facts = read_xmp(sidecar.read_bytes())
        found[sidecar.with_suffix(".jpg").name] = (facts.rating or 0, facts.flag, facts.label)
    return found


def go_through_the_loupe(hand: Hand) -> None:
    """The first half: each photo large, judged with Shift, on to the next."""
    hand.press(Key.Key_E)
    assert hand.desktop.window.area.loupe.isVisible()
    keys = (Key.Key_P, Key.Key_X, Key.Key_X, Key.Key_3, Key.Key_X)
    for number in range(100):
        before = hand.here()
        if number % 7 == 0:
            hand.judge(Key.Key_8)  # a colour decides nothing and leads nowhere
            assert hand.here() == before
        hand.judge(keys[number % len(keys)], SHIFT)
        assert hand.here() != before
    hand.press(Key.Key_Escape)


def compare_a_column(hand: Hand) -> None:
    """Two frames side by side until one is left, then that one."""
    hand.press(Key.Key_C)
    compare = hand.desktop.window.area.compare
    assert compare.isVisible()
    hand.judge(Key.Key_X)
    hand.press(Key.Key_Up)  # the next one is better
    while len(compare.contest.frames) > 1:
        hand.judge(Key.Key_X)
    hand.judge(Key.Key_P)
    hand.press(Key.Key_Escape)


def keep_two_of_a_column(hand: Hand) -> None:
    """Stars first, then the best two stay; all in one step."""
    photo_id = hand.desktop.window.area.current_photo_id()
    column = next(c for c in hand.desktop.session.snapshot.columns if photo_id in c.photo_ids)
    names = [words.file_name(hand.photos[i]) for i in column.photo_ids]
    hand.judge(Key.Key_5)
    best = hand.here()
    hand.until(lambda: hand.photos[photo_id].rating == 5)  # type: ignore[index]
    hand.press(Key.Key_K)
    hand.press(Key.Key_2)
    hand.press(Key.Key_Return)
    second = next(name for name in names if name != best)
    for name in names:
        hand.decided.setdefault(name, {})["flag"] = "pick" if name in (best, second) else "reject"
    hand.until(lambda: hand.desktop.session.settled and all(hand.photos[i].flag for i in column.photo_ids))


def finish_under_a_filter(hand: Hand) -> None:
    """Only what is undecided is shown, and a judged photo leaves at once, until nothing is left."""
    session, area = hand.desktop.session, hand.desktop.window.area
    hand.press(Key.Key_Backslash)
    for _ in range(60):
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and focus.text() == "Undecided":
            break
        hand.press(Key.Key_Tab)
    hand.press(Key.Key_Space)
    hand.press(Key.Key_Escape)
    hand.until(lambda: session.snapshot.showing.filter.undecided)
    left = len(area.sequence())
    assert 0 < left < SCENES * FRAMES - 100
    while left:
        hand.until(lambda: session.settled and hand.here() != "")
        name = hand.here()
        hand.judge(Key.Key_X if name.endswith(("1.jpg", "5.jpg")) else Key.Key_P)
        left -= 1
        hand.until(lambda: len(area.sequence()) == left)  # noqa: B023 - waited for at once
    hand.press(Key.Key_L, CTRL)
    hand.until(lambda: len(area.sequence()) == SCENES * FRAMES)
    hand.press(Key.Key_D)
    assert hand.desktop.window.messages.text.text() == "Every photo shown here is decided."


def test_two_hundred_photos_by_keys_alone(
    open_window: Callable[[Path], Desktop],
    qtbot: QtBot,
    tmp_path: Path,
    folder: Path,
    mouse: list[QEvent.Type],
) -> None:
    with Library.open(tmp_path / "library") as library:
        project_id = create_project(library, name="Session").id
        import_photos(library, project_id=project_id, paths=[str(folder)])
        group_photos(library, project_id=project_id, parameters=GroupingParameters())
    desktop = open_window(tmp_path / "library")
    hand = Hand(desktop, qtbot)
    hand.until(lambda: len(hand.photos) == SCENES * FRAMES and hand.here() != "")
    go_through_the_loupe(hand)
    hand.press(Key.Key_D)
    compare_a_column(hand)
    hand.until(lambda: desktop.session.settled)
    hand.press(Key.Key_D, SHIFT)
    keep_two_of_a_column(hand)
    finish_under_a_filter(hand)

    assert len(hand.decided) == SCENES * FRAMES
    assert desktop.library is not None
    hand.until(lambda: judgements(desktop.library, project_id) == hand.expected())  # type: ignore[arg-type]
    hand.press(Key.Key_S, CTRL)
    hand.until(lambda: in_sidecars(folder) == hand.expected())
    hand.until(lambda: not desktop.centre.busy)
    close(qtbot, desktop)

    again = open_window(tmp_path / "library")
    hand.until(lambda: len(again.session.snapshot.photos) == SCENES * FRAMES)
    shown = {words.file_name(p): (p.rating, p.flag, p.colour) for p in again.session.snapshot.photos.values()}
    assert shown == hand.expected()
    assert mouse == []
