"""The index of words: complete whoever writes the rows, and never at odds with what stands in them."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from pixsort_desktop.commands.organise import delete_groups, merge_groups, move_to_new_group, rename_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.library import opening
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.migrations import APPLICATION_ID, migrations
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.library.replaced import settle_replaced
from pixsort_desktop.library.search import MOST_WORDS, search
from pixsort_desktop.library.transaction import Transaction

FACTS: dict[str, Any] = {"status": "ready", "format": "JPEG", "width": 30, "height": 20}


def put(library: Library, project_id: int, path: str, sha256: str | None = None, **facts: Any) -> int:
    """A photo in a project, by the road that imports take."""

    def act(transaction: Transaction) -> int:
        sha = sha256 or path.encode("utf-8", "surrogateescape").hex()
        photo_id = put_photo(transaction, path, 1, 1, {**FACTS, "sha256": sha, **facts})
        add_to_project(transaction, project_id, photo_id)
        return photo_id

    return library.write(act)


@pytest.fixture
def project_id(library: Library) -> int:
    return create_project(library, name="Trip").id


def found(library: Library, project_id: int, text: str) -> set[int]:
    hits = search(library, project_id, text)
    assert hits is not None
    return set(hits)


def check_index(library: Library) -> None:
    """What the triggers kept is what the rows say now."""
    kept = {row[0]: row[1] for row in library.rows("SELECT rowid, CAST(text AS BLOB) FROM photo_search")}
    said = {row[0]: row[1] for row in library.rows(
        "SELECT id, CAST(text AS BLOB) FROM photo_words WHERE id IN (SELECT photo_id FROM files)"
    )}  # fmt: skip
    assert kept == said
    labels = {row[0]: row[1] for row in library.rows("SELECT rowid, text FROM group_search")}
    assert labels == {row[0]: row[1] for row in library.rows("SELECT id, label FROM groups")}


def test_every_word_must_be_the_photo_s_or_its_column_s(library: Library, project_id: int) -> None:
    sea = put(library, project_id, "/p/Küste_0042.jpg", make="Canon", model="Canon EOS R5", lens="RF85mm F1.2 L",
              taken_at="2024-05-01T12:00:00.25+02:00", iso=800, focal_mm=85.0, f_number=2.8, exposure_s=1 / 250)  # fmt: skip
    hill = put(library, project_id, "/p/hill.tif", format="TIFF", exposure_s=2.5)
    move_to_new_group(library, project_id=project_id, photo_ids=[hill], label="First «Dance»")
    for text in ("küste", "KÜSTE 0042", "42.J", "eos r5", "85 mm", "85mm", "iso 800", "ISO800", "f/2.8", "1/250",
                 "2024-05", "ü", "Ü", "rf85", "jpeg ungrouped", "  r5  ", "groupe ISO"):  # fmt: skip
        assert found(library, project_id, text) == {sea}, text
    for text in ("dance", "first tiff", "«", "«dance»", "2.5 s", "hill first", "HI"):
        assert found(library, project_id, text) == {hill}, text
    for text in ("küste dance", "/p/", "0043", "ready", "%", "_9", "*", '"', "hill ungrouped"):
        assert found(library, project_id, text) == set(), text
    assert search(library, project_id, " \n ") is None
    assert search(library, project_id + 1, "hill") == set()


def test_accents_are_found_however_they_are_written(library: Library, project_id: int) -> None:
    names = ["Café.jpg", unicodedata.normalize("NFD", "Café noir.jpg")]
    both = {put(library, project_id, f"/p/{name}") for name in names}
    for text in ("café", unicodedata.normalize("NFD", "CAFÉ"), "é", "fé"):
        assert found(library, project_id, text) == both, text


def test_the_index_follows_whatever_is_done(library: Library, project_id: int) -> None:
    one, two, three = (put(library, project_id, f"/p/frame{n}.jpg") for n in "abc")
    odd = put(library, project_id, os.fsdecode(b"/p/gr\xe9goire\xff.jpg"))
    check_index(library)
    assert found(library, project_id, "goire") == {odd}
    move_to_new_group(library, project_id=project_id, photo_ids=[one], label="Harbour")
    move_to_new_group(library, project_id=project_id, photo_ids=[two, three], label="Market")
    groups = [column.group.id for column in board(library, project_id) if column.group]
    rename_group(library, group_id=groups[0], label="Port")
    check_index(library)
    assert found(library, project_id, "port") == {one}
    merge_groups(library, group_ids=[groups[1], groups[0]])
    check_index(library)
    assert found(library, project_id, "market") == {one, two, three}
    delete_groups(library, group_ids=[groups[1]])
    check_index(library)
    for _ in range(3):
        undo(library, project_id=project_id)
        check_index(library)
    assert found(library, project_id, "harbour") == {one}
    redo(library, project_id=project_id)
    check_index(library)
    assert found(library, project_id, "port") == {one}
    assert found(library, project_id, "harbour") == set()


def test_a_file_that_moves_or_gets_new_bytes_takes_its_name_along(library: Library, project_id: int) -> None:
    photo = put(library, project_id, "/p/first.jpg", sha256="aa")
    assert put(library, project_id, "/q/copy.jpg", sha256="aa") == photo
    check_index(library)
    assert found(library, project_id, "copy") == found(library, project_id, "first") == {photo}
    failed = put(library, project_id, "/p/torn.jpg", sha256="bb", status="failed", error="It is cut off.")
    put(library, project_id, "/p/torn.jpg", sha256="cc", model="Later")  # tried again, and whole now
    library.write(lambda t: settle_replaced(t, lambda path: "torn" not in path))
    check_index(library)
    assert found(library, project_id, "later") == {failed}
    put(library, project_id, "/p/first.jpg", sha256="dd", model="Retouched")
    library.write(lambda t: settle_replaced(t, lambda path: True))
    check_index(library)
    assert found(library, project_id, "copy") == {photo}


def test_rows_get_the_ids_they_would_have_without_an_index(library: Library, project_id: int) -> None:
    """`lastrowid` is the row's own, though a trigger wrote into another table after it."""
    ids = [put(library, project_id, f"/p/{n}.jpg") for n in range(5)]
    assert ids == [row[0] for row in library.rows("SELECT id FROM photos ORDER BY id")]
    move_to_new_group(library, project_id=project_id, photo_ids=[ids[0]], label="A")
    move_to_new_group(library, project_id=project_id, photo_ids=[ids[1]], label="B")
    assert [len(column.photo_ids) for column in board(library, project_id)] == [1, 1, 3]


def test_an_older_library_is_indexed_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = type(migrations)("pixsort")
    older._migrations = [
        each for each in migrations._migrations if each.name in ("create_tables", "add_judgements")
    ]
    db = Database(tmp_path / opening.FILE_NAME)
    older.apply(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("INSERT INTO projects (name, status, created_at) VALUES ('Old', 'ready', '')")
    db.execute("INSERT INTO groups (project_id, label, position, origin) VALUES (1, 'Lighthouse', 0, 'hand')")
    for n, path in enumerate(["/p/old.jpg", b"/p/caf\xe9.jpg", "/p/third.jpg"], start=1):
        db.execute("INSERT INTO photos (sha256, status, model) VALUES (?, 'ready', 'Leica Q')", [str(n)])
        db.execute("INSERT INTO files (photo_id, path, role) VALUES (?, ?, 'original')", [n, path])
        db.execute("INSERT INTO project_photos VALUES (1, ?, ?, 0, 'hand')", [n, 1 if n == 3 else None])
    db.conn.commit()
    db.close()
    with Library.open(tmp_path) as library:
        check_index(library)
        assert found(library, 1, "lighthouse") == {3}
        assert found(library, 1, "leica caf") == {2}
        assert library.rows("PRAGMA integrity_check")[0][0] == "ok"


# -- against a plain reading -------------------------------------------------------------------------------

LETTERS = "aAbB1.-_%*\"'()^:+ÄäéÉЖж東京🦊🏔"  # letters whose small form is one and the same everywhere
NAMES = [
    "aAb-1.jpg",
    "BBäé.jpg",
    "Жж東京.jpg",
    "🦊🏔b.jpg",
    "%_*.jpg",
    '"a\'b".jpg',
    "(^:+).jpg",
    "ÄÄÄ aab.jpg",
]
COLUMNS = ["ab Äé", "🏔東 1%", "AND OR NOT"]


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, dict[int, str]]]:
    """A library, and the whole text of each photo with its column's label."""
    with Library.open(tmp_path_factory.mktemp("search")) as library:
        project_id = create_project(library, name="Odd").id
        texts = {put(library, project_id, f"/p/{name}"): f"{name}\nJPEG" for name in NAMES}
        ids = list(texts)
        for place, label in enumerate(COLUMNS):
            members = ids[place * 2 : place * 2 + 2]
            move_to_new_group(library, project_id=project_id, photo_ids=members, label=label)
            texts |= {i: f"{texts[i]}\n{label}" for i in members}
        yield (
            library,
            {i: text if text.count("\n") > 1 else f"{text}\nUngrouped" for i, text in texts.items()},
        )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(LETTERS, min_size=1, max_size=5) | st.sampled_from([*NAMES, *COLUMNS]), max_size=3))
def test_search_finds_what_a_plain_reading_finds(
    shoot: tuple[Library, dict[int, str]], words: list[str]
) -> None:
    library, texts = shoot
    text = " ".join(words)
    asked = text.lower().split()
    hits = search(library, 1, text)
    assert hits == (
        {i for i, has in texts.items() if all(w in has.lower() for w in asked)} if asked else None
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=40))
def test_nothing_that_can_be_typed_is_an_error(shoot: tuple[Library, dict[int, str]], text: str) -> None:
    search(shoot[0], 1, text)


def test_a_pasted_page_is_no_error_either(shoot: tuple[Library, dict[int, str]]) -> None:
    library, _ = shoot
    assert search(library, 1, "x" * 1000) == set()
    assert search(library, 1, "é" * 1000) == set()
    assert search(library, 1, '" OR * NEAR( ' * 1000) == set()
    assert search(library, 1, " ".join(f"a{n}" for n in range(5000))) == set()
    many = " ".join(f"{'a' * n}-1" for n in range(2, MOST_WORDS))
    assert search(library, 1, f"{many} jpg") == set()
    assert search(library, 1, "aab " * 1000) == {1, 8}
