"""Which photos' files are there: looked up folder by folder, and never longer than somebody is willing to wait.

A network drive that is gone can block a look for minutes, and nothing can wake the thread that asks. So each drive is
asked in a thread of its own, which is left behind when it does not come back.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pixsort_desktop.jobs.frames import settle_faces
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_places, settle_roles
from pixsort_desktop.library.records import PhotoPlace
from pixsort_desktop.photo.naming import same_name

State = Literal["offline", "missing"]
PATIENCE_S = 5.0
# Where systems mount what is plugged in, and how many parts of a path name the drive there.
_MOUNTS = (("/run/media/", 4), ("/media/", 3), ("/mnt/", 2), ("/Volumes/", 2), ("/net/", 2))


@dataclass(frozen=True, slots=True)
class Absence:
    """Photos none of whose files is there: id -> 'offline' (its drive is not) or 'missing'; all absent paths."""

    photos: dict[int, State]
    paths: frozenset[str]


def find_absent(library: Library, project_id: int, *, patience_s: float = PATIENCE_S) -> Absence:
    """Look for every file of a project, for at most so long; a drive that does not answer by then is offline.

    Where a photo has several files, the library shows one that is there from now on, also where it is another file of
    its frame.
    """
    places = project_places(library, project_id)
    states = absent_paths({place.path for place in places}, patience_s=patience_s)
    settle_roles(library, places, states)
    if settle_faces(library, places, states):
        places = project_places(library, project_id)
    return absence(places, states)


def absence(places: Iterable[PhotoPlace], states: dict[str, State]) -> Absence:
    """Photos that have no file left; a photo that is offline in one place and missing in another is offline."""
    here: set[int] = set()
    gone: dict[int, State] = {}
    for place in places:
        state = states.get(place.path)
        if state is None:
            here.add(place.photo_id)
        elif gone.get(place.photo_id) != "offline":
            gone[place.photo_id] = state
    return Absence({key: state for key, state in gone.items() if key not in here}, frozenset(states))


def absent_paths(paths: Iterable[str], *, patience_s: float = PATIENCE_S) -> dict[str, State]:
    """Those of the paths where there is no file, and why. Never takes much longer than `patience_s`."""
    drives: dict[str, set[str]] = {}
    for path in paths:
        drives.setdefault(drive_of(path), set()).add(path)
    answers: queue.SimpleQueue[tuple[str, dict[str, State]]] = queue.SimpleQueue()
    for drive, its_paths in drives.items():
        asked = threading.Thread(
            target=lambda d=drive, p=its_paths: answers.put((d, _look(p))), name="whereabouts", daemon=True
        )
        asked.start()
    states: dict[str, State] = {}
    until = time.monotonic() + patience_s
    waiting = set(drives)
    while waiting:
        try:
            drive, found = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        waiting.discard(drive)
        states |= found
    for drive in waiting:
        states |= dict.fromkeys(drives[drive], "offline")
    return states


def drive_of(path: str) -> str:
    """What is plugged in or mounted as one: a Windows drive or share, a folder where systems mount drives, else ''."""
    if sys.platform == "win32":
        return os.path.splitdrive(path)[0]
    parts = path.split("/")
    for start, count in _MOUNTS:
        if path.startswith(start):
            return "/".join(parts[: min(count, len(parts) - 2) + 1])
    return ""


def _look(paths: Iterable[str]) -> dict[str, State]:
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(os.path.dirname(path), []).append(path)
    states: dict[str, State] = {}
    for folder, inside in folders.items():
        try:
            names = set(os.listdir(folder))
        except OSError:
            names = set()
        gone = [path for path in inside if os.path.basename(path) not in names and not os.path.lexists(path)]
        if gone:
            states |= dict.fromkeys(gone, "offline" if _is_offline(folder) else "missing")
    return states


def _is_offline(folder: str) -> bool:
    """Whether the drive of a folder is away: the place where it is mounted is not there, or is an empty folder."""
    drive = drive_of(folder)
    if drive and not os.path.isdir(drive + os.sep):
        return True
    at = folder
    while not os.path.isdir(at):
        above = os.path.dirname(at)
        if above == at:
            return True
        at = above
    if at == folder:
        return False  # it is there, and the file is not in it
    try:
        return not any(True for _ in _entries(at))
    except OSError:
        return False


def _entries(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if same_name(entry.name) not in (".ds_store", ".trashes"):
                yield entry.name
