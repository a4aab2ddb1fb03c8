"""What is left of two pictures that lie on each other: nothing, a mark, other words, another moment."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from pixsort_desktop.vision.residual import Residual, residual

Pixels = NDArray[np.uint8]


def photograph(seed: int = 1) -> Pixels:
    """Texture of several sizes in colours of their own."""
    rng = np.random.default_rng(seed)
    whole = np.zeros((256, 384, 3), np.float32)
    for cells in ((4, 6), (16, 24), (64, 96)):
        layer = rng.uniform(0, 85, (*cells, 3)).astype(np.float32)
        whole += np.asarray(cv2.resize(layer, (384, 256), interpolation=cv2.INTER_CUBIC))
    return np.asarray(whole.clip(0, 255), np.uint8)


def slide(*lines: str) -> Pixels:
    page = Image.new("RGB", (384, 256), "black")
    for row, line in enumerate(("Minutes of the meeting", *lines)):
        ImageDraw.Draw(page).text(
            (30, 30 + 50 * row), line, font=ImageFont.load_default(24), fill=(255, 180, 0)
        )
    return np.asarray(page)


def sky(slope: float, noise_seed: int = 0) -> Pixels:
    down, across = np.mgrid[0:256, 0:384]
    levels = 120 + 0.3 * down + slope * across
    noise = np.random.default_rng(noise_seed).normal(0, 1, (256, 384))
    return np.asarray(np.repeat((levels + noise)[..., None], 3, axis=2).clip(0, 255), np.uint8)


def jpeg(picture: Pixels, quality: int) -> Pixels:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def marked(picture: Pixels, ink: tuple[int, int, int, int]) -> Pixels:
    layer = Image.new("RGBA", (384, 256), (0, 0, 0, 0))
    for row in range(4):
        ImageDraw.Draw(layer).text(
            (20 * row, 64 * row), "SAMPLE  SAMPLE", font=ImageFont.load_default(36), fill=ink
        )
    return np.asarray(Image.alpha_composite(Image.fromarray(picture).convert("RGBA"), layer).convert("RGB"))


def left(source: Pixels, target: Pixels) -> Residual | None:
    return residual(source, target, np.ones(target.shape[:2], bool))


@pytest.mark.parametrize("channel", range(3))
def test_one_channel_as_grey_is_foretold(channel: int) -> None:
    whole = photograph()
    found = left(whole, np.repeat(whole[..., channel : channel + 1], 3, axis=2))
    assert found is not None and found.same > 0.97 and found.one_exposure


@pytest.mark.parametrize("factor", [0.3, 1.8])
def test_less_and_more_colour_is_foretold(factor: float) -> None:
    whole = photograph()
    found = left(whole, np.asarray(ImageEnhance.Color(Image.fromarray(whole)).enhance(factor)))
    assert found is not None and found.same > 0.9 and found.one_exposure


@pytest.mark.parametrize(
    "ink", [(255, 255, 255, 110), (0, 0, 0, 110), (128, 128, 128, 128), (255, 230, 0, 255)]
)
def test_a_mark_of_one_ink_is_no_other_moment(ink: tuple[int, int, int, int]) -> None:
    whole = photograph()
    found = left(whole, jpeg(marked(whole, ink), 80))
    assert found is not None and found.same < 0.9 and found.one_exposure


def test_a_mark_over_all_that_has_one_colour_bends_no_curve() -> None:
    whole = photograph() // 3
    whole[80:176, 112:272] += np.asarray([110, 40, 30], np.uint8)  # nothing else is as red
    layer = Image.new("RGBA", (384, 256), (0, 0, 0, 0))
    ImageDraw.Draw(layer).ellipse((130, 70, 250, 190), fill=(128, 128, 128, 110))
    seen = np.asarray(Image.alpha_composite(Image.fromarray(whole).convert("RGBA"), layer).convert("RGB"))
    found = left(whole, jpeg(seen, 80))
    assert found is not None and found.same < 0.95 and found.one_exposure


@pytest.mark.parametrize(("ink", "strength"), [(255, 110), (0, 90), (200, 150), (30, 120)])
def test_marks_close_to_each_other_are_no_other_moment(ink: int, strength: int) -> None:
    whole = photograph()
    layer = Image.new("RGBA", (384, 256), (0, 0, 0, 0))
    for row in range(8):
        line = "PROOF " * 9
        font = ImageFont.load_default(18)
        ImageDraw.Draw(layer).text((-9 * row, 36 * row), line, font=font, fill=(ink, ink, ink, strength))
    seen = np.asarray(Image.alpha_composite(Image.fromarray(whole).convert("RGBA"), layer).convert("RGB"))
    found = left(whole, jpeg(seen, 85))
    assert found is not None and found.same < 0.3 and found.one_exposure
    other = left(photograph(2), jpeg(seen, 85))
    assert other is None or not other.one_exposure


def test_a_form_that_was_filled_in_is_no_marked_copy() -> None:
    form = Image.new("RGB", (384, 256), "white")
    ImageDraw.Draw(form).text(
        (16, 8), "Record of the day, station seven", font=ImageFont.load_default(16), fill=0
    )
    ImageDraw.Draw(form).line((0, 40, 384, 40), fill=0, width=2)
    filled = form.copy()
    for row in range(10):
        words = "northerly wind, two boats and rain until noon, calm sea"
        ImageDraw.Draw(filled).text((16, 52 + 20 * row), words, font=ImageFont.load_default(14), fill=0)
    for one, other in ((form, filled), (filled, form)):
        found = left(np.asarray(one), np.asarray(other))
        assert found is None or not found.one_exposure


def test_other_words_on_the_same_slide_are_another_slide() -> None:
    one = slide("London", "Time: 21:36")
    for other in (slide("Tokyo", "Time: 06:37"), slide("London", "Date: 04.11")):
        found = left(one, other)
        assert found is None or not found.one_exposure
    again = left(one, jpeg(one, 30))
    assert again is not None and again.one_exposure


def test_a_thing_that_moved_is_another_moment() -> None:
    whole = photograph()
    moved = whole.copy()
    moved[96:160, 128:192] = whole[96:160, 140:204]
    found = left(whole, jpeg(moved, 90))
    assert found is not None and found.same > 0.8 and found.unlike > 4 and not found.one_exposure


def test_plain_pictures_are_copies_only_as_they_are() -> None:
    again = left(sky(0.1), jpeg(sky(0.1), 60))
    assert again is not None and again.structured == 0 and again.one_exposure
    for other in (sky(0.14), np.asarray(sky(0.1) + 6, np.uint8)):
        found = left(sky(0.1), other)
        assert found is None or not found.one_exposure
    black = np.zeros((256, 384, 3), np.uint8)
    assert left(black, black) is None


def test_one_name_on_two_skies_makes_no_copy() -> None:
    down = np.linspace(0, 1, 256)[:, None, None]
    skies = []
    for above, below in (((90, 120, 190), (180, 200, 230)), ((70, 110, 140), (230, 200, 160))):
        levels = np.broadcast_to((1 - down) * above + down * below, (256, 384, 3))
        page = Image.fromarray(levels.astype(np.uint8))
        ImageDraw.Draw(page).text(
            (190, 220), "A. Photographer", font=ImageFont.load_default(22), fill="white"
        )
        skies.append(np.asarray(page))
    for one, other in (skies, skies[::-1]):
        found = left(one, other)
        assert found is None or not found.one_exposure
    again = left(skies[0], jpeg(skies[0], 60))
    assert again is not None and again.one_exposure


def test_nothing_is_a_copy_of_what_shows_hardly_anything() -> None:
    """Curves flatten any picture to the few levels of a nearly black one, and stretch these to any picture's."""
    down, across = np.mgrid[0:256, 0:384]
    away = np.hypot(down - 128, across - 192)[..., None]
    dim = (50 * np.exp(-((away / 110) ** 2)) * (0.8, 1.0, 0.5)).astype(np.uint8)
    petals = 12 * np.sin(8 * np.arctan2(down - 128, across - 192))[..., None] * (away < 60)
    flower = (20 + (180 + petals) / (1 + np.exp((away - 60) / 25)) * (1.1, 0.7, 0.3)).astype(np.uint8)
    for one, other in ((flower, dim), (dim, flower)):
        found = left(one, other)
        assert found is None or not found.one_exposure
