"""Joining the files of one frame as an import brings them in, also with what was imported before.

The rule is `photo.frames`; what becomes of boards and judgements is `library.frames`. Only files whose stem was met in
this run are looked at: a board that stands is not joined together because something else arrived in its folder.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import (
    Candidate,
    candidates,
    candidates_of,
    companions,
    exchange,
    frames_with,
    join,
    note_gone,
    paths_in,
    stand_alone,
    unreadable_companions,
    unreadable_faces,
)
from pixsort_desktop.library.records import PhotoPlace
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo.frames import FrameFile, face_rank, frame_file, frames_of, stem_of


@dataclass(slots=True)
class FrameJoiner:
    """The names of one run's folders by stem, read from the library when a folder is first met."""

    _stems: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # folder -> stem -> paths
    _met: set[tuple[str, str]] = field(default_factory=set)  # (folder, stem) of everything that was met

    def join(self, transaction: Transaction, paths: Iterable[str], fresh: Container[int]) -> list[int]:
        """Join the frames that these files, just written, are part of. Answers the new companions' ids.

        `fresh` are the ids that came in with this run.
        """
        touched = {self._note(transaction, path) for path in paths}
        self._met |= touched
        return self._join(transaction, touched, fresh)

    def finish(self, transaction: Transaction, fresh: Container[int]) -> list[int]:
        """The same for everything that was met, once it is settled which files became which photos."""
        _show_what_can_be_read(transaction)
        return self._join(transaction, self._met, fresh)

    def _note(self, transaction: Transaction, path: str) -> tuple[str, str]:
        folder, name = os.path.split(path)
        if folder not in self._stems:
            stems = self._stems[folder] = {}
            for known in paths_in(transaction.connection, folder, os.sep):
                place, other = os.path.split(known)
                if place == folder:
                    stems.setdefault(stem_of(other).root, set()).add(known)
        root = stem_of(name).root
        self._stems[folder].setdefault(root, set()).add(path)
        return folder, root

    def _join(
        self, transaction: Transaction, touched: Iterable[tuple[str, str]], fresh: Container[int]
    ) -> list[int]:
        several = [paths for folder, root in sorted(touched) if len(paths := self._stems[folder][root]) > 1]
        found = {
            each.path: each
            for each in candidates(transaction.connection, [p for paths in several for p in paths])
        }
        joined: list[int] = []
        for paths in several:
            there = [found[path] for path in sorted(paths) if path in found]
            if len({each.face_id for each in there}) < 2:
                _show_best(transaction, there)
                continue
            for frame in frames_of(_files(there)):
                joined += join(transaction, [file.photo_id for file in frame], frame[0].photo_id, fresh)
        return joined


def _files(there: Iterable[Candidate]) -> list[FrameFile]:
    """One entry a photo, by the plainest of its names in the folder."""
    files: dict[int, FrameFile] = {}
    for each in there:
        file = frame_file(each)
        known = files.get(each.photo_id)
        if known is None or face_rank(file) < face_rank(known):
            files[each.photo_id] = file
    return list(files.values())


def settle_faces(library: Library, places: Sequence[PhotoPlace], states: Mapping[str, str]) -> bool:
    """After a look at the disk: a frame whose face has gone is shown by the best of its files that is there, and by the
    better one again when that is back. `states` are those of absent paths. Says whether any frame changed.

    A drive that is not mounted changes nothing: it will be back.
    """
    here = {place.photo_id for place in places if place.path not in states}
    gone = {place.photo_id for place in places if states.get(place.path) == "missing"} - here
    back = {place.photo_id for place in places if place.role == "missing"} & here
    faces = frames_with(library.read(), gone | back)
    if not faces:
        return False

    def settle(transaction: Transaction) -> bool:
        changed = False
        for face in faces:
            members = [face, *companions(transaction.connection, face)]
            there = [each for each in candidates_of(transaction.connection, members) if each.photo_id in here]
            if face in gone and there:
                note_gone(transaction, face)
                best = min(_files(there), key=face_rank).photo_id
                exchange(transaction.connection, best, face)
                transaction.touch(photos=[face])
                changed = True
            elif face not in gone:
                changed |= _show_best(transaction, there)
        return changed

    return library.write(settle)


def _show_best(transaction: Transaction, there: Sequence[Candidate]) -> bool:
    """Let a frame be shown by the best of its files; says whether that was another one."""
    face = next((each for each in there if each.photo_id == each.face_id), None)
    best = min(_files(there), key=face_rank).photo_id if len(there) > 1 else None
    if face is None or best is None or best == face.photo_id:
        return False
    exchange(transaction.connection, best, face.photo_id)
    transaction.touch(photos=[face.photo_id, best])
    return True


def _show_what_can_be_read(transaction: Transaction) -> None:
    """A file that cannot be read any more is a photo of its own, which is seen; its frame is shown by another file."""
    connection = transaction.connection
    for face, paths in unreadable_faces(connection).items():
        files = _files(candidates(connection, paths))
        if files:
            exchange(connection, face, min(files, key=face_rank).photo_id)
    for companion, face in unreadable_companions(connection):
        stand_alone(transaction, companion, face)
