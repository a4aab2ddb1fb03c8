"""Photos of several files, split and joined by hand: the user's will counts, whatever the rule says.

A frame is one in every project that holds it, so both act on all of them. What was split off is not joined again by an
import; what was joined by hand is not parted by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pixsort_desktop.commands.organise import check_open, drop_if_empty
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.frames import candidates_of, companions
from pixsort_desktop.library.judgements import set_judgement
from pixsort_desktop.library.photos import get_photo_error
from pixsort_desktop.library.transaction import Row, Transaction
from pixsort_desktop.photo.frames import face_rank, frame_file

_JUDGEMENT = ("rating", "flag", "colour")


def join_frames(library: Library, *, project_id: int, photo_ids: Sequence[int]) -> ChangeSet:
    """Make one photo of several of a project, shown by the one that the rule would choose.

    It has what was thought of any of them, its own first, and stands where it stood. Raises `PixsortError` for fewer
    than two photos, for one that failed and for one that would leave a locked column, `NotFoundError` for one that is not
    in the project.
    """
    chosen = list(dict.fromkeys(photo_ids))
    if len(chosen) < 2:
        raise PixsortError("Select two photos or more that are one frame.")

    def act(transaction: Transaction) -> ChangeSet:
        _check(transaction, project_id, chosen)
        face, *others = sorted(chosen, key=_rank(transaction, chosen))
        for other in others:
            _judge_by(transaction, face, other)
            _give_place(transaction, face, other)
            for each in (*companions(transaction.connection, other), other):
                transaction.update("photos", (each,), {"face_id": face})
        transaction.touch(photos=[face])
        return change_set(transaction)

    return library.write(act, undo=f"Join {len(chosen):,} photos as one frame", project_id=project_id)


def split_frames(library: Library, *, project_id: int, photo_ids: Sequence[int]) -> ChangeSet:
    """Make every file of these frames a photo of its own, judged as the frame was, beside its face in all projects.

    Raises `PixsortError` where none of the photos is a frame of several files, or one stands in a locked column.
    """
    chosen = list(dict.fromkeys(photo_ids))

    def act(transaction: Transaction) -> ChangeSet:
        _check(transaction, project_id, chosen)
        split = 0
        for face in chosen:
            parts = companions(transaction.connection, face)
            split += bool(parts)
            for part in parts:
                _stand_beside(transaction, face, part)
        if not split:
            raise PixsortError("There is nothing to split: no photo among these has several files.")
        transaction.touch(photos=chosen)
        return change_set(transaction)

    count = len(chosen)
    name = "Split frame" if count == 1 else f"Split {count:,} frames"
    return library.write(act, undo=name, project_id=project_id)


def _stand_beside(transaction: Transaction, face: int, part: int) -> None:
    said = transaction.row("judgements", (face,))
    if said is not None:
        set_judgement(transaction, part, {name: said[name] for name in _JUDGEMENT})
    else:
        transaction.delete("judgements", (part,))
    for place in _places(
        transaction, face
    ):  # at the same position, neighbours follow each other by their ids
        check_open(transaction, [place["group_id"]])
        transaction.insert("project_photos", {**place, "photo_id": part})
    # Last, so that undo, which goes backwards, makes it a companion while it still has its places.
    transaction.update("photos", (part,), {"face_id": None, "apart": 1})


def _give_place(transaction: Transaction, face: int, other: int) -> None:
    """Take a photo out of its projects; the face comes in where it was not."""
    mine = {place["project_id"]: place["group_id"] for place in _places(transaction, face)}
    for place in _places(transaction, other):
        if place["project_id"] not in mine:
            transaction.insert("project_photos", {**place, "photo_id": face})
        elif mine[place["project_id"]] != place["group_id"]:
            check_open(transaction, [place["group_id"]])
        transaction.delete("project_photos", (place["project_id"], other))
        drop_if_empty(transaction, place["project_id"], place["group_id"])


def _judge_by(transaction: Transaction, face: int, other: int) -> None:
    """Where nothing is said of the face, what is said of another file counts."""
    said = transaction.row("judgements", (other,))
    mine = transaction.row("judgements", (face,)) or {}
    news = {name: said[name] for name in _JUDGEMENT if said[name] and not mine.get(name)} if said else {}
    if news:
        set_judgement(transaction, face, news)


def _places(transaction: Transaction, photo_id: int) -> list[Row]:
    rows = transaction.connection.execute("SELECT * FROM project_photos WHERE photo_id = ?", (photo_id,))
    return [dict(row) for row in rows]


def _check(transaction: Transaction, project_id: int, photo_ids: Sequence[int]) -> None:
    for photo_id in photo_ids:
        if transaction.row("project_photos", (project_id, photo_id)) is None:
            raise NotFoundError("A photo is not in this project any more.")
        if get_photo_error(transaction, photo_id) is not None:
            raise PixsortError("A file that could not be read is no part of a frame; read it again first.")


def _rank(transaction: Transaction, photo_ids: Sequence[int]) -> Any:
    """The order in which photos may show a frame, by the plainest name of each."""
    ranks: dict[int, tuple[object, ...]] = {}
    for each in candidates_of(transaction.connection, photo_ids):
        rank = face_rank(frame_file(each))
        ranks[each.photo_id] = min(rank, ranks.get(each.photo_id, rank))
    return lambda photo_id: (photo_id not in ranks, ranks.get(photo_id, ()), photo_id)
