"""One copy stays and the others go to the trash: never all of them, and back again by undo."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.commands.duplicates import merge_duplicates
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.jobs import same_files
from pixsort_desktop.jobs.file_errands import FilesReport
from pixsort_desktop.jobs.find_duplicates import find_duplicates
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.put_back import put_back
from pixsort_desktop.jobs.recovery import unfinished
from pixsort_desktop.jobs.settle_duplicates import Settlement, plan_settlement, settle_duplicates
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.keywords import photo_tags
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.written import project_captions

MakeJpeg = Callable[..., Path]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="looks into the freedesktop.org trash")


@pytest.fixture
def shoot(make_jpeg: MakeJpeg, tmp_path: Path) -> Path:
    source = make_jpeg("shoot/1.jpg", seed=1, size=(360, 240))
    shutil.copy(source, tmp_path / "shoot/1 copy.jpg")
    with Image.open(source) as image:
        image.save(tmp_path / "shoot/same.png")
    make_jpeg("shoot/2.jpg", seed=2)
    return tmp_path / "shoot"


@pytest.fixture
def project(library: Library, shoot: Path) -> int:
    project_id = create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[shoot])
    return project_id


def settlements(library: Library, project: int, kind: str) -> list[Settlement]:
    found = find_duplicates(library, project_id=project, kinds=[kind])
    return [each.settled(each.keeper) for each in found]


def settle(library: Library, project: int | None, sets: list[Settlement]) -> FilesReport:
    merge = partial(merge_duplicates, library, project_id=project)
    return settle_duplicates(
        library, project_id=project, sets=sets, merge=lambda takeovers: merge(takeovers=takeovers)
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_a_file_with_the_same_bytes_goes_and_its_photo_stays(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    report = settle(library, project, settlements(library, project, "exact"))
    assert (report.files, report.failed) == (1, [])
    assert len(names(shoot)) == 3
    assert len(names(trash / "files")) == 1
    assert len(project_photos(library, project)) == 3
    assert find_duplicates(library, project_id=project, kinds=["exact"]) == []
    assert report.undoable


def test_a_copy_goes_and_its_stars_stay(library: Library, project: int, shoot: Path, trash: Path) -> None:
    (settlement,) = settlements(library, project, "pixels")
    rate_photos(library, project_id=project, photo_ids=settlement.others, rating=5)
    report = settle(library, project, [settlement])
    assert (report.photos, report.failed) == (1, [])
    assert names(shoot) == {"same.png", "2.jpg"}
    kept = {Path(photo.path).name: photo.rating for photo in project_photos(library, project)}
    assert kept == {"same.png": 5, "2.jpg": 0}
    assert report.job_id is not None
    put_back(library, project_id=project, job_id=report.job_id)
    assert names(shoot) == {"same.png", "2.jpg", "1.jpg", "1 copy.jpg"}
    assert undo(library, project_id=project) == "Merge duplicates"
    assert {photo.rating for photo in project_photos(library, project) if photo.path.endswith("png")} == {0}


@pytest.mark.parametrize("kind", ["exact", "pixels"])
@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_without_a_sound_keeper_nothing_goes(
    library: Library, project: int, shoot: Path, trash: Path, kind: str, harm: str
) -> None:
    sets = find_duplicates(library, project_id=project, kinds=[kind])
    wanted = settlements(library, project, kind)
    keeper = Path(sets[0].copies[sets[0].keeper].path)
    if harm == "gone":
        keeper.unlink()
    else:
        keeper.write_bytes(keeper.read_bytes() + b"x")
    before = names(shoot)
    report = settle(library, project, wanted)
    assert (report.files, len(report.failed)) == (0, 1)
    assert "copy to keep" in report.failed[0][1]
    assert names(shoot) == before
    assert names(trash / "files") == set()


def test_a_keeper_that_goes_while_its_copies_are_read_saves_them(
    library: Library, project: int, shoot: Path, trash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = same_files.sha256_of

    def pulled_out(path: str, check: Callable[[], None]) -> str:
        found = read(path, check)
        if path != str(shoot / "1.jpg"):
            (shoot / "1.jpg").unlink()
        return found

    (settlement,) = settlements(library, project, "exact")
    monkeypatch.setattr(same_files, "sha256_of", pulled_out)
    report = settle(library, project, [settlement])
    assert (report.files, report.failed) == (0, [(str(shoot / "1.jpg"), same_files.NOT_SOUND)])
    assert "1 copy.jpg" in names(shoot)


KILLED = """
import os, signal, sys
from functools import partial
from pathlib import Path
from pixsort_desktop.commands.duplicates import merge_duplicates
from pixsort_desktop.jobs import same_files, trash_photos
from pixsort_desktop.jobs.find_duplicates import find_duplicates
from pixsort_desktop.jobs.settle_duplicates import settle_duplicates
from pixsort_desktop.library.database import Library

def killed(path, take=same_files.to_trash):
    take(path)
    os.kill(os.getpid(), signal.SIGKILL)

same_files.to_trash = trash_photos.to_trash = killed
with Library.open(Path(sys.argv[1])) as library:
    sets = [each.settled(each.keeper) for each in find_duplicates(library, kinds=[sys.argv[2]])]
    merge = partial(merge_duplicates, library, project_id=None)
    settle_duplicates(library, project_id=None, sets=sets, merge=lambda takeovers: merge(takeovers=takeovers))
"""


@pytest.mark.parametrize("keeper_there", [True, False])
@pytest.mark.parametrize("kind", ["exact", "pixels"])
def test_after_a_kill_no_further_copy_goes_without_the_one_to_keep(
    make_jpeg: MakeJpeg, tmp_path: Path, trash: Path, kind: str, keeper_there: bool
) -> None:
    source = make_jpeg("shoot/1.jpg", seed=1, size=(360, 240))
    if kind == "pixels":  # the photo that goes has two files
        with Image.open(source) as image:
            image.save(tmp_path / "shoot/same.png")
    for folder in ("second", "third"):
        (tmp_path / "shoot" / folder).mkdir()
        shutil.copy(source, tmp_path / "shoot" / folder)
    folder = tmp_path / "own library"
    with Library.open(folder) as library:
        import_photos(
            library, project_id=create_project(library, name="Shoot").id, paths=[tmp_path / "shoot"]
        )
        (found,) = find_duplicates(library, kinds=[kind])
        keeper = Path(found.copies[found.keeper].path)
    code = subprocess.run([sys.executable, "-c", KILLED, str(folder), kind], check=False).returncode
    assert code == -signal.SIGKILL
    left = {path for path in (tmp_path / "shoot").rglob("*.*") if path != keeper}
    assert left
    if not keeper_there:
        keeper.unlink()
    with Library.open(folder) as library:
        unfinished(library)
    assert {path for path in left if path.exists()} == (set() if keeper_there else left)


def test_another_name_of_the_kept_file_is_no_copy(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    (settlement,) = settlements(library, project, "exact")
    (shoot / "1 copy.jpg").unlink()
    os.link(shoot / "1.jpg", shoot / "1 copy.jpg")
    report = settle(library, project, [settlement])
    assert "another name" in report.failed[0][1]
    assert {"1.jpg", "1 copy.jpg"} <= names(shoot)


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_link_is_in_no_set_and_keeps_no_copy_from_going(
    library: Library, make_jpeg: MakeJpeg, tmp_path: Path, trash: Path, link: Callable[[Path, Path], None]
) -> None:
    source = make_jpeg("links/1.jpg", seed=4)
    link(source, tmp_path / "links/0.jpg")
    project = create_project(library, name="Links").id
    import_photos(library, project_id=project, paths=[tmp_path / "links"])
    assert find_duplicates(library, project_id=project) == []
    shutil.copy(source, tmp_path / "links/2.jpg")
    import_photos(library, project_id=project, paths=[tmp_path / "links"])
    ((settlement,), (found,)) = (settlements(library, project, "exact"), find_duplicates(library))
    assert len(found.copies) == 2
    if link is os.link:
        assert settle(library, project, [settlement]).files == 1


def sidecar(*words: str, paths: tuple[str, ...] = (), caption: str = "") -> str:
    """What Lightroom writes: flat keywords, their paths, a caption."""
    items = "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    lines = "".join(f"<rdf:li>{path}</rdf:li>" for path in paths)
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:lr="http://ns.adobe.com/lightroom/1.0/">'
        f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>"
        f"<lr:hierarchicalSubject><rdf:Bag>{lines}</rdf:Bag></lr:hierarchicalSubject>"
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{caption}</rdf:li></rdf:Alt></dc:description>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def test_keywords_in_the_sidecars_of_copies_stay_with_the_keeper(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    (shoot / "same.xmp").write_text(sidecar("harbour"))
    ours = ("PixSort|Shoot|First dance", "PixSort|Tags|boat", "Places|Brighton")
    words = ("harbour", "First dance", "boat", "Brighton")
    (shoot / "1.xmp").write_text(sidecar(*words, paths=ours, caption="In the evening"))
    (settlement,) = settlements(library, project, "pixels")
    settle(library, project, [settlement])
    (kept,) = [p.id for p in project_photos(library, project) if p.path.endswith("png")]
    assert photo_tags(library, project, kept).accepted == ("Brighton", "boat")  # «harbour» it says itself
    assert project_captions(library, project)[kept].text == "In the evening"
    assert names(shoot) == {"same.png", "same.xmp", "2.jpg"}


def with_iptc(path: Path, *words: str, caption: str) -> None:
    """What agencies' programs wrote: an APP13 segment with a Photoshop resource."""
    told = [(25, word.encode("cp1252")) for word in words] + [(120, caption.encode())]
    sets = b"".join(bytes((0x1C, 2, number)) + len(text).to_bytes(2, "big") + text for number, text in told)
    resource = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(sets).to_bytes(4, "big") + sets
    data = path.read_bytes()
    segment = b"\xff\xed" + (len(resource) + 2).to_bytes(2, "big") + resource
    path.write_bytes(data[:2] + segment + data[2:])


def test_words_in_iptc_records_of_copies_stay_with_the_keeper(
    library: Library, make_jpeg: MakeJpeg, tmp_path: Path, trash: Path
) -> None:
    source = make_jpeg("agency/1.jpg", seed=4)
    Image.open(source).save(tmp_path / "agency/same.png")
    with_iptc(source, "café", "harbour", caption="Früh am Morgen")
    project = create_project(library, name="Agency").id
    import_photos(library, project_id=project, paths=[tmp_path / "agency"])
    (settlement,) = settlements(library, project, "pixels")
    settle(library, project, [settlement])
    (kept,) = [p.id for p in project_photos(library, project)]
    assert names(tmp_path / "agency") == {"same.png"}
    assert photo_tags(library, project, kept).accepted == ("café", "harbour")
    assert project_captions(library, project)[kept].text == "Früh am Morgen"


def test_a_file_takes_its_own_sidecar_along(library: Library, project: int, shoot: Path, trash: Path) -> None:
    (shoot / "1 copy.xmp").write_text(sidecar("harbour"))
    (settlement,) = settlements(library, project, "exact")
    plan = plan_settlement(library, sets=[settlement])
    report = settle(library, project, [settlement])
    assert (plan.files, plan.failed, report.files, report.failed) == (2, [], 2, [])
    assert names(shoot) == {"1.jpg", "same.png", "2.jpg"}
    (photo,) = [p.id for p in project_photos(library, project) if p.path.endswith("1.jpg")]
    assert photo_tags(library, project, photo).accepted == ("harbour",)


def test_a_sidecar_of_the_file_that_stays_stays(
    library: Library, make_jpeg: MakeJpeg, tmp_path: Path, trash: Path
) -> None:
    source = make_jpeg("two/1.jpg", seed=4)
    shutil.copy(source, tmp_path / "two/1.jpeg")
    (tmp_path / "two/1.xmp").write_text(sidecar("harbour"))
    project = create_project(library, name="Two").id
    import_photos(library, project_id=project, paths=[tmp_path / "two"])
    settle(library, project, settlements(library, project, "exact"))
    assert names(tmp_path / "two") in ({"1.jpg", "1.xmp"}, {"1.jpeg", "1.xmp"})


def test_photos_in_the_trash_are_no_duplicates(library: Library, project: int, trash: Path) -> None:
    settle(library, project, settlements(library, project, "pixels"))
    assert find_duplicates(library, kinds=["pixels", "near"]) == []


def test_all_sets_come_back_by_one_undo(library: Library, project: int, shoot: Path, trash: Path) -> None:
    whole = names(shoot)
    sets = [*settlements(library, project, "pixels"), *settlements(library, project, "exact")]
    sets[0] = next(each.settled(1 - each.keeper) for each in find_duplicates(library, kinds=["pixels"]))
    report = settle(library, project, sets)
    assert (report.failed, report.files, len(names(shoot))) == ([], 2, 2)
    assert report.job_id is not None
    put_back(library, project_id=project, job_id=report.job_id)
    assert names(shoot) == whole
    assert len(project_photos(library, project)) == 3
