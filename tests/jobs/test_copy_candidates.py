"""The embedding that the user has chosen proposes copies that neither fingerprints nor the built-in embedding would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pixsort_desktop.commands.duplicates import keep_set
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.grouping import duplicates as pairing
from pixsort_desktop.jobs.copy_candidates import asked_embeddings
from pixsort_desktop.jobs.embed_with_model import embed_project
from pixsort_desktop.jobs.find_duplicates import _JUDGED_BY, find_duplicates
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.remove_vectors import remove_vectors
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import comparisons
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.vision.descriptor import EMBEDDING_ID
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel
from tests.small_models import Small
from tests.vision.models.installing import of_row

PHOTOS = 16


@pytest.fixture
def model(small: Small) -> InstalledModel:
    return of_row(small.rows["resnet50"])


@pytest.fixture
def project(library: Library, shared_data: Path, tmp_path: Path) -> int:
    """Photographs, and of each a copy that was cropped by a quarter and turned."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    for path in sorted((shared_data / "grouping/singles").rglob("*.jpg"))[:PHOTOS]:
        with Image.open(path) as image:
            whole = image.convert("RGB")
        whole.thumbnail((512, 512))
        whole.save(folder / path.name, quality=90)
        across, down = whole.width // 8, whole.height // 8
        inner = whole.crop((across, down, whole.width - across, whole.height - down))
        inner.transpose(Image.Transpose.ROTATE_90).save(folder / f"{path.stem} turned.jpg", quality=90)
    project_id = create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[folder])
    return project_id


def sets(library: Library, project_id: int | None, embedding_id: str | None = None) -> set[frozenset[str]]:
    found = find_duplicates(library, project_id=project_id, embedding_id=embedding_id)
    assert {each.kind for each in found} <= {"near"}
    return {frozenset(Path(copy.path).name for copy in each.copies) for each in found}


def is_copy(names: frozenset[str]) -> bool:
    return len(names) == 2 and len({name.split(" ")[0].removesuffix(".jpg") for name in names}) == 1


def test_the_chosen_embedding_proposes_what_is_confirmed(
    library: Library, project: int, models: ModelProcess, model: InstalledModel
) -> None:
    before = sets(library, project)
    compared = comparisons(library, _JUDGED_BY)
    embed_project(library, project_id=project, model=model, models=models)
    assert sets(library, project) == before  # vectors alone choose nothing
    group_photos(library, project_id=project, embedding_id=model.id)
    chosen = sets(library, project)
    assert before < chosen
    assert all(map(is_copy, chosen))
    now = comparisons(library, _JUDGED_BY)
    strangers = [pair for pair in now.keys() - compared.keys() if now[pair] == 0]
    assert len(strangers) > PHOTOS  # near by the model, compared, and no copies
    assert sets(library, None) == chosen == sets(library, project, model.id)
    assert recent_jobs(library)[0].arguments["embeddings"] == [EMBEDDING_ID, model.id]


def test_what_is_kept_stays_kept_whatever_proposes_it(
    library: Library, project: int, models: ModelProcess, model: InstalledModel
) -> None:
    embed_project(library, project_id=project, model=model, models=models)
    found = find_duplicates(library, project_id=project, embedding_id=model.id)
    for each in found:
        keep_set(library, project_id=project, ids=each.ids)
    assert find_duplicates(library, project_id=project, embedding_id=model.id) == []
    assert find_duplicates(library, project_id=project) == []


def test_vectors_that_are_not_there_are_not_made(
    library: Library, project: int, models: ModelProcess, model: InstalledModel
) -> None:
    with pytest.raises(NotFoundError, match="No photo of «Shoot» has the embedding «resnet50» yet"):
        find_duplicates(library, project_id=project, embedding_id=model.id)
    with pytest.raises(NotFoundError, match="No photo has the embedding «resnet50» yet"):
        find_duplicates(library, embedding_id=model.id)
    embed_project(library, project_id=project, model=model, models=models)
    group_photos(library, project_id=project, embedding_id=model.id)
    assert asked_embeddings(library, project) == (EMBEDDING_ID, model.id) == asked_embeddings(library, None)
    assert asked_embeddings(library, project, EMBEDDING_ID) == (EMBEDDING_ID,)
    remove_vectors(library, model.id)
    assert asked_embeddings(library, project) == (EMBEDDING_ID,) == asked_embeddings(library, None)
    other = create_project(library, name="Empty").id
    assert asked_embeddings(library, other) == (EMBEDDING_ID,)


def test_few_nearest_within_the_limit_wherever_the_cone_points() -> None:
    rng = np.random.default_rng(4)
    cone = 20 * rng.standard_normal(64, dtype=np.float32)
    vectors = cone + rng.standard_normal((200, 64), dtype=np.float32)
    vectors[1] = vectors[0] + 0.4 * rng.standard_normal(64, dtype=np.float32)
    found = {(each.one, each.other) for each in pairing.neighbour_candidates(vectors)}
    assert (0, 1) in found
    assert len(found) < 60  # of 600 nearest
    few = pairing.neighbour_candidates(vectors[5:7])  # of two, each lies opposite to the other
    assert [(each.one, each.other, each.bits) for each in few] == [(0, 1, pairing.NO_BITS)]
    same = np.ones((30, 8), np.float32)
    assert {each.bits for each in pairing.neighbour_candidates(same)} <= {pairing.NO_BITS}
    assert pairing.neighbour_candidates(vectors[:1]) == []
    broken = vectors.copy()
    broken[7] = np.nan  # one photo of which a model made nothing stops no search
    beside = {(each.one, each.other) for each in pairing.neighbour_candidates(broken)}
    assert (0, 1) in beside and not any(7 in pair for pair in beside)
