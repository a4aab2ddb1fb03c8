"""The files of one frame from one place to another, all of them or none: nothing is replaced, and nothing lost on the way.

On one drive a file is renamed. To another drive it is copied, read back and compared (`verified_copy`), and only when
every file of the frame stands there whole do the old ones go.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Sequence

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.verified_copy import (
    WrittenError,
    read_chunks,
    rename_new,
    sha256_of,
    source_error,
    sync_folder,
    verify,
    write_parts,
    written_error,
)
from pixsort_desktop.library.file_steps import Step
from pixsort_desktop.progress import Cancelled


class FrameError(PixsortError):
    """What stopped a frame, and at which file. `fatal` where the next frame would meet the same."""

    def __init__(self, sentence: str, path: str, *, fatal: bool = False) -> None:
        super().__init__(sentence)
        self.path = path
        self.fatal = fatal


def carry_frame(steps: Sequence[Step], check: Callable[[], None] = lambda: None) -> list[tuple[str, str]]:
    """Bring each step's file to its target. Gives (path, sentence) for old files that could not be removed.

    Raises `FrameError`, or what `check` raises, with every file where it was, as far as the system lets us.
    """
    made: list[Step] = []
    copied: dict[Step, os.stat_result] = {}
    at = steps[0]
    try:
        for at in steps:
            check()
            if not _renamed(at):
                copied[at] = _copy(at, check)
            made.append(at)
        for at, before in copied.items():
            if not _is_as(at.source, before):
                raise FrameError(
                    "The file changed while it was copied, so it stays; move it again.", at.source
                )
    except (OSError, PixsortError, Cancelled, KeyboardInterrupt) as error:
        _go_back(made, copied)
        if isinstance(error, Cancelled | KeyboardInterrupt):
            raise
        raise _frame_error(error, at) from error
    return _remove_old(copied)


def finish_move(step: Step, check: Callable[[], None] = lambda: None) -> None:
    """Bring one file to its target, whatever a kill has left: under both names, or half copied. Raises as `carry_frame`."""
    target = _target(step)
    if os.path.lexists(target) and not os.path.lexists(step.source):
        return
    if not os.path.lexists(target):
        carry_frame([step], check)
    elif same_file(step.source, target):
        os.unlink(
            step.source
        )  # a link that was made and the old name not yet removed, or a copy that was verified
    else:
        raise FrameError(f"Another file stands at {target} by now.", step.source)


def same_file(one: str, other: str) -> bool:
    """Whether the bytes under one name would still be there without it, under the other. Raises OSError.

    Two names of one file count only where the file knows of two: `img.jpg` and `IMG.jpg` may be a single one.
    """
    first, second = os.lstat(one), os.lstat(other)
    if not (stat.S_ISREG(first.st_mode) and stat.S_ISREG(second.st_mode)):
        return False
    if os.path.samestat(first, second):
        return first.st_nlink > 1
    return first.st_size == second.st_size and sha256_of(one) == sha256_of(other)


def _renamed(step: Step) -> bool:
    """Whether it could be renamed; False where the target is on another drive. Raises OSError."""
    target = _target(step)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        rename_new(step.source, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        # A new name that was given where the old one may not be taken away: back to one name.
        with contextlib.suppress(OSError):
            if same_file(step.source, target):
                os.unlink(target)
        raise
    return True


def _copy(step: Step, check: Callable[[], None]) -> os.stat_result:
    """Gives what the file was when it was copied. Raises `SourceError`, `WrittenError` or OSError, with nothing at the
    target."""
    if not os.access(os.path.dirname(step.source), os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), step.source)
    target = _target(step)
    found = os.stat(step.source)
    sha256, parts = write_parts(
        read_chunks(step.source, found.st_size, found.st_mtime_ns), [os.path.dirname(target)], check
    )
    if parts[0].error is not None:
        raise parts[0].error
    verify(parts[0], sha256, found.st_mtime_ns)
    try:
        rename_new(parts[0].path, target)
    except OSError:
        parts[0].drop()
        raise
    sync_folder(os.path.dirname(target))
    return found


def _is_as(path: str, before: os.stat_result) -> bool:
    """Whether a file is the one that was copied: another program may have saved it meanwhile. Raises OSError."""
    now = os.lstat(path)
    return os.path.samestat(now, before) and (now.st_size, now.st_mtime_ns) == (
        before.st_size,
        before.st_mtime_ns,
    )


def _go_back(made: Sequence[Step], copied: Collection[Step]) -> None:
    for step in reversed(made):
        with contextlib.suppress(OSError):
            if step not in copied:
                rename_new(_target(step), step.source)
            elif os.path.lexists(step.source):
                os.unlink(_target(step))


def _remove_old(copied: Iterable[Step]) -> list[tuple[str, str]]:
    left = []
    for step in copied:
        try:
            os.unlink(step.source)
        except OSError as error:
            why = error.strerror or str(error)
            left.append(
                (step.source, f"It was copied and verified, but the old file could not be removed: {why}.")
            )
    return left


def _frame_error(error: OSError | PixsortError, step: Step) -> FrameError:
    if isinstance(error, WrittenError):
        return FrameError(str(error), step.source, fatal=error.fatal)
    if isinstance(error, PixsortError):
        return FrameError(str(error), step.source)
    target = _target(step)
    if isinstance(error, FileExistsError):
        return FrameError(f"The name {os.path.basename(target)} is taken by now.", step.source)
    if isinstance(error, FileNotFoundError) and not os.path.lexists(step.source):
        return FrameError(str(source_error(error)), step.source)
    if error.errno in (errno.EACCES, errno.EPERM) and not os.access(os.path.dirname(step.source), os.W_OK):
        return FrameError(
            f"{os.path.dirname(step.source)} may not be changed: permission denied, so the file stays.",
            step.source,
        )
    if getattr(error, "winerror", None) == 32:
        return FrameError("Another program is using the file, so it stays.", step.source)
    written = written_error(error, os.path.dirname(target))
    return FrameError(str(written), step.source, fatal=written.fatal)


def _target(step: Step) -> str:
    assert step.target is not None
    return step.target
