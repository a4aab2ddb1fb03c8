"""A memory card (or any folder) -> one or two drives, each file read once and verified on every drive.

Nothing on the card is touched and nothing at a destination is replaced. This thread reads and writes; a thread a
destination makes durable, reads back and names. Whatever stops the copy, files under their final names are whole,
and copying again goes on where it stopped (`copy_journal`).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.copy_destination import Destination
from pixsort_desktop.jobs.copy_plan import (
    SourceFile,
    SourceGroup,
    absolute,
    check_folders,
    free_bytes,
    journalled,
    not_enough,
    read_source,
)
from pixsort_desktop.jobs.copy_report import CopyReport
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.verified_copy import (
    Part,
    SourceError,
    WrittenError,
    give_name,
    read_chunks,
    sample_of,
    sha256_of,
    source_error,
    verify,
    write_parts,
)
from pixsort_desktop.library.database import Library
from pixsort_desktop.photo.naming import DEFAULT_TEMPLATE, Template, path_of, same_name
from pixsort_desktop.progress import Progress

IN_FLIGHT = 3  # files written and not yet read back
SETTLE_S = 1.0  # how often names are made durable and the journal is written
PATIENCE_S = 20.0
_NUMBERS = 10_000


def copy_into_project(
    library: Library,
    *,
    project_id: int,
    source: str | os.PathLike[str],
    destinations: Iterable[str | os.PathLike[str]],
    template: str = DEFAULT_TEMPLATE,
    progress: Progress | None = None,
) -> CopyReport:
    """`copy_card`, then the import of what is verified into a project, also where the copy could not go to its end."""
    progress = progress or Progress()
    folders = [absolute(folder) for folder in destinations]
    arguments = {"source": absolute(source), "destinations": folders, "template": template}
    with recorded_job(library, "copy", project_id, "importing", arguments):
        report = copy_card(
            source, folders, template=template, journals=journal_folder(library.folder), progress=progress
        )
        if report.targets:
            report.imported = import_photos(
                library, project_id=project_id, paths=report.targets, progress=progress
            )
    return report


def journal_folder(library_folder: Path) -> Path:
    """Where the library keeps what was copied before."""
    return library_folder / "copies"


def copy_card(
    source: str | os.PathLike[str],
    destinations: Iterable[str | os.PathLike[str]],
    *,
    journals: Path,
    template: str = DEFAULT_TEMPLATE,
    progress: Progress | None = None,
) -> CopyReport:
    """Copy all files of a folder, each verified, to one or two others.

    A file that fails is in the report with its reason, and the others go on; a drive that fails is left out from
    then on, and the other one goes on; a card that is taken out ends the copy with a sentence (`stopped`). Raises
    `PixsortError` where the copy could not even begin, and `Cancelled`; what was verified then stays.
    """
    card, folders = absolute(source), [absolute(folder) for folder in destinations]
    check_folders(card, folders)
    run = _Copy(card, folders, journals, progress or Progress())
    return run.run(*read_source(card, Template(template), run.first_number, run.progress))


def copy_groups(
    groups: list[SourceGroup],
    failed: list[tuple[str, str]],
    folder: str,
    *,
    journals: Path,
    progress: Progress,
) -> CopyReport:
    """Copy files that lie anywhere to a folder, as `copy_card` does; `failed` are those that are known not to be there."""
    return _Copy("", [folder], journals, progress).run(groups, failed)


@dataclass(slots=True)
class _InFlight:
    """A file on its way: what was read, and the answers of the destinations that are still to come."""

    file: SourceFile
    number: int
    sha256: str
    answers: list[tuple[Destination, Future[tuple[str, str]]]]


class _Copy:
    """One copy under way."""

    """`card` is empty where the files come from several places."""

    def __init__(self, card: str, folders: list[str], journals: Path, progress: Progress) -> None:
        self.card = card
        self.progress = progress
        self.report = CopyReport(card)
        self.drives = [Destination(folder, journals) for folder in folders]
        self.report.destinations = [drive.report for drive in self.drives]
        self.pending: list[_InFlight] = []
        self.hashes: dict[str, str] = {}
        self.taken: set[str] = set()  # names given in this run, by what other systems take for the same
        self.settled_at = time.monotonic()
        self.moved_at = time.monotonic()

    @property
    def first_number(self) -> int:
        """The number for the first file that is new at the destinations."""
        return max(drive.journal.highest_number for drive in self.drives) + 1

    def run(self, groups: list[SourceGroup], failed: list[tuple[str, str]]) -> CopyReport:
        started = time.monotonic()
        self.report.failed = list(failed)
        self.report.found = sum(len(group.files) for group in groups) + len(self.report.failed)
        self._check_room(groups)
        for drive in self._usable():
            drive.open()
        self._refuse_if_none()
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(over,), name="copy-patience", daemon=True)
        watcher.start()
        try:
            for group in groups:
                self.progress.check()
                if self.report.stopped or not self._usable():
                    break
                self._copy_group(group)
            self._drain(0)
        finally:
            over.set()
            self._end()
        self.report.seconds = time.monotonic() - started
        return self.report

    def _end(self) -> None:
        """Nothing is left half done, whatever ended the copy: what was written is finished or removed."""
        for drive in self.drives:
            drive.lane.shutdown(wait=True)
        self._drain(0)
        for drive in self.drives:
            drive.settle()

    def _check_room(self, groups: list[SourceGroup]) -> None:
        """Say before the first byte that a drive is too small, where that is plain."""
        for drive in self.drives:
            needed = sum(
                file.size
                for group in groups
                for file in group.files
                if drive.names.find(path_of(group.base, file.suffix)) is None
                and not drive.journal.find(file.relative, file.size, file.mtime_ns)
            )
            free = free_bytes(drive.root)
            if free is not None and free < needed:
                drive.report.stopped = not_enough(drive.root, needed, free)
        self._refuse_if_none()

    def _refuse_if_none(self) -> None:
        if not self._usable():
            raise PixsortError(" ".join(str(drive.report.stopped) for drive in self.drives))

    # -- one group -------------------------------------------------------------------------------------

    def _copy_group(self, group: SourceGroup) -> None:
        """Copy what a drive lacks. Files that were verified there before are not read again, but for a sample."""
        lacking: dict[str, list[Destination]] = {}
        for file in group.files:
            there = ""
            for drive in self._usable():
                copied = journalled(drive.journal, drive.root, file)
                if copied is None:
                    lacking.setdefault(file.path, []).append(drive)
                else:
                    there = there or os.path.join(drive.root, *copied.target.split("/"))
                    drive.report.there += 1
            if file.path not in lacking:
                self._note_there(there)
        rest = [file for file in group.files if file.path in lacking]
        if rest:
            self._copy_lacking(group, rest, lacking)

    def _copy_lacking(
        self, group: SourceGroup, files: list[SourceFile], lacking: dict[str, list[Destination]]
    ) -> None:
        try:
            number = self._free_number(group, files, lacking)
        except SourceError as error:
            self._source_failed(files[0], error)
            return
        for file in files:
            relative = path_of(group.base, file.suffix, number)
            self.taken.add(same_name(relative))
            drives = [drive for drive in lacking[file.path] if not self._stands(drive, file, relative, group)]
            if not drives:
                self._note_there(os.path.join(lacking[file.path][0].root, *relative.split("/")))
                continue
            if number > 1:
                self.report.renamed.append((file.path, relative))
            self._copy_file(file, relative, group.number, drives)
            if self.report.stopped:
                return

    def _stands(self, drive: Destination, file: SourceFile, relative: str, group: SourceGroup) -> bool:
        """Whether the file is at that name already; `_free_number` has compared the bytes."""
        existing = drive.names.find(relative)
        if existing is None:
            return False
        drive.report.there += 1
        drive.note(file, existing, group.number, self.hashes[file.path], sample_of(existing))
        return True

    def _free_number(
        self, group: SourceGroup, files: list[SourceFile], lacking: dict[str, list[Destination]]
    ) -> int:
        """The first name under which each file of the group is free, or there already with the same bytes."""
        for number in range(1, _NUMBERS):
            paths = [path_of(group.base, file.suffix, number) for file in files]
            if any(same_name(path) in self.taken for path in paths):
                self._drain(0)
            if all(
                self._fits(path, file, lacking[file.path]) for path, file in zip(paths, files, strict=True)
            ):
                return number
        raise SourceError("There is no free name for it.")

    def _fits(self, relative: str, file: SourceFile, drives: list[Destination]) -> bool:
        standing = [path for drive in drives if (path := drive.names.find(relative)) is not None]
        try:
            for path in standing:
                if not os.path.isfile(path) or os.stat(path).st_size != file.size:
                    return False
                if sha256_of(path, self.progress.check) != self._hash(file):
                    return False
        except OSError:
            return False  # what cannot be read is in the way
        return bool(standing) or same_name(relative) not in self.taken

    def _hash(self, file: SourceFile) -> str:
        if file.path not in self.hashes:
            try:
                self.hashes[file.path] = sha256_of(file.path, self.progress.check)
            except OSError as error:
                raise source_error(error) from error
        return self.hashes[file.path]

    # -- one file --------------------------------------------------------------------------------------

    def _copy_file(self, file: SourceFile, relative: str, number: int, drives: list[Destination]) -> None:
        folder, _, name = relative.rpartition("/")
        at = {drive.root: drive.names.folder(folder) for drive in drives}
        drives = [drive for drive in drives if drive.usable and drive.begin(at[drive.root])]
        if not drives:
            return
        try:
            sha256, parts = write_parts(
                self._chunks(file), [at[drive.root] for drive in drives], self.progress.check
            )
        except SourceError as error:
            self._source_failed(file, error)
            return
        flight = _InFlight(file, number, sha256, [])
        for drive, part in zip(drives, parts, strict=True):
            if part.error is not None:
                self._drive_failed(drive, file, part.error)
            else:
                final = os.path.join(part.folder, name)
                answer = drive.lane.submit(_finish, part, sha256, file.mtime_ns, final)
                flight.answers.append((drive, answer))
        self.pending.append(flight)
        self._drain(IN_FLIGHT)

    def _chunks(self, file: SourceFile) -> Iterator[memoryview]:
        for chunk in read_chunks(file.path, file.size, file.mtime_ns):
            self.moved_at = time.monotonic()
            yield chunk

    def _drain(self, most: int) -> None:
        """Take the answers of files that were read back, until at most so many are on their way."""
        while len(self.pending) > most:
            self._land(self.pending.pop(0))
            self.moved_at = time.monotonic()
            self._tell()
        if time.monotonic() - self.settled_at > SETTLE_S:
            self.settled_at = time.monotonic()
            for drive in self.drives:
                drive.settle()

    def _land(self, flight: _InFlight) -> None:
        landed = ""
        for drive, answer in flight.answers:
            try:
                path, sample = answer.result()
            except WrittenError as error:
                self._drive_failed(drive, flight.file, error)
                continue
            landed = landed or path
            drive.landed(path)
            drive.note(flight.file, path, flight.number, flight.sha256, sample)
        if landed:
            self.report.copied += 1
            self.report.targets.append(landed)

    def _note_there(self, path: str) -> None:
        self.report.there += 1
        self.report.targets.append(path)
        self._tell()

    def _drive_failed(self, drive: Destination, file: SourceFile, error: WrittenError) -> None:
        """One file that a drive does not take is a line in the report; a drive that takes no more is left out."""
        if error.fatal:
            drive.fail(error)
        else:
            self.report.failed.append((file.path, str(error)))

    def _usable(self) -> list[Destination]:
        return [drive for drive in self.drives if drive.usable]

    def _source_failed(self, file: SourceFile, error: SourceError) -> None:
        """One file that cannot be read is a line in the report; a card that is gone ends the copy."""
        if not self.card or (os.path.isdir(self.card) and _answers(self.card)):
            self.report.failed.append((file.path, str(error)))
            return
        self._drain(0)
        done = self.report.copied + self.report.there
        self.report.stopped = (
            f"{self.card} is no longer there, after {done:,} of {self.report.found:,} files. Connect it and copy again:"
            " what is verified is not copied twice."
        )

    # -- telling ---------------------------------------------------------------------------------------

    def _tell(self, step: str = "Copying") -> None:
        done = self.report.copied + self.report.there + len(self.report.failed)
        self.progress.report(step, done, self.report.found, len(self.report.failed))

    def _watch(self, over: threading.Event) -> None:
        """Say when nothing has moved for a while: a reader that hangs cannot be hurried, but it can be named."""
        while not over.wait(1.0):
            quiet = time.monotonic() - self.moved_at
            if quiet > PATIENCE_S:
                self._tell(f"The card or a drive has not answered for {quiet:.0f} s; waiting. Copied")


def _answers(card: str) -> bool:
    """Whether there is still something at the card's folder: a reader that was pulled may leave an empty one."""
    try:
        return bool(os.listdir(card))
    except OSError:
        return False


def _finish(part: Part, sha256: str, mtime_ns: int, final: str) -> tuple[str, str]:
    """Runs in a drive's own thread: gives the path that the file has now, and its sample."""
    sample = verify(part, sha256, mtime_ns)
    return give_name(part, final), sample
