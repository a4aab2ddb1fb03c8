"""One writer thread, read-only readers, and a library that is never harmed by being opened.

The habit is datasette's: the only read-write connection lives on one thread behind a queue, so two writes
never meet; each reading thread has its own `mode=ro` connection, and WAL lets them read while it writes.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pixsort_desktop import logs
from pixsort_desktop.errors import LibraryError
from pixsort_desktop.library import opening
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.transaction import RowChange, Transaction, changes_of

T = TypeVar("T")

HISTORY_KEPT = 200  # undoable steps a project remembers
WRITER_ANSWERS_S = 0.25


class Library:
    """An open library. Safe to use from any thread; close it once, at the end."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        """Use `Library.open`. `connection` is the writer's, and is used by its thread alone from now on."""
        self.folder = folder
        self.path = folder / opening.FILE_NAME
        self._readers: dict[int, sqlite3.Connection] = {}
        self._readers_lock = threading.Lock()
        self._subscribers: list[Callable[[ChangeSet], None]] = []
        self._queue: queue.SimpleQueue[Callable[[sqlite3.Connection], None] | None] = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()  # nothing may be queued behind the writer's end
        self._seen_version = 0
        self._writer_version = 0  # SQLite's count of commits by others, as the writer saw it last
        self._writer = threading.Thread(
            target=self._write_loop, args=(connection,), name="library-writer", daemon=True
        )
        self._writer.start()

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open the library in `folder`, making it where there is none and migrating an older one.

        Raises `LibraryError` with what to do when the file is damaged, no library, or from a newer version;
        the file is then exactly as it was.
        """
        path = opening.prepare(Path(folder))
        return cls(path.parent, opening.connect_writer(path))

    # -- reading -------------------------------------------------------------------------------------

    def read(self) -> sqlite3.Connection:
        """This thread's read-only connection; rows come as `sqlite3.Row`.

        By the thread's number, which a later thread takes over with the connection: Qt's pool gives Python a new
        thread object for each task, and thread-local storage would open a connection each time.
        """
        number = threading.get_ident()
        with self._readers_lock:
            if self._closed:
                raise LibraryError("The library is closed.")
            if number not in self._readers:
                self._readers[number] = opening.connect_reader(self.path)
            return self._readers[number]

    def rows(self, sql: str, parameters: Any = ()) -> list[sqlite3.Row]:
        """All rows of a query. Raises `LibraryError` when the file turns out damaged."""
        try:
            return self.read().execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise opening.explain(error, self.path) from error

    @contextlib.contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """All that this thread reads inside is of the same moment, whatever is written meanwhile."""
        connection = self.read()
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            with contextlib.suppress(sqlite3.ProgrammingError):  # the library was closed meanwhile
                if connection.in_transaction:  # an error of the disk ends it, and is what is to be told
                    connection.execute("COMMIT")

    def changed_elsewhere(self) -> bool:
        """Whether another program has committed since this was last asked.

        A reader sees that somebody has; whether it was our own writer, only that one's connection can tell. Where it
        is held up by the other program's lock, the answer is yes.
        """
        version = int(self.rows("PRAGMA data_version")[0][0])
        changed, self._seen_version = version != self._seen_version, version
        if not changed:
            return False
        future: Future[int] = Future()
        with self._closing:
            if self._closed:
                return False
            self._queue.put(lambda connection: future.set_result(_data_version(connection)))
        try:
            foreign = future.result(timeout=WRITER_ANSWERS_S)
        except TimeoutError:
            return True
        changed, self._writer_version = foreign != self._writer_version, foreign
        return changed

    # -- writing -------------------------------------------------------------------------------------

    def write(
        self, action: Callable[[Transaction], T], *, undo: str | None = None, project_id: int | None = None
    ) -> T:
        """Run `action` on the writer thread in one transaction, wait for it, announce what it changed.

        With `undo`, the rows it changed through the transaction become one history entry of that name in
        the history of `project_id` (None: of the whole library). Whatever `action` raises is raised here,
        after a rollback.
        """

        def recorded(transaction: Transaction) -> T:
            result = action(transaction)
            if undo is not None and transaction.row_changes:
                remember(transaction, undo, project_id)
            return result

        return self._on_writer(lambda connection, future: self._write_one(connection, recorded, future))

    def give_back_space(self) -> int:
        """Make the file as small as what is in it; answers by how many bytes it shrank.

        Rewrites it whole, all or nothing, while other writes wait (a second for some hundred MB), and needs as much room on
        the disk meanwhile. Raises `LibraryError`.
        """
        return self._on_writer(self._vacuum)

    def _on_writer(self, work: Callable[[sqlite3.Connection, Future[T]], None]) -> T:
        """Let the writer thread do something with its connection, and wait for what it puts into the future."""
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise LibraryError("The library is closed.")
            self._queue.put(lambda connection: work(connection, future))
        return future.result()

    def subscribe(self, callback: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Call `callback` on the writer thread after each commit; returns the way to stop it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def close(self) -> None:
        """Finish the writes that are queued, then close every connection. May be called twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        # The writer's connection goes last: the last one folds the write-ahead log back into the file.
        with self._readers_lock:
            for connection in self._readers.values():
                connection.close()
            self._readers.clear()
        self._queue.put(None)
        self._writer.join()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the writer thread ---------------------------------------------------------------------------

    def _write_loop(self, connection: sqlite3.Connection) -> None:
        try:
            while (work := self._queue.get()) is not None:
                work(connection)
        finally:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("PRAGMA optimize")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    def _write_one(
        self, connection: sqlite3.Connection, action: Callable[[Transaction], Any], future: Future[Any]
    ) -> None:
        try:
            with _committed(connection) as transaction:
                result = action(transaction)
                changes = change_set(transaction)
        except sqlite3.DatabaseError as error:
            future.set_exception(opening.explain(error, self.path))
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked for the write
            future.set_exception(error)
        else:
            if changes:
                self._announce(changes)
            future.set_result(result)

    def _vacuum(self, connection: sqlite3.Connection, future: Future[int]) -> None:
        try:
            before = _size(connection)
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            future.set_result(before - _size(connection))
        except sqlite3.DatabaseError as error:
            future.set_exception(opening.explain(error, self.path))

    def _announce(self, changes: ChangeSet) -> None:
        for callback in tuple(self._subscribers):
            try:
                callback(changes)
            except Exception:  # what is committed is committed, whoever fails to hear of it
                logging.getLogger(logs.NAME).exception("announcing a change")


def remember(
    transaction: Transaction, label: str, project_id: int | None, *, job_id: int | None = None
) -> None:
    """Write the transaction's row changes as one history entry, and drop what could have been redone.

    With `job_id`, undoing it also means to put back the files of that job (`file_steps`).
    """
    connection = transaction.connection
    connection.execute(
        "DELETE FROM history WHERE undone = 1 AND (project_id IS ? OR project_id IS NULL)", (project_id,)
    )
    changes = [[c.table, c.key, c.before, c.after] for c in transaction.row_changes]
    connection.execute(
        "INSERT INTO history (project_id, label, at, changes, undone, job_id) VALUES (?, ?, ?, ?, 0, ?)",
        (project_id, label, now(), json.dumps(changes, ensure_ascii=False), job_id),
    )
    connection.execute(
        "DELETE FROM history WHERE project_id IS ?1 AND id <= (SELECT id FROM history WHERE project_id IS ?1"
        " ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (project_id, HISTORY_KEPT),
    )
    transaction.touch(history=True)


def remembered(changes: str) -> list[RowChange]:
    """The row changes of a history entry, as `remember` wrote them."""
    return [RowChange(table, tuple(key), before, after) for table, key, before, after in json.loads(changes)]


def now() -> str:
    """This moment, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _size(connection: sqlite3.Connection) -> int:
    """Bytes of the file, once all is written into it."""
    pages, page = (connection.execute(f"PRAGMA {each}").fetchone()[0] for each in ("page_count", "page_size"))
    return int(pages * page)


def _data_version(connection: sqlite3.Connection) -> int:
    """SQLite's count of commits by others than this connection."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


@contextlib.contextmanager
def _committed(connection: sqlite3.Connection) -> Iterator[Transaction]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield Transaction(connection)
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def change_set(transaction: Transaction) -> ChangeSet:
    """What a transaction has touched so far; a group's project is looked up, or taken from the row that went."""
    rows = transaction.connection.execute("SELECT id, project_id FROM groups")
    projects = {row["id"]: row["project_id"] for row in rows}
    for change in transaction.row_changes:
        whole = change.after or change.before or {}
        if change.table == "groups" and "project_id" in whole:
            projects[change.key[0]] = whole["project_id"]
    return transaction.changes | changes_of(transaction.row_changes, projects)
