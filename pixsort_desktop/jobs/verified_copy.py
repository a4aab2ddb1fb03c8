"""One file to several folders: read once, written under a temporary name, read back, and only then given its name.

Nothing is ever replaced: the last step fails where the name is taken. A kill at any instant leaves at most a
temporary file, which the next run clears away.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import platform
import re
import secrets
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import psutil

from pixsort_desktop.errors import PixsortError

CHUNK = 4_000_000
SAMPLE = 65_536
FULL = (errno.ENOSPC, errno.EDQUOT)
_PART = re.compile(r"\.pixsort-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]+\.part")
_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform in ("linux", "darwin") else None


class SourceError(PixsortError):
    """The file to copy could not be read to its end; the sentence says why."""


class WrittenError(PixsortError):
    """One destination did not take the file. `fatal` where it will not take the next one either."""

    def __init__(self, sentence: str, *, fatal: bool = False) -> None:
        super().__init__(sentence)
        self.fatal = fatal


@dataclass(slots=True)
class Part:
    """A file that is being written in the folder of its final place. `error` says why it will not get there."""

    folder: str
    path: str = ""
    descriptor: int = -1
    error: WrittenError | None = None

    def drop(self) -> None:
        """Close and remove it, in whatever state it is."""
        if self.descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = -1
        if self.path:
            with contextlib.suppress(OSError):
                os.unlink(self.path)
            self.path = ""


def write_parts(
    chunks: Iterable[memoryview], folders: Iterable[str], check: Callable[[], None] = lambda: None
) -> tuple[str, list[Part]]:
    """Write what is read to a new temporary file in each folder; gives the SHA-256 and the parts.

    A folder that fails has the reason in its part, and the others go on. What `chunks` and `check` raise is raised
    here, with nothing left behind.
    """
    parts = [_new_part(folder) for folder in folders]
    digest = hashlib.sha256()
    try:
        for chunk in chunks:
            check()
            digest.update(chunk)
            for part in parts:
                if part.error is None:
                    _append(part, chunk)
    except BaseException:
        for part in parts:
            part.drop()
        raise
    return digest.hexdigest(), parts


def read_chunks(path: str, size: int, mtime_ns: int) -> Iterator[memoryview]:
    """A file's bytes, in pieces. Raises `SourceError` where it cannot be read, or is not the one that was listed."""
    buffer = memoryview(bytearray(min(CHUNK, max(1, size + 1))))
    try:
        with open(path, "rb", buffering=0) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SourceError("This is no file.")
            _advise(file.fileno(), "POSIX_FADV_SEQUENTIAL")
            length = 0
            while count := file.readinto(buffer):
                length += count
                yield buffer[:count]
            after = os.fstat(file.fileno())
    except OSError as error:
        raise source_error(error) from error
    if length != size or after.st_mtime_ns != mtime_ns or found.st_size != size:
        raise SourceError("The file changed while it was copied; copy it again when it is complete.")


def verify(part: Part, sha256: str, mtime_ns: int) -> str:
    """Make what was written durable and read it back; gives its sample, as `sample_of` does.

    Raises `WrittenError`, with the part removed, where other bytes come back or the drive fails.
    """
    try:
        os.fsync(part.descriptor)
        found, sample = _read_back(part.descriptor)
        settle_time(part, mtime_ns)
    except OSError as error:
        part.drop()
        raise written_error(error, part.folder) from error
    if found != sha256:
        part.drop()
        raise WrittenError(
            f"What was read back from {part.folder} is not what was written; the drive or its cable is not to be trusted."
        )
    return sample


def settle_time(part: Part, mtime_ns: int) -> None:
    """Close a part and give it the time of its source. Raises OSError where the last bytes were not taken."""
    os.close(part.descriptor)
    part.descriptor = -1
    with contextlib.suppress(OSError, OverflowError):
        os.utime(part.path, ns=(mtime_ns, mtime_ns))


def give_name(part: Part, final: str) -> str:
    """Give a verified part its name, or a numbered one where that was taken meanwhile; gives the path.

    Where the same bytes stand there already, that is the file. Raises `WrittenError`, with the part removed.
    """
    stem, extension = os.path.splitext(final)
    wanted = final
    try:
        for number in range(2, 10_000):
            try:
                rename_new(part.path, wanted)
            except FileExistsError:
                if os.path.isfile(wanted) and sha256_of(wanted) == sha256_of(part.path):
                    part.drop()
                    return wanted
                wanted = f"{stem} ({number}){extension}"
                continue
            part.path = ""
            return wanted
    except OSError as error:
        part.drop()
        raise written_error(error, part.folder) from error
    part.drop()
    raise WrittenError(f"There is no free name for {final}.")


def rename_new(source: str, target: str) -> None:
    """Rename within a folder; raises `FileExistsError` where `target` is there, in one step where the system can.

    A hard link, then the old name goes: that is atomic wherever links are. On FAT and exFAT, which have none, the
    system's own «rename without replacing»; where that is missing too, a look and then the rename.
    """
    if os.name == "nt":
        os.rename(source, target)  # refuses to replace on Windows
        return
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES):
            raise
        if not _rename_exclusively(source, target):
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from error
            os.rename(source, target)
        return
    os.unlink(source)


def sync_folder(folder: str) -> None:
    """Make the names in a folder durable, where the system lets a program ask for it."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clear_parts(folder: str, names: Iterable[str]) -> None:
    """Remove temporary files that killed runs on this computer left in a folder."""
    for name in names:
        found = _PART.fullmatch(name)
        if found and found["host"] == _HOST and not psutil.pid_exists(int(found["pid"])):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))


def sha256_of(path: str, check: Callable[[], None] = lambda: None) -> str:
    """The SHA-256 of a file. Raises OSError."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            check()
            digest.update(chunk)
    return digest.hexdigest()


def sample_of(path: str) -> str:
    """A digest of a file's first and last 64 KiB, which tell one photograph from another. Raises OSError."""
    with open(path, "rb", buffering=0) as file:
        head = file.read(SAMPLE)
        file.seek(max(0, os.fstat(file.fileno()).st_size - SAMPLE))
        return _sample(head, file.read(SAMPLE))


def same_end(one: str, other: str) -> bool:
    """Whether two large files of one size end alike, as a picture and its copy do even where an editor has written a
    rating into the copy's head since. Small ones, sidecars, are not compared. Raises OSError."""
    ends = []
    for path in (one, other):
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size <= SAMPLE:
                return True
            file.seek(size - SAMPLE)
            ends.append(file.read(SAMPLE))
    return ends[0] == ends[1]


def drops_cache() -> bool:
    """Whether this system lets a program ask that what it reads back comes from the drive."""
    return hasattr(os, "posix_fadvise")


def written_error(error: OSError, folder: str) -> WrittenError:
    """The sentence for what a destination answered."""
    number = error.errno
    if number in FULL:
        return WrittenError(f"The disk that holds {folder} is full; make room and copy again.", fatal=True)
    if number == errno.EROFS:
        return WrittenError(f"{folder} cannot be written: the drive is read-only or locked.", fatal=True)
    if number in (errno.EACCES, errno.EPERM):
        return WrittenError(
            f"{folder} may not be written: permission denied.", fatal=not os.access(folder, os.W_OK)
        )
    if number == errno.EFBIG:
        return WrittenError(f"The drive that holds {folder} cannot hold a file of that size.")
    if number in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
        return WrittenError(f"{folder} does not take a file of that name.")
    if number in (errno.EEXIST, errno.ENOTDIR):
        return WrittenError(f"{folder} cannot be made: a file of that name is in the way.")
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE):
        return WrittenError(f"{folder} is no longer there; connect the drive and copy again.", fatal=True)
    return WrittenError(f"{folder} could not be written ({error.strerror or error}).", fatal=True)


def source_error(error: OSError) -> SourceError:
    """The sentence for a file on the card that does not answer."""
    if isinstance(error, FileNotFoundError):
        return SourceError("The file is no longer there.")
    if isinstance(error, PermissionError):
        return SourceError("The file may not be read: permission denied.")
    return SourceError(f"The file cannot be read: {error.strerror or error}.")


# -- pieces ----------------------------------------------------------------------------------------------------


def _new_part(folder: str) -> Part:
    part = Part(folder)
    name = f".pixsort-{_HOST}-{os.getpid()}-{secrets.token_hex(6)}.part"
    path = os.path.join(folder, name)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        os.makedirs(folder, exist_ok=True)
        part.descriptor = os.open(path, flags, 0o666)
        part.path = path
    except OSError as error:
        part.error = written_error(error, folder)
    return part


def _append(part: Part, chunk: memoryview) -> None:
    try:
        while chunk:
            chunk = chunk[os.write(part.descriptor, chunk) :]
    except OSError as error:
        part.drop()
        part.error = written_error(error, part.folder)


def _read_back(descriptor: int) -> tuple[str, str]:
    """SHA-256 and sample of what the drive holds: pages that memory keeps of it are given up first, where possible."""
    _advise(descriptor, "POSIX_FADV_DONTNEED")
    digest, head, tail = hashlib.sha256(), b"", b""
    os.lseek(descriptor, 0, os.SEEK_SET)
    while chunk := os.read(descriptor, CHUNK):
        digest.update(chunk)
        head = head or chunk[:SAMPLE]
        tail = (tail + chunk[-SAMPLE:])[-SAMPLE:]
    _advise(descriptor, "POSIX_FADV_DONTNEED")
    return digest.hexdigest(), _sample(head, tail)


def _sample(head: bytes, tail: bytes) -> str:
    return hashlib.sha256(head + tail).hexdigest()[:32]


def _advise(descriptor: int, advice: str) -> None:
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(descriptor, 0, 0, getattr(os, advice))


def _rename_exclusively(source: str, target: str) -> bool:
    """renameat2 with RENAME_NOREPLACE, or macOS's renamex_np with RENAME_EXCL. False where there is no such thing."""
    names = os.fsencode(source), os.fsencode(target)
    try:
        if sys.platform == "linux" and _LIBC is not None:
            at_cwd = -100
            failed = _LIBC.renameat2(at_cwd, names[0], at_cwd, names[1], 1)
        elif sys.platform == "darwin" and _LIBC is not None:
            failed = _LIBC.renamex_np(names[0], names[1], 4)
        else:
            return False
    except AttributeError:
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), target)  # FileExistsError for EEXIST
