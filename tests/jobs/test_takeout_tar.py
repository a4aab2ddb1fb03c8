"""A Takeout as .tgz: the same photos as from zip files, read once from end to end, and nothing trusted."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs import takeout_tar
from pixsort_desktop.jobs.takeout import import_takeout, recognise
from pixsort_desktop.jobs.takeout_archives import unpack
from pixsort_desktop.library.database import Library
from pixsort_desktop.progress import Cancelled, Progress
from tests.jobs.test_takeout import YEAR, assert_right
from tests.jobs.test_takeout import archive as archive
from tests.jobs.test_takeout import project as project

Files = dict[str, bytes]


def write_tgz(path: Path, files: Files, change: Callable[[tarfile.TarInfo], None] = lambda _: None) -> Path:
    path.parent.mkdir(exist_ok=True)
    with tarfile.open(path, "w:gz", format=tarfile.GNU_FORMAT) as opened:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_561_975_927
            change(info)
            opened.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return path


def write_parts(folder: Path, files: Files, parts: int = 2) -> list[Path]:
    """As Google does: photos and their JSON need not be in the same part."""
    every = list(files.items())
    return [
        write_tgz(folder / f"takeout-20240501T120000Z-{n + 1:03}.tgz", dict(every[n::parts]))
        for n in range(parts)
    ]


def test_archives_come_in_with_right_times_and_no_duplicates(
    library: Library, project: int, archive: Files, tmp_path: Path
) -> None:
    paths = write_parts(tmp_path / "archives", archive, 3)
    assert recognise(paths)
    target = tmp_path / "originals"
    report = import_takeout(library, project_id=project, paths=paths, unpack_to=target)
    assert (report.unpacked, report.there, report.failed) == (len(archive), 0, [])
    found = {p.relative_to(target).as_posix(): p for p in target.rglob("*") if p.is_file()}
    assert {name: path.read_bytes() for name, path in found.items()} == archive
    assert found[f"{YEAR}/IMG_1.jpg"].stat().st_mtime == 1_561_975_927
    assert_right(library, project)
    again = import_takeout(library, project_id=project, paths=paths, unpack_to=target)
    assert (again.unpacked, again.there) == (0, len(archive))
    assert_right(library, project)


def test_nothing_is_replaced_and_what_began_alike_is_whole(archive: Files, tmp_path: Path) -> None:
    large = os.urandom(2_500_000)
    name = f"{YEAR}/VID_1.mp4"
    mine = tmp_path / "originals" / name
    mine.parent.mkdir(parents=True)
    mine.write_bytes(large[:-1] + bytes([large[-1] ^ 1]))  # of the same size, other at its very end
    before = mine.read_bytes()
    path = write_tgz(tmp_path / "one.tgz", archive | {name: large})
    report = unpack([str(path)], str(tmp_path / "originals"), Progress())
    assert (report.unpacked, report.failed) == (len(archive) + 1, [])
    assert mine.read_bytes() == before
    assert (mine.parent / "VID_1 (2).mp4").read_bytes() == large


def test_names_that_lead_out_and_links_are_left_out(tmp_path: Path) -> None:
    kinds = {
        "Takeout/symlink.jpg": tarfile.SYMTYPE,
        "Takeout/hardlink.jpg": tarfile.LNKTYPE,
        "Takeout/device": tarfile.CHRTYPE,
        "Takeout/pipe": tarfile.FIFOTYPE,
    }

    def change(info: tarfile.TarInfo) -> None:
        if info.name in kinds:
            info.type, info.linkname, info.size = kinds[info.name], "/etc/passwd", 0
        info.mode = 0o7777

    names = ["../out.jpg", "Takeout/../../out.jpg", "/etc/out.jpg", "C:\\out.jpg", "..\\out.jpg", *kinds]
    path = write_tgz(tmp_path / "evil.tgz", dict.fromkeys([*names, "Takeout/fine.jpg"], b"data"), change)
    report = unpack([str(path)], str(tmp_path / "originals"), Progress())
    assert report.unpacked == 1
    assert len(report.failed) == len(names)
    assert {reason.split(";")[0] for _, reason in report.failed} == {
        "Its name leads out of the folder",
        "It is a link or a device, not a file",
    }
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["evil.tgz", "fine.jpg"]
    assert not (tmp_path / "originals/Takeout/fine.jpg").stat().st_mode & 0o7000


def test_bombs_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeout_tar, "BOMB_BYTES", 10_000_000)
    path = write_tgz(
        tmp_path / "bomb.tgz", {"Takeout/fine.jpg": os.urandom(1000), "Takeout/zeros.jpg": bytes(20_000_000)}
    )
    with pytest.raises(PixsortError, match="no archive of photographs"):
        unpack([str(path)], str(tmp_path / "to"), Progress())
    assert [p.name for p in (tmp_path / "to").rglob("*.*")] == ["fine.jpg"]


def test_damaged_archives_cost_what_is_damaged(archive: Files, tmp_path: Path) -> None:
    archive = archive | {f"{YEAR}/VID_{n}.mp4": os.urandom(100_000) for n in range(6)}
    whole = write_tgz(tmp_path / "whole.tgz", archive).read_bytes()
    cut = tmp_path / "cut.tgz"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    wrong = bytearray(whole)
    wrong[-6] ^= 0xFF  # gzip's checksum
    (tmp_path / "wrong.tgz").write_bytes(wrong)
    (tmp_path / "no tar.tgz").write_bytes(gzip.compress(b"hello" * 1000))
    report = unpack([str(cut)], str(tmp_path / "one"), Progress())
    assert 0 < report.unpacked < len(archive)
    assert any(path == str(cut) and "not whole" in reason for path, reason in report.failed)
    assert not list((tmp_path / "one").rglob("*.part"))
    for file in (tmp_path / "one").rglob("*.*"):
        if file.is_file():
            assert file.read_bytes() == archive[file.relative_to(tmp_path / "one").as_posix()]
    for name in ("wrong.tgz", "no tar.tgz"):
        report = unpack([str(tmp_path / name)], str(tmp_path / name.replace(".tgz", "")), Progress())
        assert report.failed and all("download" in reason for _, reason in report.failed), name
        assert report.unpacked >= (
            len(archive) - 1 if name == "wrong.tgz" else 0
        )  # the last is read with the checksum
    assert not recognise([tmp_path / "no tar.tgz"])


def test_a_stop_is_heard_and_going_on_completes_it(archive: Files, tmp_path: Path) -> None:
    path = write_tgz(tmp_path / "one.tgz", archive)

    class Stopping(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if done == 4:
                self.cancel()

    with pytest.raises(Cancelled):
        unpack([str(path)], str(tmp_path / "to"), Stopping())
    report = unpack([str(path)], str(tmp_path / "to"), Progress())
    assert (report.there, report.unpacked, report.failed) == (4, len(archive) - 4, [])


def test_a_large_archive_is_recognised_by_its_beginning(archive: Files, tmp_path: Path) -> None:
    path = write_tgz(
        tmp_path / "one.tgz", archive | {"Takeout/Google Photos/late.mp4": os.urandom(30_000_000)}
    )
    started = time.perf_counter()
    assert recognise([path])
    assert time.perf_counter() - started < 5
