"""Thumbnails on disk: whole or not there, whoever writes and whenever it is killed."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from pixsort_desktop.thumbnails import store as store_module
from pixsort_desktop.thumbnails.store import ThumbnailStore

JPEG = b"\xff\xd8 a small picture \xff\xd9"


def sha(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> ThumbnailStore:
    return ThumbnailStore(tmp_path / "thumbnails")


def test_what_is_written_is_read(store: ThumbnailStore) -> None:
    assert not store.has(sha(1)) and store.read(sha(1)) is None
    path = store.write(sha(1), JPEG)
    assert path == store.path(sha(1)) == store.folder / sha(1)[:2] / f"{sha(1)}.jpg"
    assert store.has(sha(1)) and store.read(sha(1)) == JPEG
    store.write(sha(1), JPEG + b"\xff\xd9")
    assert store.read(sha(1)) == JPEG + b"\xff\xd9"
    path.unlink()
    assert not store.has(sha(1))


def test_size_counts_thumbnails_only(store: ThumbnailStore) -> None:
    assert store.size() == (0, 0)
    for number in range(20):
        store.write(sha(number), JPEG)
    (store.folder / "notes.txt").write_text("not ours")
    (store.path(sha(1)).parent / "half.jpg.1-1.tmp").write_bytes(b"half")
    assert store.size() == (20, 20 * len(JPEG))


@pytest.mark.parametrize("damaged", [b"", b"\xff\xd8 cut off", b"no picture", bytes(100)])
def test_a_damaged_file_is_none(store: ThumbnailStore, damaged: bytes) -> None:
    store.write(sha(1), JPEG)
    store.path(sha(1)).write_bytes(damaged)
    assert store.read(sha(1)) is None
    assert store.has(sha(1)) == bool(damaged)  # the empty file is what a crash leaves


def test_cleaning_takes_what_a_killed_run_left(store: ThumbnailStore) -> None:
    store.write(sha(1), JPEG)
    store.write(sha(2), JPEG)
    store.path(sha(2)).write_bytes(b"")
    old = store.path(sha(1)).with_name("old.jpg.99-1.tmp")
    fresh = store.path(sha(1)).with_name("fresh.jpg.99-2.tmp")
    old.write_bytes(b"half")
    fresh.write_bytes(b"being written by another thread")
    os.utime(old, (time.time() - 3600,) * 2)
    assert store.clean() == 2
    assert not old.exists() and fresh.exists()
    assert (store.has(sha(1)), store.has(sha(2))) == (True, False)
    assert store.clean() == 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_names_a_thumbnail(store: ThumbnailStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.path(name)


def test_a_failed_write_leaves_nothing(store: ThumbnailStore) -> None:
    store.path(sha(1)).mkdir(parents=True)  # a folder stands where the thumbnail should go
    with pytest.raises(OSError, match=r".+"):
        store.write(sha(1), JPEG)
    assert list(store.path(sha(1)).parent.iterdir()) == [store.path(sha(1))]


def test_readers_see_whole_files_while_threads_write(store: ThumbnailStore) -> None:
    versions = [b"\xff\xd8" + bytes([n]) * 200_000 + b"\xff\xd9" for n in range(4)]
    store.write(sha(1), versions[0])
    done = threading.Event()
    torn: list[int] = []

    def watch() -> None:
        while not done.is_set():
            seen = store.read(sha(1))
            if seen not in versions:
                torn.append(len(seen or b""))

    watcher = threading.Thread(target=watch)
    watcher.start()
    writers = [
        threading.Thread(target=lambda each=each: [store.write(sha(1), each) for _ in range(40)])
        for each in versions
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    watcher.join()
    if sys.platform != "win32":  # there a reader can meet a file that is being replaced, and gets None
        assert not torn
    assert store.size() == (1, len(versions[0]))
    assert len(list(store.path(sha(1)).parent.iterdir())) == 1


def test_use_is_written_at_most_once_a_day(store: ThumbnailStore) -> None:
    path = store.write(sha(1), JPEG)
    hours_ago, days_ago = time.time() - 7_200, time.time() - 200_000
    os.utime(path, (hours_ago, hours_ago))
    store.note_use(sha(1))
    assert path.stat().st_mtime == pytest.approx(hours_ago, abs=2)
    os.utime(path, (days_ago, days_ago))
    store.note_use(sha(1))  # noted in this session already
    assert path.stat().st_mtime == pytest.approx(days_ago, abs=2)
    ThumbnailStore(store.folder).note_use(sha(1))
    assert path.stat().st_mtime == pytest.approx(time.time(), abs=10)
    store.note_use(sha(2))  # is not there: no trouble


def test_what_is_removed_is_gone_and_an_estimate_is_near_the_truth(store: ThumbnailStore) -> None:
    for number in range(300):
        store.write(sha(number), JPEG)
    assert store.estimate() == store.size()[1] == 300 * len(JPEG)  # few: counted
    assert store.remove(sha(1)) and not store.remove(sha(1)) and not store.has(sha(1))
    assert {each.sha256 for each in store.entries()} == {sha(number) for number in range(300) if number != 1}


def test_many_thumbnails_are_estimated_from_a_few_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_ENOUGH", 50)
    store = ThumbnailStore(tmp_path)
    for number in range(3_000):
        path = store.path(sha(number))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(JPEG)
    assert store.estimate() == pytest.approx(store.size()[1], rel=0.35)
