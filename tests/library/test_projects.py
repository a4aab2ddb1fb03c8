"""What is counted of a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pixsort_desktop.commands.judge import flag_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.views.words import progress


def test_a_file_that_failed_is_no_photo_that_could_be_decided(
    tmp_path: Path, make_jpeg: Callable[..., Path]
) -> None:
    for n in range(3):
        make_jpeg(f"card/{n}.jpg", seed=n)
    (tmp_path / "card" / "broken.jpg").write_bytes(b"no picture")
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Shoot").id
        import_photos(library, project_id=project, paths=[tmp_path / "card"])
        ids = {Path(photo.path).stem: photo.id for photo in project_photos(library, project)}

        def told(*names: str) -> str:
            flag_photos(library, project_id=project, photo_ids=[ids[name] for name in names], flag="pick")
            return progress(get_project(library, project))

        assert told("broken") == "4 photos"
        assert told("0") == "1 of 3 decided"
        assert told("1", "2") == "3 photos, all decided"
