"""Folders live: files are renamed, swapped, edited, moved and filled between two imports, and nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.commands import organise, projects
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs import examine as examining
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import ImportReport, import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import photo_files, project_photos
from pixsort_desktop.photo.reading import read_photo

MakeJpeg = Callable[..., Path]


@pytest.fixture
def shoot(library: Library) -> int:
    return projects.create_project(library, name="Shoot").id


@pytest.fixture
def card(tmp_path: Path) -> Path:
    return tmp_path / "card"


def run(library: Library, project_id: int, *paths: Path) -> ImportReport:
    report = import_photos(library, project_id=project_id, paths=paths)
    assert report.found == report.added + report.duplicates + len(report.failed)
    return report


def columns(library: Library, project_id: int) -> dict[str, list[str]]:
    """Label -> the hashes of its photos."""
    sha = {photo.id: photo.sha256 or "" for photo in project_photos(library, project_id)}
    return {
        c.group.label if c.group else "Ungrouped": [sha[i] for i in c.photo_ids]
        for c in board(library, project_id)
    }


def shown_names(library: Library, project_id: int) -> list[str]:
    return sorted(Path(photo.path).name for photo in project_photos(library, project_id))


def test_a_renamed_original_and_its_retouched_copy_are_two_photos(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    path = make_jpeg("card/a.jpg", seed=1)
    run(library, shoot, card)
    path.rename(card / "a_original.jpg")
    make_jpeg("card/a.jpg", seed=2)
    assert run(library, shoot, card).found == 2
    assert shown_names(library, shoot) == ["a.jpg", "a_original.jpg"]


def test_swapped_names_swap_no_photos(library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path) -> None:
    a, b = make_jpeg("card/a.jpg", seed=1), make_jpeg("card/b.jpg", seed=2)
    run(library, shoot, card)
    ids = {Path(photo.path).name: photo.id for photo in project_photos(library, shoot)}
    organise.move_to_new_group(library, project_id=shoot, photo_ids=[ids["a.jpg"]], label="Keep")
    organise.move_to_new_group(library, project_id=shoot, photo_ids=[ids["b.jpg"]], label="Reject")
    before = columns(library, shoot)
    a.rename(card / "c")
    b.rename(a)
    (card / "c").rename(b)
    assert run(library, shoot, card).found == 2
    assert columns(library, shoot) == before


def test_names_that_moved_up_by_one(library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path) -> None:
    for n in range(1, 5):
        make_jpeg(f"card/{n}.jpg", seed=n)
    run(library, shoot, card)
    before = columns(library, shoot)["Ungrouped"]
    for n in range(4, 0, -1):
        (card / f"{n}.jpg").rename(card / f"{n + 1}.jpg")
    make_jpeg("card/1.jpg", seed=9)
    report = run(library, shoot, card)
    assert (report.found, report.added) == (5, 1)
    assert columns(library, shoot)["Ungrouped"][:4] == before
    assert shown_names(library, shoot) == [f"{n}.jpg" for n in range(1, 6)]


def test_a_photo_edited_in_place_keeps_its_column_and_undo_still_knows_it(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    make_jpeg("card/a.jpg", seed=1)
    make_jpeg("card/b.jpg", seed=2)
    run(library, shoot, card)
    ids = {Path(photo.path).name: photo.id for photo in project_photos(library, shoot)}
    organise.move_to_new_group(library, project_id=shoot, photo_ids=[ids["a.jpg"]], label="Keep")
    make_jpeg("card/a.jpg", seed=3)
    run(library, shoot, card)
    (kept,) = next(c.photo_ids for c in board(library, shoot) if c.group)
    assert kept == ids["a.jpg"]
    assert len(project_photos(library, shoot)) == 2
    assert library.rows("PRAGMA foreign_key_check") == []


def test_a_file_overwritten_with_another_photos_bytes(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    a, b = make_jpeg("card/a.jpg", seed=1), make_jpeg("card/b.jpg", seed=2)
    run(library, shoot, card)
    a.write_bytes(b.read_bytes())
    report = run(library, shoot, card)
    assert (report.found, report.duplicates) == (2, 2)
    (photo,) = project_photos(library, shoot)
    assert [Path(file.path).name for file in photo_files(library, photo.id)] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("placed", ["automatic", "hand"])
def test_a_locked_column_keeps_the_photo_whose_file_was_overwritten_with_anothers_bytes(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path, placed: str
) -> None:
    """Of two photos one is left: it stands in the locked column from now on."""
    a, b = make_jpeg("card/a.jpg", seed=1), make_jpeg("card/b.jpg", seed=2)
    run(library, shoot, card)
    ids = {Path(photo.path).name: photo.id for photo in project_photos(library, shoot)}
    for name, label in (("a.jpg", "Album"), ("b.jpg", "Other")):
        organise.move_to_new_group(library, project_id=shoot, photo_ids=[ids[name]], label=label)
    album = board(library, shoot)[0].group
    assert album is not None
    organise.lock_groups(library, group_ids=[album.id])
    library.write(lambda t: t.connection.execute("UPDATE project_photos SET placed = ?", (placed,)) and None)
    a.write_bytes(b.read_bytes())
    run(library, shoot, card)
    (photo,) = project_photos(library, shoot)
    assert board(library, shoot)[0].photo_ids == (photo.id,)


def test_a_moved_folder_is_shown_where_it_is_now(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path, tmp_path: Path
) -> None:
    make_jpeg("card/a.jpg", seed=1)
    run(library, shoot, card)
    moved = card.rename(tmp_path / "archive")
    assert run(library, shoot, moved).duplicates == 1
    (photo,) = project_photos(library, shoot)
    assert photo.path == str(moved / "a.jpg")
    make_jpeg("archive/a.jpg", seed=2)
    run(library, shoot, moved)
    assert [p.id for p in project_photos(library, shoot)] == [photo.id]


def test_a_failed_file_that_is_filled_later_is_added(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    card.mkdir()
    (card / "a.jpg").write_bytes(b"")
    assert len(run(library, shoot, card).failed) == 1
    (failed,) = project_photos(library, shoot)
    make_jpeg("card/a.jpg", seed=1)
    assert run(library, shoot, card).added == 1
    (photo,) = project_photos(library, shoot)
    assert (photo.id, photo.status) == (failed.id, "ready")


def test_a_column_never_holds_a_file_that_failed(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    make_jpeg("card/a.jpg", seed=1)
    make_jpeg("card/b.jpg", seed=1, size=(90, 60))
    run(library, shoot, card)
    group_photos(library, project_id=shoot)
    assert list(columns(library, shoot)) == ["Group 1", "Ungrouped"]
    (card / "a.jpg").write_bytes(b"broken now")
    (card / "b.jpg").write_bytes(b"this too")
    run(library, shoot, card)
    failed = [photo.id for photo in project_photos(library, shoot)]
    with pytest.raises(PixsortError, match="stands in no column"):
        organise.move_to_new_group(library, project_id=shoot, photo_ids=failed, label="Ceremony")
    group_photos(library, project_id=shoot, from_scratch=True)
    assert columns(library, shoot) == {"Ungrouped": []}


def test_the_librarys_own_thumbnails_are_no_photos(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    make_jpeg("card/a.jpg", seed=1)
    for _ in range(3):
        assert run(library, shoot, tmp_path).found == 1


def test_a_date_beyond_what_a_database_holds(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    path = make_jpeg("card/a.jpg", seed=1)
    try:
        os.utime(path, (0, 13_000_000_000))
    except OSError:
        pytest.skip("this file system has no such dates")
    assert run(library, shoot, card).added == 1
    assert run(library, shoot, card).duplicates == 1


def test_copies_of_a_file_that_fails_late_are_read_for_themselves(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_jpeg("card/a.jpg", seed=1)
    for name in ("b.jpg", "c.jpg"):
        (card / name).write_bytes(first.read_bytes())

    def fail_after_hashing(path: str, long_side: int = 512, is_known: Callable[[str], bool] = bool) -> object:
        if path == str(first):
            read_photo(path, is_known=lambda sha256: not is_known(sha256))
            raise RuntimeError("a decoder broke")
        return read_photo(path, long_side, is_known)

    monkeypatch.setattr(examining, "read_photo", fail_after_hashing)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    report = run(library, shoot, card)
    assert report.found == 3
    assert [Path(path).name for path, _ in report.failed] == ["a.jpg"]
    assert report.added + report.duplicates == 2


def test_a_project_deleted_meanwhile_ends_the_import_with_a_sentence(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    make_jpeg("card/a.jpg", seed=1)
    projects.delete_project(library, project_id=shoot)
    with pytest.raises(NotFoundError, match="deleted meanwhile"):
        import_photos(library, project_id=shoot, paths=[card])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
def test_a_folder_that_may_be_listed_but_not_entered_is_reported(
    library: Library, shoot: int, make_jpeg: MakeJpeg, card: Path
) -> None:
    make_jpeg("card/a.jpg", seed=1)
    card.chmod(0o444)
    try:
        assert len(run(library, shoot, card).failed) == 1
    finally:
        card.chmod(0o755)
