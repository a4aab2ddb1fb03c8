"""What vectors take in a library, and what goes and stays when they are removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from pixsort_desktop.commands import projects
from pixsort_desktop.commands.words import decide_tags
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.embed_photos import unfinished_photos
from pixsort_desktop.jobs.granularity import open_hierarchy
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.join_new import join_new
from pixsort_desktop.jobs.remove_vectors import kept_embeddings, remove_vectors
from pixsort_desktop.jobs.word_search import similar_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.hierarchies import get_hierarchy
from pixsort_desktop.library.keywords import Suggestion, photo_tags, put_suggestions, untagged_photos
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.vectors import VectorTables
from pixsort_desktop.library.written import project_captions, put_model_caption
from pixsort_desktop.vision.descriptor import EMBEDDING_ID as BUILT_IN

MakeJpeg = Callable[..., Path]
SIZE = 512


@pytest.fixture
def shoot(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> int:
    project_id = projects.create_project(library, name="Shoot").id
    for n in range(9):
        make_jpeg(f"card/{n}.jpg", seed=n, size=(160, 120))
    import_photos(library, project_id=project_id, paths=[tmp_path / "card"])
    return project_id


def ids_of(library: Library, project_id: int) -> list[int]:
    return sorted(photo.id for photo in project_photos(library, project_id))


def give(library: Library, photo_ids: Iterable[int], embedding_id: str, size: int = SIZE) -> None:
    """Three scenes' worth of vectors."""
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(3, size))
    for n, photo_id in enumerate(photo_ids):
        vector = centres[n % 3] + rng.normal(size=size) * 0.2
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        library.write(lambda t, i=photo_id, v=unit: put_embedding(t, i, embedding_id, v))  # type: ignore[misc]


def test_each_embedding_is_told_with_photos_bytes_and_whether_it_could_be_made(
    library: Library, shoot: int, tmp_path: Path
) -> None:
    ids = ids_of(library, shoot)
    give(library, ids[:4], "gone-1")
    give(library, ids, "clip-vit-b-32")
    rows = kept_embeddings(library, tmp_path / "models")
    assert [(each.id, each.name, each.photos, each.here) for each in rows] == [
        (BUILT_IN, "Built in", 9, True),
        ("clip-vit-b-32", "CLIP ViT-B/32", 9, False),
        ("gone-1", "gone-1", 4, False),
    ]
    assert [each.size for each in rows[1:]] == [9 * SIZE * 4, 4 * SIZE * 4]
    other = projects.create_project(library, name="Other").id
    assert kept_embeddings(library, tmp_path / "models", other) == []


def test_removed_vectors_take_along_what_was_made_of_them_and_nothing_else(
    library: Library, shoot: int
) -> None:
    ids = ids_of(library, shoot)
    give(library, ids, "own-1")
    group_photos(library, project_id=shoot, embedding_id="own-1")
    columns = [column.photo_ids for column in board(library, shoot)]
    assert open_hierarchy(library, shoot) is not None
    found = [Suggestion("beach", 0.9), Suggestion("dog", 0.85)]
    library.write(lambda t: put_suggestions(t, ids[0], "own-1", "v", found))
    library.write(lambda t: put_suggestions(t, ids[0], "other", "v", [Suggestion("cat", 0.9)]))
    library.write(lambda t: put_model_caption(t, ids[0], "own-1", "A beach."))
    decide_tags(library, project_id=shoot, decisions={ids[0]: ["beach"]}, state="accepted")

    removed = remove_vectors(library, "own-1")
    assert (removed.photos, removed.stayed) == (9, 0)
    assert [each.id for each in kept_embeddings(library, library.folder)] == [BUILT_IN]
    assert [column.photo_ids for column in board(library, shoot)] == columns
    assert get_hierarchy(library, shoot) is None  # it was made of them
    assert open_hierarchy(library, shoot) is not None  # the slider goes on by the built-in embedding
    made = get_hierarchy(library, shoot)
    assert made is not None
    assert (made.made_for["embedding"], {*made.photo_ids}) == (BUILT_IN, {*ids})
    assert [column.photo_ids for column in board(library, shoot)] == columns
    tags = photo_tags(library, shoot, ids[0])
    assert tags.accepted == ("beach",)
    assert [each.word for each in tags.suggested] == ["cat"]
    assert project_captions(library, shoot)[ids[0]].text == "A beach."
    grouping = get_project(library, shoot).grouping
    assert "embedding" not in grouping and grouping["parameters"]
    assert join_new(library, project_id=shoot, photo_ids=ids[:1]) == 0
    give(library, ids, "own-1")  # made again, it is looked at again
    assert untagged_photos(library, shoot, "own-1", "v") == ids
    group_photos(library, project_id=shoot)  # by the built-in embedding, as new
    assert get_project(library, shoot).grouping["embedding"] == BUILT_IN


def test_of_a_project_only_its_own_photos_lose_their_vectors(
    library: Library, shoot: int, tmp_path: Path
) -> None:
    ids = ids_of(library, shoot)
    other = projects.create_project(library, name="Other").id
    import_photos(library, project_id=other, paths=[tmp_path / "card" / f"{n}.jpg" for n in range(3)])
    shared = ids_of(library, other)
    give(library, ids, "own-1")
    group_photos(library, project_id=other, embedding_id="own-1")
    removed = remove_vectors(library, "own-1", shoot)
    assert (removed.photos, removed.stayed) == (6, 3)
    assert VectorTables(library).get(None, "own-1").ids.tolist() == shared
    assert open_hierarchy(library, other) is not None
    assert get_project(library, other).grouping["embedding"] == "own-1"


def test_the_file_becomes_smaller_and_vectors_stay_with_their_photos(library: Library, shoot: int) -> None:
    ids = ids_of(library, shoot)
    give(library, ids, "large-1", size=100_000)
    give(library, ids, "own-1")
    tables = VectorTables(library)
    before = tables.get(shoot, "own-1").vectors.copy()
    removed = remove_vectors(library, "large-1")
    assert removed.freed > 9 * 400_000
    files = [path.stat().st_size for path in library.folder.glob("library.db*")]
    assert sum(files) < 2_000_000  # the write-ahead log is folded in
    np.testing.assert_array_equal(tables.get(shoot, "own-1").vectors, before)
    assert similar_photos(library, tables, project_id=shoot, embedding_id="own-1", photo_id=ids[0]).ids


def test_the_built_in_embedding_stays(library: Library, shoot: int) -> None:
    with pytest.raises(PixsortError, match="The built-in embedding stays"):
        remove_vectors(library, BUILT_IN)
    assert unfinished_photos(library, shoot) == []
    with pytest.raises(NotFoundError, match="No photo has the embedding «nowhere»"):
        remove_vectors(library, "nowhere")
