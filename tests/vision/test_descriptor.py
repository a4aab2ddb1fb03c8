from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pixsort_desktop.vision.descriptor import DIMENSIONS, EMBEDDING_ID, describe, load_codebook

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "grouping"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared photographs are not on this machine")


def photograph(name: str) -> NDArray[np.uint8]:
    with Image.open(DATA / name) as image:
        image.thumbnail((512, 512))
        return np.array(image.convert("RGB"))


def distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.linalg.norm(describe(one) - describe(other)))


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 512), (512, 1), (2, 3), (40, 40), (7, 300), (512, 384), (47, 48)]
)
@pytest.mark.parametrize("content", ["black", "white", "grey", "noise", "gradient"])
def test_any_size_and_content_gives_a_finite_vector(shape: tuple[int, int], content: str) -> None:
    flat = {"black": 0, "white": 255, "grey": 128}
    if content == "noise":
        pixels = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    elif content == "gradient":
        ramp = np.linspace(0, 255, shape[1]).astype(np.uint8)
        pixels = np.broadcast_to(ramp[None, :, None], (*shape, 3))
    else:
        pixels = np.full((*shape, 3), flat[content], dtype=np.uint8)
    vector = describe(pixels)
    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()
    assert 0.5 < np.linalg.norm(vector) < 3


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ],
)
def test_other_arrays_are_refused(wrong: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="8-bit pixels of shape"):
        describe(wrong)


def test_the_identifier_and_size_are_what_libraries_have_stored() -> None:
    """A change of the vectors needs a new identifier: this test is the reminder."""
    assert (EMBEDDING_ID, DIMENSIONS) == ("builtin-1", 496)
    assert load_codebook().dimensions + 300 == DIMENSIONS


def test_the_picture_is_not_changed_and_views_are_welcome() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    before = pixels.copy()
    mirrored = describe(pixels[:, ::-1])
    assert np.array_equal(pixels, before)
    assert np.allclose(mirrored, describe(np.ascontiguousarray(pixels[:, ::-1])), rtol=0, atol=1e-6)


def test_two_threads_give_what_one_gives() -> None:
    generator = np.random.default_rng(3)
    pictures = [generator.integers(0, 256, (96, 128, 3), dtype=np.uint8) for _ in range(24)]
    alone = [describe(picture) for picture in pictures]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(describe, pictures))
    assert np.allclose(alone, together, rtol=0, atol=1e-6)


@needs_data
def test_frames_of_a_scene_are_near_and_other_scenes_far() -> None:
    camel, later = photograph("sequences/camel/00000.jpg"), photograph("sequences/camel/00010.jpg")
    for other in (
        "sequences/cows/00000.jpg",
        "scenes/sfm/chair/image000.jpg",
        "singles/vacation/image00005.jpg",
    ):
        assert distance(camel, later) < 0.7 < 1.2 < distance(camel, photograph(other))


@needs_data
def test_size_compression_and_exposure_matter_little() -> None:
    picture = photograph("scenes/stitch/kayak_01.jpg")
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 40])
    darker = (picture * 0.85).astype(np.uint8)
    for changed in (half, cv2.imdecode(coded, cv2.IMREAD_COLOR), darker):
        assert distance(picture, np.asarray(changed, dtype=np.uint8)) < 0.6


@needs_data
def test_a_description_costs_little() -> None:
    picture = photograph("scenes/stitch/trees_rotate_01.jpg")
    describe(picture)
    costs = []
    for _ in range(10):
        started = time.thread_time()
        describe(picture)
        costs.append(time.thread_time() - started)
    assert min(costs) < 0.03
