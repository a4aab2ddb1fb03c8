"""Typing faster than the library answers: under a filter, every key judges a photo of its own."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands import judge
from pixsort_desktop.library.filters import Filter, Stars
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.views.advance import Advance
from pixsort_desktop.views.foresight import all_leave, judged_as
from pixsort_desktop.views.judging import _commands
from pixsort_desktop.views.keys.shortcuts import JUDGING
from tests.views.test_judging import judged, press, select
from tests.views.test_keyboard_kept import settled, show_undecided

Key = Qt.Key
FLAGS = ("pick", "reject", "pick", "reject", "pick")


@pytest.mark.parametrize("view", ["board", "grid"])
def test_keys_typed_at_once_judge_one_photo_each(desktop: Desktop, qtbot: QtBot, view: str) -> None:
    desktop.window.area.show_view(view)
    show_undecided(desktop, qtbot, 10)
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_P, Key.Key_X, Key.Key_P, Key.Key_X, Key.Key_P)
    settled(desktop, qtbot, lambda: len(desktop.window.area.sequence()) == 5)
    names = [f"scene0_{frame}.jpg" for frame in range(4)] + ["scene1_0.jpg"]
    assert judged(desktop) == {name: (0, flag, None) for name, flag in zip(names, FLAGS, strict=True)}
    assert [photo.path.endswith("scene1_1.jpg") for photo in desktop.window.area.judged()] == [True]


def test_a_judgement_that_the_filter_still_shows_goes_nowhere(desktop: Desktop, qtbot: QtBot) -> None:
    show_undecided(desktop, qtbot, 10)
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_6, Key.Key_P)
    settled(desktop, qtbot, lambda: len(judged(desktop)) == 1)
    assert judged(desktop) == {"scene0_0.jpg": (0, "pick", "red")}


@pytest.mark.parametrize("identifier", JUDGING)
def test_what_is_foreseen_is_what_comes(desktop: Desktop, identifier: str) -> None:
    library, project_id = desktop.library, desktop.session.project_id
    assert library is not None
    assert project_id is not None
    ids = [photo.id for photo in project_photos(library, project_id)]
    judge.rate_photos(library, project_id=project_id, photo_ids=ids[:3], rating=5)
    judge.colour_photos(library, project_id=project_id, photo_ids=ids[1:4], colour="red")
    judge.flag_photos(library, project_id=project_id, photo_ids=ids[2:5], flag="pick")
    for chosen in (ids[:6], ids[1:4]):
        before = [photo for photo in project_photos(library, project_id) if photo.id in chosen]
        _commands()[identifier](library, project_id=project_id, photo_ids=chosen)
        after = [photo for photo in project_photos(library, project_id) if photo.id in chosen]
        assert judged_as(identifier, before) == after


def test_only_a_filter_makes_photos_leave(desktop: Desktop) -> None:
    photos = list(desktop.session.snapshot.photos.values())
    assert not all_leave("pick", photos, Filter())
    assert all_leave("pick", photos, Filter(undecided=True))
    assert all_leave("pick", photos, replace(Filter(), groups=frozenset({1}), flags=frozenset({None})))
    assert not all_leave("stars_3", photos, Filter(stars=Stars("least", 2)))
    assert not all_leave("pick", photos, Filter(cameras=frozenset({"Kamera K0"})))


def test_looking_ahead_from_thousands_of_photos_takes_no_time(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    area, ids = desktop.window.area, list(range(20_000))
    monkeypatch.setattr(area, "sequence", lambda: list(ids))
    advance = Advance(desktop.session, area)
    started = time.perf_counter()
    advance.look(ids[:-1])
    # Some ten seconds on an idle machine, where each photo is looked up among all others.
    assert time.perf_counter() - started < 8
    assert advance._after == ids[-1:]
