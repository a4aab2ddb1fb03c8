"""Judgements to and from other programs, by XMP: read with each import, written when the user says so.

Sidecars are patched, never made anew (`photo.xmp`). What was read of one is remembered by its digest, so a sidecar
that another program has changed since is reported and left alone, unless the user insists.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.judgements import judged_photos, known_sidecars, note_sidecars
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.photo import xmp
from pixsort_desktop.progress import Progress

PROFILES = tuple(xmp.PROFILES)
BATCH = 50


@dataclass(slots=True)
class SidecarReport:
    """What became of the judged photos; lists hold (path of the sidecar or photo, a sentence)."""

    profile: str
    written: int = 0
    unchanged: int = 0
    changed_elsewhere: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        lists = {
            name: [{"path": path, "reason": reason} for path, reason in getattr(self, name)]
            for name in ("changed_elsewhere", "failed")
        }
        return {**asdict(self), **lists}


# -- reading ---------------------------------------------------------------------------------------------------


def read_judgement(
    path: str, embedded: xmp.XmpFacts | None, exif_rating: int | None = None
) -> tuple[dict[str, Any] | None, tuple[tuple[str, str], ...]]:
    """What the XMP in a photo and in its sidecars says of it, sidecars first; None where it says nothing.

    Where no XMP tells stars or a reject, EXIF's rating counts.

    With it, (path, digest) of each sidecar that was read. One that is damaged says nothing, and costs nothing else.
    """
    facts = xmp.XmpFacts()
    sidecars = []
    with contextlib.suppress(OSError):
        for sidecar in xmp.sidecars_of(path, _folder(str(Path(path).parent), _stamp(Path(path).parent))):
            with contextlib.suppress(OSError, xmp.XmpError):
                data = sidecar.path.read_bytes()
                sidecars.append((str(sidecar.path), xmp.digest(data)))
                facts = facts.over(xmp.read_xmp(data))
    if embedded is not None:
        facts = facts.over(embedded)
    unrated = facts.rating is None and facts.flag != "reject"
    rating = exif_rating if unrated else facts.rating
    judgement = {"rating": rating or 0, "flag": facts.flag, "colour": facts.label}
    return (judgement if any(judgement.values()) else None), tuple(sidecars)


@lru_cache(maxsize=32)
def _folder(path: str, _changed: int) -> xmp.Folder:
    """A folder's names, listed once for all its photos."""
    return xmp.Folder.read(Path(path))


def _stamp(folder: Path) -> int:
    return folder.stat().st_mtime_ns


# -- writing ---------------------------------------------------------------------------------------------------


def write_sidecars(
    library: Library,
    *,
    project_id: int,
    profile: str | None = None,
    over_changes: bool = False,
    progress: Progress | None = None,
) -> SidecarReport:
    """Write the judgements of a project's photos where other programs read them.

    `profile` is one of PROFILES (None: the project's last one, at first Lightroom's). With `over_changes`, sidecars
    that another program has changed meanwhile are patched too. Raises `PixsortError` for an unknown profile.
    """
    key = f"sidecar profile of project {project_id}"
    chosen = profile or str(get_setting(library, key, "lightroom"))
    if chosen not in xmp.PROFILES:
        raise PixsortError(f"There is no profile «{chosen}»; there are {', '.join(PROFILES)}.")
    get_project(library, project_id)
    report = SidecarReport(chosen)
    judged = judged_photos(library, project_id)
    photos = [p for p in project_photos(library, project_id) if p.id in judged and p.status == "ready"]
    progress = progress or Progress()
    with recorded_job(library, "sidecars", project_id, "importing", {"profile": chosen}) as job_id:
        set_setting(library, key, chosen)
        writer = _Writer(library, xmp.PROFILES[chosen], report, over_changes)
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
        self, library: Library, profile: xmp.Profile, report: SidecarReport, over_changes: bool
    ) -> None:
        self._library = library
        self._profile = profile
        self._report = report
        self._over_changes = over_changes
        self._known = known_sidecars(library)
        self._said: dict[str, Photo] = {}  # sidecar -> the photo it was written for in this run

    def write(self, photos: list[Photo]) -> None:
        noted: list[tuple[str, str]] = []
        for photo in photos:
            try:
                noted += self._write_one(photo)
            except xmp.SidecarChangedError as error:
                self._report.changed_elsewhere.append((photo.path, str(error)))
            except (xmp.XmpError, OSError) as error:
                self._report.failed.append((photo.path, str(error)))
        self._library.write(lambda t: note_sidecars(t, noted))

    def _write_one(self, photo: Photo) -> list[tuple[str, str]]:
        parent = Path(photo.path).parent
        target = xmp.sidecar_to_write(photo.path, self._profile, _folder(str(parent), _stamp(parent)))
        path = str(target.path)
        other = self._said.get(path)
        if other is not None:
            if (other.rating, other.flag, other.colour) != (photo.rating, photo.flag, photo.colour):
                name = Path(other.path).name
                sentence = f"It shares {target.path.name} with {name}, which is judged differently."
                self._report.failed.append((photo.path, sentence))
            else:
                self._report.unchanged += 1
            return []
        result = xmp.patch_sidecar(
            target.path,
            xmp.Changes(rating=photo.rating, flag=photo.flag, label=photo.colour),  # type: ignore[arg-type]
            self._profile,
            expected=None if self._over_changes else self._known.get(path, xmp.ABSENT),
            photo=photo.path,
        )
        self._said[path] = photo
        if result.status == "unchanged":
            self._report.unchanged += 1
        else:
            self._report.written += 1
        return [(path, result.digest)] if result.status != "unchanged" or target.exists else []
