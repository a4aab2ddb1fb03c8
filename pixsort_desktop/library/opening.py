"""Opening a library file without ever harming it: look first, read-only; only then migrate and write."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from datetime import datetime
from pathlib import Path

from pixsort_desktop.errors import ConflictError, LibraryError

FILE_NAME = "library.db"
BACKUPS_KEPT = 5
_HEADER = 100  # bytes at the start of every SQLite file
BUSY_MS = 30_000  # how long a write waits for another program's write


def prepare(folder: Path) -> Path:
    """Make sure that a healthy, up-to-date library stands in `folder`; returns its file's absolute path.

    Raises `LibraryError`, with the file untouched, where that cannot be.
    """
    try:
        folder = folder.expanduser().absolute()
    except RuntimeError as error:
        raise LibraryError(
            f"There is no home folder for {folder}; name the library's folder in full."
        ) from error
    path = folder / FILE_NAME
    _check_folder(folder)
    if path.exists() and path.stat().st_size >= _HEADER:
        _check_file(path)
    elif any((folder / f"{FILE_NAME}{suffix}").exists() for suffix in ("-wal", "")) and _has_past(folder):
        raise _damaged(path)
    try:
        with contextlib.closing(connect_writer(path)) as connection:
            _migrate(connection, path)
    except sqlite3.DatabaseError as error:
        raise explain(error, path) from error
    return path


def connect_writer(path: Path) -> sqlite3.Connection:
    """The read-write connection, for one thread at a time; WAL, foreign keys on, explicit transactions."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        _use_wal(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write ahead. SQLite waits for no other program here, whatever its timeout: this does."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def connect_reader(path: Path, *, undisturbed: bool = False) -> sqlite3.Connection:
    """A read-only connection, closable from another thread.

    `undisturbed` also makes no file beside it, which is only right while nobody writes.
    """
    options = "?mode=ro&immutable=1" if undisturbed else "?mode=ro"
    connection = sqlite3.connect(
        path.as_uri() + options,
        uri=True,
        isolation_level=None,
        timeout=BUSY_MS / 1000,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    return connection


def explain(error: sqlite3.DatabaseError, path: Path) -> LibraryError:
    """The sentence for what SQLite found wrong."""
    text = str(error).lower()
    if "not a database" in text:
        return LibraryError(
            f"{path} is not a PixSort library; move that file away, or choose another folder with --library."
        )
    if "malformed" in text or "corrupt" in text:
        return _damaged(path)
    if "full" in text:
        return LibraryError(
            f"The disk that holds {path.parent} is full; make room and try again, nothing was lost."
        )
    if isinstance(error, sqlite3.IntegrityError):
        return ConflictError("What this was about has changed meanwhile, so it was not done.")
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return LibraryError(
            f"{path} cannot be written; check the folder's permissions, or choose another with --library."
        )
    if "locked" in text or "busy" in text:
        return LibraryError(f"Another program has kept {path} busy; close it and try again.")
    return LibraryError(f"The library {path} could not be used ({error}).")


def _damaged(path: Path) -> LibraryError:
    backups = sorted((path.parent / "backups").glob("library-*.db"))
    way = f"put {backups[-1]} in its place as {FILE_NAME}" if backups else "import the folders again"
    return LibraryError(
        f"The library {path} is damaged; it was left as it is. Move it away, with {FILE_NAME}-wal and {FILE_NAME}-shm"
        f" where they stand beside it, and {way}: the photos themselves are safe."
    )


def _has_past(folder: Path) -> bool:
    """Whether something tells that a library was here: a write-ahead log, backups or thumbnails."""
    wal = folder / f"{FILE_NAME}-wal"
    return (wal.exists() and wal.stat().st_size > 0) or any(
        next((folder / name).glob("*"), None) is not None for name in ("backups", "thumbnails")
    )


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise LibraryError(f"{folder} is a file; a library needs a folder.") from error
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} could not be made ({error.strerror}); choose another with --library."
        ) from error
    if not os.access(folder, os.W_OK):
        raise LibraryError(f"The library folder {folder} cannot be written; choose another with --library.")


def _check_file(path: Path) -> None:
    """Look at an existing file read-only; raise if it is foreign, newer or damaged."""
    # sqlite-utils brings numpy where there is one: 130 ms that the window need not wait for to be shown.
    from pixsort_desktop.library.migrations import APPLICATION_ID

    if not path.is_file():
        raise LibraryError(f"{path} is not a file; move it away, or choose another folder with --library.")
    try:
        alone = not path.with_name(f"{FILE_NAME}-wal").exists()
        with contextlib.closing(connect_reader(path, undisturbed=alone)) as connection:
            tables = {
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            if application != APPLICATION_ID and (tables or application):
                raise LibraryError(
                    f"{path} belongs to another program; move it away, or choose another folder with --library."
                )
            _check_version(connection, tables, path)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _damaged(path)
    except sqlite3.DatabaseError as error:
        raise explain(error, path) from error


def _check_version(connection: sqlite3.Connection, tables: set[str], path: Path) -> None:
    from sqlite_utils import Database

    from pixsort_desktop.library.migrations import migrations

    if migrations.migrations_table not in tables:
        return
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    applied = {row[0] for row in connection.execute(f"SELECT name FROM {migrations.migrations_table}")}
    if applied - known:
        raise LibraryError(
            f"The library {path} was last used by a newer version of PixSort; install that version, or choose"
            " another folder with --library. The library was left as it is."
        )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date, after a backup; two programs that start at once do it once."""
    from sqlite_utils import Database

    from pixsort_desktop.library.migrations import APPLICATION_ID, migrations

    db = Database(connection, execute_plugins=False)
    if not migrations.pending(db):
        return
    if migrations.applied(db):
        _back_up(connection, path)
    for attempt in range(50):
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrations.apply(db)
            _forget_old_backups(path)
            return
        except sqlite3.OperationalError:
            time.sleep(0.1)  # another program may be migrating at this moment
            if not migrations.pending(db):
                return
            if attempt == 49:
                raise


def _back_up(connection: sqlite3.Connection, path: Path) -> None:
    """A copy of the library as it is, whole or not at all."""
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"library-{datetime.now():%Y%m%d-%H%M%S-%f}.db"
    unfinished = target.with_suffix(".tmp")
    try:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _forget_old_backups(path: Path) -> None:
    for old in sorted((path.parent / "backups").glob("library-*.db"))[:-BACKUPS_KEPT]:
        old.unlink()
