"""Scores of words: what is shown is found, chance hardly, whatever the model's scale and its hubs; the vocabulary's file.

All of it on made-up vectors that are like a trained model's in what is named here; that no score is a probability is said
where users read it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.paths import resource
from pixsort_desktop.vision import zero_shot
from pixsort_desktop.vision.neutral_pictures import EACH, neutral_pictures
from pixsort_desktop.vision.vocabulary import FILE_NAME, read_vocabulary

WORDS, SIZE, SHOWN = 400, 512, 3
NOTHING = np.zeros(SIZE, np.float32)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def case() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """300 photos that show three words each, as CLIP has it: all texts share a direction, all photos another."""
    rng = np.random.default_rng(11)
    hub = rng.normal(size=SIZE)
    words = unit(rng.normal(size=(WORDS, SIZE)) + hub * rng.uniform(0.5, 2.5, size=(WORDS, 1)))
    photos = rng.normal(size=(300, SIZE)) * 1.2 + 0.4 * hub
    shown = np.stack([rng.choice(WORDS, SHOWN, replace=False) for _ in range(300)])
    own = words - words.mean(axis=0)
    photos = unit(photos + 8 * own[shown].sum(axis=1))
    return photos, words, shown, np.arange(WORDS) % 5


def test_what_is_shown_is_offered_and_little_else(case: tuple[np.ndarray, ...]) -> None:
    photos, words, shown, category = case
    sure = zero_shot.confidences(photos, words, category, NOTHING)
    offered = [zero_shot.offered(row, category, frozenset()) for row in sure]
    hits = sum(len(set(found) & set(real)) for found, real in zip(offered, shown.tolist(), strict=True))
    total = sum(map(len, offered))
    assert hits > 0.6 * 300 * SHOWN
    assert hits > 0.6 * total  # 0.8 where no word has an offset left


def test_photos_that_show_nothing_are_offered_little(case: tuple[np.ndarray, ...]) -> None:
    _, words, _, category = case
    rng = np.random.default_rng(12)
    sure = zero_shot.confidences(unit(rng.normal(size=(300, SIZE))), words, category, NOTHING)
    offered = [zero_shot.offered(row, category, frozenset()) for row in sure]
    assert (
        np.mean([bool(found) for found in offered]) < 0.35
    )  # a q of 0.2 allows a fifth, where centre and spread are known exactly
    assert (sure >= 0.95).any(axis=1).mean() < 0.15


def test_the_scale_of_a_model_does_not_matter(case: tuple[np.ndarray, ...]) -> None:
    photos, words, _, category = case
    sure = zero_shot.confidences(photos[:20], words, category, NOTHING)
    squeezed = zero_shot.confidences(photos[:20] * np.float32(0.1), words, category, NOTHING)
    assert np.allclose(sure, squeezed, atol=1e-3)


class Hubs:
    """A model whose pictures share a direction that leans to some words: those lie as far above the others, for every photo,
    as photos differ in one word, which is what trained models are like (0.03 in cosine, both)."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(1)
        self.own = unit(self.rng.normal(size=(WORDS, SIZE)))
        self.words = unit(self.own + unit(self.rng.normal(size=(1, SIZE))))
        cone = unit(self.rng.normal(size=(1, SIZE)))[0]
        self.cone = unit((cone + 0.03 * self.rng.normal(size=WORDS) @ self.own)[None])[0]
        self.category = np.arange(WORDS) % 8

    def photos(self, count: int, *shown: np.ndarray) -> np.ndarray:
        noise = unit(self.rng.normal(size=(count, SIZE)))
        content = sum((0.18 * self.own[each] for each in shown), np.zeros((count, SIZE)))
        return unit(0.7 * self.cone + 0.5 * noise + content)

    def offered(self, photos: np.ndarray, background: np.ndarray) -> list[list[int]]:
        sure = zero_shot.confidences(photos, self.words, self.category, background.astype(np.float32))
        return [zero_shot.offered(row, self.category, frozenset()) for row in sure]


def test_a_word_to_which_all_pictures_lean_is_not_offered_for_all() -> None:
    model = Hubs()
    photos = model.photos(300, *(model.rng.integers(0, WORDS, 300) for _ in range(SHOWN)))
    cosines = photos @ model.words.T
    assert cosines.mean(axis=0).std() == pytest.approx(cosines.std(axis=0).mean(), rel=0.4)
    share = [
        np.bincount([word for found in model.offered(photos, background) for word in found]).max() / 300
        for background in (NOTHING, model.photos(48).mean(axis=0))
    ]
    assert share[0] > 0.15  # one word for every sixth photo, whatever it shows
    assert share[1] < 0.04


def test_a_word_that_a_whole_shoot_shows_is_offered_all_the_same() -> None:
    model = Hubs()
    wedding = model.photos(300, np.zeros(300, np.intp), model.rng.integers(0, WORDS, 300))
    offered = model.offered(wedding, model.photos(48).mean(axis=0))
    assert np.mean([0 in found for found in offered]) > 0.95
    by_the_shoot = model.offered(wedding, wedding.mean(axis=0))  # why the shoot's own mean is not it
    assert np.mean([0 in found for found in by_the_shoot]) < 0.1


def test_neutral_pictures_are_the_same_at_every_call_and_unlike_each_other() -> None:
    pictures = neutral_pictures()
    assert len(pictures) == 4 * EACH
    assert {(each.shape, each.dtype.name) for each in pictures} == {((256, 256, 3), "uint8")}
    assert all(np.array_equal(one, other) for one, other in zip(pictures, neutral_pictures(), strict=True))
    assert len({each.tobytes() for each in pictures}) == len(pictures)


def test_of_words_that_exclude_each_other_the_surest_is_offered() -> None:
    sure = np.array([0.9, 0.95, 0.85, 0.4], np.float32)
    category = np.array([0, 0, 1, 1])
    assert zero_shot.offered(sure, category, frozenset()) == [1, 0, 2]
    assert zero_shot.offered(sure, category, frozenset({0})) == [1, 2]


def test_vectors_of_a_word_are_the_mean_of_its_sentences() -> None:
    sentences = unit(np.random.default_rng(1).normal(size=(5, 8)))
    found = zero_shot.ensemble(sentences, [2, 3])
    assert found == pytest.approx(
        unit(np.stack([sentences[:2].mean(axis=0), sentences[2:].mean(axis=0)])), abs=1e-6
    )


def test_the_shipped_vocabulary_is_sound(tmp_path: Path) -> None:
    shipped = read_vocabulary(tmp_path)
    assert len(shipped.tags) > 400
    assert {"bride", "backlight", "waterfall", "macro"} <= {tag.word for tag in shipped.tags}
    assert all("{}" not in text for texts in shipped.sentences() for text in texts)
    assert len(shipped.sentences()) == len(shipped.tags)


def test_the_users_own_copy_wins(tmp_path: Path) -> None:
    shipped = read_vocabulary(tmp_path)
    own = tmp_path / FILE_NAME
    own.write_text(
        '[a]\ntags = ["one: first | number one", "two"]\n[b]\none = true\nprompts = ["{}!"]\ntags = ["x"]'
    )
    found = read_vocabulary(tmp_path)
    assert found.sentences() == [["a photo of first.", "a photo of number one."], ["a photo of two."], ["x!"]]
    assert [category.one for category in found.categories] == [False, True]
    assert found.digest != shipped.digest
    own.write_bytes(resource(FILE_NAME).read_bytes())
    assert read_vocabulary(tmp_path).digest == shipped.digest


@pytest.mark.parametrize(
    "text", ["[a]\ntags = 3", "no toml at all", '[a]\ntags = ["x"]', '[a]\ntags=["x"]\n[b]\ntags=["x"]',
             '[a]\ntags=["x"]\nprompts=["none"]\n[b]\ntags=["y"]', '[a]\ntags=[": x"]\n[b]\ntags=["y"]', "\ud800"],
)  # fmt: skip
def test_a_broken_vocabulary_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(PixsortError, match=r"vocabulary\.toml cannot be used: "):
        read_vocabulary(tmp_path)
