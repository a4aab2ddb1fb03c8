"""Fingerprints that survive turning, framing and recolouring."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pixsort_desktop.vision.fingerprint import fingerprint, posed, trim

Pixels = NDArray[np.uint8]


def picture(seed: int, size: tuple[int, int] = (320, 220)) -> Pixels:
    cells = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(cells, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def bits_between(one: Pixels, other: Pixels) -> int:
    first, second = fingerprint(one), fingerprint(other)
    pairs = [(a, b) for a, b in itertools.product(first, second) if a["canonical"] or b["canonical"]]
    return min(int(a["phash"] ^ b["phash"]).bit_count() for a, b in pairs)


@pytest.mark.parametrize("pose", range(8))
@pytest.mark.parametrize("size", [(320, 220), (240, 240)])
def test_a_turned_or_mirrored_copy_has_the_same_fingerprint(pose: int, size: tuple[int, int]) -> None:
    for seed in range(5):
        whole = picture(seed, size)
        assert bits_between(whole, posed(whole, pose)) <= 2
    assert bits_between(picture(1), posed(picture(2), pose)) > 12


def test_the_pose_lays_both_the_same_way() -> None:
    whole = picture(3)
    turned = posed(whole, 5)
    first, second = fingerprint(whole)[0], fingerprint(turned)[0]
    assert first["phash"] == second["phash"]
    np.testing.assert_array_equal(posed(whole, first["pose"]), posed(turned, second["pose"]))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_frame_is_cut_off(level: int) -> None:
    whole = picture(4)
    framed = cv2.copyMakeBorder(whole, 20, 30, 15, 15, cv2.BORDER_CONSTANT, value=(level, level, level))
    grey = np.asarray(cv2.cvtColor(framed, cv2.COLOR_RGB2GRAY), np.uint8)
    rows, columns = trim(grey)
    assert abs(rows.start - 20) <= 1 and abs(framed.shape[0] - rows.stop - 30) <= 1
    assert abs(columns.start - 15) <= 1 and abs(framed.shape[1] - columns.stop - 15) <= 1
    assert bits_between(whole, np.asarray(framed, np.uint8)) <= 8


def test_a_plain_surface_has_none() -> None:
    assert len(fingerprint(np.full((100, 100, 3), 90, np.uint8))) == 0
    assert len(fingerprint(np.zeros((1, 1, 3), np.uint8))) == 0
    assert 1 <= len(fingerprint(picture(5))) <= 16
