"""Putting new bytes in a file's place, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import stat
from pathlib import Path

from pixsort_desktop.photo.xmp.document import SidecarChangedError, XmpError

TEMPORARY_SUFFIX = ".pixsort-tmp"
"""How the files end that a power cut may leave behind; they are never anything else and can be deleted."""

ABSENT = ""
"""The digest of a file that is not there."""


def digest(data: bytes | None) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; ABSENT for none. What `expected` is compared with."""
    return ABSENT if data is None else hashlib.sha256(data).hexdigest()


def read_or_none(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none. Raises XmpError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise XmpError(f"it could not be read ({error.strerror or error}).") from error


def replace_file(path: Path, old: bytes | None, new: bytes, *, original: bool = False) -> None:
    """Write `new` beside `path`, have the disk confirm it, and rename it over `old`.

    The permissions stay; a symbolic link stays one, and its target changes. Killed at any instant, the path has
    the old bytes or the new ones. For an `original`, a photo itself, times, owner and extended attributes stay too
    where the system lets us, what was written is read back and compared before it takes the old one's place, and
    a file with several names (hard links), of which one would be left behind, is refused.

    Raises SidecarChangedError where the file is no longer `old`, XmpError where the folder, the disk or the
    file's permissions do not allow it.
    """
    try:
        _replace(Path(os.path.realpath(path)), old, new, original=original)
    except OSError as error:
        raise XmpError(f"it could not be written ({error.strerror or error}).") from error


def _replace(path: Path, old: bytes | None, new: bytes, *, original: bool) -> None:
    found = None if old is None else path.stat()
    if found is not None and not stat.S_IMODE(found.st_mode) & 0o222:
        raise XmpError("it is write-protected.")
    if original and found is not None and found.st_nlink > 1:
        raise XmpError("the same file has another name elsewhere (a hard link), which would be left behind.")
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")
    try:
        with temporary.open("xb") as stream:
            stream.write(new)
            stream.flush()
            os.fsync(stream.fileno())
        if original and temporary.read_bytes() != new:
            raise XmpError("the disk did not keep what was written.")
        if read_or_none(path) != old:
            raise SidecarChangedError("another program has changed it meanwhile.")
        if original and found is not None:
            _take_after(path, found, temporary)
        elif found is not None:
            temporary.chmod(stat.S_IMODE(found.st_mode))
        _put(temporary, path, is_new=old is None)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _confirm(path.parent)


def _take_after(path: Path, found: os.stat_result, temporary: Path) -> None:
    """Give the new file the old one's owner, permissions, times and extended attributes."""
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(temporary, found.st_uid, found.st_gid)
    shutil.copystat(path, temporary)


def _put(temporary: Path, path: Path, *, is_new: bool) -> None:
    """Rename; for a new file in a way that fails where somebody else has just made one."""
    if is_new and _linked(temporary, path):
        temporary.unlink()
    else:
        temporary.replace(path)


def _linked(temporary: Path, path: Path) -> bool:
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise SidecarChangedError("another program has just made it.") from error
    except (OSError, NotImplementedError):  # a file system without hard links: FAT, most network shares
        return False
    return True


def _confirm(folder: Path) -> None:
    """Have the disk confirm the rename too, where folders can be opened (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
