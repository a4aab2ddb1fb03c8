"""The system's trash: files go there whole, and on Linux and the BSDs they can be found in it and taken out again.

Sources: freedesktop.org, Trash specification 1.0 (`$XDG_DATA_HOME/Trash`, and `.Trash/$uid` or `.Trash-$uid` at the top of
other drives; `info/NAME.trashinfo` says where `files/NAME` came from). Windows and macOS have no such way out but their
own windows.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from pixsort_desktop.errors import PixsortError

_REMOTE_OR_REMOVABLE = (2, 4)  # GetDriveType: neither cards nor network drives have a recycle bin


class TrashError(PixsortError):
    """A file that the trash did not take; it is where it was. `no_trash` where its drive has none."""

    def __init__(self, sentence: str, *, no_trash: bool = False) -> None:
        super().__init__(sentence)
        self.no_trash = no_trash


@dataclass(frozen=True, slots=True)
class Trashed:
    """A file in the trash: where it came from, where it lies now, its .trashinfo, and when it went (ISO 8601)."""

    source: str
    path: str
    info: str
    deleted: str


def to_trash(path: str) -> None:
    """Hand one file to the system's trash. Raises `TrashError`, with the file left where it is; deletes nothing."""
    from send2trash import TrashPermissionError, send2trash  # macOS and Windows load their frameworks here

    if not _may_have_trash(path):
        raise _no_trash(path)
    try:
        send2trash(path)
    except TrashPermissionError as error:
        raise _no_trash(path) from error
    except OSError as error:
        if not os.path.lexists(path) and find_trashed([path]):
            return
        raise _trash_error(error, path) from error
    if os.path.lexists(path):
        raise TrashError("The system's trash did not take the file.")


def can_restore() -> bool:
    """Whether files can be taken out of the trash again by a program, as the freedesktop.org trash allows."""
    return sys.platform not in ("win32", "darwin")


def find_trashed(sources: Iterable[str]) -> dict[str, list[Trashed]]:
    """Source path -> what the trash has of it, the newest first; for those that it has."""
    wanted = set(sources)
    if not wanted or not can_restore():
        return {}
    found: dict[str, list[Trashed]] = {}
    for trash, top in _trashes(wanted):
        for each in _entries(trash, top):
            if each.source in wanted:
                found.setdefault(each.source, []).append(each)
    for entries in found.values():
        entries.sort(key=lambda each: each.deleted, reverse=True)
    return found


# -- pieces ----------------------------------------------------------------------------------------------------


def _trashes(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The trash folders that may hold such files, each with the folder that its relative paths start from."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    yield os.path.join(data, "Trash"), data
    tops = {_mount_point(folder) for folder in {os.path.dirname(path) for path in sources}}
    for top in sorted(tops):
        yield os.path.join(top, ".Trash", str(os.getuid())), top
        yield os.path.join(top, f".Trash-{os.getuid()}"), top


def _mount_point(folder: str) -> str:
    at = os.path.realpath(folder)
    while not os.path.ismount(at) and os.path.dirname(at) != at:
        at = os.path.dirname(at)
    return at


def _entries(trash: str, top: str) -> Iterator[Trashed]:
    infos = os.path.join(trash, "info")
    try:
        names = os.listdir(infos)
    except OSError:
        return
    for name in names:
        path = os.path.join(trash, "files", name.removesuffix(".trashinfo"))
        if not name.endswith(".trashinfo") or not os.path.lexists(path):
            continue
        try:
            with open(os.path.join(infos, name), "rb") as file:
                lines = file.read(65_536).splitlines()
        except OSError:
            continue
        values = dict(line.split(b"=", 1) for line in lines if b"=" in line)
        # Through a link to a drive, the way from the drive's top leads up and out of it again.
        source = os.path.normpath(os.path.join(os.fsencode(top), unquote_to_bytes(values.get(b"Path", b""))))
        deleted = values.get(b"DeletionDate", b"").decode("ascii", "replace")
        yield Trashed(os.fsdecode(source), path, os.path.join(infos, name), deleted)


def _may_have_trash(path: str) -> bool:
    """On Windows a network drive or a card has no recycle bin, and «recycling» there would delete."""
    if sys.platform != "win32":
        return True
    import ctypes

    drive = os.path.splitdrive(os.path.abspath(path))[0]
    if drive.startswith("\\\\"):
        return False
    return ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") not in _REMOTE_OR_REMOVABLE


def _no_trash(path: str) -> TrashError:
    return TrashError(
        f"The drive that holds {os.path.dirname(path)} has no trash, so the file stays; move it to a folder instead.",
        no_trash=True,
    )


def _trash_error(error: OSError, path: str) -> TrashError:
    number = error.errno
    if number == errno.ENOENT and not os.path.lexists(path):
        return TrashError("The file is no longer there.")
    if number == errno.EROFS:
        return TrashError("The file stays: its drive is read-only or locked.")
    if number in (errno.EACCES, errno.EPERM):
        return TrashError("The file stays: it or its folder is write-protected.")
    if number in (errno.ENOSPC, errno.EDQUOT):
        return TrashError("The file stays: the disk that holds the trash is full.")
    if number in (errno.ENOTSUP, errno.ENOSYS):
        return _no_trash(path)
    return TrashError(f"The system's trash did not take the file ({error.strerror or error}).")
