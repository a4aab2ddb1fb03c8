"""The archives of a Takeout, zip or .tgz -> a folder that the user names: a library keeps originals on disk, at paths."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.jobs.takeout_entries import Unpacking, UnpackReport
from pixsort_desktop.jobs.takeout_tar import is_tar, names_in_tar, unpack_tar
from pixsort_desktop.jobs.takeout_zip import is_zip, names_in_zip, unpack_zip
from pixsort_desktop.progress import Progress


def is_archive(path: str) -> bool:
    """Whether a file is named, and begins, like an archive that can be unpacked here."""
    return is_zip(path) or is_tar(path)


def names_in(path: str, most: int = 5_000) -> list[str]:
    """The first names in an archive; none where it cannot be read."""
    return names_in_tar(path, most) if is_tar(path) else names_in_zip(path, most)


def unpack(archives: Sequence[str], folder: str, progress: Progress) -> UnpackReport:
    """Unpack archives into one folder, each file verified, none replaced.

    A damaged archive or entry costs itself and is in the report. Raises `PixsortError` where an archive is made to
    fill disks, or the disk fills up, and `Cancelled`; what is unpacked stays.
    """
    report = UnpackReport()
    run = Unpacking(folder, progress, report)
    for path in archives:
        progress.check()
        (unpack_tar if is_tar(path) else unpack_zip)(path, run)
    return report
