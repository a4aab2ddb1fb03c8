"""Working through a shoot by keys: on to what is undecided, keep the best of a column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands import judge, organise
from pixsort_desktop.views import words
from tests.views.conftest import key_of_label
from tests.views.test_judging import judged, press, select

Key = Qt.Key


def here(desktop: Desktop) -> str:
    photo_id = desktop.window.area.current_photo_id()
    return words.file_name(desktop.session.snapshot.photos[photo_id]) if photo_id is not None else ""


def decide(desktop: Desktop, qtbot: QtBot, *names: str) -> None:
    assert desktop.library is not None
    ids = [i for name in names for i, p in desktop.session.snapshot.photos.items() if p.path.endswith(name)]
    judge.flag_photos(desktop.library, project_id=None, photo_ids=ids, flag="pick")
    qtbot.waitUntil(lambda: all(desktop.session.snapshot.photos[i].flag == "pick" for i in ids))


def test_on_to_the_next_undecided_photo_and_round_again(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_2.jpg")
    decide(desktop, qtbot, "scene0_3.jpg", "scene1_0.jpg")
    press(qtbot, Key.Key_D)
    assert here(desktop) == "scene1_1.jpg"
    for _ in range(7):
        press(qtbot, Key.Key_D)
    assert here(desktop) == "scene0_2.jpg"


def test_on_to_the_next_column_that_has_undecided_photos(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_1.jpg")
    decide(desktop, qtbot, "scene1_0.jpg", "scene1_1.jpg", "scene1_2.jpg", "scene2_0.jpg")
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert here(desktop) == "scene2_1.jpg"


def test_it_says_when_all_are_decided(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    decide(desktop, qtbot, ".jpg")
    press(qtbot, Key.Key_D)
    assert desktop.window.messages.text.text() == "Every photo shown here is decided."
    assert here(desktop) == "scene0_0.jpg"


def test_the_large_photo_goes_along(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    decide(desktop, qtbot, "scene0_1.jpg")
    press(qtbot, Key.Key_Return, Key.Key_D)
    assert here(desktop) == "scene0_2.jpg"
    assert desktop.window.area.loupe.isVisible()


def test_the_best_of_a_column_are_kept_by_keys_alone_and_undone_at_once(
    desktop: Desktop, qtbot: QtBot
) -> None:
    select(desktop, "scene0_2.jpg")
    press(qtbot, Key.Key_4)
    qtbot.waitUntil(lambda: bool(judged(desktop)))
    press(qtbot, Key.Key_K)
    panel = desktop.window.culling.panel
    assert panel.isVisible()
    assert "Coast" in panel.title.text()
    press(qtbot, Key.Key_2)
    assert panel.rest.text() == "and reject the other 2"
    press(qtbot, Key.Key_Return)
    flags = {
        "scene0_2.jpg": "pick",
        "scene0_0.jpg": "pick",
        "scene0_1.jpg": "reject",
        "scene0_3.jpg": "reject",
    }
    qtbot.waitUntil(lambda: {name: flag for name, (_, flag, _) in judged(desktop).items()} == flags)
    assert not panel.isVisible()
    assert QApplication.focusWidget() is not None
    qtbot.waitUntil(lambda: desktop.window.session.snapshot.project.decided_count == 4)  # type: ignore[union-attr]
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: judged(desktop) == {"scene0_2.jpg": (4, None, None)})


def test_escape_keeps_everything_as_it_is(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_K, Key.Key_3, Key.Key_Escape)
    assert not desktop.window.culling.panel.isVisible()
    assert here(desktop) == "scene0_0.jpg"
    assert judged(desktop) == {}


def test_the_question_follows_a_column_that_changes_meanwhile(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_K)
    panel, library = desktop.window.culling.panel, desktop.library
    assert library is not None
    qtbot.waitUntil(panel.isVisible)
    panel.count.setValue(3)
    names = {p.path.rpartition("/")[2]: i for i, p in desktop.session.snapshot.photos.items()}
    gone = [names[name] for name in ("scene0_1.jpg", "scene0_2.jpg")]
    organise.move_photos(library, project_id=1, photo_ids=gone, group_id=None)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2)
    assert (panel.count.value(), panel.count.maximum(), panel.rest.text()) == (2, 2, "and reject none")
    rest = [names[name] for name in ("scene0_0.jpg", "scene0_3.jpg")]
    organise.move_photos(library, project_id=1, photo_ids=rest, group_id=None)
    qtbot.waitUntil(panel.isHidden)
    assert desktop.window.messages.text.text() == "The column has no photos any more."


def test_headers_and_projects_tell_how_far_one_is(desktop: Desktop, qtbot: QtBot) -> None:
    decide(desktop, qtbot, "scene0_0.jpg", "scene1_0.jpg", "scene1_1.jpg", "scene1_2.jpg")
    board = desktop.window.board
    headers = {
        label: board.column(key_of_label(desktop.window, label)) for label in ("Coast", "Forest", "City")
    }
    qtbot.waitUntil(
        lambda: headers["Coast"].header.accessibleName() == "Column Coast, 4 photos, 3 undecided, 1 May 12:00"
    )
    assert headers["Forest"].header.accessibleName() == "Column Forest, 3 photos, all decided, 2 May 12:00"
    assert headers["City"].header.accessibleName() == "Column City, 2 photos, 3 May 12:00"
    qtbot.waitUntil(lambda: "4 of 10 decided" in words.project_line(desktop.session.projects[0], 0))
