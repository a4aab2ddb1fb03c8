"""Clock shifts: what they do to the order, how they are written, and that undo knows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pixsort_desktop.commands.clocks import MOST_S, read_shift, shift_between, shift_clock
from pixsort_desktop.commands.organise import lock_groups, move_photos, move_to_new_group
from pixsort_desktop.commands.projects import create_project, delete_project
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.clocks import CameraKey, camera_key, cameras_of, clock_shifts
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.vision.descriptor import EMBEDDING_ID

A: CameraKey = ("Canon", "Canon EOS R5", "1")
B: CameraKey = ("NIKON", "Z 6", "")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Two cameras that took turns every 10 s; B's clock is 3 min 20 s ahead of A's."""
    shoot = tmp_path / "shoot"
    shoot.mkdir()
    for n in range(6):
        make, model, serial = (A, B)[n % 2]
        exif = Image.Exif()
        exif[0x010F], exif[0x0110] = make, model
        inner = exif.get_ifd(0x8769)
        inner[0xA431] = serial
        seconds = 10 * n + (200 if n % 2 else 0)
        inner[0x9003] = f"2024:05:14 10:{seconds // 60:02}:{seconds % 60:02}"
        rng = np.random.default_rng(n)
        Image.fromarray(rng.integers(0, 256, (32, 48, 3), dtype=np.uint8)).save(shoot / f"{n}.jpg", exif=exif)
    with Library.open(tmp_path / "library") as opened:
        project = create_project(opened, name="Wedding")
        import_photos(opened, project_id=project.id, paths=[shoot])
        yield opened


def order(library: Library) -> str:
    return "".join(Path(photo.path).stem for photo in project_photos(library, 1))


def ungrouped(library: Library) -> str:
    names = {photo.id: Path(photo.path).stem for photo in project_photos(library, 1)}
    return "".join(names[i] for i in board(library, 1)[-1].photo_ids)


def test_a_shift_sorts_the_photos_and_leaves_their_times(library: Library) -> None:
    assert order(library) == "024135"
    before = {photo.path: (photo.taken_at, photo.taken_seconds) for photo in project_photos(library, 1)}
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    assert order(library) == "012345"
    photos = project_photos(library, 1)
    assert {photo.path: (photo.taken_at, photo.taken_seconds) for photo in photos} == before
    assert [photo.clock_shift_s for photo in photos] == [0, -200] * 3
    assert clock_shifts(library, 1) == {B: -200}


def test_grouping_sees_shifted_times(library: Library) -> None:
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    _, times, _ = project_vectors(library, 1, EMBEDDING_ID)
    assert np.diff(times).tolist() == [10.0] * 5


def test_a_new_shift_takes_the_place_of_the_old_and_zero_takes_it_away(library: Library) -> None:
    for seconds in (-100, -200):
        shift_clock(library, project_id=1, camera=B, seconds=seconds)
    assert order(library) == "012345"
    shift_clock(library, project_id=1, camera=B, seconds=0)
    assert (order(library), clock_shifts(library, 1)) == ("024135", {})


def test_undo_and_redo(library: Library) -> None:
    shift_clock(library, project_id=1, camera=B, seconds=-100)
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    assert undo(library, project_id=1) == "Set the clock of NIKON Z 6"
    assert clock_shifts(library, 1) == {B: -100}
    undo(library, project_id=1)
    assert (order(library), clock_shifts(library, 1)) == ("024135", {})
    redo(library, project_id=1)
    redo(library, project_id=1)
    assert (order(library), clock_shifts(library, 1)) == ("012345", {B: -200})


def test_columns_are_sorted_again_except_what_was_placed_by_hand(library: Library) -> None:
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    assert ungrouped(library) == "012345"
    undo(library, project_id=1)
    ids = {Path(photo.path).stem: photo.id for photo in project_photos(library, 1)}
    move_to_new_group(library, project_id=1, photo_ids=[ids[n] for n in "53"], label="Mine")
    move_photos(library, project_id=1, photo_ids=[ids["4"]], group_id=None, index=0)
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    assert ungrouped(library) == "4012"
    mine = board(library, 1)[0]
    assert mine.photo_ids == (ids["5"], ids["3"])


def test_the_order_in_a_locked_column_stays(library: Library) -> None:
    ids = {Path(photo.path).stem: photo.id for photo in project_photos(library, 1)}
    move_to_new_group(library, project_id=1, photo_ids=list(ids.values()), label="Mine")
    library.write(lambda t: t.connection.execute("UPDATE project_photos SET placed = 'automatic'") and None)
    before = board(library, 1)[0]
    assert before.group is not None
    lock_groups(library, group_ids=[before.group.id])
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    assert board(library, 1)[0].photo_ids == before.photo_ids
    lock_groups(library, group_ids=[before.group.id], locked=False)
    shift_clock(library, project_id=1, camera=B, seconds=-300)
    assert board(library, 1)[0].photo_ids != before.photo_ids


def test_a_project_goes_and_comes_back_with_its_shifts(library: Library) -> None:
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    delete_project(library, project_id=1)
    undo(library, project_id=None)
    assert clock_shifts(library, 1) == {B: -200}


def test_another_project_keeps_its_own_times(library: Library) -> None:
    other = create_project(library, name="Other")
    import_photos(library, project_id=other.id, paths=[Path(project_photos(library, 1)[0].path).parent])
    shift_clock(library, project_id=1, camera=B, seconds=-200)
    assert [Path(photo.path).stem for photo in project_photos(library, other.id)] == list("024135")


def test_two_photos_of_one_moment_tell_the_shift(library: Library) -> None:
    photos = {Path(photo.path).stem: photo for photo in project_photos(library, 1)}
    assert shift_between(photos["0"], photos["1"]) == -210
    shift_clock(library, project_id=1, camera=A, seconds=5)
    photos = {Path(photo.path).stem: photo for photo in project_photos(library, 1)}
    assert shift_between(photos["0"], photos["1"]) == -205
    with pytest.raises(PixsortError, match="same camera"):
        shift_between(photos["0"], photos["2"])


def test_cameras_have_names_that_tell_them_apart(library: Library) -> None:
    photos = project_photos(library, 1)
    assert [(c.name, c.photos, c.key) for c in cameras_of(photos)] == [
        ("Canon EOS R5", 3, A),
        ("NIKON Z 6", 3, B),
    ]
    from dataclasses import replace

    two = [photos[0], replace(photos[1], serial="2")]
    assert [camera.name for camera in cameras_of(two)] == ["Canon EOS R5 · 1", "Canon EOS R5 · 2"]
    assert camera_key(two[1]) == ("Canon", "Canon EOS R5", "2")


def test_what_is_refused(library: Library) -> None:
    with pytest.raises(NotFoundError, match="no photo of that camera"):
        shift_clock(library, project_id=1, camera=("Leica", "Q", ""), seconds=1)
    for seconds in (MOST_S * 2, float("nan"), float("inf")):
        with pytest.raises(PixsortError, match="hundred years"):
            shift_clock(library, project_id=1, camera=A, seconds=seconds)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("+3m20s", 200), ("-3m20s", -200), ("3 min 20 s", 200), ("1h", 3600), ("−2 d 4 h", -187200), ("3:20", 200),
        ("-1:00:00", -3600), ("90", 90), ("1.5", 1.5), ("0", 0), ("2 hours 5 minutes", 7500), ("15,340 d", 15340 * 86400),
    ],
)  # fmt: skip
def test_lengths_of_time(written: str, seconds: float) -> None:
    assert read_shift(written) == seconds


@pytest.mark.parametrize("written", ["", "+", "soon", "3x", "1:99", "m", "20s3m"])
def test_no_length_of_time(written: str) -> None:
    with pytest.raises(PixsortError, match="no length of time"):
        read_shift(written)


@given(seconds=st.integers(-(10**9), 10**9))
def test_what_is_shown_is_read_again(seconds: int) -> None:
    from pixsort_desktop.views.words import length

    assert read_shift(("-" if seconds < 0 else "") + length(seconds)) == seconds
