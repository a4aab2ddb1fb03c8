"""Photos moved to a folder: names that match, nothing replaced, the library follows, and undo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pixsort_desktop.commands.judge import flag_photos
from pixsort_desktop.commands.undo import files_to_put_back
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs import carry
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.move_photos import move_photos, plan_move
from pixsort_desktop.jobs.put_back import put_back
from pixsort_desktop.jobs.sidecars import write_sidecars
from pixsort_desktop.jobs.verified_copy import WrittenError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import photo_files, project_photos
from pixsort_desktop.library.sidecars import known_sidecars
from pixsort_desktop.photo.naming import NamingError
from pixsort_desktop.photo.takeout_names import match_sidecars
from pixsort_desktop.progress import Progress
from tests.jobs.test_trash_photos import all_bytes, named, names, project, shoot

__all__ = ["project", "shoot"]  # fixtures


CUT = "a_very_long_name_that_somebody_gave_a_photo_one"  # 47 characters; of the JSON's name 46 are left
TAKEOUT = {
    "IMG_8.JPG": "IMG_8.JPG.supplemental-metadata.json",
    "IMG_8(1).JPG": "IMG_8.JPG.supplemental-metadata(1).json",
    "Screenshot_2017-07-05-10-05-26.JPG": "Screenshot_2017-07-05-10-05-26.JPG.supplementa.json",
    f"{CUT}.JPG": f"{CUT[:46]}.json",
}


@pytest.fixture
def takeout(library: Library, project: int, shoot: Path) -> Path:
    """A folder of a Takeout, in the project; beside each photo is its JSON."""
    folder = shoot.parent / "takeout"
    folder.mkdir()
    originals = sorted(shoot.glob("*.JPG"))
    for seed, (photo, sidecar) in enumerate(TAKEOUT.items()):
        (folder / photo).write_bytes(originals[seed].read_bytes() + bytes([seed]))
        (folder / sidecar).write_text(json.dumps({"title": photo, "photoTakenTime": {"timestamp": "1"}}))
    import_photos(library, project_id=project, paths=[folder])
    return folder


@pytest.mark.parametrize("photo", TAKEOUT)
def test_the_json_of_a_takeout_moves_with_its_photo_alone(
    library: Library, project: int, takeout: Path, photo: str
) -> None:
    others = names(takeout) - {photo, TAKEOUT[photo]}
    (chosen,) = ids_of(library, project, photo)
    move_photos(library, project_id=project, photo_ids=[chosen], folder=takeout.parent / "Best")
    assert names(takeout.parent / "Best") == {photo, TAKEOUT[photo]}
    assert names(takeout) == others
    put_back(library, project_id=project, job_id=files_to_put_back(library, project_id=project)[0])
    assert names(takeout) == others | {photo, TAKEOUT[photo]}
    move_photos(
        library,
        project_id=project,
        photo_ids=[chosen],
        folder=takeout.parent / "Named",
        template="new-{number}",
    )
    (json_name,) = (name for name in names(takeout.parent / "Named") if name.endswith(".json"))
    assert match_sidecars(["new-1.JPG"], {json_name: None}) == {"new-1.JPG": json_name}
    assert names(takeout) == others


def ids_of(library: Library, project: int, *wanted: str) -> list[int]:
    photos = named(library, project)
    return [photos[name].id for name in wanted]


def paths(library: Library, project: int) -> set[str]:
    return {photo.path for photo in project_photos(library, project)}


def test_a_frame_moves_with_its_sidecars_and_the_library_follows(
    library: Library, project: int, shoot: Path
) -> None:
    before, on_disk = all_bytes(shoot), names(shoot)
    chosen = ids_of(library, project, "IMG_1.JPG", "IMG_2.JPG")
    flag_photos(library, project_id=project, photo_ids=chosen[1:], flag="reject")
    write_sidecars(library, project_id=project)
    before, on_disk = all_bytes(shoot), names(shoot)
    inode = (shoot / "IMG_1.JPG").stat().st_ino
    report = move_photos(library, project_id=project, photo_ids=chosen, folder=shoot / "Rejected")
    assert (report.photos, report.failed, report.renamed, report.undoable) == (2, [], [], True)
    assert names(shoot / "Rejected") == {
        "IMG_1.JPG", "IMG_1.JPG.xmp", "IMG_1.xmp", "IMG_1.WAV", "IMG_2.JPG", "IMG_2.xmp",
    }  # fmt: skip
    assert (shoot / "Rejected/IMG_1.JPG").stat().st_ino == inode
    assert all_bytes(shoot) == before
    assert {Path(path).is_file() for path in paths(library, project)} == {True}
    assert str(shoot / "Rejected/IMG_2.xmp") in known_sidecars(library)
    again = import_photos(library, project_id=project, paths=[shoot])
    assert (again.added, again.duplicates) == (0, 6)
    step = files_to_put_back(library, project_id=project)
    assert step == (report.job_id, "Move 2 photos to «Rejected»")
    back = put_back(library, project_id=project, job_id=step[0])
    assert (back.photos, back.failed) == (2, [])
    assert names(shoot) == on_disk
    assert all_bytes(shoot) == before
    assert {Path(path).is_file() for path in paths(library, project)} == {True}
    assert files_to_put_back(library, project_id=project) != step


def test_a_taken_name_gives_the_whole_frame_one_number(library: Library, project: int, shoot: Path) -> None:
    to = shoot / "to"
    to.mkdir()
    (to / "img_1.wav").write_bytes(b"somebody's")
    (to / "IMG_2.JPG").write_bytes((shoot / "IMG_2.JPG").read_bytes())
    chosen = ids_of(library, project, "IMG_1.JPG", "IMG_2.JPG", "IMG_3.JPG")
    plan = plan_move(library, photo_ids=chosen, folder=to)
    assert plan.photos == 3
    before = all_bytes(shoot)
    report = move_photos(library, project_id=project, photo_ids=chosen, folder=to)
    assert report.photos == 3
    assert names(to) == {
        "img_1.wav", "IMG_2.JPG", "IMG_2 (2).JPG", "IMG_3.JPG",
        "IMG_1 (2).JPG", "IMG_1 (2).JPG.xmp", "IMG_1 (2).xmp", "IMG_1 (2).WAV",
    }  # fmt: skip
    own = {str(to / name) for name in names(to) if name not in ("img_1.wav", "IMG_2.JPG")}
    assert {target for _, target in plan.moves} == own
    assert all_bytes(shoot) == before
    assert {Path(source).name for source, _ in report.renamed} >= {"IMG_1.WAV", "IMG_2.JPG"}


def test_a_template_names_and_photos_that_are_there_stay(
    library: Library, project: int, shoot: Path, tmp_path: Path
) -> None:
    chosen = ids_of(library, project, "IMG_1.JPG", "IMG_4.JPG")
    template = "{date:%Y}/{camera}/{number:03}"
    report = move_photos(
        library, project_id=project, photo_ids=chosen, folder=tmp_path / "out", template=template
    )
    assert report.photos == 2
    assert names(tmp_path / "out") == {
        f"2024/EOS R5/{name}" for name in ("001.JPG", "001.xmp", "001.JPG.xmp", "001.WAV", "002.JPG")
    }
    (tmp_path / "link").symlink_to(shoot)
    chosen = ids_of(library, project, "IMG_5.JPG")
    for folder in (shoot, tmp_path / "link"):
        report = move_photos(library, project_id=project, photo_ids=chosen, folder=folder)
        assert (report.there, report.photos) == (1, 0)
    assert (shoot / "IMG_5.JPG").is_file()
    with pytest.raises(NamingError):
        move_photos(library, project_id=project, photo_ids=chosen, folder=tmp_path, template="../{name}")
    with pytest.raises(PixsortError, match="is a file"):
        move_photos(library, project_id=project, photo_ids=chosen, folder=shoot / "IMG_5.JPG")


def test_copies_stay_and_are_told(library: Library, project: int, shoot: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    (backup / "IMG_0.JPG").write_bytes((shoot / "IMG_0.JPG").read_bytes())
    import_photos(library, project_id=project, paths=[backup])
    chosen = ids_of(library, project, "IMG_0.JPG")
    report = move_photos(library, project_id=project, photo_ids=chosen, folder=tmp_path / "to")
    assert report.photos == 1
    assert report.left == [(str(backup / "IMG_0.JPG"), "A copy in another folder stays where it is.")]
    assert {file.path for file in photo_files(library, chosen[0])} == {
        str(tmp_path / "to/IMG_0.JPG"), str(backup / "IMG_0.JPG"),
    }  # fmt: skip


def test_a_watched_folder_may_be_quicker_than_the_record(library: Library, project: int, shoot: Path) -> None:
    to = shoot / "to"

    class Imports(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if done == 1:
                import_photos(library, project_id=project, paths=[to])

    chosen = ids_of(library, project, "IMG_2.JPG", "IMG_3.JPG")
    report = move_photos(library, project_id=project, photo_ids=chosen, folder=to, progress=Imports())
    assert report.photos == 2
    assert [[file.path for file in photo_files(library, i)] for i in chosen] == [
        [str(to / "IMG_2.JPG")], [str(to / "IMG_3.JPG")],
    ]  # fmt: skip
    assert report.job_id is not None
    assert put_back(library, project_id=project, job_id=report.job_id).failed == []
    assert {Path(path).is_file() for path in paths(library, project)} == {True}


# -- what goes wrong ---------------------------------------------------------------------------------------------


def test_a_frame_is_not_torn_where_a_name_is_taken_at_the_last_moment(
    library: Library, project: int, shoot: Path, tmp_path: Path
) -> None:
    to = tmp_path / "to"

    class Meddles(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if done == 0:
                (to / "IMG_1.xmp").write_bytes(b"came in between")

    before = all_bytes(shoot)
    report = move_photos(
        library, project_id=project, photo_ids=ids_of(library, project, "IMG_1.JPG", "IMG_2.JPG"), folder=to,
        progress=Meddles(),
    )  # fmt: skip
    assert [(Path(path).name, reason) for path, reason in report.failed] == [
        ("IMG_1.xmp", "The name IMG_1.xmp is taken by now.")
    ]
    assert names(to) == {"IMG_1.xmp", "IMG_2.JPG"}
    assert (to / "IMG_1.xmp").read_bytes() == b"came in between"
    (to / "IMG_1.xmp").unlink()
    assert all_bytes(shoot, to) == before
    assert str(shoot / "IMG_1.JPG") in paths(library, project)


def test_to_another_drive_by_verified_copy_and_back(
    library: Library, project: int, shoot: Path, small_disk: Path
) -> None:
    before, on_disk = all_bytes(shoot), names(shoot)
    chosen = ids_of(library, project, "IMG_1.JPG", "IMG_2.JPG")
    mtime = (shoot / "IMG_1.JPG").stat().st_mtime_ns
    report = move_photos(library, project_id=project, photo_ids=chosen, folder=small_disk / "Rejected")
    assert (report.photos, report.failed, report.left[1:]) == (2, [], [])
    assert all_bytes(shoot, small_disk) == before
    assert (small_disk / "Rejected/IMG_1.JPG").stat().st_mtime_ns == mtime
    assert not list(small_disk.rglob("*.part"))
    assert report.job_id is not None
    back = put_back(library, project_id=project, job_id=report.job_id)
    assert back.failed == []
    assert names(shoot) == on_disk
    assert all_bytes(shoot) == before


def test_what_another_program_saves_during_the_copy_is_kept(
    library: Library, project: int, shoot: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sidecar, real = shoot / "IMG_1.xmp", carry.sync_folder

    def save(folder: str) -> None:
        real(folder)
        if (small_disk / "to/IMG_1.xmp").exists():
            sidecar.write_text("<later/>")

    monkeypatch.setattr(carry, "sync_folder", save)
    ids = ids_of(library, project, "IMG_0.JPG", "IMG_1.JPG")
    report = move_photos(library, project_id=project, photo_ids=ids, folder=small_disk / "to")
    assert report.photos == 1
    assert report.failed == [
        (str(sidecar), "The file changed while it was copied, so it stays; move it again.")
    ]
    assert sidecar.read_text() == "<later/>"
    assert names(small_disk) == {"to/IMG_0.JPG"}
    assert {"IMG_1.JPG", "IMG_1.xmp", "IMG_1.JPG.xmp", "IMG_1.WAV"} <= names(shoot)
    assert str(shoot / "IMG_1.JPG") in paths(library, project)


def test_a_copy_that_does_not_verify_moves_nothing(
    library: Library, project: int, shoot: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pixsort_desktop.jobs import carry

    real, calls = carry.verify, []

    def broken(part: object, sha256: str, mtime_ns: int) -> str:
        calls.append(sha256)
        if len(calls) == 3:
            part.drop()  # type: ignore[attr-defined]
            raise WrittenError("What was read back is not what was written.")
        return real(part, sha256, mtime_ns)  # type: ignore[arg-type]

    monkeypatch.setattr(carry, "verify", broken)
    before, on_disk = all_bytes(shoot), names(shoot)
    report = move_photos(
        library, project_id=project, photo_ids=ids_of(library, project, "IMG_1.JPG"), folder=small_disk
    )
    assert "read back" in report.failed[0][1]
    assert names(shoot) == on_disk
    assert all_bytes(shoot, small_disk) == before


def test_a_full_disk_stops_with_a_sentence_and_every_frame_whole(
    library: Library, project: int, shoot: Path, small_disk: Path
) -> None:
    before = all_bytes(shoot)

    class Fills(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if done == 2 and not (small_disk / "filler").exists():
                free = os.statvfs(small_disk)
                (small_disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize))

    report = move_photos(
        library, project_id=project, photo_ids=[photo.id for photo in project_photos(library, project)],
        folder=small_disk / "to", progress=Fills(),
    )  # fmt: skip
    assert "is full" in (report.stopped or "")
    assert report.photos == 2
    (small_disk / "filler").unlink()
    assert all_bytes(shoot, small_disk) == before
    assert {Path(path).is_file() for path in paths(library, project)} == {True}
    assert not list(small_disk.rglob("*.part"))


def test_a_disk_that_is_too_small_or_read_only_is_refused_at_once(
    library: Library, project: int, shoot: Path, small_disk: Path
) -> None:
    chosen = ids_of(library, project, "IMG_1.JPG")
    on_disk = names(shoot)
    free = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize))
    with pytest.raises(PixsortError, match="GB free"):
        move_photos(library, project_id=project, photo_ids=chosen, folder=small_disk)
    (small_disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(PixsortError, match="cannot be made"):
        move_photos(library, project_id=project, photo_ids=chosen, folder=small_disk / "to")
    report = move_photos(library, project_id=project, photo_ids=chosen, folder=small_disk)
    assert "read-only" in (report.stopped or "")
    assert names(shoot) == on_disk


AS_NOBODY = """
import os, sys
from pathlib import Path
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.jobs.move_photos import move_photos
from pixsort_desktop.jobs.trash_photos import trash_photos
import send2trash
library = Library.open(Path(sys.argv[1]))
project_photos(library, 1)
for path in (library.folder, *library.folder.rglob("*")):
    os.chown(path, 65534, 65534)
os.setgid(65534); os.setuid(65534)
with library:
    ids = [photo.id for photo in project_photos(library, 1)]
    print([r for _, r in move_photos(library, project_id=1, photo_ids=ids[:2], folder=sys.argv[2]).failed])
    print([r for _, r in trash_photos(library, project_id=1, photo_ids=ids[:2]).failed])
"""


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs a second user to be refused")
def test_a_folder_that_may_not_be_changed_keeps_its_files(
    library: Library, project: int, shoot: Path, tmp_path: Path
) -> None:
    library.close()
    for folder in (*tmp_path.parents[:3], tmp_path):
        if folder.stat().st_uid == 0 and folder != Path("/tmp"):
            folder.chmod(0o711)
    (tmp_path / "to").mkdir()
    os.chown(tmp_path / "to", 65534, 65534)
    for path in shoot.iterdir():
        os.chown(path, 65534, 65534)  # theirs, in a folder that is not
    before, on_disk = all_bytes(shoot), names(shoot)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(tmp_path / "library"), str(tmp_path / "to")],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "HOME": str(tmp_path / "to"), "XDG_DATA_HOME": str(tmp_path / "to/data")},
    )  # fmt: skip
    assert done.stdout.count("may not be changed") == 2, done
    assert done.stdout.count("write-protected") == 2, done
    assert names(shoot) == on_disk
    assert all_bytes(shoot) == before
