"""Whatever the rules, the user's choice and the state of the disk: of each picture one sound file stays."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pixsort_desktop.commands.duplicates import merge_duplicates
from pixsort_desktop.commands.organise import lock_groups, move_to_new_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.find_duplicates import find_duplicates
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.keepers import RULES, set_keep_rules
from pixsort_desktop.jobs.settle_duplicates import settle_duplicates
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos

pytestmark = pytest.mark.skipif(os.name == "nt", reason="looks into the freedesktop.org trash")
FOLDERS = ("card", "archive", "drive")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures, each as the same file, as the same pixels and made smaller, over three folders; a project of them."""
    work = tmp_path_factory.mktemp("copies")
    at = random.Random(6)
    for seed in range(3):
        cells = bytes(at.randrange(256) for _ in range(7 * 5 * 3))
        picture = Image.frombytes("RGB", (7, 5), cells).resize((360, 240), Image.Resampling.BICUBIC)
        for folder in FOLDERS:
            (work / "shoot" / folder).mkdir(parents=True, exist_ok=True)
        picture.save(work / f"shoot/card/{seed}.jpg", quality=92)
        shutil.copy(work / f"shoot/card/{seed}.jpg", work / "shoot/archive")
        shutil.copy(work / f"shoot/card/{seed}.jpg", work / f"shoot/drive/{seed} again.jpg")
        with Image.open(work / f"shoot/card/{seed}.jpg") as image:
            image.save(work / f"shoot/archive/{seed}.png")
            image.resize((180, 120)).save(work / f"shoot/drive/{seed} small.jpg", quality=90)
    with Library.open(work / "library") as library:
        project_id = create_project(library, name="Shoot").id
        import_photos(library, project_id=project_id, paths=[work / "shoot"])
        ids = [photo.id for photo in project_photos(library, project_id)]
        move_to_new_group(library, project_id=project_id, photo_ids=ids[:4], label="Album")
        assert {each.kind for each in find_duplicates(library)} == {
            "exact",
            "near",
        }  # learnt for all that follows
    shutil.copytree(work / "shoot", work / "whole shoot")
    shutil.copytree(work / "library", work / "whole library")
    return work


def fresh(work: Path, trash: Path) -> None:
    """Everything as it was, at the same paths."""
    for name in ("shoot", "library"):
        shutil.rmtree(work / name, ignore_errors=True)
        shutil.copytree(work / f"whole {name}", work / name)
    for gone in (trash, work / "away"):
        shutil.rmtree(gone, ignore_errors=True)


def bytes_below(*folders: Path) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".jpg", ".png"):
                yield path, sha256(path.read_bytes()).hexdigest()


def harm(work: Path, which: tuple[str, str | int]) -> None:
    """A file is deleted or edited by somebody else, or a drive is pulled out."""
    how, at = which
    if how == "away":
        if (work / f"shoot/{at}").is_dir():
            (work / f"shoot/{at}").rename(work / "away" / str(at))
        return
    there = [path for path, _ in bytes_below(work / "shoot")]
    if there:
        path = there[int(at) % len(there)]
        path.unlink() if how == "gone" else path.write_bytes(path.read_bytes() + b" ")


HARMS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("gone", "edited")), st.integers(0, 20)),
        st.tuples(st.just("away"), st.sampled_from(FOLDERS)),
    ),
    max_size=4,
)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    order=st.permutations(sorted(RULES)),
    off=st.sets(st.sampled_from(sorted(RULES))),
    protected=st.sets(st.sampled_from(FOLDERS)),
    before=HARMS,
    after=HARMS,
    whole=st.booleans(),
    locked=st.booleans(),
    choice=st.randoms(use_true_random=False),
)
def test_of_each_picture_one_sound_file_stays(
    template: Path,
    trash: Path,
    order: list[str],
    off: set[str],
    protected: set[str],
    before: list[tuple[str, str | int]],
    after: list[tuple[str, str | int]],
    whole: bool,
    locked: bool,
    choice: random.Random,
) -> None:
    fresh(template, trash)
    (template / "away").mkdir()
    pictures = {digest: path.name[0] for path, digest in bytes_below(template / "shoot")}
    with Library.open(template / "library") as library:
        (project_id,) = (row["id"] for row in library.rows("SELECT id FROM projects"))
        if locked:
            ids = [column.group.id for column in board(library, project_id) if column.group]
            lock_groups(library, group_ids=ids)
        folders = [str(template / "shoot" / each) for each in protected]
        set_keep_rules(library, order=order, off=sorted(off), protected=folders)
        for _round in range(2):
            for each in before:
                harm(template, each)
            sets = find_duplicates(library, project_id=None if whole else project_id)
            for found in sets:
                there = [copy for copy in found.copies if copy.absent is None]
                assert not there or found.copies[found.keeper].absent is None
            for each in after:
                harm(template, each)
            left = {pictures[digest] for _, digest in bytes_below(template / "shoot") if digest in pictures}
            files = sorted(digest for _, digest in bytes_below(template / "shoot", template / "away", trash))
            chosen = [
                found.settled(choice.choice((found.keeper, choice.randrange(len(found.copies)))))
                for found in sets
                if choice.random() < 0.8
            ]
            merge = merge_with(library, project_id)
            settle_duplicates(library, project_id=project_id, sets=chosen, merge=merge)
            stays = {pictures[digest] for _, digest in bytes_below(template / "shoot") if digest in pictures}
            assert stays == left
            assert files == sorted(
                digest for _, digest in bytes_below(template / "shoot", template / "away", trash)
            )  # and nothing was deleted


def merge_with(library: Library, project_id: int) -> Callable[..., dict[int, str]]:
    return lambda takeovers: merge_duplicates(library, project_id=project_id, takeovers=takeovers)


def test_sets_that_contradict_each_other_stay_whole(template: Path, trash: Path) -> None:
    fresh(template, trash)
    before = [*bytes_below(template / "shoot")]
    with Library.open(template / "library") as library:
        (project_id,) = (row["id"] for row in library.rows("SELECT id FROM projects"))
        near = next(each for each in find_duplicates(library) if each.kind == "near")
        sets = [near.settled(at) for at in range(len(near.copies))]
        report = settle_duplicates(
            library, project_id=project_id, sets=sets, merge=merge_with(library, project_id)
        )
    assert len(report.failed) == len(sets)
    assert [*bytes_below(template / "shoot")] == before
