"""Judgements to and from other programs, by XMP: read with each import, written when the user says so.

Sidecars are patched, never made anew (`photo.xmp`). What was read of one is remembered by its digest, so a sidecar
that another program has changed since is reported and left alone, unless the user insists; `jobs.read_sidecars` takes
its judgement over instead, and `jobs.write_jpegs` writes into the photos themselves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.wishes import PROFILES, chosen_options, wishes
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.judgements import judgements_at
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.sidecars import SidecarState, known_sidecars, note_sidecars
from pixsort_desktop.photo import xmp
from pixsort_desktop.photo.scan import mtime_ns
from pixsort_desktop.progress import Progress

__all__ = ["PROFILES", "SidecarReport", "read_judgement", "read_state", "sidecar_folder", "write_sidecars"]

BATCH = 50
UNREAD_BY_LIGHTROOM = (
    "Lightroom reads sidecars beside RAW files only: for finished pictures, write into the JPEGs themselves."
)


@dataclass(slots=True)
class SidecarReport:
    """What became of the photos; lists hold (path of the sidecar or photo, a sentence)."""

    profile: str
    keywords: bool = False
    written: int = 0
    unchanged: int = 0
    changed_elsewhere: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    shared: list[tuple[str, str]] = field(default_factory=list)  # judged unlike another picture of that name
    edits: list[dict[str, Any]] = field(default_factory=list)  # of a dry run
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        lists = {
            name: with_reasons(getattr(self, name)) for name in ("changed_elsewhere", "failed", "shared")
        }
        return {**asdict(self), **lists}


# -- reading ---------------------------------------------------------------------------------------------------


def read_judgement(
    path: str, embedded: xmp.XmpFacts | None, exif_rating: int | None = None
) -> tuple[dict[str, Any] | None, tuple[SidecarState, ...]]:
    """What the XMP in a photo and in its sidecars says of it, sidecars first; None where it says nothing.

    Where no XMP tells stars or a reject, EXIF's rating counts.

    With it, how each sidecar was that was read. One that is damaged says nothing, and costs nothing else.
    """
    facts = xmp.XmpFacts()
    sidecars = []
    with contextlib.suppress(OSError):
        for sidecar in xmp.sidecars_to_read(path, sidecar_folder(path)):
            with contextlib.suppress(OSError, xmp.XmpError):
                found, state = read_state(sidecar.path)
                sidecars.append(state)
                facts = facts.over(found)
    if embedded is not None:
        facts = facts.over(embedded)
    unrated = facts.rating is None and facts.flag != "reject"
    rating = exif_rating if unrated else facts.rating
    judgement = {"rating": rating or 0, "flag": facts.flag, "colour": facts.label}
    return (judgement if any(judgement.values()) else None), tuple(sidecars)


def read_state(path: Path) -> tuple[xmp.XmpFacts, SidecarState]:
    """What a sidecar says, and how it is now. Raises OSError, and XmpError where it is damaged."""
    found = path.stat()
    data = path.read_bytes()
    facts = xmp.read_xmp(data)
    return facts, SidecarState(
        str(path), xmp.digest(data), found.st_size, mtime_ns(found), (facts.rating, facts.flag, facts.label)
    )


def sidecar_folder(path: str) -> xmp.Folder:
    """The names in a photo's folder, listed once for all its photos. Raises OSError."""
    parent = Path(path).parent
    return _folder(str(parent), parent.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _folder(path: str, _changed: int) -> xmp.Folder:
    return xmp.Folder.read(Path(path))


# -- writing ---------------------------------------------------------------------------------------------------


def write_sidecars(
    library: Library,
    *,
    project_id: int,
    profile: str | None = None,
    keywords: bool | None = None,
    captions: bool = False,
    over_changes: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SidecarReport:
    """Write the judgements of a project's photos where other programs read them.

    `profile` is one of PROFILES and `keywords` says whether the columns go along as keywords; None is what the project
    remembers (at first Lightroom's, and no). `captions` go into dc:description. With `over_changes`, sidecars that another
    program has changed meanwhile are patched too. A dry run writes nothing and lists every property that would change.
    Raises `PixsortError` for an unknown profile.
    """
    options = chosen_options(library, project_id, profile, keywords)
    photos = wishes(library, project_id, keywords=options.keywords, captions=captions)
    report = SidecarReport(options.profile, options.keywords)
    progress = progress or Progress()
    writer = _Writer(library, photos, report, over_changes, dry_run)
    if dry_run:
        writer.write(photos)
        return report
    with recorded_job(library, "sidecars", project_id, None, {"profile": options.profile}) as job_id:
        options.remember(library, project_id)
        for start in range(0, len(photos), BATCH):
            progress.check()
            writer.write(photos[start : start + BATCH])
            done, failed = min(start + BATCH, len(photos)), len(report.failed)
            library.write(partial(note_progress, job_id=job_id, done=done, total=len(photos), failed=failed))
            progress.report("Writing sidecars", done, len(photos), failed)
    return report


class _Writer:
    """Patches sidecars and remembers how each was left."""

    def __init__(
        self,
        library: Library,
        photos: Sequence[tuple[Photo, xmp.Changes]],
        report: SidecarReport,
        over_changes: bool,
        dry_run: bool,
    ) -> None:
        self._library = library
        self._profile = xmp.PROFILES[report.profile]
        self._report = report
        self._over_changes = over_changes
        self._dry_run = dry_run
        self._known = known_sidecars(library)
        self._wishes = {photo.path: changes for photo, changes in photos}
        self._folders: dict[Path, xmp.Folder] = {}  # listed once: each new sidecar changes a folder's time

    def write(self, photos: Sequence[tuple[Photo, xmp.Changes]]) -> None:
        noted: list[SidecarState] = []
        for photo, changes in photos:
            try:
                for target in self._targets(photo, changes):
                    noted += self._patch(target, photo, changes)
            except (xmp.XmpError, OSError) as error:
                self._report.failed.append((photo.path, str(error)))
        if not self._dry_run:
            self._library.write(lambda t: note_sidecars(t, noted))
            self._known |= {state.path: state for state in noted}

    def _patch(self, target: Path, photo: Photo, changes: xmp.Changes) -> list[SidecarState]:
        path = str(target)
        known = self._known.get(path)
        expected = known.digest if known is not None and target.exists() else xmp.ABSENT
        patch = partial(xmp.patch_sidecar, target, changes, self._profile, photo=photo.path)
        try:
            result = patch(expected=None if self._over_changes else expected, dry_run=self._dry_run)
        except xmp.SidecarChangedError as error:
            before = patch(dry_run=True).before
            if not _says(before, changes) or _tells_more(before, changes, known):
                self._report.changed_elsewhere.append((photo.path, str(error)))
                return []
            result = patch(dry_run=self._dry_run)
        self._count(result)
        if result.digest == xmp.ABSENT:
            return []
        if result.status == "created" and not self._dry_run:
            self._folder(target.parent).add(target.name)
        said = (result.after.rating, result.after.flag, result.after.label)
        state = SidecarState(path, result.digest, said=said)
        self._known[path] = state
        return [state]

    def _count(self, result: xmp.Result) -> None:
        if result.status == "unchanged":
            self._report.unchanged += 1
            return
        self._report.written += 1
        if self._dry_run:
            self._report.edits += [{"path": str(result.path), **asdict(edit)} for edit in result.edits]

    # -- whose sidecar

    def _targets(self, photo: Photo, changes: xmp.Changes) -> list[Path]:
        """Every sidecar of the photo that there is, or the one to be made."""
        folder = self._folder(Path(photo.path).parent)
        owner = self._owner(photo, changes, folder)
        alone = owner is not None and owner != Path(photo.path)
        target = xmp.sidecar_to_write(photo.path, self._profile, folder, alone=alone)
        if alone:
            self._warn_of_sharing(photo, owner or Path(), target.path)
        frame = (Path(photo.path), *folder.sharing(Path(photo.path)))
        if self._profile is xmp.LIGHTROOM and not any(xmp.is_raw(path) for path in frame):
            self._report.note = UNREAD_BY_LIGHTROOM
        return [target.path, *target.others]

    def _folder(self, path: Path) -> xmp.Folder:
        if path not in self._folders:
            self._folders[path] = xmp.Folder.read(path)
        return self._folders[path]

    def _owner(self, photo: Photo, changes: xmp.Changes, folder: xmp.Folder) -> Path | None:
        """Whose `IMG.xmp` is, where pictures that share it are judged differently; else None."""
        path = Path(photo.path)
        sharing = folder.sharing(path)
        others = {other: wish for other in sharing if (wish := self._wish(other)) is not None}
        if not any(_contradict(changes, wish) for wish in others.values()):
            return None
        pictures = sorted({path, *others, *filter(xmp.is_raw, sharing)})
        shared = folder.sidecar(path.stem)
        sidecar_for = None
        if shared is not None:
            with contextlib.suppress(OSError, xmp.XmpError):
                sidecar_for = xmp.read_xmp(shared.read_bytes()).sidecar_for
        return xmp.owner_of_shared(pictures, folder, sidecar_for)

    def _wish(self, path: Path) -> xmp.Changes | None:
        """What is to be said of another picture: as here, or as the library knows it from other projects."""
        if str(path) in self._wishes:
            return self._wishes[str(path)]
        judged = judgements_at(self._library, [str(path)]).get(str(path))
        return xmp.Changes(*judged) if judged else None  # type: ignore[arg-type]

    def _warn_of_sharing(self, photo: Photo, owner: Path, target: Path) -> None:
        name = Path(photo.path).name
        sentence = (
            f"{name} is judged differently from a picture of the same name, and {owner.stem}.xmp is that of"
            f" {owner.name}: what is said of {name} is in {target.name}."
        )
        if self._profile in (xmp.LIGHTROOM, xmp.BRIDGE):
            sentence += f" {self._profile.title} does not read that; write into the JPEGs themselves for it."
        self._report.shared.append((photo.path, sentence))


def _says(facts: xmp.XmpFacts, changes: xmp.Changes) -> bool:
    """Whether a sidecar says that judgement already, in whatever properties."""
    has_no_stars = facts.flag == "reject" and facts.rating is None  # −1 stands in their place
    pairs = (
        (changes.rating, facts.rating if facts.rating or not has_no_stars else changes.rating),
        (changes.flag, facts.flag),
        (changes.label, facts.label),
    )
    return all(isinstance(wish, xmp.Keep) or (wish or None) == (said or None) for wish, said in pairs)


def _tells_more(facts: xmp.XmpFacts, changes: xmp.Changes, known: SidecarState | None) -> bool:
    """Whether a sidecar that was changed elsewhere says something of which nothing is to be written: it would be taken
    for known, and a later judgement would overwrite it."""
    was = known.said if known is not None and known.said is not None else (None, None, None)
    triples = (
        (changes.rating, facts.rating, was[0]),
        (changes.flag, facts.flag, was[1]),
        (changes.label, facts.label, was[2]),
    )
    return any(isinstance(wish, xmp.Keep) and (said or None) != (old or None) for wish, said, old in triples)


def _contradict(one: xmp.Changes, other: xmp.Changes) -> bool:
    """Whether one sidecar could not say both."""
    for name in ("rating", "flag", "label", "keywords", "caption"):
        ours, theirs = getattr(one, name), getattr(other, name)
        if not isinstance(ours, xmp.Keep) and not isinstance(theirs, xmp.Keep) and ours != theirs:
            return True
    return False
