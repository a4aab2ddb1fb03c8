"""What an import keeps of a file beside its picture, and what sorting and grouping make of its time."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from pixsort_desktop.cli import pixsort
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.search import search
from pixsort_desktop.views import words
from pixsort_desktop.vision.descriptor import EMBEDDING_ID

COPIED = 1_700_000_000


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        create_project(opened, name="Trip")
        yield opened


def save(path: Path, main: dict[int, Any] | None = None, exif: dict[int, Any] | None = None) -> None:
    """A picture of its own with these tags; all files were copied at the same moment."""
    made = Image.Exif()
    made.update(main or {})
    made.get_ifd(0x8769).update(exif or {})
    noise = np.random.default_rng(sum(path.name.encode())).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, exif=made)
    os.utime(path, (COPIED, COPIED))


def imported(library: Library, folder: Path) -> dict[str, Photo]:
    import_photos(library, project_id=1, paths=[folder])
    return {Path(photo.path).name: photo for photo in project_photos(library, 1)}


def test_who_told_the_time_is_kept_and_shown(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "shoot"
    folder.mkdir()
    save(folder / "a.jpg", exif={0x9003: "2024:05:14 10:00:00"})
    save(folder / "IMG_20230514_183022.jpg")
    save(folder / "IMG-20230514-WA0001.jpg")
    save(folder / "b.jpg")
    photos = imported(library, folder)
    assert {name: photo.taken_from for name, photo in photos.items()} == {
        "a.jpg": "original", "IMG_20230514_183022.jpg": "file name", "IMG-20230514-WA0001.jpg": "file name",
        "b.jpg": "file time",
    }  # fmt: skip
    assert ("Time from", "the file’s name") in words.facts(photos["IMG_20230514_183022.jpg"])
    assert ("Taken", "14 May 2023") in words.facts(photos["IMG-20230514-WA0001.jpg"])
    assert "Time from" not in dict(words.facts(photos["a.jpg"]))


def test_only_clocks_bring_photos_together(library: Library, tmp_path: Path) -> None:
    """Copies share the time of their copying, and a day alone is no moment: both sort, neither groups."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg", "IMG-20230514-WA0001.jpg"):
        save(folder / name)
    save(folder / "saved.jpg", {0x0132: "2024:05:14 10:00:00"})
    save(folder / "IMG_20230514_183022.jpg")
    save(folder / "taken.jpg", exif={0x9003: "2022:05:14 10:00:00"})
    names = {photo.id: name for name, photo in imported(library, folder).items()}
    ids, times, _ = project_vectors(library, 1, EMBEDDING_ID)
    assert [names[i] for i in ids] == [
        "taken.jpg", "IMG-20230514-WA0001.jpg", "IMG_20230514_183022.jpg", "a.jpg", "b.jpg", "saved.jpg",
    ]  # fmt: skip
    assert {names[i] for i, known in zip(ids, np.isfinite(times), strict=True) if known} == {
        "taken.jpg", "IMG_20230514_183022.jpg",
    }  # fmt: skip


def test_stars_in_exif_are_a_rating_unless_xmp_says_otherwise(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "shoot"
    folder.mkdir()
    for name in ("plain.jpg", "rejected.jpg", "starred.jpg"):
        save(folder / name, {0x4746: 4})
    description = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    for name, stars in (("rejected", -1), ("starred", 2)):
        (folder / f"{name}.xmp").write_text(
            f"{description}<rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='{stars}'/>"
            "</rdf:RDF></x:xmpmeta>"
        )
    photos = imported(library, folder)
    assert {name: (photo.rating, photo.flag) for name, photo in photos.items()} == {
        "plain.jpg": (4, None), "rejected.jpg": (0, "reject"), "starred.jpg": (2, None),
    }  # fmt: skip


def test_people_serials_and_height_reach_the_panel_and_the_command_line(
    tmp_path: Path, shared_data: Path
) -> None:
    folder = tmp_path / "shoot"
    folder.mkdir()
    assets = shared_data / "metadata/assets"
    shutil.copy(assets / "metadata/faces/portrait-orientation-6.jpg", folder)
    shutil.copy(assets / "albums/nature/prairie_falcon.jpg", folder)
    run(tmp_path, "import", str(folder), "--project", "Trip")
    rows = {Path(row["paths"][0]).stem: row for row in run(tmp_path, "photos", "--project", "Trip", "--json")}
    people = rows["portrait-orientation-6"]["people"]
    assert [person["name"] for person in people] == ["Marie Curie", "Pierre Curie"]
    assert all(0 <= person["left"] <= 1 for person in people)
    assert (rows["prairie_falcon"]["serial"], rows["prairie_falcon"]["lens_serial"]) == (
        "022021000319",
        "9103000924",
    )
    with Library.open(tmp_path / "library") as library:
        facts = {Path(photo.path).stem: dict(words.facts(photo)) for photo in project_photos(library, 1)}
    assert facts["portrait-orientation-6"]["People"] == "Marie Curie, Pierre Curie"
    assert facts["prairie_falcon"]["Serial"] == "022021000319"


def run(tmp_path: Path, *arguments: str, fails: bool = False) -> Any:
    done = CliRunner().invoke(pixsort, ["--library", str(tmp_path / "library"), *arguments])
    assert (done.exception is not None) == fails, done.output
    if fails:
        return str(done.exception) or done.output
    return json.loads(done.output) if "--json" in arguments else done.output


def test_clocks_on_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "shoot"
    folder.mkdir()
    for name, model, time in (("a", "One", "10:00:00"), ("b", "Two", "10:03:25"), ("c", "One", "10:00:10")):
        save(folder / f"{name}.jpg", {0x0110: model}, {0x9003: f"2024:05:14 {time}"})
    run(tmp_path, "import", str(folder), "--project", "Trip")
    clock = ("clock", "--project", "Trip")
    assert run(tmp_path, *clock) == "One  2 photos  not shifted\nTwo  1 photo  not shifted\n"
    assert run(tmp_path, *clock, "--camera", "two", "--shift", "-3m20s").endswith(
        "Two  1 photo  -3 min 20 s\n"
    )
    rows = run(tmp_path, "photos", "--project", "Trip", "--json")
    assert [Path(row["paths"][0]).stem for row in rows] == ["a", "b", "c"]
    assert [(row["taken_at"], row["clock_shift_s"]) for row in rows][1] == ("2024-05-14T10:03:25", -200)
    match = run(tmp_path, *clock, "--match", str(folder / "a.jpg"), str(folder / "b.jpg"), "--json")
    assert [(row["name"], row["shift_s"]) for row in match] == [("One", 0), ("Two", -205)]
    assert "There is no camera «Three»" in run(
        tmp_path, *clock, "--camera", "Three", "--shift", "1h", fails=True
    )
    assert "could be several" in run(tmp_path, *clock, "--camera", "o", "--shift", "1h", fails=True)
    assert run(tmp_path, *clock, "--camera", "One", fails=True) == "2"


def test_a_library_of_before_keeps_its_times(library: Library, tmp_path: Path) -> None:
    """Rows that were written before it was noted who told the time had it from EXIF, and group by it."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    save(folder / "a.jpg", exif={0x9003: "2024:05:14 10:00:00"})
    imported(library, folder)
    library.close()
    with sqlite3.connect(tmp_path / "library" / "library.db") as connection:
        connection.execute("UPDATE photos SET taken_from = NULL")
    connection.close()
    with Library.open(tmp_path / "library") as opened:
        _, times, _ = project_vectors(opened, 1, EMBEDDING_ID)
    assert np.isfinite(times).all()


def test_people_are_found_by_name(library: Library, tmp_path: Path, shared_data: Path) -> None:
    folder = tmp_path / "shoot"
    folder.mkdir()
    shutil.copy(shared_data / "metadata/assets/metadata/faces/portrait.jpg", folder)
    save(folder / "other.jpg")
    photos = imported(library, folder)
    assert search(library, 1, "pierre curie") == {photos["portrait.jpg"].id}
    library.write(lambda t: t.connection.execute("UPDATE photos SET people = NULL"))
    assert search(library, 1, "pierre") == frozenset()
