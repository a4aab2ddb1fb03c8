"""Judging photos: stars, a flag that is separate from them, a colour label. Per photo, in all its projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library import groups
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.transaction import Transaction

RATINGS = range(6)
FLAGS = (None, "pick", "reject")
COLOURS = (None, "red", "yellow", "green", "blue", "purple")
_NONE: dict[str, Any] = {"rating": 0, "flag": None, "colour": None}


def rate_photos(
    library: Library, *, project_id: int | None, photo_ids: Sequence[int], rating: int
) -> ChangeSet:
    """Give photos 0 to 5 stars."""
    _check("stars", rating, RATINGS)
    return _judge(
        library, project_id, photo_ids, {"rating": rating}, f"{rating} star{'' if rating == 1 else 's'}"
    )


def step_stars(library: Library, *, project_id: int | None, photo_ids: Sequence[int], by: int) -> ChangeSet:
    """Give each photo `by` stars more (or fewer) than it has, within 0 to 5."""

    def values(photo: dict[str, Any]) -> dict[str, Any]:
        return {"rating": max(0, min(5, photo["rating"] + by))}

    return _judge(library, project_id, photo_ids, values, "More stars" if by > 0 else "Fewer stars")


def toggle_colour(
    library: Library, *, project_id: int | None, photo_ids: Sequence[int], colour: str
) -> ChangeSet:
    """Give photos a colour label, or take it away where all of them have it."""
    _check("colour label", colour, COLOURS[1:])

    def act(transaction: Transaction) -> ChangeSet:
        rows = [transaction.row("judgements", (photo_id,)) or _NONE for photo_id in photo_ids]
        wanted = None if all(row["colour"] == colour for row in rows) else colour
        for photo_id in dict.fromkeys(photo_ids):
            _set(transaction, photo_id, {"colour": wanted})
        return change_set(transaction)

    return library.write(act, undo=_name(f"{colour.capitalize()} label", photo_ids), project_id=project_id)


def flag_photos(
    library: Library, *, project_id: int | None, photo_ids: Sequence[int], flag: str | None
) -> ChangeSet:
    """Flag photos as 'pick' or 'reject', or take the flag away (None)."""
    _check("flag", flag, FLAGS)
    return _judge(library, project_id, photo_ids, {"flag": flag}, (flag or "no flag").capitalize())


def colour_photos(
    library: Library, *, project_id: int | None, photo_ids: Sequence[int], colour: str | None
) -> ChangeSet:
    """Give photos a colour label, or take it away (None)."""
    _check("colour label", colour, COLOURS)
    return _judge(
        library, project_id, photo_ids, {"colour": colour}, f"{(colour or 'no').capitalize()} label"
    )


def keep_best(library: Library, *, project_id: int, group_id: int | None, count: int) -> ChangeSet:
    """Flag the best `count` photos of a column (None: Ungrouped) as picks and its others as rejects, in one step.

    What is best: see `by_merit`. Raises `PixsortError` when nothing would be kept.
    """
    if count < 1:
        raise PixsortError("Keep at least one photo of a column.")

    def act(transaction: Transaction) -> ChangeSet:
        if group_id is not None and groups.get_group(transaction, group_id).project_id != project_id:
            raise NotFoundError("That column is in another project.")
        standing = groups.members(transaction, project_id, group_id, shown=True)
        judged = {i: transaction.row("judgements", (i,)) or _NONE for i in standing}
        ranked = by_merit(standing, lambda i: (judged[i]["flag"], judged[i]["rating"]))
        for place, photo_id in enumerate(ranked):
            _set(transaction, photo_id, {"flag": "pick" if place < count else "reject"})
        return change_set(transaction)

    return library.write(act, undo=f"Keep the best {count:,} of the column", project_id=project_id)


def by_merit(photo_ids: Iterable[int], judgement: Callable[[int], tuple[str | None, int]]) -> list[int]:
    """Picks before others before rejects, among those more stars first, else in the order given.

    `judgement(photo id)` answers its (flag, stars).
    """

    def rank(photo_id: int) -> tuple[int, int]:
        flag, stars = judgement(photo_id)
        return (("pick", None, "reject").index(flag), -stars)

    return sorted(photo_ids, key=rank)


def _check(what: str, value: Any, allowed: Sequence[Any]) -> None:
    if value not in allowed:
        names = ", ".join("none" if each is None else str(each) for each in allowed)
        raise PixsortError(f"A photo cannot have «{value}» as its {what}; there are {names}.")


def _judge(
    library: Library,
    project_id: int | None,
    photo_ids: Sequence[int],
    values: dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]],
    name: str,
) -> ChangeSet:
    """Set `values`, or what `values` makes of each photo's own judgement."""

    def act(transaction: Transaction) -> ChangeSet:
        for photo_id in dict.fromkeys(photo_ids):
            now = transaction.row("judgements", (photo_id,)) or _NONE
            _set(transaction, photo_id, values(now) if callable(values) else values)
        return change_set(transaction)

    return library.write(act, undo=_name(name, photo_ids), project_id=project_id)


def _name(what: str, photo_ids: Sequence[int]) -> str:
    return what if len(photo_ids) == 1 else f"{what} for {len(photo_ids):,} photos"


def _set(transaction: Transaction, photo_id: int, values: dict[str, Any]) -> None:
    before = transaction.row("judgements", (photo_id,))
    if before is not None:
        transaction.update("judgements", (photo_id,), values)
        return
    if not transaction.connection.execute("SELECT 1 FROM photos WHERE id = ?", (photo_id,)).fetchone():
        raise NotFoundError("A photo is not in the library any more.")
    if any(_NONE[name] != value for name, value in values.items()):
        transaction.insert("judgements", {"photo_id": photo_id, **_NONE, **values})
