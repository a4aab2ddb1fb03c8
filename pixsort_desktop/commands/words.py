"""Keywords and captions by the user: accepted, rejected, written by hand; each one step that can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.keywords import STATES, clean_word, set_keyword
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.library.written import LONGEST_CAPTION, clean_caption, set_caption

LONGEST_WORD = 200


def decide_tags(
    library: Library, *, project_id: int | None, decisions: Mapping[int, Sequence[str]], state: str | None
) -> ChangeSet:
    """Accept ('accepted') or reject ('rejected') words of photos, or leave them undecided again (None).

    `decisions`: photo id -> words. Raises PixsortError for an empty or endless word, NotFoundError for a photo that is gone.
    """
    if state is not None and state not in STATES:
        raise PixsortError(f"A keyword is accepted or rejected, not «{state}».")
    cleaned = {photo_id: [_checked(word) for word in words] for photo_id, words in decisions.items() if words}

    def act(transaction: Transaction) -> ChangeSet:
        for photo_id, words in cleaned.items():
            _must_exist(transaction, photo_id)
            for word in words:
                set_keyword(transaction, photo_id, word, state)
        return change_set(transaction)

    return library.write(act, undo=_label(cleaned, state), project_id=project_id)


def write_caption(library: Library, *, project_id: int | None, photo_id: int, caption: str) -> ChangeSet:
    """Give a photo a caption of the user's own; an empty one takes it away, and a model's shows again.

    Raises PixsortError for an endless text, NotFoundError for a photo that is gone.
    """
    text = clean_caption(caption)
    if len(text) > LONGEST_CAPTION:
        raise PixsortError(
            f"A caption has at most {LONGEST_CAPTION:,} characters; this one has {len(text):,}."
        )

    def act(transaction: Transaction) -> ChangeSet:
        _must_exist(transaction, photo_id)
        set_caption(transaction, photo_id, text)
        return change_set(transaction)

    return library.write(act, undo="Caption", project_id=project_id)


def _checked(text: str) -> str:
    word = clean_word(text)
    if not word:
        raise PixsortError("A keyword needs at least one letter.")
    if len(word) > LONGEST_WORD:
        raise PixsortError(f"A keyword has at most {LONGEST_WORD} characters.")
    return word


def _must_exist(transaction: Transaction, photo_id: int) -> None:
    if not transaction.connection.execute("SELECT 1 FROM photos WHERE id = ?", (photo_id,)).fetchone():
        raise NotFoundError("A photo is not in the library any more.")


def _label(decisions: Mapping[int, Sequence[str]], state: str | None) -> str:
    """«Keyword beach», «Rejected tag dog for 3 photos»."""
    words = list(dict.fromkeys(word for each in decisions.values() for word in each))
    kind = {"accepted": "Keyword", "rejected": "Rejected tag", None: "Undecided tag"}[state]
    what = f"{kind} {words[0]}" if len(words) == 1 else f"{len(words):,} {kind.lower()}s"
    return what if len(decisions) == 1 else f"{what} for {len(decisions):,} photos"
