"""Models become any other state by insertions, removals and moves that keep Qt's rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QItemSelection, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from pixsort_desktop.library.records import Column, Group, Job, Photo, Project, Prompt
from pixsort_desktop.views import words
from pixsort_desktop.views.board.model import BoardModel
from pixsort_desktop.views.board.selection import BoardSelection, Flag
from pixsort_desktop.views.differences import Insertion, distance, runs, steps
from pixsort_desktop.views.job_bar import line
from pixsort_desktop.views.job_centre import JobView, Rate
from pixsort_desktop.views.meaning.prompt_columns import PromptColumn, key_of, prompt_of
from pixsort_desktop.views.organiser import project_name_for
from pixsort_desktop.views.photo_list_model import PhotoListModel
from pixsort_desktop.views.project_list import ProjectModel
from pixsort_desktop.views.showing import Showing
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.two_lines import TwoLineModel

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
orders = st.lists(st.integers(0, 30), unique=True, max_size=20)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def photo(photo_id: int) -> Photo:
    return Photo(photo_id, f"{photo_id:064x}", "ready", None, f"/photos/{photo_id}.jpg")


@given(orders, orders)
def test_steps_lead_from_one_list_to_the_other(old: list[int], new: list[int]) -> None:
    state = list(old)
    for step in steps(old, new):
        if isinstance(step, Insertion):
            state[step.first : step.first] = step.items  # type: ignore[assignment]
        else:
            del state[step.first : step.last + 1]
    assert state == new


@given(orders, orders)
def test_the_distance_is_none_only_between_equals_and_counts_every_run(
    old: list[int], new: list[int]
) -> None:
    assert (distance(old, new) == 0) == (old == new)
    assert distance(old, new) <= 2 * (len(old) + len(new))
    if set(old).isdisjoint(new):
        assert distance(old, new) == bool(old) + bool(new) == len(steps(old, new))


@given(orders, st.lists(st.integers(31, 60), unique=True, max_size=9), st.integers(0, 20))
def test_new_rows_in_one_place_are_one_insertion(old: list[int], more: list[int], at: int) -> None:
    new = [*old[:at], *more, *old[at:]]
    assert len(steps(old, new)) == (1 if more else 0)


@given(st.sets(st.integers(0, 60)))
def test_runs_are_unbroken_and_cover_all(rows: set[int]) -> None:
    found = runs(sorted(rows))
    assert {row for first, last in found for row in range(first, last + 1)} == rows
    assert all(a[1] + 1 < b[0] for a, b in pairwise(found))


@quick
@given(st.lists(orders, min_size=2, max_size=4))
def test_the_grid_s_model(qapp: QApplication, states: list[list[int]]) -> None:
    model = PhotoListModel()
    tester = QAbstractItemModelTester(model, FATAL)
    for order in states:
        model.show(order, {i: photo(i) for i in order}, 1)
        assert [model.photo(row).id for row in range(model.rowCount())] == order  # type: ignore[union-attr]
        assert all(model.row_of(i) == row for row, i in enumerate(order))
    model.show([1, 2], {1: photo(1), 2: photo(2)}, 2)
    assert model.rowCount() == 2
    assert tester.parent() is None


@quick
@given(st.lists(orders, min_size=2, max_size=4), st.sets(st.integers(0, 30)))
def test_the_grid_s_model_when_much_differs(
    qapp: QApplication, states: list[list[int]], marked: set[int]
) -> None:
    """All at once, and whoever holds on to a row finds its photo again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pixsort_desktop.views.photo_list_model.MANY", -1)
        model = PhotoListModel()
        tester = QAbstractItemModelTester(model, FATAL)
        for order in states:
            held = {i: QPersistentModelIndex(model.index_of(i)) for i in marked if model.row_of(i) >= 0}
            model.show(order, {i: photo(i) for i in order}, 1)
            assert list(model.order) == order
            found = {i: model.photo(index.row()).id for i, index in held.items() if index.isValid()}  # type: ignore[union-attr]
            assert found == {i: i for i in held if i in order}
        assert tester.parent() is None


boards = st.lists(
    st.tuples(st.integers(1, 6), st.lists(st.integers(0, 25), unique=True, max_size=8)), max_size=6
)


def columns(drawn: list[tuple[int, list[int]]]) -> list[Column]:
    """Groups and photos appear once; what stands in no group is ungrouped."""
    seen: set[int] = set()
    found: dict[int, Column] = {}
    for group_id, ids in drawn:
        if group_id not in found:
            own = tuple(i for i in ids if i not in seen)
            seen.update(own)
            found[group_id] = Column(Group(group_id, 1, f"Group {group_id}", len(found), "automatic"), own)
    return [*found.values(), Column(None, tuple(i for i in range(26) if i not in seen))]


@quick
@given(st.lists(boards, min_size=2, max_size=4))
def test_the_board_s_model(qapp: QApplication, states: list[list[tuple[int, list[int]]]]) -> None:
    model = BoardModel()
    tester = QAbstractItemModelTester(model, FATAL)
    photos = {i: photo(i) for i in range(26)}
    for drawn in states:
        wanted = columns(drawn)
        model.show(wanted, photos, 1)
        shown = [(model.group(key), tuple(model.members(key))) for key in model.keys]
        assert shown == [(column.group, column.photo_ids) for column in wanted]
    model.show([Column(None, ())], {}, None)
    assert model.rowCount() == 1
    assert tester.parent() is None


@quick
@given(st.lists(boards, min_size=2, max_size=4))
def test_the_board_s_model_when_much_differs(
    qapp: QApplication, states: list[list[tuple[int, list[int]]]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pixsort_desktop.views.board.model.MANY", -1)
        model = BoardModel()
        tester = QAbstractItemModelTester(model, FATAL)
        photos = {i: photo(i) for i in range(26)}
        for drawn in states:
            wanted = columns(drawn)
            before = {i: key_of(c.group) for c in wanted for i in c.photo_ids}
            held = {i: QPersistentModelIndex(model.locate(i)) for i in range(26)}
            stays = {i: model.key_of_index(index) == before[i] for i, index in held.items()}
            model.show(wanted, photos, 1)
            shown = [(model.group(key), tuple(model.members(key))) for key in model.keys]
            assert shown == [(column.group, column.photo_ids) for column in wanted]
            for i, index in held.items():
                assert not stays[i] or model.photo_id(index) == i
        assert tester.parent() is None


@quick
@given(
    st.lists(
        st.tuples(boards, st.lists(st.lists(st.integers(0, 25), unique=True), max_size=3)),
        min_size=2,
        max_size=4,
    )
)
def test_the_board_s_model_with_prompt_columns(
    qapp: QApplication, states: list[tuple[list[tuple[int, list[int]]], list[list[int]]]]
) -> None:
    model = BoardModel()
    tester = QAbstractItemModelTester(model, FATAL)
    selection = BoardSelection(model, model)
    photos = {i: photo(i) for i in range(26)}
    for drawn, found in states:
        prompts = [
            PromptColumn(Prompt(n, 1, f"words {n}", "m", 0.0, n), tuple(ids))
            for n, ids in enumerate(found, 1)
        ]
        wanted = [*prompts, *columns(drawn)]
        model.show(wanted, photos, 1)
        assert [tuple(model.members(key)) for key in model.keys] == [column.photo_ids for column in wanted]
        assert model.has_prompts is bool(prompts)
        for prompt, ids in zip(prompts, reversed(found), strict=True):
            key = key_of(prompt.prompt)
            model.show_photos(key, ids)
            assert list(model.members(key)) == ids and model.prompt(key) == prompt.prompt
            chosen = QItemSelection(model.photo_index(key, 0), model.photo_index(key, 0))
            selection.select(chosen, Flag.ClearAndSelect)
            assert list(selection.ordered_ids()) == ids[:1]
            assert all(selection.isSelected(model.locate(i)) for i in ids[:1])
            assert prompt_of(model.key_of_index(model.locate(ids[0] if ids else 0))) is None
            assert not ids or model.locate(ids[0], near=key).parent() == model.column_index(key)
    assert tester.parent() is None


def test_a_sort_of_ten_thousand_is_three_signals_not_thousands(qapp: QApplication) -> None:
    order = list(range(10_000))
    photos = {i: photo(i) for i in order}
    model = PhotoListModel()
    model.show(order, photos, 1)
    told: list[str] = []
    model.layoutChanged.connect(lambda: told.append("layout"))
    model.rowsRemoved.connect(lambda: told.append("removed"))
    model.rowsInserted.connect(lambda: told.append("inserted"))
    model.show(order[::-1], photos, 1)
    assert told == ["layout"]
    model.show([i for i in order if i % 3], photos, 1)
    assert told == ["layout", "layout", "removed"]
    model.show(order, photos, 1)
    assert told == ["layout", "layout", "removed", "inserted", "layout"]


def test_a_moved_column_moves_and_is_not_made_anew(qapp: QApplication) -> None:
    model = BoardModel()
    before = columns([(1, [0]), (2, [1]), (3, [2])])
    model.show(before, {i: photo(i) for i in range(26)}, 1)
    moved, removed = [], []
    model.rowsMoved.connect(lambda *args: moved.append(args))
    model.rowsRemoved.connect(lambda *args: removed.append(args))
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.show([before[2], before[0], before[1], before[3]], {i: photo(i) for i in range(26)}, 1)
    assert (len(moved), len(removed), len(resets)) == (1, 0, 0)


def test_the_other_models(qapp: QApplication) -> None:
    projects, lines = ProjectModel(), TwoLineModel()
    testers = [QAbstractItemModelTester(model, FATAL) for model in (projects, lines)]
    one = [Project(n, f"P{n}", "ready", "", {}, n) for n in range(1, 5)]
    for state in (one, one[1:3], [], one[::-1]):
        projects.show(state, {})
        assert [projects.index(r).data() for r in range(projects.rowCount())] == [p.name for p in state]
    for rows in ([("a", "b", 1)], [("a", "b", 1), ("c", "d", 2)], [], [("x", "y", 3)]):
        lines.show(rows)
        assert lines.values == [row[2] for row in rows]
    QCoreApplication.processEvents()
    assert len(testers) == 2


def test_a_search_thins_columns_and_keeps_ungrouped() -> None:
    wanted = columns([(1, [0, 1]), (2, [2])])
    snapshot = Snapshot(None, {}, tuple(range(26)), tuple(wanted), Showing("x"), frozenset({1, 25}))
    assert [c.photo_ids for c in snapshot.shown_columns] == [(1,), (25,)]
    assert snapshot.shown_order == (1, 25)


# -- words -------------------------------------------------------------------------------------------------


def test_exposures_read_as_photographers_write_them() -> None:
    said = [words.exposure(s) for s in (1 / 8000, 1 / 250, 0.3, 0.5, 0.8, 1, 2.5, 30)]
    assert said == ["1/8,000 s", "1/250 s", "1/3 s", "0.5 s", "0.8 s", "1 s", "2.5 s", "30 s"]


def test_numbers_lose_only_zeros_after_the_point() -> None:
    assert [words.number(v, d) for v, d in ((40, 0), (40, 1), (2.8, 1), (100.04, 1), (1200, 0))] == [
        "40", "40", "2.8", "100", "1,200",
    ]  # fmt: skip


def test_durations_and_counts() -> None:
    assert [words.duration(s) for s in (0.2, 59.4, 61, 599, 3599, 7500)] == [
        "0 s", "59 s", "1 min 1 s", "9 min 59 s", "59 min", "2 h 5 min",
    ]  # fmt: skip
    assert words.count(1, "photo") == "1 photo"
    assert words.count(1204, "photo") == "1,204 photos"


def test_a_path_that_is_no_text_can_be_shown() -> None:
    odd = Photo(1, None, "failed", "No.", "/photos/caf\udce9\nnew.jpg")
    assert words.file_name(odd) == "caf?⏎new.jpg"
    words.file_name(odd).encode("utf-8")
    assert "failed" in words.spoken(odd)


def test_a_camera_that_repeats_its_maker_says_it_once() -> None:
    canon = Photo(1, "", "ready", None, "/a.jpg", make="Canon", model="Canon EOS R5")
    assert ("Camera", "Canon EOS R5") in words.facts(canon)
    sony = Photo(
        1, "", "ready", None, "/a.jpg", make="SONY", model="ILCE-7M3", latitude=-33.5, longitude=151.25
    )
    assert ("Camera", "SONY ILCE-7M3") in words.facts(sony)
    assert ("Place", "33.50000° S, 151.25000° E") in words.facts(sony)


def test_a_project_is_named_after_its_folder() -> None:
    assert project_name_for(["/home/a/Iceland 2024"]) == "Iceland 2024"
    assert project_name_for(["/home/a/Iceland/IMG_1.JPG", "/home/a/Iceland/IMG_2.JPG"]) == "Iceland"
    assert project_name_for(["/home/a/Shoot v1.2 (final)"]) == "Shoot v1.2 (final)"
    assert project_name_for(["/"]) == "New project"


def test_the_job_bar_s_line() -> None:
    running = JobView("Import", "Importing", 1204, 3000, 2, 38.2, 47.0, 1, False)
    assert line(running) == "Importing 1,204 of 3,000 · 38 a second · 47 s left · 2 failed · 1 job waiting"
    assert line(JobView("Import", "", 0, 0, 0, None, None, 0, False)) == "Import …"
    stopping = JobView("Import", "Importing", 5, 9, 0, None, None, 0, True)
    assert "what is done is kept" in line(stopping)


def test_the_rate_is_of_the_last_seconds() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])
    assert rate.note("Importing", 0, 100) == (None, None)
    now[0] = 1.0
    assert rate.note("Importing", 10, 100) == (10.0, 9.0)
    for second in range(2, 12):
        now[0] = float(second)
        last = rate.note("Importing", 10 + (second - 1) * 2, 100)
    assert last[0] is not None
    assert abs(last[0] - 2.0) < 0.01
    assert rate.note("Grouping", 0, 100) == (None, None)


def test_a_job_in_a_line() -> None:
    job = Job(
        1, 1, "import", "done", 60, 61, 1, "2024-05-01T12:00:00+00:00", "2024-05-01T12:01:05+00:00", None
    )
    assert words.job_line(job, "Wedding") == "Import: Wedding · 60 of 61 · 1 failed · done · 1 min 5 s"
