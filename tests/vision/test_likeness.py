"""Copies and frames of a burst, told apart."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pixsort_desktop.vision.fingerprint import posed
from pixsort_desktop.vision.likeness import is_copy, likeness, prepare

Pixels = NDArray[np.uint8]


def scene(moved: int = 0, noise_seed: int = 1) -> Pixels:
    """Texture of several sizes, with a ball in front that moves."""
    rng = np.random.default_rng(7)
    whole = np.zeros((360, 512, 3), np.float32)
    for cells in ((9, 12), (36, 50), (120, 170)):
        layer = rng.uniform(0, 85, (*cells, 3)).astype(np.float32)
        whole += np.asarray(cv2.resize(layer, (512, 360), interpolation=cv2.INTER_CUBIC), np.float32)
    patch = np.random.default_rng(8).uniform(0, 255, (30, 30, 3)).astype(np.float32)
    ball = cv2.resize(patch, (110, 110), interpolation=cv2.INTER_CUBIC)
    whole[140:250, 100 + moved : 210 + moved] = ball
    whole += np.random.default_rng(noise_seed).normal(0, 1.5, whole.shape)
    return np.asarray(whole.clip(0, 255), np.uint8)


def jpeg(rgb: Pixels, quality: int) -> Pixels:
    return np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1), np.uint8
    )


def copies(one: Pixels, other: Pixels) -> bool:
    there, back = likeness(prepare(one), prepare(other)), likeness(prepare(other), prepare(one))
    verdicts = [found is not None and is_copy(found) for found in (there, back)]
    assert verdicts[0] == verdicts[1]
    return verdicts[0]


def test_edits_are_copies() -> None:
    whole = scene()
    assert copies(whole, jpeg(whole, 30))
    assert copies(whole, np.asarray(cv2.resize(whole, (256, 180), interpolation=cv2.INTER_AREA), np.uint8))
    assert copies(whole, jpeg(whole[20:340, 30:480], 90))
    assert copies(whole, np.asarray((whole * 1.3).clip(0, 255), np.uint8))
    framed = cv2.copyMakeBorder(whole, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    assert copies(whole, np.asarray(framed, np.uint8))
    written = whole.copy()
    cv2.putText(written, "PHOTO", (60, 200), cv2.FONT_HERSHEY_SIMPLEX, 3, (255, 255, 255), 4)
    assert copies(whole, written)


@pytest.mark.parametrize("moved", [6, 15, 40])
def test_a_thing_that_moved_makes_another_exposure(moved: int) -> None:
    assert not copies(scene(), scene(moved, noise_seed=2))


def test_a_camera_that_moved_makes_another_exposure() -> None:
    whole = scene()
    assert not copies(whole[:340, :490], whole[9:349, 12:502])
    turn = cv2.getRotationMatrix2D((256, 180), 1.5, 1.0)
    turned = np.asarray(cv2.warpAffine(whole, turn, (512, 360), borderMode=cv2.BORDER_REFLECT), np.uint8)
    assert not copies(whole, turned)


def turned(rgb: Pixels, degrees: float, cut: int) -> Pixels:
    """About the middle, and so many pixels cut from each side."""
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    whole = np.asarray(cv2.warpAffine(rgb, matrix, (width, height), flags=cv2.INTER_CUBIC), np.uint8)
    return np.ascontiguousarray(whole[cut : height - cut, cut : width - cut])


@pytest.mark.parametrize("degrees", [0.7, -2.0, 5.0, -12.0])
def test_a_straightened_picture_is_a_copy(degrees: float) -> None:
    cut = round(6 + 5 * abs(degrees))  # without the empty corners
    assert copies(scene(), jpeg(turned(scene(), degrees, cut), 90))
    assert not copies(scene(), jpeg(turned(scene(moved=15, noise_seed=2), degrees, cut), 90))


def test_a_camera_that_was_tilted_makes_another_exposure() -> None:
    assert not copies(turned(scene(), 2.0, 60), turned(scene(noise_seed=2), -1.0, 60))


def test_captions_in_bars_are_copies() -> None:
    whole = scene()
    for bar in (np.full((58, 512, 3), 0, np.uint8), (whole[-58:] * 0.4).astype(np.uint8)):
        written = bar.copy()
        cv2.putText(written, "By the sea", (10, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (255, 255, 255), 3)
        assert copies(whole, jpeg(np.concatenate([whole[:-58], written]), 85))
    assert copies(whole, jpeg(np.concatenate([written, whole]), 85))


def framed(rgb: Pixels, level: int) -> Pixels:
    return np.asarray(
        cv2.copyMakeBorder(rgb, 18, 18, 18, 18, cv2.BORDER_CONSTANT, value=(level,) * 3), np.uint8
    )


def test_frames_around_both_are_no_likeness() -> None:
    def slide(word: str) -> Pixels:
        page = np.zeros((288, 512, 3), np.uint8)
        cv2.putText(page, word, (150, 110), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 180, 0), 2)
        cv2.putText(page, "Local time: 20:38", (110, 180), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 180, 0), 2)
        return page

    for level in (130, 255):
        assert not copies(framed(slide("Tokyo"), level), framed(slide("Toledo"), level))
        assert copies(framed(slide("Tokyo"), level), jpeg(framed(slide("Tokyo"), level), 80))
        assert copies(framed(scene(), level), jpeg(framed(scene(), level), 60))
        assert copies(slide("Tokyo"), framed(slide("Tokyo"), level))


def test_grey_and_colourful_copies_are_copies() -> None:
    whole = scene()
    assert copies(whole, np.repeat(whole[..., :1], 3, axis=2))
    middle = whole.mean(axis=2, keepdims=True)
    assert copies(whole, np.asarray((middle + 1.8 * (whole - middle)).clip(0, 255), np.uint8))


def test_other_pictures_are_none() -> None:
    assert not copies(scene(), np.ascontiguousarray(scene()[::-1, ::-1]))
    assert not copies(scene(), np.full((360, 512, 3), 100, np.uint8))
    assert likeness(prepare(np.zeros((4, 4, 3), np.uint8)), prepare(scene())) is None


@pytest.mark.parametrize("pose", range(8))
def test_keypoints_lie_in_a_pose_as_if_they_were_found_there(pose: int) -> None:
    there, found = prepare(scene()).laid(pose), prepare(posed(scene(), pose))
    assert np.array_equal(there.rgb, found.rgb)
    alike = there.keypoints[1] @ found.keypoints[1].T
    best = alike.argmax(axis=1)
    same = alike.max(axis=1) > 0.98
    assert same.mean() > 0.9
    misses = np.abs(there.keypoints[0] - found.keypoints[0][best])[same]
    assert np.median(misses) < 0.02 and np.quantile(misses, 0.95) < 0.2


def test_what_moves_out_of_the_strip_of_a_caption_is_no_mark() -> None:
    frames = []
    for top in (4, 210):
        frame = np.asarray(150 + scene().astype(np.float32) * 0.4, np.float32)
        frame[top : top + 56, 120:320] *= 0.3
        frame[100:180, 20:490] *= 0.3
        frames.append(np.asarray(frame, np.uint8))
    assert not copies(frames[0], frames[1])
