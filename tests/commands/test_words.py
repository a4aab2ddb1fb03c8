"""Keywords and captions: decided once, undone, searched, written into sidecars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.commands import projects
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.commands.words import decide_tags, write_caption
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.sidecars import write_sidecars
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.keywords import Suggestion, photo_tags, put_suggestions
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.search import search
from pixsort_desktop.library.written import project_captions, put_model_caption
from pixsort_desktop.photo.xmp import read_xmp

MakeJpeg = Callable[..., Path]


@pytest.fixture
def shoot(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> tuple[int, list[int]]:
    project_id = projects.create_project(library, name="Shoot").id
    for n in range(3):
        make_jpeg(f"card/{n}.jpg", seed=n)
    import_photos(library, project_id=project_id, paths=[tmp_path / "card"])
    ids = [photo.id for photo in project_photos(library, project_id)]
    found = [Suggestion("beach", 0.9), Suggestion("dog", 0.6)]
    for model in ("m-1", "m-2"):
        library.write(lambda t, model=model: put_suggestions(t, ids[0], model, "v", found))
    return project_id, ids


def said(tmp_path: Path, n: int) -> object:
    return read_xmp((tmp_path / "card" / f"{n}.xmp").read_bytes())


def test_decisions_stick_are_undone_and_are_searched(library: Library, shoot: tuple[int, list[int]]) -> None:
    project_id, (first, *_) = shoot
    decide_tags(library, project_id=project_id, decisions={first: ["beach"]}, state="accepted")
    decide_tags(library, project_id=project_id, decisions={first: ["dog"]}, state="rejected")
    tags = photo_tags(library, project_id, first)
    assert (tags.accepted, tags.rejected, tags.suggested) == (("beach",), ("dog",), ())
    again = [Suggestion("dog", 0.99), Suggestion("sea", 0.7)]
    library.write(lambda t: put_suggestions(t, first, "m-2", "w", again))
    assert [s.word for s in photo_tags(library, project_id, first).suggested] == ["sea"]
    assert search(library, project_id, "beach") == {first}
    assert search(library, project_id, "dog") == set()
    assert undo(library, project_id=project_id) == "Rejected tag dog"
    assert undo(library, project_id=project_id) == "Keyword beach"
    assert search(library, project_id, "beach") == set()
    assert [s.word for s in photo_tags(library, project_id, first).suggested] == ["dog", "beach", "sea"]
    redo(library, project_id=project_id)
    assert photo_tags(library, project_id, first).accepted == ("beach",)


def test_captions_by_the_user_go_before_a_models(library: Library, shoot: tuple[int, list[int]]) -> None:
    project_id, (first, *_) = shoot
    library.write(lambda t: put_model_caption(t, first, "coca", "A man walks along the shore"))
    assert project_captions(library, project_id)[first].source == "coca"
    assert search(library, project_id, "shore") == {first}
    write_caption(library, project_id=project_id, photo_id=first, caption=" Ben at dawn\n")
    assert project_captions(library, project_id)[first].text == "Ben at dawn"
    assert search(library, project_id, "shore") == set() and search(library, project_id, "dawn") == {first}
    assert undo(library, project_id=project_id) == "Caption"
    assert search(library, project_id, "shore") == {first}
    write_caption(library, project_id=project_id, photo_id=first, caption="x")
    write_caption(library, project_id=project_id, photo_id=first, caption="")
    assert project_captions(library, project_id)[first].source == "coca"


def test_keywords_go_into_dc_subject_and_out_again(
    library: Library, shoot: tuple[int, list[int]], tmp_path: Path
) -> None:
    project_id, (first, second, _) = shoot
    both = {first: ["beach", "old town"], second: ["beach"]}
    decide_tags(library, project_id=project_id, decisions=both, state="accepted")
    report = write_sidecars(library, project_id=project_id)
    assert (report.written, report.failed) == (2, [])
    facts = read_xmp((tmp_path / "card" / "0.xmp").read_bytes())
    assert facts.keywords == ("beach", "old town")
    assert facts.hierarchy == ("PixSort|Tags|beach", "PixSort|Tags|old town")
    assert facts.description is None
    sidecar = tmp_path / "card" / "1.xmp"
    sidecar.write_text(
        sidecar.read_text().replace("<rdf:li>beach</rdf:li>", "<rdf:li>beach</rdf:li><rdf:li>mine</rdf:li>")
    )
    decide_tags(library, project_id=project_id, decisions=both, state="rejected")
    write_sidecars(library, project_id=project_id, over_changes=True)
    assert read_xmp((tmp_path / "card" / "0.xmp").read_bytes()).keywords == ()
    assert read_xmp(sidecar.read_bytes()).keywords == ("mine",)


def test_tags_and_columns_do_not_take_each_other_away(
    library: Library, shoot: tuple[int, list[int]], tmp_path: Path
) -> None:
    from pixsort_desktop.commands.organise import move_to_new_group

    project_id, (first, *_) = shoot
    move_to_new_group(library, project_id=project_id, photo_ids=[first], label="Ceremony")
    decide_tags(library, project_id=project_id, decisions={first: ["beach"]}, state="accepted")
    write_sidecars(library, project_id=project_id, keywords=True)
    write_sidecars(library, project_id=project_id, keywords=False)
    facts = read_xmp((tmp_path / "card" / "0.xmp").read_bytes())
    assert set(facts.hierarchy) == {"PixSort|Shoot|Ceremony", "PixSort|Tags|beach"}
    assert set(facts.keywords) == {"Ceremony", "beach"}


def test_captions_are_written_on_request_and_a_models_not_over_another(
    library: Library, shoot: tuple[int, list[int]], tmp_path: Path
) -> None:
    project_id, ids = shoot
    for photo_id in ids[:2]:
        library.write(lambda t, i=photo_id: put_model_caption(t, i, "coca", f"A <picture> & {i}"))
    assert write_sidecars(library, project_id=project_id).written == 0
    assert write_sidecars(library, project_id=project_id, captions=True).written == 2
    place = tmp_path / "card" / "0.xmp"
    assert read_xmp(place.read_bytes()).description == f"A <picture> & {ids[0]}"
    library.write(
        lambda t: put_model_caption(t, ids[0], "coca-2", "Better")
    )  # another model's, by name the later one
    write_sidecars(library, project_id=project_id, captions=True)
    assert read_xmp(place.read_bytes()).description == "Better"
    foreign = place.read_text().replace("Better", "Anna's birthday")
    place.write_text(foreign)
    write_sidecars(library, project_id=project_id, captions=True, over_changes=True)
    assert place.read_text() == foreign
    write_caption(library, project_id=project_id, photo_id=ids[0], caption="By me\nin two lines")
    write_sidecars(library, project_id=project_id, captions=True, over_changes=True)
    assert read_xmp(place.read_bytes()).description == "By me\nin two lines"
    german = place.read_text().replace("</rdf:Alt>", '<rdf:li xml:lang="de">Von mir</rdf:li></rdf:Alt>')
    place.write_text(german)
    write_caption(library, project_id=project_id, photo_id=ids[0], caption="Once more")
    write_sidecars(library, project_id=project_id, captions=True, over_changes=True)
    assert "Von mir" in place.read_text() and read_xmp(place.read_bytes()).description == "Once more"


def test_what_makes_no_sense_is_refused(library: Library, shoot: tuple[int, list[int]]) -> None:
    project_id, (first, *_) = shoot
    with pytest.raises(PixsortError, match="at least one letter"):
        decide_tags(library, project_id=project_id, decisions={first: [" "]}, state="accepted")
    with pytest.raises(PixsortError, match="at most"):
        write_caption(library, project_id=project_id, photo_id=first, caption="x" * 20_000)
    with pytest.raises(NotFoundError):
        decide_tags(library, project_id=project_id, decisions={999: ["x"]}, state="accepted")
