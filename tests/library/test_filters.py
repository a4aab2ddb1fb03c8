"""Filters, orders and what can be filtered by: plain arithmetic on records."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.library.filters import (
    ARRANGED,
    COMPARISONS,
    FLAGS,
    LABELS,
    NO_FILTER,
    SORTS,
    Filter,
    Sort,
    Stars,
    camera_name,
    matches,
    natural_key,
    offered,
    select,
    sort_photos,
)
from pixsort_desktop.library.records import Column, Group, Photo

CAMERAS = ((None, None), ("Canon", "Canon EOS R5"), ("SONY", "ILCE-7M3"))
photos = st.builds(
    Photo,
    id=st.integers(1, 10_000),
    sha256=st.just("0"),
    status=st.sampled_from(["ready", "failed"]),
    error=st.sampled_from([None, "The file is cut off."]),
    path=st.sampled_from(["/p/IMG_9.jpg", "/p/IMG_10.jpg", "/p/img_9.JPG", "/q/a.tif"]),
    taken_at=st.sampled_from([None, "2024-05-01T12:00:00", "2024-05-02T12:00:00+02:00", "nonsense"]),
    taken_seconds=st.sampled_from([None, 1.0, 2.5, 9.0]),
    make=st.just(None),
    lens=st.sampled_from([None, "RF 50mm"]),
    rating=st.integers(0, 5),
    flag=st.sampled_from(FLAGS),
    colour=st.sampled_from(LABELS),
)
shoots = st.lists(photos, max_size=12, unique_by=lambda photo: photo.id)
some = {
    "flags": st.frozensets(st.sampled_from(FLAGS)),
    "stars": st.none() | st.builds(Stars, st.sampled_from(COMPARISONS), st.integers(1, 4)),
    "labels": st.frozensets(st.sampled_from(LABELS)),
    "cameras": st.frozensets(st.sampled_from(["", "Canon EOS R5", "SONY ILCE-7M3"])),
    "lenses": st.frozensets(st.sampled_from(["", "RF 50mm"])),
    "days": st.frozensets(st.sampled_from(["", "2024-05-01", "2024-05-02"])),
    "groups": st.frozensets(st.sampled_from([None, 1, 2])),
    "undecided": st.booleans(),
    "has_error": st.booleans(),
}
filters = st.builds(Filter, **some)


def columns_of(shoot: list[Photo]) -> list[Column]:
    ready = [photo.id for photo in shoot if photo.status == "ready"]
    groups = [Group(n, 1, f"Group {n}", n, "hand") for n in (1, 2)]
    return [
        Column(groups[0], tuple(ready[::3])),
        Column(groups[1], tuple(ready[1::3])),
        Column(None, tuple(ready[2::3])),
    ]


@given(shoots, filters)
def test_a_filter_is_and_between_kinds_and_or_within_one(shoot: list[Photo], filter_: Filter) -> None:
    columns = columns_of(shoot)
    group_of = {i: c.group.id if c.group else None for c in columns for i in c.photo_ids}

    def meets(photo: Photo) -> bool:
        day = photo.taken_at[:10] if photo.taken_at and photo.taken_at[0] == "2" else ""
        stars = filter_.stars
        compared = {"least": int.__ge__, "exactly": int.__eq__, "most": int.__le__}
        return all(
            (
                not filter_.flags or photo.flag in filter_.flags,
                stars is None or compared[stars.how](photo.rating, stars.number),
                not filter_.labels or photo.colour in filter_.labels,
                not filter_.cameras or camera_name(photo.make, photo.model) in filter_.cameras,
                not filter_.lenses or (photo.lens or "") in filter_.lenses,
                not filter_.days or day in filter_.days,
                not filter_.groups or (photo.id in group_of and group_of[photo.id] in filter_.groups),
                not filter_.undecided
                or (photo.status == "ready" and photo.flag is None and not photo.rating),
                not filter_.has_error or photo.status == "failed" or photo.error is not None,
            )
        )

    wanted = {photo.id for photo in shoot if meets(photo)}
    assert select({photo.id: photo for photo in shoot}, columns, filter_) == wanted
    assert {photo.id for photo in shoot if matches(photo, filter_, group_of)} == wanted
    if not filter_:
        assert filter_ == NO_FILTER
        assert len(wanted) == len(shoot)


@given(filters)
def test_a_filter_comes_back_from_json(filter_: Filter) -> None:
    assert Filter.from_json(json.loads(json.dumps(filter_.to_json()))) == filter_


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([f.name for f in fields(Filter)]), junk) | junk)
def test_damaged_values_are_passed_over(value: Any) -> None:
    found = Filter.from_json(value)
    assert Filter.from_json(found.to_json()) == found
    assert Sort.from_json(value) in (ARRANGED, *(Sort(by, d) for by in SORTS for d in (True, False)))


def test_what_is_understood_of_damaged_values_is_kept() -> None:
    kept = Filter.from_json({"flags": ["pick", "perhaps", 3, None], "stars": ["least", 9], "days": ["2024-05-01", "May"],
                             "groups": [1, None, True, "x"], "cameras": "Canon", "undecided": "yes", "later": 1})  # fmt: skip
    assert kept == Filter(
        frozenset({"pick", None}), days=frozenset({"2024-05-01"}), groups=frozenset({1, None})
    )
    assert Filter.from_json({"stars": ["least", 0]}) == NO_FILTER
    assert Sort.from_json({"by": "arranged", "descending": True}) == ARRANGED


def test_columns_that_are_gone_ask_for_nothing() -> None:
    filter_ = Filter(groups=frozenset({1, 7, None}))
    assert filter_.known(columns_of([])).groups == {1, None}
    assert not Filter(groups=frozenset({7})).known(columns_of([]))


# -- orders ------------------------------------------------------------------------------------------------


def named(*names: str) -> dict[int, Photo]:
    return {n: Photo(n, "", "ready", None, f"/p/{name}") for n, name in enumerate(names)}


def order_of(shoot: dict[int, Photo], sort: Sort) -> list[str]:
    return [shoot[i].path.rpartition("/")[2] for i in sort_photos(shoot, list(shoot), sort)]


def test_names_are_in_the_order_in_which_people_count() -> None:
    shoot = named("IMG_10.jpg", "img_9.jpg", "IMG_9a.jpg", "IMG_0100.jpg", "a.jpg", "IMG_99.jpg")
    assert order_of(shoot, Sort("name")) == [
        "a.jpg", "img_9.jpg", "IMG_9a.jpg", "IMG_10.jpg", "IMG_99.jpg", "IMG_0100.jpg",
    ]  # fmt: skip
    assert order_of(shoot, Sort("name", True)) == order_of(shoot, Sort("name"))[::-1]


def test_the_best_come_first_and_what_is_unknown_last_in_both_directions() -> None:
    shoot = named("a", "b", "c", "d")
    shoot[0] = replace(shoot[0], rating=3, make="Canon", model="Canon R6", taken_seconds=5.0)
    shoot[1] = replace(shoot[1], rating=5, flag="reject", taken_seconds=2.0)
    shoot[2] = replace(shoot[2], rating=5, flag="pick", make="Canon", model="Canon R10", taken_seconds=5.0)
    assert order_of(shoot, Sort("rating", True)) == ["c", "b", "a", "d"]
    assert order_of(shoot, Sort("camera")) == ["a", "c", "b", "d"]
    assert order_of(shoot, Sort("camera", True)) == ["c", "a", "b", "d"]
    assert order_of(shoot, Sort("time", True)) == ["a", "c", "b", "d"]
    assert order_of(shoot, ARRANGED) == ["a", "b", "c", "d"]


@given(shoots, st.sampled_from(SORTS), st.booleans())
def test_an_order_loses_nobody_and_keeps_the_time_among_equals(
    shoot: list[Photo], by: str, down: bool
) -> None:
    known = {photo.id: photo for photo in shoot}
    ranked = sort_photos(known, list(known), Sort(by, down))
    assert sorted(ranked) == sorted(known)
    again = sort_photos(known, ranked, Sort(by, down))
    assert again == ranked
    if by == "rating":
        place = {photo.id: n for n, photo in enumerate(shoot)}
        same = [i for i in ranked if (known[i].rating, known[i].flag) == (3, None)]
        assert same == sorted(same, key=place.__getitem__)


def test_digits_of_any_length_are_compared_as_numbers() -> None:
    names = ["1", "02", "10", "10a", "a2b10", "a10b2"]
    assert sorted(names, key=natural_key) == names


def test_what_can_be_chosen_is_counted() -> None:
    shoot = [
        Photo(
            1,
            "",
            "ready",
            None,
            "/a",
            make="Canon",
            model="Canon R10",
            lens="RF 50mm",
            taken_at="2024-05-02T1",
        ),
        Photo(2, "", "ready", "Cut off.", "/b", make="Canon", model="Canon R6", taken_at="2024-05-01T1"),
        Photo(3, "", "failed", "Empty.", "/c"),
        Photo(4, "", "ready", None, "/d", make="Canon", model="Canon R6", taken_at="2024-05-01T2"),
    ]
    offer = offered({photo.id: photo for photo in shoot}, columns_of(shoot))
    assert offer.cameras == [("Canon R6", 2), ("Canon R10", 1), ("", 1)]
    assert offer.lenses == [("RF 50mm", 1), ("", 3)]
    assert offer.days == [("2024-05-01", 2), ("2024-05-02", 1), ("", 1)]
    assert [(group.id if group else None, count) for group, count in offer.groups] == [
        (1, 1),
        (2, 1),
        (None, 1),
    ]
    assert offer.errors == 2


@pytest.mark.parametrize(("make", "model", "name"), [
    ("Canon", "Canon EOS R5", "Canon EOS R5"), ("SONY", "ILCE-7M3", "SONY ILCE-7M3"),
    (None, "X100", "X100"), ("Leica", None, "Leica"), (None, None, ""),
])  # fmt: skip
def test_a_camera_is_called_as_people_call_it(make: str | None, model: str | None, name: str) -> None:
    assert camera_name(make, model) == name
