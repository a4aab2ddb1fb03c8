"""Keeping all copies, and one taking over from the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.commands.duplicates import keep_set, look_again, merge_duplicates
from pixsort_desktop.commands.judge import colour_photos, flag_photos, rate_photos
from pixsort_desktop.commands.organise import move_to_new_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.commands.words import decide_tags, write_caption
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.captions import Caption, receive_caption
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import Takeover, kept_apart
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.keywords import photo_tags
from pixsort_desktop.library.photos import get_photos, project_photos
from pixsort_desktop.library.search import search
from pixsort_desktop.library.written import project_captions

MakeJpeg = Callable[..., Path]


@pytest.fixture
def project(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> int:
    for n in range(3):
        make_jpeg(f"shoot/{n}.jpg", seed=n)
    project_id = create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[tmp_path / "shoot"])
    return project_id


def merge(library: Library, project: int, keeper: int, *copies: int, **said: Any) -> dict[int, str]:
    takeover = Takeover(keeper, copies, **said)
    return merge_duplicates(library, project_id=project, takeovers=[takeover])


def test_a_keeper_takes_over_what_was_thought_of_its_copies(
    library: Library, project: int, make_jpeg: MakeJpeg
) -> None:
    a, b, c = (photo.id for photo in project_photos(library, project))
    other = create_project(library, name="Other").id
    import_photos(library, project_id=other, paths=[project_photos(library, project)[1].path])
    rate_photos(library, project_id=project, photo_ids=[b], rating=4)
    flag_photos(library, project_id=project, photo_ids=[c], flag="pick")
    colour_photos(library, project_id=project, photo_ids=[b], colour="green")
    move_to_new_group(library, project_id=project, photo_ids=[b], label="Coast")
    merge(library, project, a, b, c)
    (keeper,) = get_photos(library, [a])
    assert (keeper.rating, keeper.flag, keeper.colour) == (4, "pick", "green")
    assert set(board(library, project)[0].photo_ids) == {a, b}
    assert {photo.id for photo in project_photos(library, other)} == {a, b}
    assert undo(library, project_id=project) == "Merge duplicates"
    (keeper,) = get_photos(library, [a])
    assert (keeper.rating, keeper.flag, keeper.colour) == (0, None, None)
    assert board(library, project)[0].photo_ids == (b,)
    assert {photo.id for photo in project_photos(library, other)} == {b}
    redo(library, project_id=project)
    assert get_photos(library, [a])[0].rating == 4


def test_a_rejected_copy_rejects_no_keeper(library: Library, project: int) -> None:
    a, b, _ = (photo.id for photo in project_photos(library, project))
    flag_photos(library, project_id=project, photo_ids=[b], flag="reject")
    merge(library, project, a, b)
    assert get_photos(library, [a])[0].flag is None
    assert "have changed" in merge(library, project, a, 999)[999]


def test_keeping_all_is_undone(library: Library, project: int) -> None:
    a, b, c = sorted(photo.id for photo in project_photos(library, project))
    keep_set(library, project_id=project, ids=[c, a, b])
    assert kept_apart(library, "kept_photos") == {(a, b), (a, c), (b, c)}
    assert undo(library, project_id=project) == "Keep all duplicates"
    assert kept_apart(library, "kept_photos") == set()
    with pytest.raises(PixsortError):
        keep_set(library, project_id=project, ids=[a])


def test_words_go_over_where_the_keeper_has_none(library: Library, project: int) -> None:
    a, b, c = (photo.id for photo in project_photos(library, project))
    decide_tags(library, project_id=project, decisions={a: ["dog"]}, state="rejected")
    decide_tags(library, project_id=project, decisions={b: ["beach", "dog"], c: ["sea"]}, state="accepted")
    decide_tags(library, project_id=project, decisions={b: ["sea"], c: ["cat"]}, state="rejected")
    write_caption(library, project_id=project, photo_id=c, caption="The first evening")
    library.write(lambda t: receive_caption(t, b, Caption("Summer", people=("Ada",), albums=("Coast",))))
    before = words_of(library, project, a)
    merge(library, project, a, b, c, keywords=("Brighton", "dog"), caption="from the file")
    tags, caption, people, albums = words_of(library, project, a)
    assert tags.accepted == ("Brighton", "beach", "sea")  # what was decided of the keeper itself stays
    assert tags.rejected == ("cat", "dog")
    assert caption == "The first evening"
    assert (people, albums) == (("Ada",), ("Coast",))
    assert a in search(library, project, "Brighton Ada")
    undo(library, project_id=project)
    assert words_of(library, project, a) == before
    assert search(library, project, "Ada") == {b}
    redo(library, project_id=project)
    assert words_of(library, project, a)[1] == "The first evening"


def test_a_caption_of_the_keepers_own_stays(library: Library, project: int) -> None:
    a, b, _ = (photo.id for photo in project_photos(library, project))
    write_caption(library, project_id=project, photo_id=a, caption="Mine")
    write_caption(library, project_id=project, photo_id=b, caption="Another")
    merge(library, project, a, b, caption="from the file")
    assert words_of(library, project, a)[1] == "Mine"


def words_of(library: Library, project: int, photo_id: int) -> tuple[Any, ...]:
    (photo,) = get_photos(library, [photo_id])
    caption = project_captions(library, project, photo_id).get(photo_id)
    tags = photo_tags(library, project, photo_id)
    return tags, caption and caption.text, photo.archive_people, photo.albums


def test_sets_that_were_kept_can_be_looked_at_again(library: Library, project: int) -> None:
    a, b, _ = sorted(photo.id for photo in project_photos(library, project))
    keep_set(library, project_id=project, ids=[a, b])
    look_again(library, project_id=project, ids=[a, b])
    assert kept_apart(library, "kept_photos") == set()
    undo(library, project_id=project)
    assert kept_apart(library, "kept_photos") == {(a, b)}
