"""The arithmetic of the map: which photos are seen, and what arrows, a lasso and an outline find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.views.map.points import FEW, MapPoints
from pixsort_desktop.views.map.viewport import LARGEST, Viewport, fitted

EDGE = 64


def cloud(count: int, seed: int = 1, side: int = 400) -> MapPoints:
    rng = np.random.default_rng(seed)
    cells = rng.choice(side * side, count, replace=False)
    return MapPoints(np.arange(1, count + 1), np.column_stack(np.divmod(cells, side)).astype(float))


def whole(points: MapPoints) -> Viewport:
    return fitted(points.box(), 1000, 700, EDGE, 24)


def test_few_photos_are_all_seen_and_many_without_hiding_each_other() -> None:
    few, many = cloud(FEW), cloud(8 * FEW)
    for points in (few, many):
        everyone = np.ones(len(points), bool)
        seen, behind = points.seen(whole(points), EDGE, everyone)
        assert sorted([*seen, *behind]) == list(range(len(points)))
        assert (len(behind) > 0) == (points is many)
    places = many.places[many.seen(whole(many), EDGE, np.ones(len(many), bool))[0]] * whole(many).scale
    cell = EDGE * 0.45
    assert len({(int(x // cell), int(y // cell)) for x, y in places}) > 0.5 * len(places)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(1.0, 40.0))
def test_who_is_seen_stays_seen_when_one_zooms_in(seed: int, factor: float) -> None:
    points = cloud(2 * FEW, seed)
    everyone = np.ones(len(points), bool)
    near = whole(points).scale * factor
    assert (points.leads(near, EDGE, everyone) | ~points.leads(whole(points).scale, EDGE, everyone)).all()


def test_zoomed_in_as_far_as_it_goes_everyone_in_sight_is_seen() -> None:
    points = cloud(4 * FEW)
    everyone = np.ones(len(points), bool)
    view = Viewport(100, 100, LARGEST * EDGE, 1000, 700)
    seen, behind = points.seen(view, EDGE, everyone)
    assert len(seen)
    assert not len(behind)


def test_dragging_changes_nobody_in_sight() -> None:
    points = cloud(6 * FEW)
    everyone = np.ones(len(points), bool)
    view = whole(points).zoomed(4, 500, 350, 0.01, 100)
    moved = view.moved(37, -21)
    seen, also = (set(points.seen(v, EDGE, everyone)[0].tolist()) for v in (view, moved))
    x, y = (points.places[:, axis] for axis in (0, 1))
    for row in seen ^ also:  # only at the rim
        inside = [
            v.width - EDGE > v.on_screen(x[row], y[row])[0] > EDGE
            and v.height - EDGE > v.on_screen(x[row], y[row])[1] > EDGE
            for v in (view, moved)
        ]
        assert not all(inside)


def test_arrows_prefer_what_is_straight_ahead() -> None:
    points = MapPoints(np.array([1, 2, 3, 4, 5]), np.array([[0, 0], [4, 3], [6, 0], [0, -5], [-2, 9]], float))
    row = {photo: points.row_of(photo) for photo in range(1, 6)}
    everyone = np.ones(5, bool)

    def to(start: int, dx: int, dy: int) -> int | None:
        assert row[start] is not None
        found = points.towards(row[start], dx, dy, everyone)
        return points.photo_id(found) if found is not None else None

    assert to(1, 1, 0) == 3
    assert to(1, 0, -1) == 4
    assert to(1, 0, 1) == 5
    assert to(3, 1, 0) is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_lasso_has_what_lies_inside_its_line(seed: int) -> None:
    """A star-shaped line around the middle: inside is what is nearer to it than the line in that direction."""
    rng = np.random.default_rng(seed)
    points = cloud(300, seed, side=60)
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    reach = 18 + 8 * np.sin(angles * rng.integers(2, 6) + rng.random())
    line = [(30 + r * np.cos(a), 30 + r * np.sin(a)) for r, a in zip(reach, angles, strict=True)]
    found = set(points.inside(line, np.ones(300, bool)).tolist())
    away = points.places - 30
    at = np.interp(np.arctan2(away[:, 1], away[:, 0]), angles, reach, period=2 * np.pi)
    distance = np.hypot(*away.T)
    sure_in, sure_out = distance < at - 0.2, distance > at + 0.2
    assert set(np.flatnonzero(sure_in).tolist()) <= found
    assert not found & set(np.flatnonzero(sure_out).tolist())


def test_an_outline_holds_every_photo_and_is_convex() -> None:
    points = cloud(50, side=40)
    corners = np.array(points.outline(np.arange(50), 2.0))
    edges = np.roll(corners, -1, axis=0) - corners
    onward = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * onward[:, 1] - edges[:, 1] * onward[:, 0]
    assert (turns > 0).all() or (turns < 0).all()
    inside = points.inside([tuple(corner) for corner in corners], np.ones(50, bool))
    assert len(inside) == 50
    alone = points.outline(np.array([0]), 1.0)
    assert len(alone) == 4


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_one_photo_fit(count: int) -> None:
    points = MapPoints(np.arange(count), np.zeros((count, 2)))
    view = whole(points)
    assert view.on_screen(0, 0) == pytest.approx((500, 350))
    assert len(points.seen(view, EDGE, np.ones(count, bool))[0]) == count
    assert points.inside([(0, 0), (1, 1)], np.ones(count, bool)).tolist() == []


def test_dots_lie_where_photos_are_and_later_layers_on_top() -> None:
    points = MapPoints(np.array([1, 2]), np.array([[10, 5], [200, 5]], float))
    view = Viewport(0, 0, 2, 100, 50)
    rows = np.arange(2)
    pixels = points.dots(view, 1.0, 7, [(rows, 1), (rows[:1], 2)], 3)
    assert pixels.shape == (56, 106)
    inner = pixels[3:53, 3:103]
    there = int(points.row_of(1) == 0) + 1
    assert inner[10, 20] == there
    assert (inner != 7).sum() == 9
