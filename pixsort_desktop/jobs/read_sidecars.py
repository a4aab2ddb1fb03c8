"""Sidecars that another program has changed or made since: which they are, and taking their judgement over.

What a sidecar said when it was read or written last is remembered. So what its program changed is told apart from what
was judged here meanwhile, and only the former is taken: stars changed there, a flag given here, and both stay.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.sidecars import read_state
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import companions_of_project
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.judgements import set_judgement
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.sidecars import SidecarState, known_sidecars, note_sidecars
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo import xmp
from pixsort_desktop.photo.scan import mtime_ns
from pixsort_desktop.progress import Progress

FIELDS = ("rating", "flag", "colour")
REPORT_EVERY = 200


@dataclass(frozen=True, slots=True)
class News:
    """What changed elsewhere about one photo: values by field, as they are there now."""

    photo: Photo
    values: dict[str, Any]
    sidecars: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.photo.path,
            "sidecars": list(self.sidecars),
            "before": {name: getattr(self.photo, name) for name in self.values},
            "after": self.values,
        }


@dataclass(slots=True)
class ReadReport:
    """`sidecars` is how many were changed or new; `photos` what that changed; `failed` (path, a sentence)."""

    sidecars: int = 0
    photos: list[News] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "sidecars": self.sidecars,
            "photos": [news.to_dict() for news in self.photos],
            "failed": with_reasons(self.failed),
        }


def read_sidecars(library: Library, *, project_id: int, progress: Progress | None = None) -> ReadReport:
    """Take over what other programs have changed in a project's sidecars, as one step that can be undone."""
    progress = progress or Progress()
    look = _Look(library, project_id)
    with recorded_job(library, "read_sidecars", project_id, None, {}) as job_id:
        look.run(progress)

        def take(transaction: Transaction) -> None:
            for news in look.news:
                set_judgement(transaction, news.photo.id, news.values)
            note_sidecars(transaction, look.states)
            note_progress(transaction, job_id, look.looked, look.looked, len(look.failed))

        count = len(look.news)
        step = f"Read judgements of {count:,} photo{'' if count == 1 else 's'}"
        library.write(take, undo=step, project_id=project_id)
    return ReadReport(look.changed, look.news, look.failed)


def changed_sidecars(library: Library, *, project_id: int, seconds: float = 10.0) -> ReadReport:
    """What `read_sidecars` would take; at most for so many seconds, and most sidecars are not even opened.

    Sidecars that were changed without changing a judgement (develop settings, keywords) are taken note of.
    """
    look = _Look(library, project_id)
    look.run(Progress(), until=time.monotonic() + seconds)
    pending = {path for news in look.news for path in news.sidecars}
    harmless = [state for state in look.states if state.path not in pending]
    if harmless:
        library.write(partial(note_sidecars, states=harmless))
    return ReadReport(len(pending), look.news, look.failed)


@dataclass(frozen=True, slots=True)
class _Sidecar:
    """A sidecar as it was known and as it is; `before` is None where that was never noted."""

    before: xmp.XmpFacts | None
    now: xmp.XmpFacts
    changed: bool


class _Look:
    """Compares a project's sidecars with what is known of them."""

    def __init__(self, library: Library, project_id: int) -> None:
        get_project(library, project_id)
        self._photos = [p for p in project_photos(library, project_id) if p.status == "ready"]
        self._companions = companions_of_project(library, project_id)
        self._known = known_sidecars(library)
        self._folders: dict[str, xmp.Folder | None] = {}
        self._seen: dict[str, _Sidecar | None] = {}
        self.news: list[News] = []
        self.states: list[SidecarState] = []  # to be noted
        self.failed: list[tuple[str, str]] = []
        self.changed = 0
        self.looked = 0

    def run(self, progress: Progress, until: float | None = None) -> None:
        for photo in self._photos:
            if until is not None and time.monotonic() > until:
                break
            self._look_at(photo)
            self.looked += 1
            if self.looked % REPORT_EVERY == 0 or self.looked == len(self._photos):
                progress.check()
                progress.report("Reading sidecars", self.looked, len(self._photos), len(self.failed))

    def _look_at(self, photo: Photo) -> None:
        """A frame has the sidecars of all its files: what changed in any is news, that of its face first."""
        values: dict[str, Any] = {}
        changed: dict[str, None] = {}
        for file in (photo, *self._companions.get(photo.id, ())):
            found = self._sidecars_of(file.path)
            news = [path for path, each in found if each.changed]
            if news:
                values = {**_difference(photo, [each for _, each in found]), **values}
                changed |= dict.fromkeys(news)
        if values:
            self.news.append(News(photo, values, tuple(changed)))

    def _sidecars_of(self, path: str) -> list[tuple[str, _Sidecar]]:
        folder = self._folder(path)
        sidecars = [] if folder is None else xmp.sidecars_to_read(path, folder)
        return [(str(s.path), each) for s in sidecars if (each := self._sidecar(s.path)) is not None]

    def _folder(self, path: str) -> xmp.Folder | None:
        parent = str(Path(path).parent)
        if parent not in self._folders:
            try:
                self._folders[parent] = xmp.Folder.read(Path(parent))
            except OSError:  # a card that was taken out: nothing changed as far as anybody can tell
                self._folders[parent] = None
        return self._folders[parent]

    def _sidecar(self, path: Path) -> _Sidecar | None:
        key = str(path)
        if key not in self._seen:
            try:
                self._seen[key] = self._compare(path, self._known.get(key))
            except (OSError, xmp.XmpError) as error:
                self.failed.append((key, f"{path.name} could not be read: {error}"))
                self._seen[key] = None
        return self._seen[key]

    def _compare(self, path: Path, known: SidecarState | None) -> _Sidecar:
        found = path.stat()
        if known is not None and known.said is not None:
            before = _facts(known)
            if (known.size, known.mtime_ns) == (found.st_size, mtime_ns(found)):
                return _Sidecar(before, before, changed=False)
        facts, state = read_state(path)
        self.states.append(state)
        if known is not None and known.digest == state.digest:
            return _Sidecar(facts, facts, changed=False)
        self.changed += 1
        if known is None:
            return _Sidecar(xmp.XmpFacts(), facts, changed=True)
        return _Sidecar(_facts(known) if known.said is not None else None, facts, changed=True)


def _facts(known: SidecarState) -> xmp.XmpFacts:
    rating, flag, colour = known.said or (None, None, None)
    return xmp.XmpFacts(rating, flag, colour)  # type: ignore[arg-type]


def _difference(photo: Photo, sidecars: Sequence[_Sidecar]) -> dict[str, Any]:
    """The fields that say something else than before, and than the library; sidecars in the order of belief."""
    before: xmp.XmpFacts | None = xmp.XmpFacts()
    now = xmp.XmpFacts()
    for each in sidecars:
        before = None if before is None or each.before is None else before.over(each.before)
        now = now.over(each.now)
    values: dict[str, Any] = {}
    for name, said in zip(FIELDS, ("rating", "flag", "label"), strict=True):
        value = getattr(now, said)
        is_news = value is not None if before is None else (getattr(before, said) or None) != (value or None)
        value = value or 0 if name == "rating" else value
        if is_news and value != getattr(photo, name):
            values[name] = value
    return values
