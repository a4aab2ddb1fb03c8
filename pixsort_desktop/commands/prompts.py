"""Prompt columns: searches by meaning that are pinned to the board. No photo is moved by any of this."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library import prompts
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.transaction import Transaction

if TYPE_CHECKING:
    from pixsort_desktop.library.prompts import Vector


def pin_prompt(
    library: Library,
    *,
    project_id: int,
    text: str,
    embedding_id: str,
    threshold: float,
    vectors: Mapping[str, Vector],
) -> int:
    """Pin a search as the last prompt column of a project; answers its id.

    `vectors`: what the model made of each of its words (`vision.query.Query.texts`), kept for later starts without it.
    Raises PixsortError where the project has that prompt already, and for a threshold that is no number.
    """
    _check_number(threshold)

    def act(transaction: Transaction) -> int:
        there = prompts.prompts_of(transaction, project_id)
        if any(prompt.text == text for prompt in there):
            raise PixsortError(f"«{text}» is pinned already.")
        prompts.put_query_vectors(transaction, embedding_id, vectors)
        place = there[-1].position + 1 if there else 0
        row = {"project_id": project_id, "text": text, "embedding_id": embedding_id}
        return transaction.insert("prompts", {**row, "threshold": float(threshold), "position": place})

    return library.write(act, undo="Pin prompt column", project_id=project_id)


def set_threshold(library: Library, *, prompt_id: int, threshold: float) -> ChangeSet:
    """From which score on a prompt column shows photos.

    Raises NotFoundError where it is gone, and PixsortError for what is no number.
    """
    _check_number(threshold)

    def act(transaction: Transaction) -> ChangeSet:
        prompt = prompts.get_prompt(transaction, prompt_id)
        if prompt.threshold != threshold:
            prompts.set_prompt(transaction, replace(prompt, threshold=float(threshold)))
        return change_set(transaction)

    return library.write(act, undo="Change threshold", project_id=_project_of(library, prompt_id))


def move_prompt(library: Library, *, prompt_id: int, position: int) -> ChangeSet:
    """Put a prompt column at place `position` (0: the first) among those of its project."""

    def act(transaction: Transaction) -> ChangeSet:
        moved = prompts.get_prompt(transaction, prompt_id)
        order = [p for p in prompts.prompts_of(transaction, moved.project_id) if p.id != prompt_id]
        order.insert(max(0, position), moved)
        for place, prompt in enumerate(order):
            if prompt.position != place:
                prompts.set_prompt(transaction, replace(prompt, position=place))
        return change_set(transaction)

    return library.write(act, undo="Move prompt column", project_id=_project_of(library, prompt_id))


def remove_prompt(library: Library, *, prompt_id: int) -> ChangeSet:
    """Take a prompt column off the board; its photos stay where they are."""

    def act(transaction: Transaction) -> ChangeSet:
        prompts.get_prompt(transaction, prompt_id)
        transaction.delete("prompts", (prompt_id,))
        return change_set(transaction)

    return library.write(act, undo="Remove prompt column", project_id=_project_of(library, prompt_id))


def _check_number(threshold: float) -> None:
    if not math.isfinite(threshold):
        raise PixsortError("A threshold is a score, such as 0.25.")


def _project_of(library: Library, prompt_id: int) -> int:
    rows = library.rows("SELECT project_id FROM prompts WHERE id = ?", (prompt_id,))
    if not rows:
        raise NotFoundError("That prompt column no longer exists.")
    return int(rows[0]["project_id"])
