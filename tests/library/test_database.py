"""Opening, writing and reading the library file."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from pixsort_desktop.errors import LibraryError
from pixsort_desktop.library import opening
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.migrations import migrations
from pixsort_desktop.library.projects import add_project, all_projects


def add_projects(library: Library, *names: str) -> None:
    for name in names:
        library.write(lambda t, name=name: add_project(t, name))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder: refusing a library must not leave a new one beside it either."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def refused(folder: Path) -> str:
    """The sentence with which a library is refused; the folder must be untouched."""
    before = bytes_of(folder)
    with pytest.raises(LibraryError) as caught:
        Library.open(folder)
    assert bytes_of(folder) == before
    return str(caught.value)


def test_what_is_written_is_there_after_reopening(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        add_projects(library, "Wedding", "Iceland")
    with Library.open(tmp_path) as library:
        assert [project.name for project in all_projects(library)] == ["Wedding", "Iceland"]
        assert library.rows("PRAGMA journal_mode")[0][0] == "wal"
        assert library.rows("PRAGMA integrity_check")[0][0] == "ok"


def test_a_failed_write_leaves_nothing_and_announces_nothing(library: Library) -> None:
    heard: list[ChangeSet] = []
    library.subscribe(heard.append)

    def fail(transaction: object) -> None:
        add_project(transaction, "Half")  # type: ignore[arg-type]
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        library.write(fail)
    assert all_projects(library) == []
    assert heard == []


def test_subscribers_hear_what_changed_until_they_stop(library: Library) -> None:
    heard: list[ChangeSet] = []
    stop = library.subscribe(heard.append)
    add_projects(library, "A")
    stop()
    add_projects(library, "B")
    assert [sorted(changes.projects) for changes in heard] == [[1]]


def test_readers_cannot_write(library: Library) -> None:
    with pytest.raises(LibraryError, match="cannot be written"):
        library.rows("DELETE FROM projects")


def test_many_threads_write_and_read(library: Library) -> None:
    def work(start: int) -> None:
        add_projects(library, *(f"P{start + i}" for i in range(20)))
        all_projects(library)

    threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(all_projects(library)) == 120


def test_what_is_read_at_one_moment_agrees_while_others_write(library: Library) -> None:
    add_projects(library, "A")
    with library.at_one_moment():
        before = all_projects(library)
        add_projects(library, "B")  # on the writer's thread, with a connection of its own
        with library.at_one_moment():
            assert all_projects(library) == before
        assert all_projects(library) == before
    assert [project.name for project in all_projects(library)] == ["A", "B"]


def test_an_error_of_the_disk_while_reading_at_one_moment_is_what_is_told(library: Library) -> None:
    """SQLite has ended the reading by itself then."""
    with pytest.raises(sqlite3.OperationalError, match="disk I/O"), library.at_one_moment():
        library.read().execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")
    assert not library.read().in_transaction


def test_a_library_that_is_closed_in_the_midst_of_reading_says_so(library: Library) -> None:
    with pytest.raises(LibraryError, match="closed"), library.at_one_moment():
        all_projects(library)
        library.close()
        all_projects(library)


def test_another_programs_write_is_noticed(library: Library) -> None:
    library.changed_elsewhere()
    assert not library.changed_elsewhere()
    with Library.open(library.folder) as other:
        add_projects(other, "Elsewhere")
    assert library.changed_elsewhere()
    assert not library.changed_elsewhere()
    add_projects(library, "Ours")
    assert not library.changed_elsewhere()
    with Library.open(library.folder) as other:
        add_projects(other, "Theirs")
    add_projects(library, "Ours again")
    assert library.changed_elsewhere()


def test_a_writer_that_is_held_up_counts_as_a_change(library: Library) -> None:
    library.changed_elsewhere()
    other = opening.connect_writer(library.path)
    other.execute("INSERT INTO settings (key, value) VALUES ('a', '1')")
    other.execute("BEGIN IMMEDIATE")
    thread = threading.Thread(target=lambda: add_projects(library, "Waiting"))
    thread.start()
    while library._queue.qsize():
        time.sleep(0.01)
    assert library.changed_elsewhere()
    other.execute("COMMIT")
    other.close()
    thread.join()
    assert [project.name for project in all_projects(library)] == ["Waiting"]


def test_a_clean_end_leaves_one_file(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        add_projects(library, "A")
        all_projects(library)
    assert sorted(path.name for path in tmp_path.iterdir()) == [opening.FILE_NAME]


def test_threads_that_follow_each_other_share_a_connection(library: Library) -> None:
    for _ in range(20):
        thread = threading.Thread(target=lambda: all_projects(library))
        thread.start()
        thread.join()
    assert len(library._readers) < 10  # a thread's number is free again a moment after it has ended


def test_a_listener_that_fails_stops_nobody(library: Library) -> None:
    def fail(_changes: ChangeSet) -> None:
        raise RuntimeError("a view broke")

    library.subscribe(fail)
    add_projects(library, "A", "B")
    assert len(all_projects(library)) == 2


def test_an_emptied_library_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    with Library.open(tmp_path):
        pass
    (tmp_path / "thumbnails" / "ab").mkdir(parents=True)
    (tmp_path / opening.FILE_NAME).write_bytes(b"")
    assert "damaged" in refused(tmp_path)


def test_two_programs_that_start_at_once_make_one_library(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pixsort_desktop.library.database import Library;"
        "Library.open(Path(sys.argv[1])).close()"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(4)]
    assert [child.wait(60) for child in children] == [0, 0, 0, 0]
    with Library.open(tmp_path) as library:
        assert library.rows("PRAGMA integrity_check")[0][0] == "ok"


def test_writing_after_close_is_refused(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="closed"):
        add_projects(library, "Late")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / opening.FILE_NAME).write_text("a shopping list\n" * 200)
    assert "not a PixSort library" in refused(tmp_path)


def test_a_database_of_another_program(tmp_path: Path) -> None:
    Database(tmp_path / opening.FILE_NAME)["bookmarks"].insert({"url": "x"}).db.close()
    assert "belongs to another program" in refused(tmp_path)


def test_a_library_from_a_newer_version(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        add_projects(library, "Kept")
    connection = sqlite3.connect(tmp_path / opening.FILE_NAME, isolation_level=None)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('pixsort', 'from_the_future', 'x')"
    )
    connection.close()
    assert "newer version" in refused(tmp_path)


@pytest.mark.parametrize("damage", ["middle", "end", "cut"])
def test_a_damaged_library(tmp_path: Path, damage: str) -> None:
    with Library.open(tmp_path) as library:
        add_projects(library, *(f"Project {n} {'x' * 200}" for n in range(300)))
    path = tmp_path / opening.FILE_NAME
    data = bytearray(path.read_bytes())
    if damage == "cut":
        del data[len(data) // 2 :]
    else:
        start = len(data) // 2 if damage == "middle" else len(data) - 8192
        data[start : start + 8192] = b"\xa5" * 8192
    path.write_bytes(data)
    assert "damaged" in refused(tmp_path)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("x")
    with pytest.raises(LibraryError, match="is a file; a library needs a folder"):
        Library.open(tmp_path / "library")


def test_an_older_library_is_backed_up_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(tmp_path) as library:
        add_projects(library, "Old")
    before = list(migrations._migrations)  # a later version's list has one step more
    newer = type(migrations)("pixsort")
    newer._migrations = [*before]

    @newer()
    def add_a_table(db: Database) -> None:
        db.execute("CREATE TABLE later (x)")

    monkeypatch.setattr("pixsort_desktop.library.migrations.migrations", newer)
    with Library.open(tmp_path) as library:
        assert library.rows("SELECT count(*) FROM later")[0][0] == 0
        assert [project.name for project in all_projects(library)] == ["Old"]
    backups = list((tmp_path / "backups").glob("library-*.db"))
    assert len(backups) == 1
    monkeypatch.undo()
    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copy(backups[0], restored / opening.FILE_NAME)
    with Library.open(restored) as library:
        assert [project.name for project in all_projects(library)] == ["Old"]
