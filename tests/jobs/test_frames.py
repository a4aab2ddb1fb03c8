"""Files of one frame come in as one photo, whatever the order; every file stays accounted for."""

from __future__ import annotations

import contextlib
import random
import shutil
from pathlib import Path

import pytest

from pixsort_desktop.commands.frames import join_frames, split_frames
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.organise import lock_groups, move_to_new_group
from pixsort_desktop.commands.projects import create_project, remove_photos
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.errors import ConflictError, PixsortError
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import ImportReport, import_photos
from pixsort_desktop.jobs.locate import locate
from pixsort_desktop.jobs.whereabouts import find_absent
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import frame_files
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.search import search
from tests.frame_files import write_dng, write_jpeg, write_pairs


@pytest.fixture
def trip(library: Library) -> int:
    return create_project(library, name="Trip").id


def run(library: Library, project_id: int, *paths: Path) -> ImportReport:
    report = import_photos(library, project_id=project_id, paths=paths)
    assert report.found == report.added + report.companions + report.duplicates + len(report.failed)
    check_sound(library)
    return report


def check_sound(library: Library) -> None:
    """What always holds: no chains of faces, no companion on a board, an index that can be rebuilt to the same."""
    assert not library.rows(
        "SELECT 1 FROM photos c JOIN photos f ON f.id = c.face_id WHERE f.face_id IS NOT NULL OR f.id = c.id"
    )
    assert not library.rows(
        "SELECT 1 FROM project_photos JOIN photos ON photos.id = photo_id WHERE face_id IS NOT NULL"
    )
    assert not library.rows("PRAGMA foreign_key_check")
    words = {row["id"]: row["text"] for row in library.rows("SELECT id, text FROM photo_words")}
    indexed = {row["rowid"]: row["text"] for row in library.rows("SELECT rowid, text FROM photo_search")}
    assert {key: words[key] for key in indexed} == indexed
    assert set(words) == set(indexed)


def names(library: Library, project_id: int) -> list[list[str]]:
    """Of each photo by time its files, the face's first."""
    photos = project_photos(library, project_id)
    files = frame_files(library, [photo.id for photo in photos])
    return [[Path(file.path).name for file in files[photo.id]] for photo in photos]


def by_name(library: Library, project_id: int) -> dict[str, Photo]:
    return {Path(photo.path).name: photo for photo in project_photos(library, project_id)}


def all_files(library: Library, project_id: int) -> list[str]:
    """Every file that the project's photos are known to have, where it was last."""
    photos = project_photos(library, project_id)
    files = frame_files(library, [photo.id for photo in photos]).values()
    return sorted(file.path for each in files for file in each if file.role != "missing")


def on_disk(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if path.is_file())


def test_three_hundred_pairs_are_three_hundred_photos(library: Library, trip: int, tmp_path: Path) -> None:
    folder = tmp_path / "card"
    write_pairs(folder, 300)
    report = run(library, trip, folder)
    assert (report.found, report.added, report.companions, report.failed) == (600, 300, 300, [])
    assert all(photo.path.endswith(".JPG") for photo in project_photos(library, trip))
    assert names(library, trip)[41] == ["IMG_0042.JPG", "IMG_0042.DNG"]
    assert all_files(library, trip) == on_disk(folder)
    assert group_photos(library, project_id=trip).photos == 300

    again = run(library, trip, folder)
    assert (again.added, again.companions, again.duplicates) == (0, 0, 600)

    some = [photo.id for photo in project_photos(library, trip)][:10]
    split_frames(library, project_id=trip, photo_ids=some)
    check_sound(library)
    assert len(project_photos(library, trip)) == 310
    assert all_files(library, trip) == on_disk(folder)
    columns = {i: column.group for column in board(library, trip) for i in column.photo_ids}
    for pair in zip(*[iter(project_photos(library, trip)[:20])] * 2, strict=True):
        assert columns[pair[0].id] == columns[pair[1].id]
    assert run(library, trip, folder).duplicates == 600
    assert len(project_photos(library, trip)) == 310  # what was split stays split

    undo(library, project_id=trip)
    check_sound(library)
    assert len(project_photos(library, trip)) == 300
    redo(library, project_id=trip)
    check_sound(library)
    split = project_photos(library, trip)[:2]
    join_frames(library, project_id=trip, photo_ids=[photo.id for photo in split])
    check_sound(library)
    assert len(project_photos(library, trip)) == 309
    assert names(library, trip)[0] == ["IMG_0001.JPG", "IMG_0001.DNG"]
    assert all_files(library, trip) == on_disk(folder)

    moved = tmp_path / "archive" / "2024"
    moved.parent.mkdir()
    shutil.move(folder, moved)
    found = locate(library, project_id=trip, folders=[moved.parent])
    assert (len(found.found), found.left) == (600, [])
    check_sound(library)
    assert all_files(library, trip) == on_disk(moved)
    assert not find_absent(library, trip).photos


def test_the_jpeg_takes_over_from_the_raw_that_came_first(
    library: Library, trip: int, tmp_path: Path
) -> None:
    raw = write_dng(tmp_path / "a" / "IMG_1.DNG", 1, 0)
    other = write_dng(tmp_path / "a" / "IMG_2.DNG", 2, 9)
    run(library, trip, raw, other)
    first = by_name(library, trip)["IMG_1.DNG"]
    move_to_new_group(library, project_id=trip, photo_ids=[first.id], label="Church")
    rate_photos(library, project_id=trip, photo_ids=[first.id], rating=4)
    jpeg = write_jpeg(tmp_path / "a" / "IMG_1.JPG", 1, 0.4)
    report = run(library, trip, jpeg)
    assert (report.added, report.companions) == (0, 1)
    photo = by_name(library, trip)["IMG_1.JPG"]
    assert (photo.id, photo.rating, photo.format, photo.width) == (first.id, 4, "JPEG", 48)
    assert [(each.path, each.format) for each in photo.companions] == [(str(raw), "RAW")]
    assert {c.group.label: c.photo_ids for c in board(library, trip) if c.group} == {"Church": (photo.id,)}
    assert undo(library, project_id=trip) == "4 stars"
    assert by_name(library, trip)["IMG_1.JPG"].rating == 0
    undo(library, project_id=trip)
    check_sound(library)
    assert names(library, trip) == [["IMG_1.JPG", "IMG_1.DNG"], ["IMG_2.DNG"]]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_does_not_matter(library: Library, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "shoot"
    paths = write_pairs(folder, 2)
    paths += [
        write_jpeg(folder / "IMG_0001-Edit.jpg", 1, 3.5, quality=60),
        write_jpeg(folder / "img_0002.jpeg", 2, 6.5, quality=50),
        write_jpeg(folder / "IMG_0002 (1).jpg", 2, 6.5, quality=40),
        write_jpeg(folder / "IMG_0002-1.jpg", 9, 6.6),
        write_jpeg(folder / "IMG_0001.webp.jpg", 1, 500),
    ]
    random.Random(seed).shuffle(paths)
    project = create_project(library, name=f"Order {seed}").id
    for path in paths:
        run(library, project, path)
    photos = project_photos(library, project)
    files = frame_files(library, [photo.id for photo in photos])
    found = {files[photo.id][0].path[-12:]: {Path(f.path).name for f in files[photo.id]} for photo in photos}
    assert list(found.values()) == [
        {"IMG_0001.JPG", "IMG_0001.DNG", "IMG_0001-Edit.jpg"},
        {"IMG_0002.JPG", "IMG_0002.DNG", "img_0002.jpeg", "IMG_0002 (1).jpg"},
        {"IMG_0002-1.jpg"},
        {"IMG_0001.webp.jpg"},
    ]
    assert [Path(photo.path).name for photo in photos[:2]] == ["IMG_0001.JPG", "img_0002.jpeg"]


def test_strangers_stay_apart(library: Library, trip: int, tmp_path: Path) -> None:
    folder = tmp_path / "shoot"
    write_dng(folder / "IMG_1.DNG", 1, 0)
    write_jpeg(folder / "IMG_1.JPG", 2, 86_400)  # the numbers began again
    write_dng(folder / "IMG_2.DNG", 3, 10)
    write_jpeg(folder / "IMG_2.JPG", 4, 10, camera=("Kamera", "K-2"))
    write_dng(folder / "IMG_3.DNG", 5, 20)
    write_jpeg(folder / "IMG_3.JPG", 6, None)  # tells no time: a file's date is none
    write_dng(folder / "IMG_4.DNG", 7, 30)
    write_jpeg(folder / "IMG_4.JPG", 8, 30, camera=None)
    write_dng(folder / "IMG_5.DNG", 9, 40)
    write_jpeg(tmp_path / "shoot" / "jpeg" / "IMG_5.JPG", 9, 40)  # another folder
    report = run(library, trip, folder)
    assert (report.added, report.companions) == (10, 0)


def test_what_was_judged_differently_is_not_joined(library: Library, trip: int, tmp_path: Path) -> None:
    """As in a library from before frames: both were photos, and the user told them apart."""
    folder = tmp_path / "shoot"
    pairs = write_pairs(folder, 3)
    for path in pairs:
        shutil.move(path, tmp_path / path.name)
        run(library, trip, tmp_path / path.name)
    join_apart(library)
    photos = by_name(library, trip)
    rate_photos(library, project_id=trip, photo_ids=[photos["IMG_0001.JPG"].id], rating=5)
    rate_photos(library, project_id=trip, photo_ids=[photos["IMG_0001.DNG"].id], rating=1)
    rate_photos(library, project_id=trip, photo_ids=[photos["IMG_0002.DNG"].id], rating=3)
    move_to_new_group(library, project_id=trip, photo_ids=[photos["IMG_0003.DNG"].id], label="Raw")
    report = run(library, trip, tmp_path)
    assert (report.added, report.companions) == (0, 0)
    assert names(library, trip) == [
        ["IMG_0001.DNG"],
        ["IMG_0001.JPG"],
        ["IMG_0002.JPG", "IMG_0002.DNG"],
        ["IMG_0003.JPG", "IMG_0003.DNG"],
    ]
    photos = by_name(library, trip)
    assert photos["IMG_0002.JPG"].rating == 3
    assert [c.photo_ids for c in board(library, trip) if c.group] == [(photos["IMG_0003.JPG"].id,)]
    while undo(library, project_id=trip):
        check_sound(library)
    assert len(project_photos(library, trip)) == 4


def join_apart(library: Library) -> None:
    """Make every file a photo of its own, without a trace, as older versions imported them."""

    def act(transaction: object) -> None:
        connection = transaction.connection  # type: ignore[attr-defined]
        connection.execute(
            "INSERT OR IGNORE INTO project_photos (project_id, photo_id, group_id, position, placed)"
            " SELECT project_id, photos.id, NULL, position, 'new' FROM photos JOIN project_photos ON photo_id = face_id"
        )
        connection.execute("UPDATE photos SET face_id = NULL")

    library.write(act)


def test_an_import_joins_a_frame_where_its_column_is_locked(
    library: Library, trip: int, tmp_path: Path
) -> None:
    """The photo in the locked column counts as put there by hand, whichever of the two it is; and two stay two."""
    for path in write_pairs(tmp_path / "shoot", 3):
        shutil.move(path, tmp_path / path.name)
        run(library, trip, tmp_path / path.name)
    join_apart(library)
    photos = by_name(library, trip)
    locked = {"IMG_0001.JPG": "One", "IMG_0002.DNG": "Two", "IMG_0003.JPG": "Three", "IMG_0003.DNG": "Four"}
    for name, label in locked.items():
        move_to_new_group(library, project_id=trip, photo_ids=[photos[name].id], label=label)
    library.write(
        lambda t: (
            t.connection.execute("UPDATE project_photos SET placed = 'automatic', position = 7") and None
        )
    )
    before = [c for c in board(library, trip) if c.group]
    lock_groups(library, group_ids=[c.group.id for c in before if c.group])
    move_to_new_group(library, project_id=trip, photo_ids=[photos["IMG_0002.JPG"].id], label="Other")
    library.write(lambda t: t.connection.execute("UPDATE project_photos SET placed = 'automatic'") and None)
    run(library, trip, tmp_path)
    after = {c.group.label: c.photo_ids for c in board(library, trip) if c.group}
    assert {label: after[label] for label in locked.values()} == {
        c.group.label: c.photo_ids for c in before if c.group
    }
    assert names(library, trip) == [
        ["IMG_0001.JPG", "IMG_0001.DNG"],
        ["IMG_0002.JPG", "IMG_0002.DNG"],
        ["IMG_0003.DNG"],
        ["IMG_0003.JPG"],
    ]


def test_no_frame_is_split_in_a_locked_column_or_joined_out_of_one(
    library: Library, trip: int, tmp_path: Path
) -> None:
    run(library, trip, *write_pairs(tmp_path / "shoot", 1))
    (jpeg,) = (photo.id for photo in project_photos(library, trip))
    move_to_new_group(library, project_id=trip, photo_ids=[jpeg], label="Mine")
    mine = board(library, trip)[0].group
    assert mine is not None
    lock_groups(library, group_ids=[mine.id])
    before = board(library, trip)
    with pytest.raises(PixsortError, match="«Mine» is locked; unlock it first"):
        split_frames(library, project_id=trip, photo_ids=[jpeg])
    assert board(library, trip) == before
    lock_groups(library, group_ids=[mine.id], locked=False)
    split_frames(library, project_id=trip, photo_ids=[jpeg])
    raw = by_name(library, trip)["IMG_0001.DNG"].id
    move_to_new_group(library, project_id=trip, photo_ids=[raw], label="Raw")
    raws = board(library, trip)[1].group
    assert raws is not None
    lock_groups(library, group_ids=[raws.id])
    before = board(library, trip)
    with pytest.raises(PixsortError, match="«Raw» is locked; unlock it first"):
        join_frames(library, project_id=trip, photo_ids=[jpeg, raw])  # the JPEG would show it
    assert board(library, trip) == before
    lock_groups(library, group_ids=[raws.id], locked=False)
    lock_groups(library, group_ids=[mine.id])
    join_frames(library, project_id=trip, photo_ids=[jpeg, raw])
    assert board(library, trip)[0].photo_ids == (jpeg,)


def test_a_locked_column_outlives_its_last_photo(library: Library, trip: int, tmp_path: Path) -> None:
    run(library, trip, *write_pairs(tmp_path / "shoot", 2))
    for photo, label in zip(project_photos(library, trip), ("Kept", "Gone"), strict=True):
        move_to_new_group(library, project_id=trip, photo_ids=[photo.id], label=label)
    library.write(lambda t: t.connection.execute("UPDATE groups SET origin = 'automatic'") and None)
    kept = board(library, trip)[0].group
    assert kept is not None
    lock_groups(library, group_ids=[kept.id])
    remove_photos(library, project_id=trip, photo_ids=[photo.id for photo in project_photos(library, trip)])
    assert [c.group.label for c in board(library, trip) if c.group] == ["Kept"]


def test_a_frame_is_one_photo_in_every_project(library: Library, trip: int, tmp_path: Path) -> None:
    other = create_project(library, name="Selects").id
    raw, jpeg = write_pairs(tmp_path / "shoot", 1)
    run(library, trip, raw)
    run(library, other, jpeg)
    assert names(library, trip) == names(library, other) == [["IMG_0001.JPG", "IMG_0001.DNG"]]
    third = create_project(library, name="Third").id
    report = run(library, third, tmp_path / "shoot")
    assert (report.added, report.companions, report.duplicates) == (1, 1, 0)
    photo = project_photos(library, trip)[0]
    split_frames(library, project_id=trip, photo_ids=[photo.id])
    assert names(library, third) == [["IMG_0001.DNG"], ["IMG_0001.JPG"]]
    remove_photos(library, project_id=other, photo_ids=[photo.id])
    undo(library, project_id=trip)
    check_sound(library)
    assert [len(project_photos(library, each)) for each in (trip, other, third)] == [1, 1, 1]


def test_a_name_of_any_file_finds_the_frame(library: Library, trip: int, tmp_path: Path) -> None:
    write_pairs(tmp_path / "shoot", 2)
    edited = write_jpeg(tmp_path / "shoot" / "IMG_0002_edited.jpg", 2, 6.5, quality=50)
    run(library, trip, tmp_path / "shoot")
    photos = by_name(library, trip)
    assert search(library, trip, "0001.dng") == {photos["IMG_0001.JPG"].id}
    assert search(library, trip, "edited") == {photos["IMG_0002.JPG"].id}
    join_frames(library, project_id=trip, photo_ids=[photo.id for photo in photos.values()])
    assert search(library, trip, "0001 edited") == {photos["IMG_0001.JPG"].id}
    undo(library, project_id=trip)
    assert search(library, trip, "0001 edited") == frozenset()
    assert edited.exists()


def test_what_a_companions_sidecar_says_counts_for_the_frame(
    library: Library, trip: int, tmp_path: Path
) -> None:
    raw, jpeg = write_pairs(tmp_path / "shoot", 1)
    sidecar = raw.with_name(raw.name + ".xmp")
    sidecar.write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta>'
    )
    run(library, trip, jpeg)
    run(library, trip, raw)
    assert [photo.rating for photo in project_photos(library, trip)] == [4]


def test_a_file_that_cannot_be_read_any_more_is_seen(library: Library, trip: int, tmp_path: Path) -> None:
    raw, jpeg = write_pairs(tmp_path / "shoot", 1)
    run(library, trip, raw.parent)
    whole = jpeg.read_bytes()
    jpeg.write_bytes(b"\xff\xd8 broken")
    report = run(library, trip, raw.parent)
    assert [path for path, _ in report.failed] == [str(jpeg)]
    photos = project_photos(library, trip)
    assert {(Path(photo.path).name, photo.status) for photo in photos} == {
        ("IMG_0001.DNG", "ready"),
        ("IMG_0001.JPG", "failed"),
    }
    jpeg.write_bytes(whole)
    run(library, trip, raw.parent)
    assert names(library, trip) == [["IMG_0001.JPG", "IMG_0001.DNG"]]


def test_files_that_were_edited_in_place_keep_their_frame(
    library: Library, trip: int, tmp_path: Path
) -> None:
    raw, jpeg = write_pairs(tmp_path / "shoot", 1)
    run(library, trip, raw.parent)
    before = project_photos(library, trip)[0]
    rate_photos(library, project_id=trip, photo_ids=[before.id], rating=2)
    write_dng(raw, 5, 3)
    run(library, trip, raw.parent)
    assert names(library, trip) == [["IMG_0001.JPG", "IMG_0001.DNG"]]
    write_jpeg(jpeg, 6, None)  # an editor dropped the time
    run(library, trip, raw.parent)
    after = project_photos(library, trip)
    assert names(library, trip) == [["IMG_0001.JPG", "IMG_0001.DNG"]]
    assert [(photo.id, photo.rating) for photo in after] == [(before.id, 2)]
    assert after[0].sha256 != before.sha256
    assert all_files(library, trip) == on_disk(raw.parent)


def test_a_frame_is_shown_by_a_file_that_is_there(library: Library, trip: int, tmp_path: Path) -> None:
    """JPEGs that were deleted or moved away, while their RAWs stayed."""
    raw, jpeg, *_ = write_pairs(tmp_path / "shoot", 2)
    run(library, trip, raw.parent)
    before = project_photos(library, trip)[0]
    rate_photos(library, project_id=trip, photo_ids=[before.id], rating=5)
    away = tmp_path / "away" / "one.jpg"
    away.parent.mkdir()
    shutil.move(jpeg, away)
    absent = find_absent(library, trip).photos
    check_sound(library)
    photo = project_photos(library, trip)[0]
    assert (photo.id, Path(photo.path), photo.rating, photo.format) == (before.id, raw, 5, "RAW")
    assert list(absent.values()) == ["missing"]
    assert photo.id not in absent
    assert names(library, trip)[0] == ["IMG_0001.DNG", "IMG_0001.JPG"]
    run(library, trip, raw.parent)  # the JPEG is still away
    assert Path(project_photos(library, trip)[0].path) == raw

    locate(library, project_id=trip, folders=[away.parent])
    check_sound(library)
    assert Path(project_photos(library, trip)[0].path) == away
    shutil.move(away, jpeg)
    find_absent(library, trip)
    run(library, trip, raw.parent)
    photo = project_photos(library, trip)[0]
    assert (photo.id, Path(photo.path), photo.rating) == (before.id, jpeg, 5)
    assert not find_absent(library, trip).photos
    assert len(project_photos(library, trip)) == 2


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_done_no_file_is_lost(library: Library, tmp_path: Path, seed: int) -> None:
    """Imports, splits, joins, moves, removals, undo and redo in any order, in two projects at once."""
    folder = tmp_path / "shoot"
    paths = [
        *write_pairs(folder, 2),
        write_jpeg(folder / "IMG_0001-Edit.jpg", 1, 3.5, quality=60),
        write_jpeg(folder / "IMG_0002.jpeg", 2, 6.5, quality=50),
    ]
    projects = [create_project(library, name=name).id for name in ("One", "Two")]
    dice = random.Random(seed)
    imported: set[Path] = set()
    for _ in range(40):
        project_id = dice.choice(projects)
        photos = [photo.id for photo in project_photos(library, project_id)]
        some = dice.sample(photos, min(len(photos), dice.randint(1, 3)))
        match dice.randrange(8):
            case 0 | 1:
                chosen = dice.sample(paths, dice.randint(1, 3))
                imported |= set(chosen)
                run(library, project_id, *chosen)
            case 2 if len(some) > 1:
                join_frames(library, project_id=project_id, photo_ids=some)
            case 3 if any(
                photo.companions for photo in project_photos(library, project_id) if photo.id in some
            ):
                split_frames(library, project_id=project_id, photo_ids=some)
            case 4 if some:
                move_to_new_group(library, project_id=project_id, photo_ids=some)
            case 5 if some:
                rate_photos(library, project_id=project_id, photo_ids=some, rating=dice.randint(0, 5))
            case 6 if some:
                remove_photos(library, project_id=project_id, photo_ids=some[:1])
            case 7:
                with contextlib.suppress(ConflictError):  # a column that another project's step deleted
                    (undo if dice.random() < 0.7 else redo)(library, project_id=project_id)
        check_sound(library)
        known = library.rows(
            "SELECT path FROM files JOIN photos ON photos.id = photo_id WHERE status = 'ready'"
        )
        assert {row["path"] for row in known} == {str(path) for path in imported}
    for project_id in projects:
        run(library, project_id, folder)
        assert all_files(library, project_id) == on_disk(folder)
