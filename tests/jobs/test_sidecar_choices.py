"""Sidecars that changed elsewhere, columns as keywords, and pictures that share a sidecar."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.commands import judge, organise, projects, undo
from pixsort_desktop.errors import LibraryError
from pixsort_desktop.jobs import sidecars as sidecar_jobs
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.read_sidecars import changed_sidecars, read_sidecars
from pixsort_desktop.jobs.sidecars import write_sidecars
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.sidecars import known_sidecars
from pixsort_desktop.photo.xmp import read_xmp

MakeJpeg = Callable[..., Path]
Judged = tuple[int, str | None, str | None]

NOTHING = (0, None, None)
LIGHTROOM = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
 xmp:Rating="3" xmp:Label="Green" crs:Exposure2012="+0.35"><!-- keep me --></rdf:Description></rdf:RDF></x:xmpmeta>"""


class Shoot:
    """A folder of three photos, the second with Lightroom's sidecar, as a project."""

    def __init__(self, library: Library, card: Path) -> None:
        self.library, self.card = library, card
        self.project = projects.create_project(library, name="Wedding").id
        self.bring_in()

    def bring_in(self) -> None:
        import_photos(self.library, project_id=self.project, paths=[self.card])

    def id(self, name: str) -> int:
        return next(p.id for p in project_photos(self.library, self.project) if p.path.endswith("/" + name))

    def judge(self, name: str, rating: int | None = None, flag: str | None = None) -> None:
        if rating is not None:
            judge.rate_photos(self.library, project_id=self.project, photo_ids=[self.id(name)], rating=rating)
        if flag is not None:
            judge.flag_photos(self.library, project_id=self.project, photo_ids=[self.id(name)], flag=flag)

    def put(self, label: str, *names: str) -> None:
        ids = [self.id(name) for name in names]
        columns = {c.group.label: c.group.id for c in board(self.library, self.project) if c.group}
        if label in columns or label == "Ungrouped":
            organise.move_photos(
                self.library, project_id=self.project, photo_ids=ids, group_id=columns.get(label)
            )
        else:
            organise.move_to_new_group(self.library, project_id=self.project, photo_ids=ids, label=label)

    def judged(self) -> dict[str, Judged]:
        photos = project_photos(self.library, self.project)
        found = {Path(p.path).name: (p.rating, p.flag, p.colour) for p in photos}
        return {name: said for name, said in found.items() if said != NOTHING}

    def elsewhere(self, name: str, old: str, new: str) -> None:
        """What another program does to a sidecar, an hour ago, so that its time can be trusted."""
        path = self.card / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.age(name)

    def age(self, name: str) -> None:
        now = time.time()
        os.utime(self.card / name, (now - 3600, now - 3600))


@pytest.fixture
def shoot(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> Shoot:
    for n in (1, 2, 3):
        make_jpeg(f"card/{n}.jpg", seed=n)
    (tmp_path / "card" / "2.xmp").write_text(LIGHTROOM)
    return Shoot(library, tmp_path / "card")


# -- what changed elsewhere ---------------------------------------------------------------------------------


def test_their_changes_are_read_in_as_one_step_and_ours_stay(shoot: Shoot, library: Library) -> None:
    shoot.judge("2.jpg", flag="pick")  # ours: a flag; theirs: the stars
    shoot.judge("1.jpg", rating=2)
    write_sidecars(library, project_id=shoot.project)
    shoot.elsewhere("2.xmp", 'Rating="3"', 'Rating="5"')
    shoot.elsewhere("1.xmp", 'Rating="2"', 'Rating="1"')
    (shoot.card / "3.xmp").write_text(LIGHTROOM.replace('"3"', '"4"'))
    shoot.judge("2.jpg", flag="reject")  # after writing, so not in the sidecar
    report = read_sidecars(library, project_id=shoot.project)
    assert shoot.judged() == {
        "1.jpg": (1, None, None),
        "2.jpg": (5, "reject", "green"),
        "3.jpg": (4, None, "green"),
    }
    told = {Path(row["path"]).name: (row["before"], row["after"]) for row in report.to_dict()["photos"]}
    assert report.sidecars == 3
    assert told["2.jpg"] == ({"rating": 3}, {"rating": 5})
    assert undo.undo(library, project_id=shoot.project) == "Read judgements of 3 photos"
    assert shoot.judged() == {"1.jpg": (2, None, None), "2.jpg": (3, "reject", "green")}
    assert read_sidecars(library, project_id=shoot.project).to_dict() == {
        "sidecars": 0,
        "photos": [],
        "failed": [],
    }
    report2 = write_sidecars(library, project_id=shoot.project)  # what was read is known now
    assert report2.changed_elsewhere == []


def test_the_check_opens_only_what_may_have_changed(
    shoot: Shoot, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    read_state = sidecar_jobs.read_state

    def counted(path: Path):  # type: ignore[no-untyped-def]
        opened.append(path.name)
        return read_state(path)

    monkeypatch.setattr("pixsort_desktop.jobs.read_sidecars.read_state", counted)
    shoot.age("2.xmp")
    assert changed_sidecars(library, project_id=shoot.project).photos == []
    assert opened == ["2.xmp"]  # it was too young at the import for its time to prove anything
    assert changed_sidecars(library, project_id=shoot.project).photos == []
    assert opened == ["2.xmp"]
    shoot.elsewhere("2.xmp", 'Rating="3"', 'Rating="1"')
    for _ in range(2):  # it is told again until it is read
        (news,) = changed_sidecars(library, project_id=shoot.project).photos
        assert news.values == {"rating": 1}
    assert shoot.judged()["2.jpg"][0] == 3


def test_develop_settings_of_another_program_are_no_news(shoot: Shoot, library: Library) -> None:
    shoot.elsewhere("2.xmp", "+0.35", "-1.00")
    assert changed_sidecars(library, project_id=shoot.project).photos == []
    shoot.judge("2.jpg", rating=5)
    assert write_sidecars(library, project_id=shoot.project).written == 1
    text = (shoot.card / "2.xmp").read_text()
    assert 'crs:Exposure2012="-1.00"' in text and 'Rating="5"' in text and "keep me" in text


def test_what_says_it_already_is_no_conflict_and_what_is_gone_is_made_again(
    shoot: Shoot, library: Library
) -> None:
    shoot.judge("2.jpg", rating=5)
    shoot.elsewhere("2.xmp", 'Rating="3"', 'Rating="5"')
    report = write_sidecars(library, project_id=shoot.project)
    assert (report.changed_elsewhere, report.written) == (
        [],
        1,
    )  # photoshop:LabelColor, of what is said there
    (shoot.card / "2.xmp").unlink()
    assert write_sidecars(library, project_id=shoot.project).written == 1
    assert read_xmp((shoot.card / "2.xmp").read_bytes()).rating == 5


def test_a_damaged_sidecar_is_named_and_costs_nothing_else(shoot: Shoot, library: Library) -> None:
    shoot.elsewhere("2.xmp", 'Rating="3"', 'Rating="1"')
    (shoot.card / "1.xmp").write_text(LIGHTROOM[:100])
    report = read_sidecars(library, project_id=shoot.project)
    assert [Path(path).name for path, _ in report.failed] == ["1.xmp"]
    assert shoot.judged() == {"2.jpg": (1, None, "green")}
    assert read_sidecars(library, project_id=shoot.project).sidecars == 0


def test_a_reject_that_takes_the_place_of_the_stars_costs_no_stars(shoot: Shoot, library: Library) -> None:
    shoot.judge("1.jpg", rating=4, flag="reject")
    write_sidecars(library, project_id=shoot.project, profile="darktable")
    sidecar = shoot.card / "1.jpg.xmp"
    assert read_xmp(sidecar.read_bytes()).rating is None  # −1 stands where the stars would
    shoot.elsewhere("1.jpg.xmp", "<rdf:Description", '<rdf:Description xmlns:x="urn:x" x:y="z"')
    assert read_sidecars(library, project_id=shoot.project).photos == []
    assert shoot.judged()["1.jpg"] == (4, "reject", None)


def test_a_library_of_before_takes_what_its_changed_sidecars_say(shoot: Shoot, library: Library) -> None:
    library.write(
        lambda t: t.connection.execute("UPDATE sidecars SET said = NULL, size = NULL, mtime_ns = NULL")
    )
    assert changed_sidecars(library, project_id=shoot.project).photos == []
    assert known_sidecars(library)[str(shoot.card / "2.xmp")].said == (3, None, "green")
    library.write(lambda t: t.connection.execute("UPDATE sidecars SET said = NULL"))
    shoot.elsewhere("2.xmp", 'Rating="3"', 'Rating="1"')
    (news,) = read_sidecars(library, project_id=shoot.project).photos
    assert news.values == {"rating": 1}


def test_a_card_that_was_taken_out_is_no_change(shoot: Shoot, library: Library) -> None:
    shutil.move(shoot.card, shoot.card.with_name("drawer"))
    assert read_sidecars(library, project_id=shoot.project).to_dict() == {
        "sidecars": 0,
        "photos": [],
        "failed": [],
    }
    assert shoot.judged() == {"2.jpg": (3, None, "green")}


def test_a_job_about_sidecars_does_not_show_in_the_project_s_status(
    shoot: Shoot, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    shoot.judge("1.jpg", rating=4)
    seen = []

    def look(*_: object) -> None:
        seen.append(get_project(library, shoot.project).status)
        raise LibraryError("The disk is full.")

    monkeypatch.setattr(sidecar_jobs._Writer, "write", look)
    with pytest.raises(LibraryError):
        write_sidecars(library, project_id=shoot.project)
    seen.append(get_project(library, shoot.project).status)
    assert seen == ["ready", "ready"]
    assert (recent_jobs(library)[0].kind, recent_jobs(library)[0].state) == ("sidecars", "failed")


# -- columns as keywords ------------------------------------------------------------------------------------


def keywords(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    facts = read_xmp(path.read_bytes())
    return facts.hierarchy, facts.keywords


def test_columns_go_along_as_keywords_and_follow_the_photo(shoot: Shoot, library: Library) -> None:
    shoot.put("First dance", "1.jpg", "2.jpg")
    shoot.judge("2.jpg", rating=5)
    assert write_sidecars(library, project_id=shoot.project).written == 1
    assert keywords(shoot.card / "2.xmp") == ((), ())
    report = write_sidecars(library, project_id=shoot.project, keywords=True)
    assert (report.written, report.failed) == (2, [])
    for name in ("1.xmp", "2.xmp"):
        assert keywords(shoot.card / name) == (("PixSort|Wedding|First dance",), ("First dance",))
    assert read_xmp((shoot.card / "1.xmp").read_bytes()).rating is None  # it was never judged
    assert not (shoot.card / "3.xmp").exists()

    for place in ("<rdf:li>PixSort|", "<rdf:li>First"):
        shoot.elsewhere("2.xmp", place, f"<rdf:li>theirs</rdf:li>{place}")
    shoot.put("Cake", "2.jpg")
    shoot.put("Ungrouped", "1.jpg")
    assert write_sidecars(library, project_id=shoot.project).written == 2
    assert keywords(shoot.card / "1.xmp") == ((), ())
    assert keywords(shoot.card / "2.xmp") == (("theirs", "PixSort|Wedding|Cake"), ("theirs", "Cake"))
    assert write_sidecars(library, project_id=shoot.project).written == 0
    assert write_sidecars(library, project_id=shoot.project, keywords=False).keywords is False
    assert keywords(shoot.card / "2.xmp")[1] == ("theirs", "Cake")  # left as it is


def test_a_column_that_is_only_numbered_is_no_keyword(shoot: Shoot, library: Library) -> None:
    group_photos(library, project_id=shoot.project)
    shoot.put("Group 9", "1.jpg")  # split off, and not named
    assert write_sidecars(library, project_id=shoot.project, keywords=True).failed == []
    assert not (shoot.card / "1.xmp").exists()
    assert all(keywords(path) == ((), ()) for path in shoot.card.glob("*.xmp"))

    group = next(c.group for c in board(library, shoot.project) if c.group and c.group.label == "Group 9")
    organise.rename_group(library, group_id=group.id, label="Group photo")
    write_sidecars(library, project_id=shoot.project)
    assert keywords(shoot.card / "1.xmp")[1] == ("Group photo",)


LABELS = ["A|B", "a/b\\c", "<b>&amp;\"'", "💃🏽 first dance", "ü" * 200, "PixSort", "]]>", "|"]


@pytest.mark.parametrize("profile", ["lightroom", "digikam"])
def test_any_label_is_a_safe_keyword(shoot: Shoot, library: Library, profile: str) -> None:
    sidecar = shoot.card / ("1.xmp" if profile == "lightroom" else "1.jpg.xmp")
    for label in LABELS:
        shoot.put(label, "1.jpg")
        write_sidecars(library, project_id=shoot.project, profile=profile, keywords=True)
        word = label.replace("|", "¦")
        hierarchy, flat = keywords(sidecar)
        assert f"PixSort|Wedding|{word}" in hierarchy
        assert flat == (word,)
        assert len(hierarchy) == (2 if profile == "digikam" and "/" in label else 1)
    if shutil.which("exiftool"):
        out = subprocess.run(["exiftool", "-j", "-XMP:all", sidecar], capture_output=True, check=True).stdout
        assert json.loads(out)[0]["HierarchicalSubject"] == "PixSort|Wedding|¦"
    shoot.put("Ungrouped", "1.jpg")
    write_sidecars(library, project_id=shoot.project)
    assert keywords(sidecar) == ((), ())


def test_a_dry_run_lists_every_property_and_writes_nothing(shoot: Shoot, library: Library) -> None:
    shoot.judge("1.jpg", rating=4)
    shoot.judge("2.jpg", rating=1)
    before = {path: path.read_bytes() for path in shoot.card.iterdir()}
    jobs = len(recent_jobs(library))
    report = write_sidecars(library, project_id=shoot.project, profile="bridge", dry_run=True)
    assert report.written == 2
    told = [(Path(e["path"]).name, e["name"], e["old"], e["new"]) for e in report.edits]
    assert ("1.xmp", "xmp:Rating", None, "4") in told and ("2.xmp", "xmp:Rating", "3", "1") in told
    assert {path: path.read_bytes() for path in shoot.card.iterdir()} == before
    assert len(recent_jobs(library)) == jobs
    assert write_sidecars(library, project_id=shoot.project).profile == "lightroom"


# -- pictures that share a sidecar --------------------------------------------------------------------------


@pytest.fixture
def pair(shoot: Shoot) -> Shoot:
    """1.jpg and 1.png: two pictures of one name."""
    with Image.open(shoot.card / "3.jpg") as picture:
        picture.save(shoot.card / "1.png")
    shoot.bring_in()
    return shoot


def test_the_same_judgement_is_said_once(pair: Shoot, library: Library) -> None:
    pair.judge("1.jpg", rating=4)
    pair.judge("1.png", rating=4)
    report = write_sidecars(library, project_id=pair.project)
    assert (report.shared, report.failed) == ([], [])
    assert sorted(p.name for p in pair.card.glob("1*.xmp")) == ["1.xmp"]


def test_different_judgements_get_a_sidecar_each_and_are_read_back(pair: Shoot, library: Library) -> None:
    pair.judge("1.jpg", rating=4, flag="pick")
    pair.judge("1.png", rating=1)
    report = write_sidecars(library, project_id=pair.project)
    assert report.failed == []
    ((path, sentence),) = report.shared
    assert Path(path).name == "1.png"
    assert "1.xmp is that of 1.jpg" in sentence and "1.png.xmp" in sentence and "Lightroom" in sentence
    assert read_xmp((pair.card / "1.xmp").read_bytes()).rating == 4
    assert read_xmp((pair.card / "1.png.xmp").read_bytes()).rating == 1
    again = write_sidecars(library, project_id=pair.project)
    assert (again.written, again.changed_elsewhere) == (0, [])
    with Library.open(pair.card.with_name("other")) as other:
        copy = Shoot(other, pair.card)
        assert copy.judged()["1.jpg"] == (4, "pick", None)
        assert copy.judged()["1.png"] == (1, None, None)  # no pick from the other's sidecar
    pair.judge("1.png", rating=4, flag="pick")  # at one again: both sidecars say so
    write_sidecars(library, project_id=pair.project)
    assert read_xmp((pair.card / "1.png.xmp").read_bytes()).rating == 4


def test_the_sidecar_that_was_there_first_keeps_its_picture(pair: Shoot, library: Library) -> None:
    pair.judge("1.png", rating=2)
    write_sidecars(library, project_id=pair.project)  # names its picture: SidecarForExtension
    pair.judge("1.jpg", rating=5)
    report = write_sidecars(library, project_id=pair.project)
    assert [Path(path).name for path, _ in report.shared] == ["1.jpg"]
    assert read_xmp((pair.card / "1.xmp").read_bytes()).rating == 2
    assert read_xmp((pair.card / "1.jpg.xmp").read_bytes()).rating == 5


def test_a_raw_that_merely_lies_beside_has_the_short_name(pair: Shoot, library: Library) -> None:
    (pair.card / "1.CR2").write_bytes(b"II*\0 no picture")
    (pair.card / "2.NEF").write_bytes(b"II*\0 no picture")
    raw = LIGHTROOM.replace('"3"', '"2"')
    (pair.card / "1.xmp").write_text(raw)
    pair.judge("1.jpg", rating=4)
    pair.judge("1.png", rating=1)
    pair.judge("2.jpg", rating=5)
    report = write_sidecars(library, project_id=pair.project)
    assert {Path(path).name for path, _ in report.shared} == {"1.jpg", "1.png"}
    assert (pair.card / "1.xmp").read_text() == raw  # the raw file's, and nobody judged that
    assert read_xmp((pair.card / "1.jpg.xmp").read_bytes()).rating == 4
    # A lone JPEG beside its raw file is one frame with it, and Lightroom reads this sidecar for the raw file.
    assert read_xmp((pair.card / "2.xmp").read_bytes()).rating == 5
    assert report.note is None


def test_lightroom_s_deafness_is_told_where_it_matters(shoot: Shoot, library: Library) -> None:
    shoot.judge("1.jpg", rating=4)
    assert "Lightroom" in (write_sidecars(library, project_id=shoot.project).note or "")
    assert write_sidecars(library, project_id=shoot.project, profile="darktable").note is None


def test_every_sidecar_of_a_photo_says_the_same(shoot: Shoot, library: Library) -> None:
    (shoot.card / "2.jpg.xmp").write_text(LIGHTROOM)
    shoot.bring_in()
    read_sidecars(library, project_id=shoot.project)
    shoot.judge("2.jpg", rating=1)
    write_sidecars(library, project_id=shoot.project)
    for name in ("2.xmp", "2.jpg.xmp"):
        assert read_xmp((shoot.card / name).read_bytes()).rating == 1
