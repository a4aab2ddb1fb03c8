"""`map`, `moments`, `stacks` and columns by time, as a child process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.test_cli import Pixsort


@pytest.fixture
def pixsort(tmp_path: Path) -> Pixsort:
    return Pixsort(tmp_path / "library")


@pytest.fixture
def card(tmp_path: Path, make_jpeg: Callable[..., Path]) -> Path:
    """Two scenes of six frames, a burst of three in the first, an hour between them; one frame without a time."""
    seconds = ["00.0", "05.0", "05.2", "05.4", "09.0", "14.0"]
    for scene in range(2):
        for frame, at in enumerate(seconds):
            exif = Image.Exif()
            exif[0x010F], exif[0x0110] = "K", "K1"
            sub = exif.get_ifd(0x8769)
            sub[0x9003], sub[0x9291] = f"2024:05:01 1{scene}:00:{at[:2]}", at[3:]
            path = make_jpeg(f"card/{scene}{frame}.jpg", seed=scene, size=(320, 240))
            with Image.open(path) as image:
                image.load()
            image.save(path, exif=exif, quality=90 - frame)
    make_jpeg("card/unknown.jpg", seed=7, size=(320, 240))
    return tmp_path / "card"


def names(paths: list[str]) -> str:
    return " ".join(Path(path).stem for path in paths)


def test_moments_bursts_and_columns_by_time(pixsort: Pixsort, card: Path) -> None:
    pixsort.json("import", card, "--project", "Day")
    first, second, unknown = pixsort.json("moments", "--project", "Day")
    assert (first["start"], first["end"]) == ("2024-05-01T10:00:00", "2024-05-01T10:00:14")
    assert names(first["photos"]) == "00 01 02 03 04 05"
    assert names(second["photos"]) == "10 11 12 13 14 15"
    assert unknown["start"] is None
    told = pixsort.run("moments", "--project", "Day", "--granularity", "events").stdout.decode()
    assert "2024-05-01 10:00:00 – 10:00:14" in told
    assert [names(s["photos"]) for s in pixsort.json("stacks", "--project", "Day")] == [
        "01 02 03",
        "11 12 13",
    ]
    assert pixsort.json("group", "--project", "Day", "--selection", "moments")["groups"] == 2
    columns = pixsort.json("groups", "--project", "Day")
    assert [names(c["photos"]) for c in columns] == ["00 01 02 03 04 05", "10 11 12 13 14 15", "unknown"]
    assert "«weeks»" in pixsort.refused("moments", "--project", "Day", "--granularity", "weeks")


def test_a_map_of_places_between_nought_and_one(pixsort: Pixsort, card: Path) -> None:
    pixsort.json("import", card, "--project", "Day")
    rows = pixsort.json("map", "--project", "Day", "--method", "pca")
    assert len(rows) == 13
    assert {row["group"] for row in rows} == {"Ungrouped"}
    assert all(0 <= row["x"] <= 1 and 0 <= row["y"] <= 1 for row in rows)
    assert len({(row["x"], row["y"]) for row in rows}) == 13
    assert max(max(row["x"], row["y"]) for row in rows) == 1
    where = {Path(row["path"]).stem: (row["x"], row["y"]) for row in rows}

    def apart(one: str, other: str) -> float:
        (x1, y1), (x2, y2) = where[one], where[other]
        return float(((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5)

    assert apart("00", "05") < apart("00", "10") / 2
    lines = pixsort.run("map", "--project", "Day", "--embedding", "none").stdout.decode().splitlines()
    assert lines[-1] == "13 photos without the embedding «none» have no place."
