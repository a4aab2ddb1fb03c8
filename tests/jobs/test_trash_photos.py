"""Photos in the system's trash: whole frames, nothing lost, and back again."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.commands.judge import flag_photos, rate_photos
from pixsort_desktop.commands.organise import delete_groups, move_to_new_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import files_to_put_back, undo, undo_labels
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.carry import carry_frame
from pixsort_desktop.jobs.file_errands import settle_files
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.put_back import put_back
from pixsort_desktop.jobs.read_sidecars import changed_sidecars
from pixsort_desktop.jobs.sidecars import write_sidecars
from pixsort_desktop.jobs.trash_bin import to_trash
from pixsort_desktop.jobs.trash_photos import plan_trash, trash_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.file_steps import Step
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.photos import photo_files, project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.progress import Cancelled, Progress

MakeJpeg = Callable[..., Path]


def all_bytes(*folders: Path) -> Counter[str]:
    """How often each content stands below folders, .trashinfo files apart."""
    return Counter(
        hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".trashinfo", ".db", ".db-wal", ".db-shm")
    )


@pytest.fixture
def shoot(make_jpeg: MakeJpeg, tmp_path: Path) -> Path:
    for n in range(6):
        exif = Image.Exif()
        exif[0x0110] = "EOS R5"
        exif.get_ifd(0x8769)[0x9003] = f"2024:05:01 10:0{n}:00"
        make_jpeg(f"shoot/IMG_{n}.JPG", seed=n, exif=exif)
    (tmp_path / "shoot/IMG_1.xmp").write_text("<x/>")
    (tmp_path / "shoot/IMG_1.JPG.xmp").write_text("<y/>")
    (tmp_path / "shoot/IMG_1.WAV").write_bytes(b"a note")
    (tmp_path / "shoot/IMG_1.txt").write_bytes(b"somebody's")
    (tmp_path / "shoot/IMG_10.xmp").write_text("<z/>")
    return tmp_path / "shoot"


@pytest.fixture
def project(library: Library, shoot: Path) -> int:
    project = create_project(library, name="Shoot")
    import_photos(library, project_id=project.id, paths=[shoot])
    return project.id


def named(library: Library, project_id: int) -> dict[str, Photo]:
    return {Path(photo.path).name: photo for photo in project_photos(library, project_id)}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_photo_goes_with_its_sidecars_and_nothing_of_anybody_else(
    library: Library, project: int, shoot: Path, trash: Path, tmp_path: Path
) -> None:
    before = all_bytes(shoot)
    photo = named(library, project)["IMG_1.JPG"]
    plan = plan_trash(library, photo_ids=[photo.id])
    assert (plan.photos, plan.files, plan.copies) == (1, 4, 0)
    assert [Path(path).name for path, _ in plan.left] == ["IMG_1.txt"]
    report = trash_photos(library, project_id=project, photo_ids=[photo.id])
    assert (report.photos, report.files, report.failed) == (1, 4, [])
    assert report.bytes == plan.bytes
    assert names(trash / "files") == {"IMG_1.JPG", "IMG_1.xmp", "IMG_1.JPG.xmp", "IMG_1.WAV"}
    assert {"IMG_1.txt", "IMG_10.xmp", "IMG_0.JPG"} <= names(shoot)
    assert all_bytes(shoot, trash) == before
    assert "IMG_1.JPG" not in named(library, project)
    assert recent_jobs(library)[0].kind == "trash"
    assert recent_jobs(library)[0].state == "done"


def test_undo_brings_files_stars_and_columns_back(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    before, on_disk = all_bytes(shoot), names(shoot)
    photos = named(library, project)
    ids = [photos["IMG_1.JPG"].id, photos["IMG_2.JPG"].id]
    move_to_new_group(library, project_id=project, photo_ids=ids, label="Two")
    rate_photos(library, project_id=project, photo_ids=ids, rating=4)
    columns = board(library, project)
    trash_photos(library, project_id=project, photo_ids=ids)
    assert len(named(library, project)) == 4
    assert undo_labels(library, project_id=project)[0] == "Move 2 photos to the trash"
    step = files_to_put_back(library, project_id=project)
    assert step is not None
    with pytest.raises(PixsortError, match="putting its files back"):
        undo(library, project_id=project)
    report = put_back(library, project_id=project, job_id=step[0])
    assert (report.photos, report.files, report.failed) == (2, 5, [])
    assert names(shoot) == on_disk
    assert all_bytes(shoot) == before
    assert names(trash) == set()
    assert board(library, project) == columns
    assert {photo.rating for photo in project_photos(library, project) if photo.id in ids} == {4}
    assert undo_labels(library, project_id=project)[0] == "4 stars for 2 photos"
    assert library.rows("SELECT * FROM file_steps") == []


def test_what_the_user_restores_stands_where_it_stood(
    library: Library, project: int, shoot: Path, trash: Path, tmp_path: Path
) -> None:
    photos = named(library, project)
    chosen = photos["IMG_3.JPG"]
    move_to_new_group(
        library, project_id=project, photo_ids=[chosen.id, photos["IMG_4.JPG"].id], label="Mine"
    )
    flag_photos(library, project_id=project, photo_ids=[chosen.id], flag="reject")
    columns = board(library, project)
    trash_photos(library, project_id=project, photo_ids=[chosen.id])
    elsewhere = tmp_path / "rescued"
    elsewhere.mkdir()
    (trash / "files/IMG_3.JPG").rename(elsewhere / "again.jpg")
    report = import_photos(library, project_id=project, paths=[elsewhere])
    assert (report.added, report.failed) == (1, [])
    again = named(library, project)["again.jpg"]
    assert (again.id, again.flag) == (chosen.id, "reject")
    assert board(library, project) == columns


def test_a_copy_in_another_folder_goes_too_and_an_offline_one_keeps_the_photo(
    library: Library, project: int, shoot: Path, trash: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    for name in ("IMG_0.JPG", "IMG_2.JPG"):
        (backup / name).write_bytes((shoot / name).read_bytes())
    import_photos(library, project_id=project, paths=[backup])
    photos = named(library, project)
    assert plan_trash(library, photo_ids=[photos["IMG_0.JPG"].id]).copies == 1
    trash_photos(library, project_id=project, photo_ids=[photos["IMG_0.JPG"].id])
    assert names(backup) == {"IMG_2.JPG"}
    assert "IMG_0.JPG" not in named(library, project)
    monkeypatch.setattr(
        "pixsort_desktop.jobs.frame_parts.absent_paths",
        lambda paths: {path: "offline" for path in paths if "backup" in path},
    )
    report = trash_photos(library, project_id=project, photo_ids=[photos["IMG_2.JPG"].id])
    assert report.photos == 1
    assert "not connected" in report.left[0][1]
    assert names(backup) == {"IMG_2.JPG"}
    kept = named(library, project)["IMG_2.JPG"]
    assert [(file.path, file.role) for file in photo_files(library, kept.id)] == [
        (str(backup / "IMG_2.JPG"), "original"),
        (str(shoot / "IMG_2.JPG"), "missing"),
    ]


def test_a_file_that_changed_or_vanished_or_is_a_link_stays(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    photos = named(library, project)
    with (shoot / "IMG_0.JPG").open("ab") as file:
        file.write(b"edited")
    (shoot / "IMG_2.JPG").unlink()
    (shoot / "IMG_3.JPG").rename(shoot / "real.bin")
    (shoot / "IMG_3.JPG").symlink_to(shoot / "real.bin")
    os.utime(shoot / "IMG_4.JPG", ns=(1, 1))  # another time, the same bytes
    before = all_bytes(shoot)
    ids = [photos[f"IMG_{n}.JPG"].id for n in (0, 2, 3, 4)]
    report = trash_photos(library, project_id=project, photo_ids=ids)
    reasons = {Path(path).name: reason for path, reason in report.failed}
    assert "changed since it was imported" in reasons["IMG_0.JPG"]
    assert "no longer there" in reasons["IMG_2.JPG"]
    assert "link" in reasons["IMG_3.JPG"]
    assert names(trash / "files") == {"IMG_4.JPG"}
    assert all_bytes(shoot, trash) == before
    assert set(named(library, project)) == {f"IMG_{n}.JPG" for n in (0, 1, 2, 3, 5)}


def test_a_link_beside_a_photo_stays_and_holds_nothing_up(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    elsewhere = shoot.parent / "elsewhere.xmp"
    elsewhere.write_text("<x/>")
    (shoot / "IMG_3.xmp").symlink_to(elsewhere)
    report = trash_photos(library, project_id=project, photo_ids=[named(library, project)["IMG_3.JPG"].id])
    assert report.failed == []
    assert "link to another place" in {Path(path).name: why for path, why in report.left}["IMG_3.xmp"]
    assert names(trash / "files") == {"IMG_3.JPG"}
    assert (shoot / "IMG_3.xmp").is_symlink() and elsewhere.read_text() == "<x/>"


def test_a_trash_that_refuses_leaves_the_frame_whole(
    library: Library, project: int, shoot: Path, trash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from send2trash import TrashPermissionError, plat_other

    photos = named(library, project)
    before, on_disk = all_bytes(shoot), names(shoot)

    def refuse(path: str) -> None:
        if path.endswith(".WAV"):
            raise TrashPermissionError(path)
        plat_other.send2trash(path)

    monkeypatch.setattr("send2trash.send2trash", refuse)
    ids = [photos["IMG_1.JPG"].id, photos["IMG_5.JPG"].id]
    report = trash_photos(library, project_id=project, photo_ids=ids)
    assert [Path(path).name for path, _ in report.failed] == ["IMG_1.WAV"]
    assert "has no trash" in report.failed[0][1]
    assert report.photos == 1
    assert names(shoot) == on_disk - {"IMG_5.JPG"}
    assert all_bytes(shoot, trash) == before
    assert "IMG_1.JPG" in named(library, project)
    assert library.rows("SELECT * FROM file_steps WHERE state != 'closed'") == []


def test_cancelling_keeps_what_was_done_and_undo_knows_it(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    class Stops(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if done == 2:
                self.cancel()

    before, on_disk = all_bytes(shoot), names(shoot)
    ids = [photo.id for photo in project_photos(library, project)]
    with pytest.raises(Cancelled):
        trash_photos(library, project_id=project, photo_ids=ids, progress=Stops())
    assert len(named(library, project)) == 3  # cancelled when it told of the third
    assert all_bytes(shoot, trash) == before
    step = files_to_put_back(library, project_id=project)
    assert step == (recent_jobs(library)[0].id, "Move 3 photos to the trash")
    put_back(library, project_id=project, job_id=step[0])
    assert names(shoot) == on_disk
    assert len(named(library, project)) == 6


def test_what_left_the_trash_is_said_and_the_rest_comes_back(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    photos = named(library, project)
    report = trash_photos(
        library,
        project_id=project,
        photo_ids=[photos["IMG_0.JPG"].id, photos["IMG_2.JPG"].id, photos["IMG_3.JPG"].id],
    )
    assert report.job_id is not None
    (trash / "files/IMG_0.JPG").unlink()
    (shoot / "IMG_2.JPG").write_bytes(b"somebody else's")
    back = put_back(library, project_id=project, job_id=report.job_id)
    assert back.photos == 1
    reasons = {Path(path).name: reason for path, reason in back.failed}
    assert "no longer in the trash" in reasons["IMG_0.JPG"]
    assert "Another file has its name" in reasons["IMG_2.JPG"]
    assert (shoot / "IMG_2.JPG").read_bytes() == b"somebody else's"
    assert set(named(library, project)) == {f"IMG_{n}.JPG" for n in (1, 3, 4, 5)}
    assert files_to_put_back(library, project_id=project) is None


def test_a_photo_whose_column_was_deleted_comes_back_ungrouped(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    photos = named(library, project)
    ids = [photos["IMG_2.JPG"].id, photos["IMG_3.JPG"].id]
    move_to_new_group(library, project_id=project, photo_ids=ids, label="Two")
    report = trash_photos(library, project_id=project, photo_ids=ids[:1])
    group = next(column.group for column in board(library, project) if column.group)
    delete_groups(library, group_ids=[group.id])
    back = put_back(library, project_id=project, job_id=report.job_id or 0)
    assert back.failed == []
    assert set(board(library, project)[-1].photo_ids) >= set(ids)
    assert library.rows("SELECT * FROM left_boards") == []


def test_a_sidecar_that_comes_back_is_known_as_it_was(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    """It must neither overrule what was judged since it was written, nor be refused as somebody else's."""
    photo = named(library, project)["IMG_2.JPG"]
    rate_photos(library, project_id=project, photo_ids=[photo.id], rating=3)
    write_sidecars(library, project_id=project)
    rate_photos(library, project_id=project, photo_ids=[photo.id], rating=5)
    report = trash_photos(library, project_id=project, photo_ids=[photo.id])
    assert report.job_id is not None
    put_back(library, project_id=project, job_id=report.job_id)
    assert changed_sidecars(library, project_id=project).photos == []
    written = write_sidecars(library, project_id=project)
    assert (written.written, written.changed_elsewhere) == (1, [])
    assert 'xmp:Rating="5"' in (shoot / "IMG_2.xmp").read_text()


@pytest.mark.parametrize("how", ["drive", "files"])
def test_a_drive_that_goes_away_takes_no_photo_off_its_board(
    how: str, library: Library, project: int, shoot: Path, trash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a file is not where it was is no proof that it is in the trash."""
    before, calls, away = all_bytes(shoot), [0], shoot.with_name("away")

    def pull(path: str) -> None:
        calls[0] += 1
        if calls[0] == 2:
            shoot.rename(away)
            if how == "files":
                shoot.mkdir()
        to_trash(path)

    monkeypatch.setattr("pixsort_desktop.jobs.trash_photos.to_trash", pull)
    ids = [photo.id for photo in project_photos(library, project)]
    report = trash_photos(library, project_id=project, photo_ids=ids)
    assert report.photos == 1
    assert {Path(path).name for path, _ in report.failed} >= {f"IMG_{n}.JPG" for n in (2, 3, 4, 5)}
    assert set(named(library, project)) == {f"IMG_{n}.JPG" for n in range(1, 6)}
    if how == "files":
        shoot.rmdir()
    away.rename(shoot)
    settle_files(library)
    assert set(named(library, project)) == {f"IMG_{n}.JPG" for n in range(1, 6)}
    assert not library.rows("SELECT * FROM file_steps WHERE state != 'closed'")
    assert all_bytes(shoot, trash) == before


def test_killed_and_started_without_its_drive_the_library_waits_for_it(
    library: Library, project: int, shoot: Path, trash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(path: str) -> None:
        raise SystemExit

    before = all_bytes(shoot)
    monkeypatch.setattr("pixsort_desktop.jobs.file_errands.Errand._record", lambda *_: None)
    monkeypatch.setattr("pixsort_desktop.jobs.trash_photos.to_trash", die)
    ids = [photo.id for photo in project_photos(library, project)]
    with pytest.raises(SystemExit):
        trash_photos(library, project_id=project, photo_ids=ids)
    assert library.rows("SELECT * FROM file_steps WHERE state = 'planned'")
    shoot.rename(shoot.with_name("away"))
    settle_files(library)
    assert len(named(library, project)) == 6
    shoot.with_name("away").rename(shoot)
    settle_files(library)
    assert len(named(library, project)) == 6
    assert not library.rows("SELECT * FROM file_steps")
    assert all_bytes(shoot, trash) == before


def test_a_put_back_that_was_killed_waits_for_its_drive_too(
    library: Library, project: int, shoot: Path, trash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_bytes(shoot)
    ids = [photo.id for photo in project_photos(library, project)]
    trash_photos(library, project_id=project, photo_ids=ids)
    assert project_photos(library, project) == []

    def die_after_it(frame: Sequence[Step], check: Callable[[], None]) -> list[tuple[str, str]]:
        carry_frame(frame, check)
        raise SystemExit

    step = files_to_put_back(library, project_id=project)
    assert step is not None
    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr("pixsort_desktop.jobs.put_back.carry_frame", die_after_it)
        killed.setattr("pixsort_desktop.jobs.file_errands.Errand._record", lambda *_: None)
        put_back(library, project_id=project, job_id=step[0])
    shoot.rename(shoot.with_name("away"))
    settle_files(library)
    shoot.with_name("away").rename(shoot)
    settle_files(library)
    assert len(project_photos(library, project)) == 1
    step = files_to_put_back(library, project_id=project)
    assert step is not None
    put_back(library, project_id=project, job_id=step[0])
    assert len(project_photos(library, project)) == len(ids)
    assert all_bytes(shoot, trash) == before


def test_a_photo_that_is_known_through_a_link_too_goes_once(
    library: Library, project: int, shoot: Path, trash: Path, tmp_path: Path
) -> None:
    before = all_bytes(shoot)
    (tmp_path / "link").symlink_to(shoot)
    import_photos(library, project_id=project, paths=[tmp_path / "link"])
    ids = [photo.id for photo in project_photos(library, project)]
    plan = plan_trash(library, photo_ids=ids)
    assert (plan.photos, plan.files, plan.copies) == (6, 9, 0)
    report = trash_photos(library, project_id=project, photo_ids=ids)
    assert (report.photos, report.files, report.failed) == (6, 9, [])
    assert all_bytes(shoot, trash) == before
    assert project_photos(library, project) == []
    assert report.job_id is not None
    back = put_back(library, project_id=project, job_id=report.job_id)
    assert (back.photos, back.failed) == (6, [])
    assert all_bytes(shoot) == before
    assert len(project_photos(library, project)) == 6
