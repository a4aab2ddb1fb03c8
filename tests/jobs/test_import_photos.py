"""From dropped paths to photos: what is added, what is a duplicate, what fails, what is ignored."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.commands import projects
from pixsort_desktop.jobs.import_photos import ImportReport, import_photos, retry_failed
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.photos import get_photos, photo_files, project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore

MakeJpeg = Callable[..., Path]


@pytest.fixture
def shoot(library: Library) -> int:
    return projects.create_project(library, name="Shoot").id


def run(library: Library, project_id: int, *paths: Path) -> ImportReport:
    report = import_photos(library, project_id=project_id, paths=paths)
    assert report.found == report.added + report.duplicates + len(report.failed)
    return report


def test_a_folder_becomes_photos_with_thumbnail_and_embedding(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    for n in range(12):
        make_jpeg(f"card/sub {n % 3}/{n}.jpg", seed=n)
    (tmp_path / "card" / "notes.txt").write_text("not a photo")
    report = run(library, shoot, tmp_path / "card")
    assert (report.found, report.added, report.ignored, report.failed) == (12, 12, 1, [])
    store = ThumbnailStore(library.folder / "thumbnails")
    photos = project_photos(library, shoot)
    assert all(photo.sha256 and store.has(photo.sha256) for photo in photos)
    assert library.rows("SELECT count(*) FROM embeddings")[0][0] == 12
    assert get_project(library, shoot).status == "ready"
    (job,) = recent_jobs(library)
    assert (job.kind, job.state, job.done, job.total) == ("import", "done", 12, 12)


def test_the_same_bytes_are_one_photo_with_two_files(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    first = make_jpeg("a/1.jpg", seed=1)
    (tmp_path / "b").mkdir()
    copy = tmp_path / "b" / "copy.jpg"
    copy.write_bytes(first.read_bytes())
    report = run(library, shoot, tmp_path / "a", tmp_path / "b")
    assert (report.added, report.duplicates) == (1, 1)
    (photo,) = project_photos(library, shoot)
    assert [file.path for file in photo_files(library, photo.id)] == [str(first), str(copy)]


def test_importing_again_reads_nothing_and_adds_nothing(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        make_jpeg(f"card/{n}.jpg", seed=n)
    run(library, shoot, tmp_path / "card")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a file was read again")

    monkeypatch.setattr("pixsort_desktop.jobs.examine.read_photo", never)
    report = run(library, shoot, tmp_path / "card")
    assert (report.added, report.duplicates) == (0, 5)


def test_a_photo_can_be_in_two_projects(library: Library, shoot: int, make_jpeg: MakeJpeg) -> None:
    path = make_jpeg("1.jpg")
    run(library, shoot, path)
    other = projects.create_project(library, name="Best of").id
    assert run(library, other, path).added == 1
    assert [p.id for p in project_photos(library, shoot)] == [p.id for p in project_photos(library, other)]
    projects.delete_project(library, project_id=shoot)
    assert len(project_photos(library, other)) == 1


def test_files_that_fail_are_listed_and_can_be_tried_again(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    make_jpeg("card/good.jpg", seed=1)
    (tmp_path / "card" / "empty.jpg").write_bytes(b"")
    broken = tmp_path / "card" / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 this was a photo once")
    report = run(library, shoot, tmp_path / "card")
    assert report.added == 1
    assert sorted(Path(path).name for path, _ in report.failed) == ["broken.jpg", "empty.jpg"]
    assert all(reason.endswith(".") and "\n" not in reason for _, reason in report.failed)
    assert get_project(library, shoot).failed_count == 2

    broken.write_bytes(make_jpeg("elsewhere.jpg", seed=2).read_bytes())
    again = retry_failed(library, project_id=shoot)
    assert (again.added, len(again.failed)) == (0, 1) or again.added == 1
    by_name = {Path(photo.path).name: photo.status for photo in project_photos(library, shoot)}
    assert by_name == {"good.jpg": "ready", "broken.jpg": "ready", "empty.jpg": "failed"}


def test_what_is_here_already_is_told_from_duplicates_and_sidecars_from_other_files(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    first = make_jpeg("card/1.jpg", seed=1)
    make_jpeg("card/2.jpg", seed=2)
    (tmp_path / "card" / "2.XMP").write_text("")
    (tmp_path / "card" / "clip.mov").write_bytes(b"")
    (tmp_path / "card" / "copy.jpg").write_bytes(first.read_bytes())
    report = run(library, shoot, tmp_path / "card")
    assert (report.added, report.duplicates, report.known, report.copies) == (2, 1, 0, 1)
    assert (report.ignored, report.sidecars) == (2, 1)
    assert report.in_words() == "2 added, 1 duplicate, 0 failed"

    again = tmp_path / "card" / "again.jpg"
    again.write_bytes(first.read_bytes())
    os.utime(first, ns=(1, 1))  # read again, and the same bytes
    report = run(library, shoot, tmp_path / "card")
    assert (report.added, report.duplicates, report.known, report.copies) == (0, 4, 3, 1)
    assert report.in_words() == "0 added, 3 already in the project, 1 duplicate, 0 failed"

    make_jpeg("card/2.jpg", seed=3)
    assert run(library, shoot, tmp_path / "card").in_words() == "1 added, 3 already in the project, 0 failed"
    other = projects.create_project(library, name="Best of").id
    assert run(library, other, first).in_words() == "1 added, 0 failed"


def test_an_empty_file_that_was_moved_is_one_failed_row(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    make_jpeg("card/good.jpg", seed=1)
    for name in ("a", "b", "c"):
        (tmp_path / "card" / f"{name}.jpg").write_bytes(b"")
    run(library, shoot, tmp_path / "card")
    before = {Path(photo.path).name: photo.id for photo in project_photos(library, shoot)}
    assert get_project(library, shoot).failed_count == 3

    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (tmp_path / "card" / "a.jpg").rename(moved / "a.jpg")
    shutil.copy(tmp_path / "card" / "b.jpg", moved / "b.jpg")  # a second file, and the first one stays
    (tmp_path / "card" / "c.jpg").rename(moved / "d.jpg")  # another name: nothing tells that it is the same
    report = run(library, shoot, moved)
    assert sorted(Path(path).name for path, _ in report.failed) == ["a.jpg", "b.jpg", "d.jpg"]
    failed = [photo for photo in project_photos(library, shoot) if photo.status == "failed"]
    paths = sorted(str(Path(photo.path).relative_to(tmp_path)) for photo in failed)
    assert paths == ["card/b.jpg", "card/c.jpg", "elsewhere/a.jpg", "elsewhere/b.jpg", "elsewhere/d.jpg"]
    assert {photo.id for photo in failed if Path(photo.path).name == "a.jpg"} == {before["a.jpg"]}


def test_a_photo_edited_in_place_keeps_its_place(library: Library, shoot: int, make_jpeg: MakeJpeg) -> None:
    path = make_jpeg("1.jpg", seed=1)
    run(library, shoot, path)
    (before,) = project_photos(library, shoot)
    make_jpeg("1.jpg", seed=2, size=(64, 96))
    os.utime(path, ns=(1, 1))
    run(library, shoot, path)
    (after,) = project_photos(library, shoot)
    assert after.id == before.id
    assert after.sha256 != before.sha256
    assert (after.width, after.height) == (64, 96)
    assert library.rows("SELECT count(*) FROM embeddings")[0][0] == 1


def test_a_photo_that_cannot_be_read_for_a_while_is_not_forgotten(
    library: Library, shoot: int, make_jpeg: MakeJpeg
) -> None:
    path = make_jpeg("1.jpg", seed=1)
    run(library, shoot, path)
    (before,) = project_photos(library, shoot)
    path.write_bytes(b"")
    report = run(library, shoot, path)
    assert len(report.failed) == 1
    assert project_photos(library, shoot) == [before]


def test_a_missing_path_is_reported_beside_what_is_there(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    report = run(library, shoot, make_jpeg("1.jpg"), tmp_path / "gone")
    assert report.added == 1
    assert [path for path, _ in report.failed] == [str(tmp_path / "gone")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
def test_names_that_are_no_text(library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    source = make_jpeg("plain.jpg").read_bytes()
    folder = os.fsencode(tmp_path / "odd")
    os.mkdir(folder)
    names = [b"\xff\xfe.jpg", b"new\nline.jpg", "😀 ü.jpg".encode(), b"x" * 251 + b".jpg"]
    for n, name in enumerate(names):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(source + bytes([n]))
    report = run(library, shoot, tmp_path / "odd")
    assert (report.added, report.failed) == (4, [])
    assert {os.path.basename(os.fsencode(p.path)) for p in project_photos(library, shoot)} == set(names)
    assert run(library, shoot, tmp_path / "odd").duplicates == 4


class StopAfter(Progress):
    def __init__(self, photos: int) -> None:
        super().__init__()
        self.photos = photos

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        if done >= self.photos:
            self.cancel()


def test_cancelling_keeps_what_is_done(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    for n in range(120):
        make_jpeg(f"card/{n:03}.jpg", seed=n, size=(640, 480))
    with pytest.raises(Cancelled):
        import_photos(library, project_id=shoot, paths=[tmp_path / "card"], progress=StopAfter(5))
    kept = len(project_photos(library, shoot))
    assert 5 <= kept < 120
    assert recent_jobs(library)[0].state == "cancelled"
    assert get_project(library, shoot).status == "ready"
    report = run(library, shoot, tmp_path / "card")
    assert (report.added, report.duplicates) == (120 - kept, kept)


def test_photos_are_announced_while_they_come_in(
    library: Library, shoot: int, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    for n in range(60):
        make_jpeg(f"card/{n}.jpg", seed=n, size=(1200, 800))
    heard: list[ChangeSet] = []
    library.subscribe(heard.append)
    run(library, shoot, tmp_path / "card")
    batches = [changes.photos for changes in heard if changes.photos]
    assert len(batches) > 1
    assert frozenset().union(*batches) == {photo.id for photo in project_photos(library, shoot)}


def test_originals_are_never_changed(library: Library, shoot: int, shared_data: Path) -> None:
    source = shared_data / "metadata" / "orientation"
    before = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in source.iterdir() if path.is_file()
    }
    run(library, shoot, source)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


def test_records_of_gone_photos_are_left_out(library: Library, shoot: int, make_jpeg: MakeJpeg) -> None:
    run(library, shoot, make_jpeg("1.jpg"))
    (photo,) = project_photos(library, shoot)
    assert get_photos(library, [99, photo.id]) == [photo]
