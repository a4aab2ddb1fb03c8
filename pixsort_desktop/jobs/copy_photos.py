"""Photos to a folder as copies: each with all files of its frame, every copy verified, nothing replaced.

The work is that of copying a card (`copy_card`): what was copied before is passed over, so that a copy that was stopped
goes on when it is asked for again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from pixsort_desktop.jobs.copy_card import copy_groups, journal_folder
from pixsort_desktop.jobs.copy_journal import CopyJournal
from pixsort_desktop.jobs.copy_plan import SourceFile, SourceGroup, plan_groups
from pixsort_desktop.jobs.copy_report import CopyReport
from pixsort_desktop.jobs.files_plan import FilesPlan
from pixsort_desktop.jobs.frame_parts import Frame, name_facts, read_frames
from pixsort_desktop.jobs.move_photos import checked_folder
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.photo.companions import stem_of
from pixsort_desktop.photo.naming import Template
from pixsort_desktop.progress import Progress

DEFAULT_TEMPLATE = "{name}"


def plan_copy_photos(
    library: Library,
    *,
    photo_ids: Sequence[int],
    folder: str | os.PathLike[str],
    template: str | None = None,
) -> FilesPlan:
    """What `copy_photos` would do. Nothing is written. Raises `PixsortError` where it could not begin.

    A file of the same size under its name counts as copied already; the copy itself compares the bytes.
    """
    to = checked_folder(folder)
    plan = FilesPlan()
    groups = _groups(read_frames(library, photo_ids), template, plan.failed, plan.left)
    journal = CopyJournal(journal_folder(library.folder), to)
    for group, planned in zip(groups, plan_groups(groups, to, journal), strict=True):
        new = [each for each in planned if each.state != "there"]
        plan.photos += bool(new)
        plan.files += len(new)
        plan.bytes += sum(each.size for each in new)
        plan.moves += [(each.source, os.path.join(to, *each.target.split("/"))) for each in new]
        assert len(planned) == len(group.files)
    return plan


def copy_photos(
    library: Library,
    *,
    project_id: int,
    photo_ids: Sequence[int],
    folder: str | os.PathLike[str],
    template: str | None = None,
    progress: Progress | None = None,
) -> CopyReport:
    """Copy the files of photos into a folder, which is made where it is not there; the library knows nothing of the copies.

    Without a template names stay as they are. Raises `PixsortError` where it could not begin, and `Cancelled`; what was
    verified then stays, and the next copy goes on from there.
    """
    to = checked_folder(folder)
    failed: list[tuple[str, str]] = []
    left: list[tuple[str, str]] = []
    with recorded_job(library, "copy_photos", project_id, None, {"folder": to, "template": template}):
        groups = _groups(read_frames(library, photo_ids), template, failed, left)
        report = copy_groups(
            groups, failed, to, journals=journal_folder(library.folder), progress=progress or Progress()
        )
        report.left = left
        return report


def _groups(
    frames: Sequence[Frame],
    template: str | None,
    failed: list[tuple[str, str]],
    left: list[tuple[str, str]],
) -> list[SourceGroup]:
    """What gets one name, in the order of time. A frame whose files do not begin alike is several such groups."""
    naming = Template(template or DEFAULT_TEMPLATE)
    groups = []
    usable = [frame for frame in frames if frame.problem is None]
    failed += [frame.problem for frame in frames if frame.problem is not None]
    usable.sort(key=lambda f: (f.photo.sorted_s is None, f.photo.sorted_s or 0.0, f.photo.path))
    for number, frame in enumerate(usable, 1):
        left += frame.left
        facts = name_facts(frame, number)
        base = naming.base(facts)
        for parts in frame.bundles:
            together: dict[str, list[SourceFile]] = {}
            for part in parts:
                suffix, name = frame.suffix(part), os.path.basename(part.path)
                stem = frame.stem if suffix is not None else stem_of(name)
                file = SourceFile(part.path, part.path, name[len(stem) :], part.size, part.mtime_ns)
                together.setdefault(stem, []).append(file)
            for stem, files in together.items():
                named = base if stem == frame.stem else naming.base(name_facts(frame, number, stem))
                groups.append(SourceGroup(named, number, tuple(files), facts.taken))
    return groups
