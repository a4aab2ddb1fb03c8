"""A card to one or two drives: every file verified, nothing replaced, nothing half under its final name."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs import verified_copy
from pixsort_desktop.jobs.copy_card import copy_card, copy_into_project
from pixsort_desktop.jobs.copy_plan import plan_copy
from pixsort_desktop.jobs.copy_report import CopyReport
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Cancelled, Progress

SEED = 20261121
MakeJpeg = Callable[..., Path]


@pytest.fixture
def card(make_jpeg: MakeJpeg, tmp_path: Path) -> Path:
    """A card as a camera leaves it: RAW and JPEG, sidecars, sound, a video, and files of the camera's own."""
    for n in range(6):
        exif = Image.Exif()
        exif[0x010F], exif[0x0110] = "Canon", "Canon EOS R5"
        exif.get_ifd(0x8769)[0x9003] = f"2024:05:0{1 + n // 3} 10:00:0{n}"
        make_jpeg(f"card/DCIM/100CANON/IMG_000{n}.JPG", seed=n, size=(300, 200), exif=exif)
        write(tmp_path / f"card/DCIM/100CANON/IMG_000{n}.CR2", 40_000 + n, n)
    write(tmp_path / "card/DCIM/100CANON/IMG_0000.xmp", 300, 90)
    write(tmp_path / "card/DCIM/100CANON/IMG_0001.CR2.xmp", 300, 91)
    write(tmp_path / "card/DCIM/100CANON/IMG_0001.WAV", 5_000, 92)
    write(tmp_path / "card/DCIM/101CANON/MVI_0007.MP4", 200_000, 93)
    write(tmp_path / "card/MISC/M0100.CTG", 100, 94)
    write(tmp_path / "card/empty.txt", 0, 95)
    return tmp_path / "card"


def write(path: Path, size: int, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(random.Random(seed).randbytes(size))
    os.utime(path, ns=(1_714_556_000_000_000_000 + seed, 1_714_556_000_000_000_000 + seed * 1_000_000_000))


def contents(folder: Path) -> dict[str, str]:
    """Relative path -> SHA-256 of every file, temporary ones included."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def hashes(folder: Path) -> list[str]:
    return sorted(contents(folder).values())


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def assert_whole(card: Path, *folders: Path) -> None:
    for folder in folders:
        assert hashes(folder) == hashes(card)


def test_a_card_goes_to_two_drives_with_everything_that_belongs_together(
    card: Path, tmp_path: Path, journals: Path
) -> None:
    before = contents(card)
    report = copy_card(card, [tmp_path / "one", tmp_path / "two"], journals=journals)
    assert report.complete, report
    assert (report.found, report.copied, report.there, report.renamed) == (18, 18, 0, [])
    assert_whole(card, tmp_path / "one", tmp_path / "two")
    assert contents(card) == before
    names = set(contents(tmp_path / "one"))
    assert contents(tmp_path / "two").keys() == names
    camera = "2024-05-01/Canon EOS R5"
    assert {f"{camera}/IMG_0001{s}" for s in (".JPG", ".CR2", ".CR2.xmp", ".WAV")} <= names
    assert "2024-05-02/Canon EOS R5/IMG_0005.CR2" in names
    source = card / "DCIM/100CANON/IMG_0001.CR2"
    copied = tmp_path / "two" / camera / "IMG_0001.CR2"
    assert copied.stat().st_mtime_ns == source.stat().st_mtime_ns


def test_copying_again_reads_samples_only(
    card: Path, tmp_path: Path, journals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_card(card, [tmp_path / "one"], journals=journals)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a file was read whole")

    with monkeypatch.context() as patch:
        patch.setattr("pixsort_desktop.jobs.copy_card.write_parts", never)
        patch.setattr("pixsort_desktop.jobs.copy_card.sha256_of", never)
        report = copy_card(card, [tmp_path / "one"], journals=journals, template="{name}")
    assert (report.copied, report.there, report.complete) == (0, 18, True)
    write(card / "DCIM/101CANON/IMG_0099.JPG", 999, 99)
    again = copy_card(card, [tmp_path / "one"], journals=journals)
    assert (again.copied, again.there) == (1, 18)
    assert_whole(card, tmp_path / "one")


def test_another_picture_of_that_name_and_size_is_not_taken_for_the_copy(
    tmp_path: Path, journals: Path
) -> None:
    """The drive was emptied and filled from another card: the journal still says that this file stands there."""
    card, one = tmp_path / "card", tmp_path / "one"
    write(card / "IMG_0001.CR2", 200_000, 1)
    copy_card(card, [one], journals=journals, template="{name}")
    write(one / "IMG_0001.CR2", 200_000, 2)
    stranger = hashes(one)
    report = copy_card(card, [one], journals=journals, template="{name}")
    assert (report.copied, report.there) == (1, 0)
    assert hashes(one) == sorted([*stranger, *hashes(card)])
    assert set(contents(one)) == {"IMG_0001.CR2", "IMG_0001 (2).CR2"}
    again = copy_card(card, [one], journals=journals, template="{name}")
    assert (again.copied, again.there) == (0, 1)
    with (one / "IMG_0001 (2).CR2").open("r+b") as file:  # a rating, written by an editor in place
        file.write(b"rated")
    again = copy_card(card, [one], journals=journals, template="{name}")
    assert (again.copied, again.there) == (0, 1)


def test_without_its_journal_it_compares_bytes_instead(card: Path, tmp_path: Path, journals: Path) -> None:
    copy_card(card, [tmp_path / "one"], journals=journals)
    shutil.rmtree(journals)
    report = copy_card(card, [tmp_path / "one"], journals=journals)
    assert (report.copied, report.there, report.complete) == (0, 18, True)
    assert_whole(card, tmp_path / "one")


def test_what_stands_there_is_never_replaced(card: Path, tmp_path: Path, journals: Path) -> None:
    at = tmp_path / "one/2024-05-01/Canon EOS R5"
    write(at / "img_0001.jpg", 777, 5)  # other bytes, other case: on Windows the same name
    (at / "IMG_0002.CR2").write_bytes((card / "DCIM/100CANON/IMG_0002.CR2").read_bytes())
    same_size = (card / "DCIM/100CANON/IMG_0000.xmp").stat().st_size
    write(at / "IMG_0000.xmp", same_size, 4)
    before = contents(tmp_path / "one")
    report = copy_card(card, [tmp_path / "one"], journals=journals)
    after = contents(tmp_path / "one")
    assert before.items() <= after.items()
    assert report.complete
    names = {name.rpartition("/")[2] for name in after}
    assert {"IMG_0001 (2).JPG", "IMG_0001 (2).CR2", "IMG_0001 (2).CR2.xmp", "IMG_0001 (2).WAV"} <= names
    assert {"IMG_0000 (2).JPG", "IMG_0000 (2).xmp"} <= names  # all that belongs together goes along
    assert "IMG_0002 (2).CR2" not in names
    assert {Path(source).name for source, _ in report.renamed} >= {"IMG_0001.JPG", "IMG_0000.xmp"}
    assert set(hashes(card)) <= set(after.values())


def test_numbering_that_wrapped_keeps_both(card: Path, tmp_path: Path, journals: Path) -> None:
    write(card / "DCIM/102CANON/IMG_0000.CR2", 40_000, 555)
    shutil.copy2(card / "DCIM/100CANON/IMG_0003.CR2", card / "DCIM/102CANON/IMG_0003.CR2")
    report = copy_card(card, [tmp_path / "one"], journals=journals, template="all/{name}")
    assert report.complete
    assert set(hashes(card)) == set(hashes(tmp_path / "one"))
    assert len(hashes(tmp_path / "one")) == 19  # the copied one is there once
    assert {target.partition(".")[0] for _, target in report.renamed} == {"all/IMG_0000 (2)"}


def test_two_cards_whose_files_agree_in_all_but_their_bytes(tmp_path: Path, journals: Path) -> None:
    for n, name in enumerate(("first", "second")):
        write(tmp_path / name / "DCIM/DSC0001.ARW", 50_000, n)
        os.utime(tmp_path / name / "DCIM/DSC0001.ARW", ns=(0, 10**18))
        copy_card(tmp_path / name, [tmp_path / "one"], journals=journals)
    assert hashes(tmp_path / "one") == sorted(hashes(tmp_path / "first") + hashes(tmp_path / "second"))


def test_the_preview_says_what_the_copy_then_does(card: Path, tmp_path: Path, journals: Path) -> None:
    write(tmp_path / "one/2024-05-01/Canon EOS R5/IMG_0001.JPG", 777, 5)
    plan = plan_copy(card, [tmp_path / "one"], template="{date}/{camera}/{name}", journals=journals)
    assert not list(journals.glob("*"))
    assert len(contents(tmp_path / "one")) == 1
    assert {each.state for each in plan.files} == {"new", "renamed"}
    assert plan.problems == []
    copy_card(card, [tmp_path / "one"], journals=journals)
    planned = {each.target for each in plan.files} | {"2024-05-01/Canon EOS R5/IMG_0001.JPG"}
    assert planned == contents(tmp_path / "one").keys()
    again = plan_copy(card, [tmp_path / "one"], template="{date}/{camera}/{name}", journals=journals)
    assert {each.state for each in again.files} == {"there"}
    assert again.new_bytes == 0


def test_running_numbers_go_on_where_they_stopped(card: Path, tmp_path: Path, journals: Path) -> None:
    template = "{number:03}.{ext}"
    copy_card(card, [tmp_path / "one"], journals=journals, template=template)
    stems: dict[str, set[str]] = {}
    for name in contents(tmp_path / "one"):
        stems.setdefault(name[:3], set()).add(name[3:])
    assert list(stems) == [f"{n:03}" for n in range(1, 10)]
    assert {".JPG", ".CR2", ".CR2.xmp", ".WAV"} in stems.values()
    write(card / "DCIM/101CANON/IMG_0100.JPG", 500, 77)
    report = copy_card(card, [tmp_path / "one"], journals=journals, template=template)
    assert report.copied == 1
    assert report.renamed == []
    assert_whole(card, tmp_path / "one")


def test_senseless_copies_are_refused(card: Path, tmp_path: Path, journals: Path) -> None:
    for source, folders, word in (
        (tmp_path / "gone", [tmp_path / "one"], "no folder"),
        (card, [], "at least one"),
        (card, [card / "copy"], "lie in each other"),
        (card / "DCIM", [card], "lie in each other"),
        (card, [tmp_path / "one", tmp_path / "one/."], "same folder"),
        (card, [card / "empty.txt"], "lie in each other"),
    ):
        with pytest.raises(PixsortError, match=word):
            copy_card(source, folders, journals=journals)
    assert not (tmp_path / "one").exists()


# -- what goes wrong on the way --------------------------------------------------------------------------------


class Meddler(Progress):
    """Does something once, when so many files are done."""

    def __init__(self, at: int, act: Callable[[], None]) -> None:
        super().__init__()
        self.at, self.act, self.acted = at, act, False

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        if step == "Copying" and done >= self.at and not self.acted:
            self.acted = True
            self.act()


def test_a_card_that_is_taken_out_ends_the_copy_with_a_sentence_and_the_next_one_completes_it(
    card: Path, tmp_path: Path, journals: Path
) -> None:
    whole = hashes(card)
    away = tmp_path / "away"
    report = copy_card(
        card,
        [tmp_path / "one", tmp_path / "two"],
        journals=journals,
        progress=Meddler(4, lambda: card.rename(away)),
    )
    assert "no longer there, after" in (report.stopped or "")
    assert not report.complete
    assert 4 <= report.copied < 18
    for folder in ("one", "two"):
        assert set(hashes(tmp_path / folder)) <= set(whole)
        assert not list((tmp_path / folder).rglob("*.part"))
    away.rename(card)
    again = copy_card(card, [tmp_path / "one", tmp_path / "two"], journals=journals)
    assert again.complete
    assert again.there == report.copied
    assert_whole(card, tmp_path / "one", tmp_path / "two")


def test_a_file_that_vanishes_costs_itself_only(card: Path, tmp_path: Path, journals: Path) -> None:
    gone = card / "DCIM/100CANON/IMG_0005.CR2"
    report = copy_card(card, [tmp_path / "one"], journals=journals, progress=Meddler(2, gone.unlink))
    assert [(Path(path).name, reason) for path, reason in report.failed] == [
        ("IMG_0005.CR2", "The file is no longer there.")
    ]
    assert report.copied == 17
    assert not report.complete


def test_a_file_that_grows_while_it_is_copied_is_not_taken_for_whole(
    card: Path, tmp_path: Path, journals: Path
) -> None:
    growing = card / "DCIM/100CANON/IMG_0005.CR2"

    def grow() -> None:
        with growing.open("ab") as file:
            file.write(b"more")

    report = copy_card(card, [tmp_path / "one"], journals=journals, progress=Meddler(2, grow))
    assert "changed while" in report.failed[0][1]
    assert "IMG_0005.CR2" not in {name.rpartition("/")[2] for name in contents(tmp_path / "one")}


def test_cancelling_leaves_whole_files_and_the_next_run_completes(
    card: Path, tmp_path: Path, journals: Path
) -> None:
    progress = Meddler(5, lambda: progress.cancel())
    with pytest.raises(Cancelled):
        copy_card(card, [tmp_path / "one"], journals=journals, progress=progress)
    assert 5 <= len(hashes(tmp_path / "one")) < 18
    assert set(hashes(tmp_path / "one")) <= set(hashes(card))
    assert copy_card(card, [tmp_path / "one"], journals=journals).complete
    assert_whole(card, tmp_path / "one")


def test_a_disk_that_fills_up_is_left_out_and_the_other_goes_on(
    card: Path, small_disk: Path, tmp_path: Path, journals: Path
) -> None:
    filler = small_disk / "somebody else's"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                assert error.errno == errno.ENOSPC

    report = copy_card(
        card, [small_disk / "photos", tmp_path / "two"], journals=journals, progress=Meddler(3, fill)
    )
    assert "is full" in (report.destinations[0].stopped or "")
    assert report.destinations[1].stopped is None
    assert not report.complete
    assert_whole(card, tmp_path / "two")
    assert set(hashes(small_disk / "photos")) < set(hashes(card))
    assert not list(small_disk.rglob("*.part"))
    filler.unlink()
    again = copy_card(card, [small_disk / "photos", tmp_path / "two"], journals=journals)
    assert again.complete, again
    assert_whole(card, small_disk / "photos", tmp_path / "two")


def test_a_disk_that_is_too_small_is_refused_before_the_first_byte(
    card: Path, small_disk: Path, journals: Path
) -> None:
    write(card / "DCIM/100CANON/MVI_0008.MP4", 1_200_000, 8)
    with pytest.raises(PixsortError, match="GB free"):
        copy_card(card, [small_disk], journals=journals)
    assert list(small_disk.iterdir()) == []
    plan = plan_copy(card, [small_disk], template="{name}", journals=journals)
    assert "GB free" in plan.problems[0]


def test_a_drive_that_does_not_tell_its_room_is_tried(
    card: Path, tmp_path: Path, journals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some drivers of FAT and of network shares answer with zeros."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(total=0, used=0, free=0))
    report = copy_card(card, [tmp_path / "one"], journals=journals)
    assert report.complete


def test_a_drive_that_is_read_only_or_pulled_has_its_sentence(
    card: Path, small_disk: Path, journals: Path, tmp_path: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(PixsortError, match="read-only"):
        copy_card(card, [small_disk / "photos"], journals=journals)
    report = copy_card(card, [small_disk, tmp_path / "two"], journals=journals)
    assert "read-only" in (report.destinations[0].stopped or "")
    assert_whole(card, tmp_path / "two")
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)

    def pull() -> None:
        subprocess.run(["umount", "-l", str(small_disk)], check=True)

    try:
        report = copy_card(
            card, [small_disk, tmp_path / "three"], journals=journals, progress=Meddler(3, pull)
        )
        assert "no longer there" in (report.destinations[0].stopped or "")
        assert list(small_disk.iterdir()) == []  # nothing was written to the disk below it
        assert_whole(card, tmp_path / "three")
    finally:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(small_disk)], check=True)


def test_a_limit_on_file_sizes_costs_the_large_file_only(card: Path, tmp_path: Path, journals: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        report = copy_card(card, [tmp_path / "one"], journals=journals)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [Path(path).name for path, _ in report.failed] == ["MVI_0007.MP4"]
    assert "cannot hold a file of that size" in report.failed[0][1]
    assert report.copied == 17
    assert not list((tmp_path / "one").rglob("*.part"))


AS_NOBODY = """
import os, sys
from pathlib import Path
from PIL import Image
from pixsort_desktop.jobs.copy_card import copy_card
from pixsort_desktop.errors import PixsortError
Image.init()
os.setgid(65534); os.setuid(65534)
try:
    report = copy_card(sys.argv[1], [sys.argv[2]], journals=Path(sys.argv[3]))
    print(report.failed, [d.stopped for d in report.destinations])
except PixsortError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs a second user to be refused")
def test_permission_denied_on_either_side(card: Path, tmp_path: Path, journals: Path) -> None:
    for folder in tmp_path.parents[0], *tmp_path.parents[1:3]:
        if folder.stat().st_uid == 0 and folder != Path("/tmp"):
            folder.chmod(0o711)
    tmp_path.chmod(0o711)
    secret = card / "DCIM/100CANON/IMG_0002.CR2"
    secret.chmod(0)
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "closed").mkdir(mode=0o755)

    def run(destination: Path) -> str:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(card), str(destination), str(journals)],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done.stdout + done.stderr

    assert "permission denied" in run(tmp_path / "closed")
    assert list((tmp_path / "closed").iterdir()) == []
    said = run(tmp_path / "open")
    assert "IMG_0002.CR2', 'The file may not be read: permission denied." in said
    assert len(hashes(tmp_path / "open")) == 17


def test_bytes_that_come_back_wrong_are_no_copy(
    card: Path, tmp_path: Path, journals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drive that lies: one byte is turned over between writing and reading back."""
    read_back = verified_copy._read_back
    turned: list[int] = []

    def lying(descriptor: int) -> tuple[str, str]:
        if len(turned) < 2 and os.fstat(descriptor).st_size > 1000:
            turned.append(descriptor)
            first = os.pread(descriptor, 1, 500)
            os.pwrite(descriptor, bytes([first[0] ^ 1]), 500)
        return read_back(descriptor)

    monkeypatch.setattr(verified_copy, "_read_back", lying)
    report = copy_card(card, [tmp_path / "one"], journals=journals)
    assert len(report.failed) == 2
    assert "is not what was written" in report.failed[0][1]
    assert set(hashes(tmp_path / "one")) < set(hashes(card))
    assert copy_card(card, [tmp_path / "one"], journals=journals).complete
    assert_whole(card, tmp_path / "one")


def test_a_name_that_is_taken_at_the_last_moment(tmp_path: Path) -> None:
    part = verified_copy.Part(str(tmp_path), str(tmp_path / "x.part"))
    (tmp_path / "x.part").write_bytes(b"mine")
    (tmp_path / "IMG.JPG").write_bytes(b"theirs")
    assert verified_copy.give_name(part, str(tmp_path / "IMG.JPG")) == str(tmp_path / "IMG (2).JPG")
    assert (tmp_path / "IMG.JPG").read_bytes() == b"theirs"
    assert (tmp_path / "IMG (2).JPG").read_bytes() == b"mine"


@pytest.mark.parametrize("refusal", [errno.EPERM, errno.ENOTSUP])
def test_file_systems_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int) -> None:
    """FAT and exFAT, which cards and small drives have, know no hard links."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(refusal, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    for place in ("system", "look first"):
        if place == "look first":
            monkeypatch.setattr(verified_copy, "_rename_exclusively", lambda *_: False)
        (tmp_path / "a").write_bytes(b"new")
        (tmp_path / "b").write_bytes(b"old")
        with pytest.raises(FileExistsError):
            verified_copy.rename_new(str(tmp_path / "a"), str(tmp_path / "b"))
        assert (tmp_path / "b").read_bytes() == b"old"
        verified_copy.rename_new(str(tmp_path / "a"), str(tmp_path / f"c {place}"))
        assert (tmp_path / f"c {place}").read_bytes() == b"new"
        assert not (tmp_path / "a").exists()


# -- killed ----------------------------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from pixsort_desktop.jobs.copy_card import copy_card
print("warm", flush=True)
report = copy_card(sys.argv[1], sys.argv[3:], journals=Path(sys.argv[2]))
sys.exit(0 if report.complete else 3)
"""


def start(card: Path, journals: Path, *folders: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(card), str(journals), *map(str, folders)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "warm\n"
    return child


def placed(folder: Path) -> int:
    return sum(len([n for n in names if not n.endswith(".part")]) for _, _, names in os.walk(folder))


def test_killed_at_any_moment_it_leaves_whole_files_only_and_completes(
    card: Path, tmp_path: Path, journals: Path
) -> None:
    for n in range(40):
        write(card / f"DCIM/103CANON/IMG_{n:04}.CR2", 60_000, 1000 + n)
    folders = (tmp_path / "one", tmp_path / "two")
    write(folders[0] / "2024-05-01/Canon EOS R5/IMG_0001.JPG", 10, 10)
    foreign = contents(folders[0])
    wanted = set(hashes(card))
    moments = random.Random(SEED)
    partial = 0
    for files in sorted(moments.sample(range(1, 55), 6)):
        with start(card, journals, *folders) as child:
            while child.poll() is None and placed(folders[0]) < files:
                time.sleep(moments.uniform(0, 0.003))
            child.kill()
        for folder in folders:
            found = {k: v for k, v in contents(folder).items() if not k.endswith(".part")}
            assert set(found.values()) - wanted <= set(foreign.values())
            partial += 0 < len(found) < len(wanted)
        assert foreign.items() <= contents(folders[0]).items()
    assert partial > 6  # most kills did fall into the work
    with start(card, journals, *folders) as child:
        assert child.wait(60) == 0
    assert hashes(folders[0]) == sorted([*hashes(card), *foreign.values()])
    assert_whole(card, folders[1])
    assert not list(tmp_path.rglob("*.part"))


# -- into a project --------------------------------------------------------------------------------------------


def imported(report: CopyReport) -> int:
    assert report.imported is not None
    return report.imported.added


def test_the_copies_become_photos_of_the_project(library: Library, card: Path, tmp_path: Path) -> None:
    project = create_project(library, name="Card").id
    report = copy_into_project(library, project_id=project, source=card, destinations=[tmp_path / "one"])
    assert report.complete
    assert imported(report) >= 6
    photos = project_photos(library, project)
    assert all(photo.path.startswith(str(tmp_path / "one")) for photo in photos)
    assert (library.folder / "copies").is_dir()
    again = copy_into_project(library, project_id=project, source=card, destinations=[tmp_path / "one"])
    assert (again.copied, imported(again)) == (0, 0)
    assert len(project_photos(library, project)) == len(photos)
