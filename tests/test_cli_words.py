"""Words and likeness on the command line, with small models in the real models' process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.frame_files import write_pairs
from tests.small_models import Small
from tests.test_cli import Pixsort
from tests.vision.models.installing import of_row, put_into

MakeJpeg = Callable[..., Path]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, small: Small) -> Path:
    """A models' folder and a library with a project that was embedded."""
    folder = tmp_path_factory.mktemp("words")
    put_into(folder / "models", of_row(small.rows["small-clip"], id="my-clip"))
    put_into(folder / "models", of_row(small.rows["resnet50"], id="my-resnet"))
    rng = np.random.default_rng(5)
    for n in range(8):
        cells = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        path = folder / "card" / f"{n}.jpg"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(cells).resize((320, 240), Image.Resampling.BICUBIC).save(path, quality=90)
    return folder


@pytest.fixture
def pixsort(place: Path, monkeypatch: pytest.MonkeyPatch) -> Pixsort:
    monkeypatch.setenv("PIXSORT_MODELS", str(place / "models"))
    found = Pixsort(place / "library")
    if not (place / "library").exists():
        found.json("import", place / "card", "--project", "Shoot")
        sentence = found.refused("search", "--project", "Shoot", "a bride")
        assert (
            "No photo of «Shoot» has the embedding «my-clip» yet; `pixsort embed --project Shoot" in sentence
        )
        found.json("embed", "--project", "Shoot", "--embedding", "my-clip")
        found.json("judge", place / "card" / "3.jpg", "--project", "Shoot", "--flag", "pick")
    return found


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [Path(row["path"]).name for row in rows]


def test_search_ranks_by_words(pixsort: Pixsort) -> None:
    rows = pixsort.json("search", "--project", "Shoot", "a bride laughing")
    assert [sorted(row) for row in rows] == [["path", "score"]] * 8
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True) and scores[0] > scores[-1]
    first = pixsort.json("search", "--project", "Shoot", "a bride laughing", "--count", 3)
    assert first == rows[:3]
    picked = pixsort.json("search", "--project", "Shoot", "a bride laughing", "--flag", "pick")
    assert picked == [row for row in rows if row["path"].endswith("3.jpg")]
    less = pixsort.json("search", "--project", "Shoot", "a bride laughing -crowd", "--embedding", "my-clip")
    lowered = [row for row in rows if {r["path"]: r["score"] for r in less}[row["path"]] < row["score"]]
    assert 1 <= len(lowered) <= 4  # at most the half that is above the median


def test_similar_by_the_built_in_embedding_and_by_a_model(pixsort: Pixsort, place: Path) -> None:
    card = place / "card"
    rows = pixsort.json("similar", card / "2.jpg")
    assert sorted(names(rows)) == [f"{n}.jpg" for n in range(8) if n != 2]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    by_clip = pixsort.json(
        "similar", card / "2.jpg", "--project", "Shoot", "--embedding", "my-clip", "--count", 2
    )
    assert len(by_clip) == 2
    stranger = place / "stranger.jpg"
    Image.open(card / "5.jpg").resize((200, 150)).save(stranger)
    assert names(pixsort.json("similar", stranger))[0] == "5.jpg"
    assert names(pixsort.json("similar", stranger, "--embedding", "my-clip"))[0] == "5.jpg"


def test_what_is_missing_is_said_in_a_sentence(
    pixsort: Pixsort, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = pixsort.refused("search", "--project", "Shoot", "x", "--embedding", "my-resnet")
    assert sentence == "pixsort: my-resnet reads no words; one that does is needed, such as clip-vit-b-32."
    assert "cannot be read" in pixsort.refused("similar", place / "nowhere.jpg")
    assert "Name the picture that the others should be like." in pixsort.refused("similar", "")
    assert "Say in words" in pixsort.refused("search", " ", "--project", "Shoot")
    assert "my-resnet" in pixsort.refused("similar", place / "card" / "1.jpg", "--embedding", "my-resnet")
    assert "Say in words" in pixsort.refused("search", "--project", "Shoot", " ")
    monkeypatch.setenv("PIXSORT_MODELS", str(place / "none"))
    sentence = pixsort.refused("search", "--project", "Shoot", "x")
    assert sentence == (
        "pixsort: Words need a learned model that reads them, and none is on this computer;"
        " `pixsort models download clip-vit-b-32` fetches one (605 MB, MIT)."
    )


def test_tags_are_suggested_accepted_and_listed(pixsort: Pixsort, place: Path) -> None:
    (place / "library" / "vocabulary.toml").write_text(
        '[a]\nprompts = ["{}"]\ntags = ["one", "two", "three", "four", "five", "six", "seven", "eight"]\n'
        '[b]\nprompts = ["{}"]\ntags = ["red", "green", "blue", "yellow", "black", "white", "grey", "brown"]\n'
    )
    rows = pixsort.json("tag", "--project", "Shoot")
    assert len(rows) == 8
    assert all(
        row["keywords"] == [] and {"tag", "confidence"} >= set().union(*row["suggested"]) for row in rows
    )
    first = place / "card" / "0.jpg"
    again = pixsort.run("tag", "--project", "Shoot")
    assert b"0 photos looked at by my-clip, 8 before" in again.stderr
    (accepted,) = pixsort.json("tag", first, "--project", "Shoot", "--accept", "Ben", "--reject", "two")
    assert (accepted["keywords"], accepted["rejected"]) == (["Ben"], ["two"])
    assert "two" not in [each["tag"] for each in accepted["suggested"]]
    listed = pixsort.json("list", "--project", "Shoot", "--search", "Ben")
    assert [row["keywords"] for row in listed] == [["Ben"]]
    (place / "library" / "vocabulary.toml").write_text("[a]")
    assert "needs `tags`" in pixsort.refused("tag", "--project", "Shoot")


def test_captions_are_written_set_and_listed(pixsort: Pixsort, place: Path, small: Small) -> None:
    first = place / "card" / "0.jpg"
    sentence = pixsort.refused("caption", "--project", "Shoot")
    assert "`pixsort models download coca-vit-b-32` fetches one" in sentence
    put_into(place / "models", of_row(small.rows["small-coca"], id="my-coca"))
    assert "writes no captions" in pixsort.refused("caption", "--project", "Shoot", "--embedding", "my-clip")
    rows = pixsort.json("caption", first, "--project", "Shoot")
    assert [(row["path"], row["source"]) for row in rows] == [(str(first), "my-coca")]
    pixsort.json("caption", first, "--project", "Shoot", "--set", "Ben at dawn")
    assert pixsort.json("list", "--project", "Shoot", "--search", "dawn")[0]["caption"] == "Ben at dawn"
    pixsort.json("write-xmp", "--project", "Shoot", "--captions")
    assert "Ben at dawn" in (place / "card" / "0.xmp").read_text()
    assert "name its PATH" in pixsort.refused("caption", "--project", "Shoot", "--set", "x", code=2)


def test_similar_to_a_file_of_a_frame_is_similar_to_the_frame(tmp_path: Path) -> None:
    own = Pixsort(tmp_path / "library")
    write_pairs(tmp_path / "card", 4)
    imported = own.json("import", tmp_path / "card", "--project", "Pairs")
    assert (imported["added"], imported["companions"]) == (4, 4)
    companion = own.json("photos", "--project", "Pairs")[1]["companions"][0]
    face = own.json("photos", "--project", "Pairs")[1]["paths"][0]
    by_companion = own.json("similar", companion)
    assert by_companion == own.json("similar", face)
    assert len(by_companion) == 3  # itself is not among them, nor is any companion
    assert {row["path"] for row in by_companion} == {
        row["paths"][0] for row in own.json("photos", "--project", "Pairs") if row["paths"][0] != face
    }
