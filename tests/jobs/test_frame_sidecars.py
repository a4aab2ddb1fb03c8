"""What is judged is written for every file of a frame, and what any of its sidecars says comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pixsort_desktop.cli import pixsort
from pixsort_desktop.commands.frames import split_frames
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.read_sidecars import read_sidecars
from pixsort_desktop.jobs.sidecars import write_sidecars
from pixsort_desktop.jobs.write_jpegs import write_into_jpegs
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.photo.xmp import read_xmp
from tests.frame_files import write_jpeg, write_pairs


@pytest.fixture
def shoot(library: Library, tmp_path: Path) -> tuple[int, Path]:
    folder = tmp_path / "shoot"
    write_pairs(folder, 2)
    write_jpeg(folder / "IMG_0001_edited.jpg", 1, 3.5, quality=60)
    project = create_project(library, name="Trip")
    import_photos(library, project_id=project.id, paths=[folder])
    first = project_photos(library, project.id)[0]
    rate_photos(library, project_id=project.id, photo_ids=[first.id], rating=3)
    return project.id, folder


def said(folder: Path) -> dict[str, int | None]:
    return {path.name: read_xmp(path.read_bytes()).rating for path in sorted(folder.glob("*.xmp"))}


def test_one_sidecar_speaks_for_raw_and_jpeg(library: Library, shoot: tuple[int, Path]) -> None:
    project_id, folder = shoot
    report = write_sidecars(library, project_id=project_id, profile="lightroom")
    assert not (report.failed or report.shared or report.changed_elsewhere)
    assert said(folder) == {"IMG_0001.xmp": 3, "IMG_0001_edited.xmp": 3}


def test_where_each_file_has_its_own_a_change_in_any_comes_back(
    library: Library, shoot: tuple[int, Path]
) -> None:
    project_id, folder = shoot
    write_sidecars(library, project_id=project_id, profile="darktable")
    assert set(said(folder)) == {"IMG_0001.DNG.xmp", "IMG_0001.JPG.xmp", "IMG_0001_edited.jpg.xmp"}
    assert not read_sidecars(library, project_id=project_id).photos
    raw = folder / "IMG_0001.DNG.xmp"
    raw.write_bytes(raw.read_bytes().replace(b'xmp:Rating="3"', b'xmp:Rating="5"'))
    assert said(folder)["IMG_0001.DNG.xmp"] == 5
    report = read_sidecars(library, project_id=project_id)
    assert [(Path(news.photo.path).name, news.values) for news in report.photos] == [
        ("IMG_0001.JPG", {"rating": 5})
    ]
    assert project_photos(library, project_id)[0].rating == 5


def test_parts_that_were_split_are_judged_for_themselves(library: Library, shoot: tuple[int, Path]) -> None:
    project_id, folder = shoot
    first = project_photos(library, project_id)[0]
    split_frames(library, project_id=project_id, photo_ids=[first.id])
    parts = {Path(photo.path).name: photo for photo in project_photos(library, project_id)}
    assert {name: photo.rating for name, photo in parts.items() if photo.rating} == {
        "IMG_0001.JPG": 3,
        "IMG_0001.DNG": 3,
        "IMG_0001_edited.jpg": 3,
    }
    rate_photos(library, project_id=project_id, photo_ids=[parts["IMG_0001.JPG"].id], rating=1)
    write_sidecars(library, project_id=project_id, profile="lightroom")
    assert said(folder) == {"IMG_0001.JPG.xmp": 1, "IMG_0001.xmp": 3, "IMG_0001_edited.xmp": 3}
    with pytest.raises(PixsortError, match="nothing to split"):
        split_frames(library, project_id=project_id, photo_ids=[first.id])


def test_every_jpeg_of_a_frame_is_written_into(library: Library, shoot: tuple[int, Path]) -> None:
    project_id, folder = shoot
    raw = (folder / "IMG_0001.DNG").read_bytes()
    report = write_into_jpegs(library, project_id=project_id)
    assert (report.written, report.failed, report.others) == (2, [], 1)
    assert (folder / "IMG_0001.DNG").read_bytes() == raw
    again = import_photos(library, project_id=project_id, paths=[folder])
    assert (again.added, again.companions, again.duplicates) == (0, 0, 5)
    assert len(project_photos(library, project_id)) == 2


def test_split_and_join_on_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "shoot"
    raw, jpeg, *_ = write_pairs(folder, 2)

    def run(*arguments: object, code: int = 0) -> object:
        given = ["--library", str(tmp_path / "library"), *map(str, arguments), "--json"]
        result = CliRunner().invoke(pixsort, given)
        assert result.exit_code == code, result.output
        return json.loads(result.output) if code == 0 else result.exception

    report = run("import", folder, "--project", "Trip")
    assert report["added"] == report["companions"] == 2  # type: ignore[index]
    listed = run("list", "--project", "Trip")
    assert listed[0]["paths"] == [str(jpeg), str(raw)]  # type: ignore[index]
    assert listed[0]["companions"] == [str(raw)]  # type: ignore[index]
    assert run("split", raw, "--project", "Trip") == {"split": 1, "photos": 2}
    assert len(run("list", "--project", "Trip")) == 3  # type: ignore[arg-type]
    assert isinstance(run("split", raw, "--project", "Trip", code=1), PixsortError)
    assert run("join", raw, jpeg, "--project", "Trip") == {"joined": 2, "files": [str(jpeg), str(raw)]}
    groups = run("groups", "--project", "Trip")
    assert groups[-1]["files"][0] == [str(jpeg), str(raw)]  # type: ignore[index]
    assert isinstance(run("join", raw, jpeg, "--project", "Trip", code=1), PixsortError)
