"""Histogram, clipping and focus peaking, on real photographs and on pictures whose answer is known."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pixsort_desktop.photo.decode import decode
from pixsort_desktop.vision import inspection
from pixsort_desktop.vision.inspection import (
    CLIPPED_HIGHLIGHT,
    CLIPPED_SHADOW,
    clipping_mask,
    focus_peaking,
    histogram,
    noise_deviation,
)

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
PHOTOS = [
    *(f"quality/kodak/kodak/{number}.png" for number in (7, 10, 12, 16, 20, 23)),
    "metadata/assets/metadata/faces/portrait.jpg",
    "metadata/assets/albums/nature/cyclamen_persicum.jpg",
    "metadata/assets/albums/nature/orychophragmus_violaceus.jpg",
    "grouping/scenes/stitch/trees_rotate_01.jpg",  # leaves from edge to edge, which look like noise
    "grouping/scenes/stitch/kayak_01.jpg",
]


def photo(name: str) -> NDArray[np.uint8]:
    path = DATA / name
    if not path.exists():
        pytest.skip("the shared photographs are not here")
    return np.asarray(decode(path.read_bytes(), 1600).image)


def blurred(pixels: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8) if sigma else pixels


def share(pixels: NDArray[np.uint8]) -> float:
    return float((focus_peaking(pixels) > 0).mean())


# -- histogram and clipping ---------------------------------------------------------------------------------


def test_every_pixel_is_counted_once_in_each_row() -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (37, 53, 3), dtype=np.uint8)
    found = histogram(pixels)
    assert found.counts.shape == (4, 256)
    for channel in range(3):
        assert (found.counts[channel] == np.bincount(pixels[..., channel].ravel(), minlength=256)).all()
    assert found.counts[3].sum() == 37 * 53


def test_of_a_large_frame_a_part_is_counted_and_the_shares_hold() -> None:
    small = photo("quality/kodak/kodak/23.png")
    large = np.asarray(cv2.resize(small, (3000, 2000), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    found = histogram(large)
    assert 250_000 <= found.counts[0].sum() <= 1_000_000
    mask = clipping_mask(large)
    assert found.highlights[3] == pytest.approx((mask == CLIPPED_HIGHLIGHT).mean(), abs=0.001)
    assert found.shadows[3] == pytest.approx((mask == CLIPPED_SHADOW).mean(), abs=0.001)


def test_one_full_channel_is_a_clipped_highlight_and_one_empty_channel_no_shadow() -> None:
    pixels = np.full((10, 10, 3), 120, dtype=np.uint8)
    pixels[0, :4] = (255, 120, 30)  # a red that has lost its gradation
    pixels[1, :3] = (254, 254, 254)
    pixels[2, :2] = (0, 0, 90)  # a deep blue: two channels at nothing, and no shadow
    pixels[3, :5] = (1, 0, 1)
    mask = clipping_mask(pixels)
    assert (mask == CLIPPED_HIGHLIGHT).sum() == 7
    assert (mask[:2] == CLIPPED_HIGHLIGHT).sum() == 7
    assert (mask == CLIPPED_SHADOW).sum() == 5
    assert not mask[2].any()
    found = histogram(pixels)
    assert found.highlights == (0.07, 0.03, 0.03, 0.07)
    assert found.shadows == (0.07, 0.07, 0.05, 0.05)


def test_a_photo_exposed_longer_clips_more_highlights_and_fewer_shadows() -> None:
    pixels = photo("metadata/assets/albums/nature/orychophragmus_violaceus.jpg").astype(np.float32)
    found = [histogram(np.clip(pixels * gain, 0, 255).astype(np.uint8)) for gain in (0.25, 1, 2, 4)]
    assert [h.highlights[3] for h in found] == sorted(h.highlights[3] for h in found)
    assert [h.shadows[3] for h in found] == sorted((h.shadows[3] for h in found), reverse=True)
    assert found[0].highlights[3] == 0
    assert found[3].highlights[3] > 0.05


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 7), (8, 8), (33, 9)])
def test_pictures_of_any_size_are_judged(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert histogram(pixels).counts.sum() == 4 * shape[0] * shape[1]
    assert clipping_mask(pixels).shape == shape
    assert focus_peaking(pixels).shape == shape


# -- focus peaking ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PHOTOS)
def test_the_more_a_photo_is_blurred_the_less_is_marked(name: str) -> None:
    pixels = photo(name)
    shares = [share(blurred(pixels, sigma)) for sigma in (0, 0.5, 0.8, 1.0, 1.5, 2.0, 3.0)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.005
    assert shares[-2] < 0.03 * shares[0]
    assert shares[-1] < 0.0001


@pytest.mark.parametrize("name", PHOTOS)
def test_of_a_half_blurred_photo_the_sharp_half_is_marked(name: str) -> None:
    pixels = photo(name)
    middle = pixels.shape[1] // 2
    for sharp_side in ("left", "right"):
        mixed = blurred(pixels, 2.5)
        part = slice(0, middle) if sharp_side == "left" else slice(middle, None)
        mixed[:, part] = pixels[:, part]
        marked = focus_peaking(mixed) > 0
        marked[:, middle - 3 : middle + 3] = False  # the seam itself is a sharp edge
        sharp, soft = marked[:, part].sum(), marked.sum() - marked[:, part].sum()
        assert sharp > 100
        assert soft < 0.02 * sharp


def test_a_defocused_edge_of_full_contrast_is_not_marked_and_a_faint_sharp_one_is() -> None:
    pixels = np.full((120, 240, 3), 100, dtype=np.uint8)
    pixels[:, 40:80] = 255
    pixels = blurred(pixels, 3)
    pixels[:, 160:] = 145
    columns = np.flatnonzero((focus_peaking(pixels) > 0).any(axis=0))
    assert columns.size
    assert abs(columns - 159.5).max() <= 1


@pytest.mark.parametrize("deviation", [3, 6, 10, 15])
def test_noise_on_a_blurred_photo_is_not_taken_for_sharp_edges(deviation: float) -> None:
    soft = blurred(photo("metadata/assets/albums/nature/cyclamen_persicum.jpg"), 4)
    noise = np.random.default_rng(3).normal(0, deviation, soft.shape[:2])[..., None]
    noisy = np.clip(soft + noise, 0, 255).astype(np.uint8)
    assert share(noisy) < 0.005
    grey = np.asarray(cv2.cvtColor(noisy, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    assert noise_deviation(grey) == pytest.approx(deviation, rel=0.2)


def test_leaves_from_edge_to_edge_are_not_taken_for_noise() -> None:
    grey = np.asarray(cv2.cvtColor(photo("grouping/scenes/stitch/trees_rotate_01.jpg"), cv2.COLOR_RGB2GRAY))
    assert noise_deviation(grey) < 2


def test_bands_leave_no_seams() -> None:
    pixels = photo("quality/kodak/kodak/10.png")  # 768 rows: three bands
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    whole = inspection._sharp_edges(grey, max(inspection._LEAST_STRENGTH, 20 * noise_deviation(grey)))
    assert whole.any()
    assert (focus_peaking(pixels) == whole).all()


def test_a_frame_of_a_screen_is_judged_within_a_frame_of_a_film() -> None:
    pixels = np.asarray(cv2.resize(photo("quality/kodak/kodak/7.png"), (1600, 1200)), dtype=np.uint8)
    for judge in (histogram, clipping_mask, focus_peaking):
        best = 1.0
        for _ in range(5):
            started = time.thread_time()
            judge(pixels)
            best = min(best, time.thread_time() - started)
        assert best < 0.060, judge.__name__
