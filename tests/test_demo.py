"""The demo shoot: real photographs with real EXIF, the same bytes every time, one broken on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import exifread
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.demo import broken_file, demo_truth, render_demo
from pixsort_desktop.demo.shoot import SHOTS
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import get_photos
from pixsort_desktop.progress import Cancelled, Progress

SMALL = 320


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The whole shoot, small."""
    return render_demo(tmp_path_factory.mktemp("demo"), width=SMALL)


@pytest.fixture
def opened(shoot: list[Path]) -> Iterator[dict[str, Image.Image]]:
    """Every readable photograph, by its file name."""
    files = {path.name: Image.open(path) for path in shoot if path.name != broken_file()}
    yield files
    for picture in files.values():
        picture.close()


def test_truth_names_every_file_but_the_broken_one(shoot: list[Path]) -> None:
    names = [path.name for path in shoot]
    assert sorted(set(names)) == names
    assert set(names) - set(demo_truth()) == {broken_file()}
    assert all(path.is_file() for path in shoot)
    assert {path.name for path in shoot[0].parent.iterdir()} == set(names)


def test_a_dozen_scenes_in_bursts_and_a_few_single_pictures() -> None:
    sizes = sorted(Counter(demo_truth().values()).values())
    assert sizes.count(1) == 4
    assert len([size for size in sizes if size > 1]) == 14
    assert max(sizes) == 8
    assert sum(sizes) == 60


def test_the_broken_file_cannot_be_read(shoot: list[Path]) -> None:
    path = next(path for path in shoot if path.name == broken_file())
    assert path.stat().st_size > 100
    with pytest.raises(OSError, match=r".+"):
        Image.open(path).load()


def test_every_other_file_is_a_whole_jpeg_of_the_wanted_size(opened: dict[str, Image.Image]) -> None:
    for picture in opened.values():
        picture.load()
        assert picture.size == (SMALL, round(SMALL * 2 / 3))
        assert picture.format == "JPEG"


def test_portraits_are_stored_lying_and_turned_by_their_orientation(opened: dict[str, Image.Image]) -> None:
    portrait_scenes = {shot.name for shot in SHOTS if shot.portrait}
    for name, scene in demo_truth().items():
        orientation = opened[name].getexif()[ExifTags.Base.Orientation]
        upright = ImageOps.exif_transpose(opened[name])
        assert (orientation == 6) == (scene in portrait_scenes)
        assert (upright.height > upright.width) == (scene in portrait_scenes)


def test_sky_is_above_the_ground_in_a_turned_portrait(opened: dict[str, Image.Image]) -> None:
    name = next(name for name, scene in demo_truth().items() if scene == "Milky Way")
    upright = np.asarray(ImageOps.exif_transpose(opened[name]).convert("L"), float)
    assert upright[: len(upright) // 3].mean() > 2 * upright[-20:, -60:].mean()


def test_exif_reads_back_as_the_plan_says(shoot: list[Path]) -> None:
    plan = [(shot, frame) for shot in SHOTS for frame in range(shot.frames)]
    good = [path for path in shoot if path.name != broken_file()]
    for (shot, frame), path in zip(plan, good, strict=True):
        with path.open("rb") as stream:
            tags = exifread.process_file(stream, details=False)
        taken = shot.taken(frame)
        assert str(tags["Image Make"]) == "PixSort"
        assert str(tags["Image Model"]) == "Demo Camera"
        assert str(tags["EXIF LensModel"]) == shot.lens
        assert str(tags["EXIF DateTimeOriginal"]) == taken.strftime("%Y:%m:%d %H:%M:%S")
        assert str(tags["EXIF SubSecTimeOriginal"]) == f"{taken.microsecond // 1000:03d}"
        assert str(tags["EXIF OffsetTimeOriginal"]) == taken.isoformat()[-6:]
        assert float(tags["EXIF ExposureTime"].values[0]) == pytest.approx(
            shot.exposure[0] / shot.exposure[1]
        )
        assert float(tags["EXIF FNumber"].values[0]) == pytest.approx(shot.f_number)
        assert tags["EXIF ISOSpeedRatings"].values == [shot.iso]
        assert float(tags["EXIF FocalLength"].values[0]) == pytest.approx(shot.focal_mm)
        assert ("GPS GPSLatitude" in tags) == (shot.place is not None)


def test_gps_reads_back_to_a_few_metres(shoot: list[Path]) -> None:
    names = {scene: name for name, scene in demo_truth().items()}
    for shot in SHOTS:
        if not shot.place:
            continue
        with Image.open(shoot[0].with_name(names[shot.name])) as picture:
            gps = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        for tag, reference, wanted in ((2, 1, shot.place[0]), (4, 3, shot.place[1])):
            degrees, minutes, seconds = (float(part) for part in gps[tag])
            sign = -1 if gps[reference] in "SW" else 1
            assert sign * (degrees + minutes / 60 + seconds / 3600) == pytest.approx(wanted, abs=2e-5)


def test_names_follow_the_capture_times() -> None:
    times = [shot.taken(frame) for shot in SHOTS for frame in range(shot.frames)]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_frames_of_a_scene_look_alike_and_scenes_do_not(opened: dict[str, Image.Image]) -> None:
    def small(picture: Image.Image) -> np.ndarray:
        upright = ImageOps.exif_transpose(picture).resize((24, 24), Image.Resampling.BOX)
        return np.asarray(upright.convert("RGB"), float).ravel() / 255

    scenes = demo_truth()
    names = sorted(scenes)
    pixels = np.stack([small(opened[name]) for name in names])
    apart = np.sqrt(((pixels[:, None] - pixels[None]) ** 2).mean(-1))
    np.fill_diagonal(apart, np.inf)
    same = np.array([[scenes[a] == scenes[b] for b in names] for a in names])
    for row, name in enumerate(names):
        if same[row].sum() > 1:
            assert apart[row][same[row]].min() < apart[row][~same[row]].min(), name


def test_no_two_frames_are_the_same_picture(shoot: list[Path]) -> None:
    assert len({path.read_bytes() for path in shoot}) == len(shoot)


def test_the_same_scene_has_the_same_bytes_again(shoot: list[Path], tmp_path: Path) -> None:
    again = render_demo(tmp_path, scenes=["balloons"], width=SMALL)
    assert len(again) == 8
    for path in again:
        assert path.read_bytes() == (shoot[0].parent / path.name).read_bytes()


def test_files_that_are_there_are_kept_and_missing_ones_come_back(shoot: list[Path], tmp_path: Path) -> None:
    first = render_demo(tmp_path, scenes=["moon", "dunes"], width=SMALL)
    first[0].write_bytes(b"mine")
    wanted = first[-1].read_bytes()
    first[-1].unlink()
    assert render_demo(tmp_path, scenes=["moon", "dunes"], width=SMALL) == first
    assert first[0].read_bytes() == b"mine"
    assert first[-1].read_bytes() == wanted == (shoot[0].parent / first[-1].name).read_bytes()


class StopAfter(Progress):
    """Progress that cancels once `limit` files are done, and keeps what it was told."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self.seen: list[tuple[int, int]] = []

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        assert step == "Painting the demo shoot"
        assert failed == 0
        self.seen.append((done, total))
        if done >= self.limit:
            self.cancel()


def test_cancelling_leaves_whole_files_only_and_a_second_run_ends_it(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        render_demo(tmp_path, StopAfter(2), scenes=["city", "moon"], width=160)
    left = sorted(tmp_path.iterdir())
    assert 1 <= len(left) <= 3
    for path in left:
        with Image.open(path) as picture:
            picture.load()
    progress = StopAfter(99)
    assert len(render_demo(tmp_path, progress, scenes=["city", "moon"], width=160)) == 4
    assert progress.seen[-1] == (4, 4)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PixsortError, match=r"^The demo shoot could not be written to «.*»: .+\.$"):
        render_demo(tmp_path / "file" / "demo", scenes=["moon"], width=160)


def test_the_program_finds_the_scenes_by_itself(shoot: list[Path], tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    try:
        project = create_project(library, name="Demo")
        report = import_photos(library, project_id=project.id, paths=[shoot[0].parent])
        group_photos(library, project_id=project.id)
        found: dict[str, str] = {}
        for column in board(library, project.id):
            for photo in get_photos(library, column.photo_ids):
                name = Path(photo.path).name
                found[name] = column.group.label if column.group else name  # alone: a cluster of its own
    finally:
        library.close()
    assert (report.found, report.added, len(report.failed)) == (61, 60, 1)
    truth = demo_truth()
    assert found.keys() == truth.keys()
    names = sorted(truth)
    assert adjusted_rand_score([truth[name] for name in names], [found[name] for name in names]) > 0.9
