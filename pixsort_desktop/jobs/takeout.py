"""A Google Takeout -> photos of a project, with the times, places, words and people that their JSON files know.

Folders are read where they stand; zip and .tgz files are unpacked first, into a folder that the user names. The same photo in
an album and in «Photos from 2019» has the same bytes and is one photo. Files are never changed: what the JSON says
is kept in the library (`library.captions`), and only fills what a file does not say itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.copy_plan import absolute
from pixsort_desktop.jobs.import_photos import ImportReport, import_photos
from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.takeout_archives import is_archive, names_in, unpack
from pixsort_desktop.jobs.takeout_entries import UnpackReport
from pixsort_desktop.library.captions import Caption, receive_caption
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.judgements import receive_judgement
from pixsort_desktop.library.photos import photos_at
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo.scan import scan
from pixsort_desktop.photo.takeout import (
    LARGEST_SIDECAR,
    TakeoutAlbum,
    TakeoutFacts,
    read_sidecar,
)
from pixsort_desktop.photo.takeout_names import is_media, is_takeout, match_sidecars
from pixsort_desktop.progress import Progress

BATCH = 200
_LOOK_AT = 3_000  # files that are looked at to tell a Takeout from another folder


@dataclass(slots=True)
class TakeoutReport:
    """What became of an archive: files, photos, and what their JSON files said."""

    unpacked: int = 0
    there: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    with_json: int = 0  # photos and videos whose JSON was found
    without_json: list[str] = field(default_factory=list)
    left_json: list[str] = field(default_factory=list)  # JSON files whose photo is not there
    filled: int = 0  # photos that learnt something from their JSON
    albums: list[str] = field(default_factory=list)
    imported: ImportReport = field(default_factory=ImportReport)
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "unpacked": self.unpacked,
            "there": self.there,
            "failed": with_reasons(self.failed),
            "with_json": self.with_json,
            "without_json": self.without_json,
            "left_json": self.left_json,
            "filled": self.filled,
            "albums": self.albums,
            "imported": self.imported.to_dict(),
            "seconds": round(self.seconds, 3),
        }


@dataclass(slots=True)
class _Folder:
    """One folder of the archive, from all of its parts: name -> path."""

    media: dict[str, str] = field(default_factory=dict)
    sidecars: dict[str, TakeoutFacts] = field(default_factory=dict)
    album: str = ""


def recognise(paths: Iterable[str | os.PathLike[str]]) -> bool:
    """Whether all of what was given are folders or archives of a Takeout; a quick look, for the window."""
    given = [absolute(path) for path in paths]
    return bool(given) and all(_is_takeout(path) for path in given)


def import_takeout(
    library: Library,
    *,
    project_id: int,
    paths: Iterable[str | os.PathLike[str]],
    unpack_to: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> TakeoutReport:
    """Bring a Takeout into a project; several parts are one archive.

    A hearted photo is flagged as a pick and one from the bin as a reject, unless it is judged already. Running it
    again adds nothing twice. Raises `PixsortError` where nothing of it can be read, and `Cancelled`.
    """
    started = time.monotonic()
    progress = progress or Progress()
    given = [absolute(path) for path in paths]
    target = absolute(unpack_to) if unpack_to is not None else None
    folders, archives = check_paths(given, target)
    arguments = {"paths": given, "unpack_to": target}
    report = TakeoutReport()
    with recorded_job(library, "takeout", project_id, "importing", arguments):
        roots = list(folders)
        if archives and target is not None:
            done = unpack(archives, target, progress)
            roots += done.roots
            report.unpacked, report.there, report.failed = done.unpacked, done.there, done.failed
            _refuse_nothing(done)
        report.imported = import_photos(library, project_id=project_id, paths=roots, progress=progress)
        _tell_library(library, roots, report, progress)
    report.seconds = time.monotonic() - started
    return report


def check_paths(given: Sequence[str], target: str | None) -> tuple[list[str], list[str]]:
    """Folders and archives. Raises `PixsortError` for what is neither, and for archives with nowhere to go."""
    folders, archives = [], []
    for path in given:
        if os.path.isdir(path):
            folders.append(path)
        elif not os.path.lexists(path):
            raise NotFoundError(f"There is nothing at {path}.")
        elif is_archive(path):
            archives.append(path)
        else:
            raise PixsortError(f"{path} is neither a folder nor a zip or .tgz file of a Takeout.")
    if archives and target is None:
        raise PixsortError(
            "Name a folder to unpack the archives to (--unpack-to DIR); the photos stay there."
        )
    if target is not None and os.path.lexists(target) and not os.path.isdir(target):
        raise PixsortError(f"{target} is a file; archives are unpacked to a folder.")
    return folders, archives


def _refuse_nothing(done: UnpackReport) -> None:
    if not done.roots and done.failed:
        path, reason = done.failed[0]
        raise PixsortError(f"Nothing could be unpacked. {path}: {reason}")


def _tell_library(library: Library, roots: list[str], report: TakeoutReport, progress: Progress) -> None:
    """Read the JSON files, and give the library what they say."""
    folders = _listed(roots, progress)
    captions: list[tuple[str, Caption, TakeoutFacts | None]] = []
    for folder in folders.values():
        captions += _captions(folder, report)
    report.albums = sorted({folder.album for folder in folders.values() if folder.album})
    for start in range(0, len(captions), BATCH):
        progress.check()
        progress.report("Reading what Google knew", start, len(captions))
        part = captions[start : start + BATCH]
        ids = photos_at(library, [path for path, _, _ in part])
        known = [(ids[path], caption, facts) for path, caption, facts in part if path in ids]
        report.filled += library.write(lambda t, known=known: _receive(t, known))  # type: ignore[misc]


def _receive(transaction: Transaction, known: Sequence[tuple[int, Caption, TakeoutFacts | None]]) -> int:
    filled = 0
    for photo_id, caption, facts in known:
        filled += receive_caption(transaction, photo_id, caption)
        if facts is not None and (facts.favourite or facts.trashed):
            flag = "reject" if facts.trashed else "pick"
            receive_judgement(transaction, photo_id, {"rating": 0, "flag": flag, "colour": None})
    return filled


def _captions(folder: _Folder, report: TakeoutReport) -> Iterator[tuple[str, Caption, TakeoutFacts | None]]:
    """(path, what is known, the JSON's facts) for every photo and video of a folder."""
    titles: dict[str, str | None] = {name: facts.title for name, facts in folder.sidecars.items()}
    found = match_sidecars(folder.media, titles)
    for name, path in folder.media.items():
        sidecar = found.get(name)
        if sidecar is None:
            report.without_json.append(path)
            if folder.album:
                yield path, Caption(albums=(folder.album,)), None
            continue
        report.with_json += 1
        facts = folder.sidecars[sidecar]
        yield path, _caption(facts, folder.album), facts
    matched = set(found.values())
    report.left_json += [name for name in folder.sidecars if name not in matched]


def _caption(facts: TakeoutFacts, album: str) -> Caption:
    return Caption(
        description=facts.description,
        people=facts.people,
        albums=(album,) if album else (),
        taken_at=facts.taken_at,
        taken_seconds=float(facts.taken) if facts.taken is not None else None,
        latitude=facts.latitude,
        longitude=facts.longitude,
        altitude_m=facts.altitude_m,
    )


def _listed(roots: list[str], progress: Progress) -> dict[str, _Folder]:
    """The folders of the archive. A photo and its JSON may lie in different parts, so parts are laid over each other."""
    folders: dict[str, _Folder] = {}
    for item in scan(roots):
        progress.check()
        place, name = os.path.split(item.path)
        if item.kind == "unreadable":
            continue
        folder = folders.setdefault(_place_in_archive(place), _Folder())
        if name.lower().endswith(".json"):
            said = _read(item.path, item.size)
            if isinstance(said, TakeoutAlbum):
                folder.album = folder.album or said.title
            elif said is not None:
                folder.sidecars[name] = said
        elif is_media(name):
            folder.media[name] = item.path
    return folders


def _place_in_archive(folder: str) -> str:
    """What follows the last folder named «Takeout», which is the same in every part and every language."""
    parts = folder.replace(os.sep, "/").split("/")
    at = next((n for n in range(len(parts) - 1, -1, -1) if parts[n] == "Takeout"), None)
    return "/".join(parts[at:]) if at is not None else folder


def _read(path: str, size: int) -> TakeoutFacts | TakeoutAlbum | None:
    if size > LARGEST_SIDECAR:
        return None
    try:
        with open(path, "rb") as file:
            return read_sidecar(file.read(LARGEST_SIDECAR))
    except OSError:
        return None


def _is_takeout(path: str) -> bool:
    if is_archive(path):
        names = names_in(path)
        return any(name.startswith("Takeout/") for name in names) or is_takeout(names)
    if not os.path.isdir(path):
        return False
    seen: dict[str, list[str]] = {}
    for count, item in enumerate(scan([path])):
        if count >= _LOOK_AT:
            break
        folder, name = os.path.split(item.path)
        if name.lower().endswith(".json") or is_media(name):
            seen.setdefault(folder, []).append(name)
    return any(_holds_sidecars(folder, names) for folder, names in seen.items())


def _holds_sidecars(folder: str, names: list[str]) -> bool:
    """Other programs write JSON beside photos as well: one that belongs to a photo must be Google's."""
    media = [name for name in names if is_media(name)]
    found = match_sidecars(media, {name: None for name in names if name.lower().endswith(".json")})
    return any(
        isinstance(_read(os.path.join(folder, sidecar), 0), TakeoutFacts)
        for sidecar in list(found.values())[:3]
    )
