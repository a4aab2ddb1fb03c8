"""Judgements from and to other programs, through the whole program."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.commands import judge, projects
from pixsort_desktop.commands.organise import move_to_new_group
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.read_sidecars import read_sidecars
from pixsort_desktop.jobs.sidecars import PROFILES, write_sidecars
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.photo.xmp import read_xmp

MakeJpeg = Callable[..., Path]
Judged = tuple[int, str | None, str | None]

LIGHTROOM = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
 xmp:Rating="3" xmp:Label="Green" crs:Exposure2012="+0.35"/></rdf:RDF></x:xmpmeta>"""


@pytest.fixture
def shoot(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> int:
    """Three photos, the second with a sidecar of another program."""
    for n in (1, 2, 3):
        make_jpeg(f"card/{n}.jpg", seed=n)
    (tmp_path / "card" / "2.xmp").write_text(LIGHTROOM)
    project_id = projects.create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[tmp_path / "card"])
    return project_id


def judgements(library: Library, project_id: int) -> dict[str, Judged]:
    return {Path(p.path).name: (p.rating, p.flag, p.colour) for p in project_photos(library, project_id)}


def photo(library: Library, project_id: int, name: str) -> int:
    return next(p.id for p in project_photos(library, project_id) if p.path.endswith(name))


def test_judgements_come_in_with_the_import_and_give_way_to_ours(
    library: Library, shoot: int, tmp_path: Path
) -> None:
    assert judgements(library, shoot) == {
        "1.jpg": (0, None, None),
        "2.jpg": (3, None, "green"),
        "3.jpg": (0, None, None),
    }
    judge.rate_photos(library, project_id=shoot, photo_ids=[photo(library, shoot, "2.jpg")], rating=5)
    import_photos(library, project_id=shoot, paths=[tmp_path / "card"])
    assert judgements(library, shoot)["2.jpg"] == (5, None, "green")


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_is_read_back_and_keeps_the_rest(
    library: Library, shoot: int, tmp_path: Path, profile: str
) -> None:
    first, second = photo(library, shoot, "1.jpg"), photo(library, shoot, "2.jpg")
    judge.rate_photos(library, project_id=shoot, photo_ids=[first], rating=4)
    judge.flag_photos(library, project_id=shoot, photo_ids=[first, second], flag="pick")
    judge.colour_photos(library, project_id=shoot, photo_ids=[first], colour="blue")
    originals = {path: path.read_bytes() for path in (tmp_path / "card").glob("*.jpg")}
    report = write_sidecars(library, project_id=shoot, profile=profile)
    assert (report.written, report.changed_elsewhere, report.failed) == (2, [], [])
    assert 'crs:Exposure2012="+0.35"' in (tmp_path / "card" / "2.xmp").read_text()
    assert {path: path.read_bytes() for path in originals} == originals

    with Library.open(tmp_path / "elsewhere") as other:
        again = projects.create_project(other, name="Again").id
        import_photos(other, project_id=again, paths=[tmp_path / "card"])
        assert judgements(other, again) == {
            "1.jpg": (4, "pick", "blue"),
            "2.jpg": (3, "pick", "green"),
            "3.jpg": (0, None, None),
        }
    assert write_sidecars(library, project_id=shoot).written == 0  # the profile is remembered


def test_exiftool_reads_what_was_written(library: Library, shoot: int, tmp_path: Path) -> None:
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    judge.rate_photos(library, project_id=shoot, photo_ids=[photo(library, shoot, "3.jpg")], rating=2)
    write_sidecars(library, project_id=shoot)
    sidecar = tmp_path / "card" / "3.xmp"
    read = subprocess.run(
        ["exiftool", "-s3", "-XMP:Rating", sidecar], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == "2"


def test_a_sidecar_that_changed_elsewhere_is_left_alone(library: Library, shoot: int, tmp_path: Path) -> None:
    sidecar = tmp_path / "card" / "2.xmp"
    sidecar.write_text(LIGHTROOM.replace('Rating="3"', 'Rating="1"'))
    judge.rate_photos(library, project_id=shoot, photo_ids=[photo(library, shoot, "2.jpg")], rating=5)
    report = write_sidecars(library, project_id=shoot)
    assert [Path(path).name for path, _ in report.changed_elsewhere] == ["2.jpg"]
    assert read_xmp(sidecar.read_bytes()).rating == 1
    assert write_sidecars(library, project_id=shoot, over_changes=True).written == 1
    assert read_xmp(sidecar.read_bytes()).rating == 5


def test_a_damaged_sidecar_is_reported_and_untouched(library: Library, shoot: int, tmp_path: Path) -> None:
    sidecar = tmp_path / "card" / "1.xmp"
    sidecar.write_text(LIGHTROOM[:200])
    judge.rate_photos(library, project_id=shoot, photo_ids=[photo(library, shoot, "1.jpg")], rating=5)
    report = write_sidecars(library, project_id=shoot, over_changes=True)
    assert [Path(path).name for path, _ in report.failed] == ["1.jpg"]
    assert sidecar.read_text() == LIGHTROOM[:200]


def test_an_unknown_profile_is_refused(library: Library, shoot: int) -> None:
    with pytest.raises(PixsortError, match="there are lightroom, darktable"):
        write_sidecars(library, project_id=shoot, profile="acme")


def test_stars_from_elsewhere_are_no_less_news_where_only_keywords_are_written(
    library: Library, shoot: int, tmp_path: Path
) -> None:
    first = photo(library, shoot, "1.jpg")
    move_to_new_group(library, project_id=shoot, photo_ids=[first], label="Harbour")
    assert write_sidecars(library, project_id=shoot, keywords=True).written >= 1
    sidecar = tmp_path / "card" / "1.xmp"
    theirs = sidecar.read_text().replace(
        "<rdf:Description ", '<rdf:Description xmlns:q="http://ns.adobe.com/xap/1.0/" q:Rating="3" ', 1
    )
    sidecar.write_text(theirs)
    report = write_sidecars(library, project_id=shoot)
    assert [Path(path).name for path, _ in report.changed_elsewhere] == ["1.jpg"]
    assert sidecar.read_text() == theirs
    read_sidecars(library, project_id=shoot)
    assert judgements(library, shoot)["1.jpg"] == (3, None, None)
    judge.flag_photos(library, project_id=shoot, photo_ids=[first], flag="pick")
    write_sidecars(library, project_id=shoot)
    assert (read_xmp(sidecar.read_bytes()).rating, read_xmp(sidecar.read_bytes()).flag) == (3, "pick")
