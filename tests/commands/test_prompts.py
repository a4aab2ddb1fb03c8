"""Prompt columns in the library: pinned, changed and removed in steps that undo takes back; what they find, without a model."""

from __future__ import annotations

import numpy as np
import pytest

from pixsort_desktop.commands.projects import create_project, delete_project
from pixsort_desktop.commands.prompts import move_prompt, pin_prompt, remove_prompt, set_threshold
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.prompts import PromptScores
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.library.prompts import project_prompts, query_vectors, vectors_state
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.library.vectors import VectorTables

MODEL = "small-1"
AXES = np.eye(4, dtype=np.float32)


@pytest.fixture
def project(library: Library) -> int:
    return create_project(library, name="Shoot").id


def pin(library: Library, project: int, text: str, threshold: float = 0.5) -> int:
    words = [word.removeprefix("-") for word in text.split()]
    vectors = {word: AXES[n] for n, word in enumerate(("boats", "crowd")) if word in words}
    return pin_prompt(
        library, project_id=project, text=text, embedding_id=MODEL, threshold=threshold, vectors=vectors
    )


def texts(library: Library, project: int) -> list[tuple[str, float]]:
    return [(prompt.text, prompt.threshold) for prompt in project_prompts(library, project)]


def add_photos(library: Library, project: int, *vectors: list[float], first: int = 0) -> list[int]:
    def write(transaction: Transaction) -> list[int]:
        ids = []
        for n, vector in enumerate(vectors, first):
            facts = {"sha256": f"{n:064x}", "status": "ready"}
            ids.append(put_photo(transaction, f"/p/{n}.jpg", 1, 1, facts))
            add_to_project(transaction, project, ids[-1])
            put_embedding(transaction, ids[-1], MODEL, np.array(vector, np.float32))
        return ids

    return library.write(write)


def test_each_change_is_one_step_back_and_forth(library: Library, project: int) -> None:
    boats = pin(library, project, "boats")
    crowd = pin(library, project, "-crowd", 0.1)
    with pytest.raises(PixsortError, match="«boats» is pinned already"):
        pin(library, project, "boats", 0.3)
    set_threshold(library, prompt_id=boats, threshold=0.25)
    assert not set_threshold(library, prompt_id=boats, threshold=0.25)  # no step for what it is already
    move_prompt(library, prompt_id=crowd, position=0)
    remove_prompt(library, prompt_id=boats)
    states = [
        [("-crowd", 0.1)],
        [("-crowd", 0.1), ("boats", 0.25)],
        [("boats", 0.25), ("-crowd", 0.1)],
        [("boats", 0.5), ("-crowd", 0.1)],
        [("boats", 0.5)],
        [],
    ]
    assert texts(library, project) == states[0]
    for state in states[1:]:
        assert undo(library, project_id=project)
        assert texts(library, project) == state
    assert sorted(query_vectors(library, MODEL, ["boats", "crowd"])) == ["boats", "crowd"]
    for state in states[-2::-1]:
        assert redo(library, project_id=project)
        assert texts(library, project) == state
    with pytest.raises(NotFoundError, match="no longer exists"):
        set_threshold(library, prompt_id=boats, threshold=0.1)


def test_a_deleted_project_takes_its_prompts_along_and_back(library: Library, project: int) -> None:
    pin(library, project, "boats")
    delete_project(library, project_id=project)
    assert texts(library, project) == []
    undo(library, project_id=None)
    assert texts(library, project) == [("boats", 0.5)]


def test_what_is_found_follows_vectors_and_is_kept_otherwise(library: Library, project: int) -> None:
    one, two, three = add_photos(library, project, [0.9, 0, 0.4, 0], [0.2, 0, 1, 0], [0.6, 0.7, 0, 0])
    boats, without = pin(library, project, "boats"), pin(library, project, "boats -crowd")
    scores = PromptScores(library, VectorTables(library))
    found = scores.get(project, project_prompts(library, project))
    assert found[boats].ids == (one, three, two)
    assert found[boats].scores == pytest.approx((0.9, 0.6, 0.2))
    assert found[without].ids == (one, two, three)
    assert found[without].scores == pytest.approx((0.9, 0.2, -0.1))
    set_threshold(library, prompt_id=boats, threshold=0.7)
    again = scores.get(project, project_prompts(library, project))
    assert again[boats] is found[boats]  # nothing was scored anew
    state = vectors_state(library, project, MODEL)
    (four,) = add_photos(library, project, [0.95, 0, 0, 0], first=3)
    assert vectors_state(library, project, MODEL) != state
    assert scores.get(project, project_prompts(library, project))[boats].ids == (four, one, three, two)
    library.write(lambda t: put_embedding(t, four, MODEL, AXES[2]))  # other bytes, another vector
    assert scores.get(project, project_prompts(library, project))[boats].ids == (one, three, two, four)


def test_vectors_of_another_size_find_nothing(library: Library, project: int) -> None:
    boats = pin(library, project, "boats")
    scores = PromptScores(library, VectorTables(library))
    assert scores.get(project, project_prompts(library, project))[boats].ids == ()
    add_photos(library, project, [1.0, 0, 0, 0, 0, 0])
    assert scores.get(project, project_prompts(library, project))[boats].ids == ()
