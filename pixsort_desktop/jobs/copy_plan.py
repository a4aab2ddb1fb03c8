"""What a copy would do, before anything is written: which file goes where, under which name, and what is in the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.copy_journal import Copied, CopyJournal
from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.verified_copy import same_end, sample_of
from pixsort_desktop.photo.companions import FileGroup, group_files
from pixsort_desktop.photo.header import read_header, taken_time
from pixsort_desktop.photo.naming import NameFacts, Template, path_of, same_name
from pixsort_desktop.photo.scan import scan
from pixsort_desktop.progress import Progress

State = Literal["new", "there", "renamed"]
_SYSTEM_FOLDERS = frozenset(
    {"system volume information", "$recycle.bin", ".trashes", ".spotlight-v100", ".fseventsd", ".temporaryitems", "found.000"}
)  # fmt: skip
_NUMBERS = 10_000  # names that are tried for one file


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file on the card. `relative` is its path below the card's folder, with slashes."""

    path: str
    relative: str
    suffix: str  # what comes after the group's stem: «.CR2», «.CR2.xmp»
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Files that get one name: `base` is their folders and their name without what comes after the stem."""

    base: tuple[str, ...]
    number: int
    files: tuple[SourceFile, ...]
    taken: datetime


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """One line of the preview. `target` is relative to every destination."""

    source: str
    target: str
    size: int
    state: State


@dataclass(slots=True)
class CopyPlan:
    """The preview: what goes where, what cannot be read, and what stands against it."""

    source: str
    destinations: tuple[str, ...]
    files: list[PlannedCopy] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def new_bytes(self) -> int:
        return sum(each.size for each in self.files if each.state != "there")

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "source": self.source,
            "destinations": list(self.destinations),
            "files": [
                {"source": f.source, "target": f.target, "size": f.size, "state": f.state} for f in self.files
            ],
            "bytes": self.new_bytes,
            "unreadable": with_reasons(self.unreadable),
            "problems": self.problems,
        }


def check_folders(given: str, to: Sequence[str]) -> None:
    """Raise where the copy makes no sense: no source, no destination, or one inside the other."""
    source, destinations = absolute(given), [absolute(folder) for folder in to]
    if not os.path.isdir(source):
        raise NotFoundError(f"There is no folder {source}; is the card in the reader?")
    if not destinations:
        raise PixsortError("Name at least one folder to copy to.")
    real = [os.path.realpath(folder) for folder in destinations]
    if len(set(map(same_name, real))) < len(real):
        raise PixsortError(
            "The two destinations are the same folder; the second copy belongs on another drive."
        )
    card = os.path.realpath(source)
    for folder, resolved in zip(destinations, real, strict=True):
        if _lies_in(resolved, card) or _lies_in(card, resolved):
            raise PixsortError(f"{folder} and {source} lie in each other; copy to a folder outside the card.")
        if os.path.lexists(folder) and not os.path.isdir(folder):
            raise PixsortError(f"{folder} is a file; a copy needs a folder.")


def require_folder(path: str) -> None:
    """Raise `NotFoundError` where there is no such folder."""
    if not os.path.isdir(os.path.expanduser(path)):
        raise NotFoundError(f"There is no folder {path}.")


def read_source(
    source: str, template: Template, first_number: int, progress: Progress
) -> tuple[list[SourceGroup], list[tuple[str, str]]]:
    """The card's files in groups, in the order in which they were taken, and what could not be read."""
    found: dict[str, tuple[int, int]] = {}
    unreadable: list[tuple[str, str]] = []
    for item in scan([source]):
        progress.check()
        if _SYSTEM_FOLDERS & {part.lower() for part in item.path[len(source) :].split(os.sep)}:
            continue
        if item.kind == "unreadable":
            unreadable.append((item.path, item.reason or "It could not be read."))
        else:
            found[item.path] = (item.size, item.mtime_ns)
    read: list[tuple[datetime, FileGroup, NameFacts]] = []
    groups = group_files(found)
    for done, group in enumerate(groups):
        progress.check()
        progress.report("Reading the card", done, len(groups))
        lead = os.path.join(group.folder, group.lead)
        facts = _name_facts(group, lead, found[lead][1])
        read.append((facts.taken, group, facts))
    read.sort(key=lambda each: (each[0], each[1].folder, each[1].stem))
    return [
        _source_group(source, group, facts, template, first_number + n, found)
        for n, (_, group, facts) in enumerate(read)
    ], unreadable


def plan_copy(
    source: str | os.PathLike[str],
    destinations: Iterable[str | os.PathLike[str]],
    *,
    template: str,
    journals: Path,
    progress: Progress | None = None,
) -> CopyPlan:
    """What `copy_card` would do. Nothing is written. Raises `PixsortError` where it could not begin.

    A file of the same size under the name counts as «there»; the copy itself compares the bytes.
    """
    card, folders = absolute(source), [absolute(folder) for folder in destinations]
    check_folders(card, folders)
    naming = Template(template)
    notes = [CopyJournal(journals, folder) for folder in folders]
    first = max(note.highest_number for note in notes) + 1
    groups, unreadable = read_source(card, naming, first, progress or Progress())
    plan = CopyPlan(card, tuple(folders), unreadable=unreadable)
    names = [FolderNames(folder) for folder in folders]
    taken: set[str] = set()
    for group in groups:
        plan.files += _plan_group(group, names, notes, taken)
    plan.problems = _problems(plan)
    return plan


def plan_groups(groups: Iterable[SourceGroup], folder: str, journal: CopyJournal) -> list[list[PlannedCopy]]:
    """What copying groups of files to one folder would do, group by group. Nothing is written."""
    names, taken = [FolderNames(folder)], set[str]()
    return [_plan_group(group, names, [journal], taken) for group in groups]


def _plan_group(
    group: SourceGroup, names: Sequence[FolderNames], notes: Sequence[CopyJournal], taken: set[str]
) -> list[PlannedCopy]:
    planned, rest = [], []
    for file in group.files:
        known = [journalled(note, each.root, file) for note, each in zip(notes, names, strict=True)]
        if known[0] is not None and all(known):
            planned.append(PlannedCopy(file.path, known[0].target, file.size, "there"))
        else:
            rest.append(file)
    for number in range(1, _NUMBERS if rest else 1):
        paths = [path_of(group.base, file.suffix, number) for file in rest]
        states = [_size_state(path, file, names, taken) for path, file in zip(paths, rest, strict=True)]
        if "renamed" not in states:
            taken.update(map(same_name, paths))
            for path, file, state in zip(paths, rest, states, strict=True):
                shown: State = "renamed" if number > 1 and state == "new" else state
                planned.append(PlannedCopy(file.path, path, file.size, shown))
            break
    return planned


def _size_state(path: str, file: SourceFile, names: Sequence[FolderNames], taken: set[str]) -> State:
    """By size alone, for the preview: 'renamed' where something else is in the way of this name."""
    if same_name(path) in taken:
        return "renamed"
    standing = [existing for each in names if (existing := each.find(path)) is not None]
    if any(_size(existing) != file.size for existing in standing):
        return "renamed"
    return "there" if len(standing) == len(names) else "new"


class FolderNames:
    """Which names are taken below a destination, as a system would see it that does not tell cases apart."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._names: dict[str, dict[str, str]] = {}

    def find(self, relative: str) -> str | None:
        """The existing path that stands where `relative` would go, or None."""
        folder, _, name = relative.rpartition("/")
        at = self.folder(folder)
        found = self._listing(at).get(same_name(name))
        return os.path.join(at, found) if found is not None else None

    def folder(self, relative: str) -> str:
        """The folder that stands there, spelled as it is on the disk; else the path that it will have."""
        at = self.root
        for part in relative.split("/") if relative else []:
            at = os.path.join(at, self._listing(at).get(same_name(part), part))
        return at

    def note(self, path: str) -> None:
        """A file was placed; its folders may be new as well."""
        while len(path) > len(self.root):
            at, name = os.path.split(path)
            if at in self._names:
                self._names[at].setdefault(same_name(name), name)
            path = at

    def listed(self, folder: str) -> list[str]:
        """The names in a folder as they are on the disk."""
        return list(self._listing(folder).values())

    def _listing(self, folder: str) -> dict[str, str]:
        if folder not in self._names:
            try:
                self._names[folder] = {same_name(name): name for name in os.listdir(folder)}
            except OSError:
                return {}  # not there yet
        return self._names[folder]


def journalled(journal: CopyJournal, root: str, file: SourceFile) -> Copied | None:
    """The verified copy of a file, if it is still there and the file on the card is still the same one."""
    for copied in journal.find(file.relative, file.size, file.mtime_ns):
        target = os.path.join(root, *copied.target.split("/"))
        try:
            if os.stat(target).st_size != file.size or sample_of(file.path) != copied.sample:
                continue
            if same_end(file.path, target):  # uncompressed RAWs of one camera are all of one size
                return copied
        except OSError:
            continue
    return None


def absolute(path: str | os.PathLike[str]) -> str:
    return os.path.abspath(os.path.expanduser(os.fsdecode(path)))


def _source_group(
    source: str,
    group: FileGroup,
    facts: NameFacts,
    template: Template,
    number: int,
    found: dict[str, tuple[int, int]],
) -> SourceGroup:
    files = []
    for name, suffix in group.members:
        path = os.path.join(group.folder, name)
        relative = os.path.relpath(path, source).replace(os.sep, "/")
        files.append(SourceFile(path, relative, suffix, *found[path]))
    numbered = NameFacts(
        facts.taken, facts.stem, facts.extension, facts.folder, facts.make, facts.model, facts.lens, facts.serial, number
    )  # fmt: skip
    return SourceGroup(template.base(numbered), number, tuple(files), facts.taken)


def _name_facts(group: FileGroup, lead: str, mtime_ns: int) -> NameFacts:
    try:
        metadata = read_header(Path(lead))
    except OSError:  # it will be said when it is copied
        return NameFacts(
            datetime.fromtimestamp(0), group.stem, group.extension, os.path.basename(group.folder)
        )
    return NameFacts(
        taken=taken_time(metadata, mtime_ns),
        stem=group.stem,
        extension=group.extension,
        folder=os.path.basename(group.folder),
        make=metadata.make,
        model=metadata.model,
        lens=metadata.lens,
        serial=metadata.serial,
    )


def _problems(plan: CopyPlan) -> list[str]:
    problems = []
    for folder in plan.destinations:
        free = free_bytes(folder)
        if free is not None and free < plan.new_bytes:
            problems.append(not_enough(folder, plan.new_bytes, free))
        if os.path.isdir(folder) and not os.access(folder, os.W_OK):
            problems.append(f"{folder} may not be written: permission denied.")
    return problems


def free_bytes(folder: str) -> int | None:
    """Room on the drive that holds a folder, which need not be there yet; None where the system does not say."""
    at = folder
    while not os.path.isdir(at) and os.path.dirname(at) != at:
        at = os.path.dirname(at)
    try:
        usage = shutil.disk_usage(at)
    except OSError:
        return None
    return usage.free if usage.total else None  # drivers that do not say answer with nothing at all


def not_enough(folder: str, needed: int, free: int) -> str:
    return f"The disk that holds {folder} has {free / 1e9:,.2f} GB free, and {needed / 1e9:,.2f} GB are to be copied."


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return -1


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
