"""The sentence for an embedding that no photo has: what it needs, and what would bring it."""

from __future__ import annotations

import shlex

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.vision.descriptor import EMBEDDING_ID as BUILT_IN
from pixsort_desktop.vision.models.catalogue import CATALOGUE, size_in_words
from pixsort_desktop.vision.models.installed import installed_models, models_folder


def lacks(library: Library, project_id: int | None, embedding_id: str) -> str:
    """No photo of a project (None: of the library) has that embedding, and where it would come from."""
    name = get_project(library, project_id).name if project_id is not None else None
    whose = f" of «{name}»" if name is not None else ""
    nobody = f"No photo{whose} has the embedding «{embedding_id}» yet"
    if embedding_id == BUILT_IN:
        return f"{nobody}; importing photos makes it."
    project = shlex.quote(name) if name is not None else "NAME"
    embed = f"`pixsort embed --project {project} --embedding {shlex.quote(embedding_id)}`"
    if any(model.id == embedding_id for model in installed_models(models_folder())):
        return f"{nobody}; {embed} makes it."
    spec = next((spec for spec in CATALOGUE if spec.id == embedding_id), None)
    if spec is None:
        return f"{nobody}, and no such model is on this computer; `pixsort models list` shows all."
    size = f"{size_in_words(spec.file_bytes)}, {spec.licence}"
    return f"{nobody}; `pixsort models download {spec.id}` fetches its model ({size}), and then {embed} makes it."
