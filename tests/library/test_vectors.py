"""The matrix of a project's vectors: right after every kind of change, and read only where something changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors, put_embedding
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.library.settings import set_setting
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.library.vectors import VectorTables

MODEL = "small-1"


def vector(seed: int, size: int = 8) -> Any:
    return np.random.default_rng(seed).normal(size=size).astype(np.float32)


def add(library: Library, project_id: int, numbers: range) -> None:
    def write(transaction: Transaction) -> None:
        for n in numbers:
            photo_id = put_photo(transaction, f"/p/{n}.jpg", 1, 1, {"sha256": f"{n:064x}", "status": "ready"})
            add_to_project(transaction, project_id, photo_id)
            put_embedding(transaction, photo_id, MODEL, vector(n))

    library.write(write)


@pytest.fixture
def project(library: Library) -> int:
    project_id = create_project(library, name="P").id
    add(library, project_id, range(40))
    return project_id


def same(library: Library, tables: VectorTables, project_id: int) -> None:
    table = tables.get(project_id, MODEL)
    ids, _, vectors = project_vectors(library, project_id, MODEL)
    order = np.argsort(ids)
    assert table.ids.tolist() == [ids[n] for n in order]
    assert np.array_equal(table.vectors, vectors[order])


def test_it_follows_every_change(library: Library, project: int) -> None:
    tables = VectorTables(library)
    same(library, tables, project)
    add(library, project, range(40, 45))
    same(library, tables, project)
    library.write(
        lambda t: put_embedding(t, 45, MODEL, vector(900))
    )  # the last row: its number is free again
    same(library, tables, project)
    library.write(lambda t: t.connection.execute("DELETE FROM embeddings WHERE photo_id IN (3, 45)") and None)
    same(library, tables, project)
    library.write(lambda t: t.connection.execute("UPDATE photos SET status = 'failed' WHERE id = 7") and None)
    same(library, tables, project)
    other = create_project(library, name="Q").id
    assert len(tables.get(other, MODEL).ids) == 0
    assert len(tables.get(None, MODEL).ids) == 42
    add(library, project, range(45, 145))  # more new ones than old ones
    same(library, tables, project)


def test_bytes_that_changed_in_the_last_row_are_noticed(library: Library, project: int) -> None:
    tables = VectorTables(library)
    tables.get(project, MODEL)

    def edited(transaction: Transaction) -> None:
        transaction.connection.execute("DELETE FROM embeddings WHERE photo_id = 40")
        transaction.connection.execute("UPDATE photos SET sha256 = 'other' WHERE id = 40")
        put_embedding(transaction, 40, MODEL, vector(901))

    library.write(edited)
    same(library, tables, project)


def test_another_program_is_noticed(tmp_path: Path, library: Library, project: int) -> None:
    tables = VectorTables(library)
    tables.get(project, MODEL)
    with Library.open(library.folder) as elsewhere:
        elsewhere.write(lambda t: put_embedding(t, 1, MODEL, vector(902)))
    same(library, tables, project)


def test_nothing_is_read_again_where_nothing_changed(library: Library, project: int) -> None:
    tables = VectorTables(library)
    first = tables.get(project, MODEL)
    assert tables.get(project, MODEL) is first
    set_setting(library, "anything", 1)
    assert tables.get(project, MODEL) is first  # somebody wrote, but no vector
    tables.forget()
    assert tables.get(project, MODEL) is not first


def test_a_vector_of_another_size_is_left_out(library: Library, project: int) -> None:
    library.write(lambda t: put_embedding(t, 5, MODEL, vector(1, size=4)))
    table = VectorTables(library).get(project, MODEL)
    assert table.vectors.shape == (39, 8) and 5 not in table.ids
