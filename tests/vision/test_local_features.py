from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pixsort_desktop.vision.local_features import LocalFeatures, local_features, verified_matches

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "grouping"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared photographs are not on this machine")


def photograph(name: str) -> NDArray[np.uint8]:
    with Image.open(DATA / name) as image:
        image.thumbnail((512, 512))
        return np.array(image.convert("L"))


def agreement(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    return verified_matches(local_features(one), local_features(other))


@pytest.mark.parametrize("shape", [(1, 1), (1, 512), (512, 1), (2, 3), (40, 40), (512, 384)])
@pytest.mark.parametrize("content", [0, 128, "noise"])
def test_any_size_and_content_can_be_compared(shape: tuple[int, int], content: int | str) -> None:
    if content == "noise":
        pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    else:
        pixels = np.full(shape, content, dtype=np.uint8)
    found = local_features(pixels)
    assert found.points.shape == (len(found.points), 2)
    assert found.descriptors.shape == (len(found.points), 128)
    assert len(found.points) <= 400
    assert 0 <= verified_matches(found, found) <= len(found.points)


@needs_data
def test_a_picture_matches_its_own_crop_turned_and_darkened() -> None:
    picture = photograph("scenes/stitch/kayak_01.jpg")
    height, width = picture.shape
    crop = picture[height // 6 :, : width * 3 // 4]
    turned = np.asarray(cv2.rotate((crop * 0.7).astype(np.uint8), cv2.ROTATE_90_CLOCKWISE), np.uint8)
    assert agreement(picture, turned) >= 40


@needs_data
def test_overlapping_views_of_one_place_agree_and_look_alikes_do_not() -> None:
    assert (
        agreement(
            photograph("scenes/stitch/trees_rotate_01.jpg"), photograph("scenes/stitch/trees_rotate_02.jpg")
        )
        >= 12
    )
    assert (
        agreement(photograph("scenes/sfm/chair/image000.jpg"), photograph("scenes/sfm/chair/image001.jpg"))
        >= 12
    )
    singles = [
        photograph(f"singles/vacation/{path.name}")
        for path in sorted((DATA / "singles/vacation").iterdir())[:12]
    ]
    features = [local_features(picture) for picture in singles]
    counts = [
        verified_matches(features[one], features[other]) for one in range(12) for other in range(one + 1, 12)
    ]
    assert np.mean(np.array(counts) >= 8) == 0


@needs_data
def test_the_same_pair_gives_the_same_count_in_any_thread() -> None:
    one, other = (local_features(photograph(f"scenes/stitch/kayak_0{n}.jpg")) for n in (1, 3))
    alone = verified_matches(one, other)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: verified_matches(one, other), range(12))) == {alone}


@pytest.mark.parametrize(("places", "most"), [(4, 0), (8, 7)])
def test_what_any_movement_explains_is_no_evidence(places: int, most: int) -> None:
    """Four places obey some homography however often each is described, and eight always some fundamental matrix."""
    generator = np.random.default_rng(places)
    descriptors = generator.integers(0, 200, (8, 128), dtype=np.uint8)
    for _ in range(20):
        one, other = (
            LocalFeatures(
                np.resize(generator.uniform(0, 384, (places, 2)), (8, 2)).astype(np.float32), descriptors
            )
            for _ in range(2)
        )
        assert verified_matches(one, other) <= most
