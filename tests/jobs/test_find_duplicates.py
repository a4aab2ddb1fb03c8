"""Finding copies of real files through a library."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from pixsort_desktop.commands.duplicates import keep_set
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.duplicates import Candidate
from pixsort_desktop.jobs import copy_pictures
from pixsort_desktop.jobs import find_duplicates as job
from pixsort_desktop.jobs.copy_pictures import Pictures
from pixsort_desktop.jobs.find_duplicates import DuplicateSet, find_duplicates
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.keepers import set_keep_rules
from pixsort_desktop.jobs.same_exposure import other_exposure, same_frame
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.vision import likeness


@pytest.fixture
def shoot(tmp_path: Path, shared_data: Path) -> Path:
    """Ten photographs that are none of each other's copies, four of them frames of a moving scene."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    for path in sorted((shared_data / "grouping/singles/vacation").glob("*.jpg"))[:6]:
        shutil.copy(path, folder)
    for path in sorted((shared_data / "grouping/sequences/camel").glob("0008*.jpg"))[:4]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def project(library: Library) -> int:
    return create_project(library, name="Shoot").id


def found(library: Library, project: int, shoot: Path, *kinds: str) -> list[tuple[str, set[str], str]]:
    import_photos(library, project_id=project, paths=[shoot])
    return told(find_duplicates(library, project_id=project, kinds=kinds or job.KINDS))


def told(sets: list[DuplicateSet]) -> list[tuple[str, set[str], str]]:
    return [
        (each.kind, {Path(copy.path).name for copy in each.copies}, Path(each.copies[each.keeper].path).name)
        for each in sets
    ]


def test_photographs_and_burst_frames_are_no_copies(library: Library, project: int, shoot: Path) -> None:
    assert found(library, project, shoot) == []


def test_three_kinds_of_copies(library: Library, project: int, shoot: Path) -> None:
    first, second, third = sorted(shoot.glob("image*.jpg"))[:3]
    shutil.copy(first, shoot / "zz copy.jpg")
    with Image.open(second) as image:
        exif = Image.Exif()
        exif[0x010E] = "words"
        image.save(shoot / "same.png", exif=exif)
    with Image.open(third) as image:
        image.resize((image.width // 2, image.height // 2)).save(shoot / "small.jpg", quality=60)
        ImageOps.mirror(image.convert("L")).save(shoot / "grey mirror.jpg")
        image.transpose(Image.Transpose.ROTATE_90).save(shoot / "turned.webp", quality=80)
    all_kinds = found(library, project, shoot)
    assert all_kinds == [
        ("exact", {first.name, "zz copy.jpg"}, first.name),
        ("pixels", {second.name, "same.png"}, "same.png"),
        ("near", {third.name, "small.jpg", "grey mirror.jpg", "turned.webp"}, third.name),
    ]
    assert [each[0] for each in found(library, project, shoot, "near")] == ["near"]
    assert [each[0] for each in found(library, project, shoot, "exact", "pixels")] == ["exact", "pixels"]
    assert told(find_duplicates(library)) == all_kinds
    assert recent_jobs(library)[0].kind == "duplicates"
    with pytest.raises(PixsortError, match="no kind"):
        find_duplicates(library, kinds=["alike"])


def test_slides_of_one_series_are_no_copies(library: Library, project: int, tmp_path: Path) -> None:
    folder = tmp_path / "slides"
    folder.mkdir()
    for city in ("Auckland", "Kathmandu", "London", "Reykjavik", "Tokyo"):
        page = Image.new("RGB", (960, 540), "black")
        for row, line in enumerate((city, f"Local time in {city}", "UTC: 20:34")):
            ImageDraw.Draw(page).text(
                (200, 120 + 90 * row), line, font=ImageFont.load_default(40), fill="orange"
            )
        page.save(folder / f"{city}.jpg")
    assert found(library, project, folder) == []
    page.save(folder / "again.jpg", quality=40)
    assert found(library, project, folder) == [("near", {"Tokyo.jpg", "again.jpg"}, "Tokyo.jpg")]


def test_what_is_written_on_a_photograph_hides_no_copy(library: Library, project: int, shoot: Path) -> None:
    source = sorted(shoot.glob("image*.jpg"))[0]
    with Image.open(source) as image:
        whole = image.convert("RGB")
    width, height = whole.size
    marked, page = whole.copy(), Image.new("RGB", (width, height + height // 8), "white")
    font = ImageFont.load_default(height // 12)
    for row in range(8):
        place = (row * width // 16, row * height // 8)
        ImageDraw.Draw(marked, "RGBA").text(place, "SAMPLE SAMPLE", font=font, fill=(255, 255, 255, 120))
    page.paste(whole, (0, 0))
    ImageDraw.Draw(page).text((10, height), "The last day", font=font, fill="black")
    marked.save(shoot / "marked.jpg")
    page.save(shoot / "captioned.jpg")
    whole.getchannel("R").save(shoot / "red as grey.jpg")
    whole.crop((width // 10, height // 10, width - width // 10, height - height // 10)).save(
        shoot / "cropped.jpg"
    )
    ((kind, names, _),) = found(library, project, shoot)
    assert (kind, names) == (
        "near", {source.name, "marked.jpg", "captioned.jpg", "red as grey.jpg", "cropped.jpg"}
    )  # fmt: skip


def test_a_flag_for_turning_makes_no_other_pixels(library: Library, project: int, shoot: Path) -> None:
    source = sorted(shoot.glob("image*.jpg"))[0]
    with Image.open(source) as image:
        upright = image.convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(shoot / "flag.png", exif=exif)
    assert found(library, project, shoot) == [("pixels", {source.name, "flag.png"}, "flag.png")]


def test_kept_photos_come_back_only_beside_a_new_one(
    library: Library, project: int, shoot: Path, tmp_path: Path
) -> None:
    source = sorted(shoot.glob("image*.jpg"))[0]
    with Image.open(source) as image:
        whole = image.convert("RGB")
    whole.save(shoot / "recompressed.jpg", quality=40)
    shutil.copy(source, shoot / "copy.jpg")
    assert [each[0] for each in found(library, project, shoot)] == ["exact", "near"]
    exact, near = find_duplicates(library, project_id=project)
    keep_set(library, project_id=project, ids=[copy.photo.id for copy in near.copies])
    keep_set(library, project_id=project, ids=exact.ids, files=True)
    assert find_duplicates(library, project_id=project) == []
    whole.save(shoot / "a new one.jpg", quality=75)
    ((kind, names, _),) = found(library, project, shoot)
    assert (kind, len(names), "a new one.jpg" in names) == ("near", 2, True)


def test_what_was_learnt_is_kept(
    library: Library, project: int, shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "BATCH", 4)
    source = sorted(shoot.glob("image*.jpg"))[0]
    with Image.open(source) as image:
        image.save(shoot / "recompressed.jpg", quality=40)
    import_photos(library, project_id=project, paths=[shoot])

    class Impatient(Progress):
        steps: list[tuple[str, int, int]]

        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            self.steps.append((step, done, total))
            if done:
                self.cancel()

    progress = Impatient()
    progress.steps = []
    with pytest.raises(Cancelled):
        find_duplicates(library, project_id=project, progress=progress)
    assert progress.steps == [("Reading pictures", 4, 11)]
    assert recent_jobs(library)[0].state == "cancelled"
    progress = Impatient()
    progress.cancel = lambda: None  # type: ignore[method-assign]
    progress.steps = []
    assert len(find_duplicates(library, project_id=project, progress=progress)) == 1
    assert ("Reading pictures", 4, 7) in progress.steps
    looked = find_duplicates(library, project_id=project)
    monkeypatch.setattr(job._Search, "_compare", lambda *_, **_how: pytest.fail("compared again"))
    assert told(find_duplicates(library, project_id=project)) == told(looked)


def test_of_many_copies_few_pairs_are_compared(
    library: Library, project: int, shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "BATCH", 4)
    source = sorted(shoot.glob("image*.jpg"))[0]
    with Image.open(source) as image:
        whole = image.convert("RGB")
    for at in range(9):
        whole.resize((whole.width - 20 * at, whole.height - 15 * at)).save(
            shoot / f"copy {at}.jpg", quality=60 + at
        )
    whole.save(shoot / "same.png")
    pairs: list[object] = []
    compare = job._Search._compare

    def counted(search: job._Search, pair: Candidate, *, only_pixels: bool) -> tuple[Candidate, float | None]:
        if not only_pixels:
            pairs.append(pair)
        return compare(search, pair, only_pixels=only_pixels)

    monkeypatch.setattr(job._Search, "_compare", counted)
    ((kind, names, _),) = found(library, project, shoot)
    assert (kind, len(names)) == ("near", 11)
    assert len(pairs) < 30  # of 55
    assert [each[0] for each in told(find_duplicates(library, project_id=project, kinds=["pixels"]))] == [
        "pixels"
    ]


def test_thumbnails_that_are_gone_are_made_again(library: Library, project: int, shoot: Path) -> None:
    source = sorted(shoot.glob("image*.jpg"))[0]
    with Image.open(source) as image:
        image.save(shoot / "recompressed.jpg", quality=40)
    import_photos(library, project_id=project, paths=[shoot])
    shutil.rmtree(library.folder / "thumbnails")
    (shoot / "recompressed.jpg").rename(shoot / "moved.jpg")
    assert find_duplicates(library, project_id=project) == []  # one of the two cannot be seen
    (shoot / "moved.jpg").rename(shoot / "recompressed.jpg")
    assert len(find_duplicates(library, project_id=project)) == 1


def test_the_keeper_follows_the_rules(library: Library, project: int, shoot: Path) -> None:
    source = sorted(shoot.glob("image*.jpg"))[0]
    (shoot / "archive").mkdir()
    with Image.open(source) as image:
        image.resize((image.width // 2, image.height // 2)).save(shoot / "archive/small.jpg", quality=95)
    assert found(library, project, shoot)[0][2] == source.name
    (small,) = [p for p in project_photos(library, project) if p.path.endswith("small.jpg")]
    rate_photos(library, project_id=project, photo_ids=[small.id], rating=5)
    assert found(library, project, shoot)[0][2] == source.name
    assert set_keep_rules(library, order=["judged"]).order[:2] == ("judged", "protected")
    assert found(library, project, shoot)[0][2] == "small.jpg"
    set_keep_rules(library, order=["larger"])
    assert found(library, project, shoot)[0][2] == source.name
    set_keep_rules(library, order=["protected"], protected=[str(shoot / "archive")])
    assert found(library, project, shoot)[0][2] == "small.jpg"
    with pytest.raises(PixsortError, match="no rule"):
        set_keep_rules(library, order=["prettier"])


def photo(**facts: object) -> Photo:
    usual = Photo(1, "0" * 64, "ready", None, "/a/IMG_1.jpg", "JPEG", taken_from="original")
    return replace(usual, **facts)  # type: ignore[arg-type]


def at(text: str, seconds: float) -> Photo:
    return photo(taken_at=f"2024-05-01T12:00:{text}", taken_seconds=seconds)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (at("01", 1.0), at("01", 1.0), False),
        (at("01", 1.0), at("02", 2.0), True),
        (at("01.25", 1.25), at("01.5", 1.5), True),
        (at("01.25", 1.25), at("01", 1.0), False),  # a program dropped the fraction
        (at("01", 1.0), at("01", 3601.0), False),  # another zone
        (at("01", 1.0), photo(), False),
        (at("01", 1.0), replace(at("09", 9.0), taken_from="file time"), False),
        (photo(model="A"), photo(model="B"), True),
        (photo(burst_id="x", burst_frame=1), photo(burst_id="x", burst_frame=2), True),
    ],
)
def test_what_facts_say_of_two_exposures(one: Photo, other: Photo, apart: bool) -> None:
    assert other_exposure(one, other) is apart
    assert other_exposure(other, one) is apart


def test_raw_and_jpeg_of_one_frame() -> None:
    raw = photo(path="/a/img_1.CR3", format="RAW")
    assert same_frame(raw, photo())
    assert not same_frame(raw, photo(path="/b/IMG_1.jpg"))
    assert not same_frame(photo(path="/a/IMG_1.png", format="PNG"), photo())


def test_keypoints_are_found_once_a_picture_whatever_its_pose(
    library: Library, project: int, shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_pictures, "_READY", 1)
    looked: list[object] = []
    find = likeness._find_keypoints
    monkeypatch.setattr(likeness, "_find_keypoints", lambda grey: looked.append(grey) or find(grey))
    import_photos(library, project_id=project, paths=[shoot])
    pictures = Pictures(library)
    photos = project_photos(library, project)[:3]
    for pose, one in enumerate([*photos, *photos]):
        prepared = pictures.prepared(one, pose)
        assert prepared is not None
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(lambda each: each.keypoints, [prepared, prepared])
        assert np.array_equal(first[1], second[1])
    assert len(looked) == 3
