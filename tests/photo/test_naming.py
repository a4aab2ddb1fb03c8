"""Names for copied files: what templates mean, what they may not, and that every system takes the result."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.photo.companions import group_files, stem_of
from pixsort_desktop.photo.naming import (
    DEFAULT_TEMPLATE,
    LONGEST,
    NameFacts,
    NamingError,
    Template,
    camera_name,
    path_of,
    safe_part,
    same_name,
)

TAKEN = datetime(2024, 5, 1, 14, 30, 5)
FACTS = NameFacts(
    TAKEN, "IMG_1", "CR2", "100CANON", "Canon", "Canon EOS R5", "RF 24-70mm F2.8", "0123", number=7
)


def named(template: str, suffix: str = ".CR2", number: int = 1, facts: NameFacts = FACTS) -> str:
    return path_of(Template(template).base(facts), suffix, number)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (DEFAULT_TEMPLATE, "2024-05-01/Canon EOS R5/IMG_1.CR2"),
        ("{date:%Y/%m/%d}/{name}", "2024/05/01/IMG_1.CR2"),
        ("{date}_{time}_{number:04}.{ext}", "2024-05-01_143005_0007.CR2"),
        ("{counter}-{stem}", "7-IMG_1.CR2"),
        ("{name}_{serial}", "IMG_1_0123.CR2"),
        ("{make}\\{model}\\{lens}/{folder}/{name}", "Canon/Canon EOS R5/RF 24-70mm F2.8/100CANON/IMG_1.CR2"),
        ("{{Wedding}}/{ext}/{name}", "{Wedding}/CR2/IMG_1.CR2"),
    ],
)
def test_what_a_template_makes(template: str, expected: str) -> None:
    assert named(template) == expected


def test_sidecars_keep_what_comes_after_the_stem_and_numbers_come_before_it() -> None:
    assert named("{date}/{name}", ".CR2.xmp") == "2024-05-01/IMG_1.CR2.xmp"
    assert named("{date}/{name}", ".CR2.xmp", 2) == "2024-05-01/IMG_1 (2).CR2.xmp"
    assert named("{date}/{name}", ".JPG", 2) == "2024-05-01/IMG_1 (2).JPG"


def test_what_is_unknown_has_a_name_too() -> None:
    plain = NameFacts(TAKEN, "notes", "txt")
    assert named("{camera}/{lens}/{serial}/{name}", ".txt", facts=plain) == (
        "Unknown camera/Unknown lens/Unknown serial/notes.txt"
    )


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("", "empty"),
        ("{date}/", "empty"),
        ("{colour}/{name}", "no field «{colour}»"),
        ("{}/{name}", "no field"),
        ("{name.x}", "no field"),
        ("{name!r}", "cannot be used"),
        ("{name:>10}", "cannot be used"),
        ("{date:%Q}/{name}", "no date"),
        ("{date:hello}/{name}", "no date"),
        ("{date:%}/{name}", "no date"),
        ("{number:999999999}", "cannot be used"),
        ("{name", "braces"),
        ("../{name}", "leads out"),
        ("{date}/../../{name}", "leads out"),
        ("/etc/{name}", "leads out"),
        ("C:\\{name}", "leads out"),
        ("a//{name}", "leads out"),
    ],
)
def test_templates_that_are_refused_with_a_sentence(template: str, word: str) -> None:
    with pytest.raises(NamingError, match=word.replace("{", r"\{").replace("}", r"\}")):
        Template(template)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("CON", "_CON"),
        ("con.jpg", "_con.jpg"),
        ("COM1", "_COM1"),
        ("LPT³.txt", "_LPT³.txt"),
        ("CONCERT", "CONCERT"),
        ("ends in dots...", "ends in dots"),
        ("ends in blanks  ", "ends in blanks"),
        ("..", "_"),
        (".", "_"),
        ("", "_"),
        (".hidden", "_hidden"),
        ('a<b>c:d"e/f\\g|h?i*j', "a_b_c_d_e_f_g_h_i_j"),
        ("tab\tline\n", "tab_line_"),
        ("Cafe\u0301", "Café"),
        ("\udcff.jpg", "_.jpg"),
    ],
)
def test_parts_that_every_system_takes(text: str, safe: str) -> None:
    assert safe_part(text) == safe


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=400), st.text(max_size=300), st.text(max_size=30), st.integers(1, 9999),
    st.sampled_from([DEFAULT_TEMPLATE, "{model}/{lens}/{name}", "{folder}/{serial}{stem}.{ext}"]),
)  # fmt: skip
def test_nothing_that_a_camera_writes_leads_out_or_is_refused(
    stem: str, model: str, suffix: str, number: int, template: str
) -> None:
    facts = NameFacts(TAKEN, stem, suffix, model, model, model, model, model)
    path = path_of(Template(template).base(facts), suffix, number)
    parts = path.split("/")
    assert len(parts) == template.count("/") + 1
    for part in parts:
        assert part not in ("", ".", "..")
        assert part == safe_part(part)
        assert len(part.encode()) <= LONGEST + 12
        assert not set(part) & set('<>:"\\|?*')
        assert part == unicodedata.normalize("NFC", part)
        assert part == part.strip().rstrip(".")


def test_names_that_windows_and_macos_take_for_the_same() -> None:
    assert same_name("Día/IMG_1.JPG") == same_name("dI\u0301a/img_1.jpg")
    assert same_name("a.jpg") != same_name("b.jpg")


def test_cameras_are_not_named_twice() -> None:
    assert camera_name("Canon", "Canon EOS R5") == "Canon EOS R5"
    assert camera_name("NIKON CORPORATION", "NIKON Z 9") == "NIKON Z 9"
    assert camera_name("FUJIFILM", "X-T5") == "FUJIFILM X-T5"
    assert camera_name(None, None) == ""


def test_files_that_go_together() -> None:
    names = ["IMG_1.CR2", "IMG_1.JPG", "IMG_1.xmp", "IMG_1.CR2.xmp", "img_1.wav"]
    names += ["IMG_2.MOV", "IMG_2.THM", "my.photo.jpg"]
    groups = group_files([f"/card/{name}" for name in names] + ["/card/b/IMG_1.JPG"])
    assert [(g.folder, g.lead, len(g.members)) for g in groups] == [
        ("/card", "IMG_1.JPG", 5),
        ("/card", "IMG_2.MOV", 2),
        ("/card", "my.photo.jpg", 1),
        ("/card/b", "IMG_1.JPG", 1),
    ]
    assert dict(groups[0].members)["IMG_1.CR2.xmp"] == ".CR2.xmp"
    assert stem_of("IMG_1.JPG.json") == "IMG_1"
    assert stem_of("IMG_1.JPG.supplemental-meta(2).json") == "IMG_1(2)"
    assert stem_of("a.b.xmp") == "a.b"


def test_the_json_of_a_takeout_goes_with_the_photo_that_it_is_about() -> None:
    long = "a_very_long_name_that_somebody_gave_a_photo_one"  # 47 characters
    together = {
        "IMG_1.jpg": ("IMG_1.jpg.supplemental-metadata.json", ".jpg.supplemental-metadata.json"),
        "IMG_1(1).jpg": ("IMG_1.jpg.supplemental-metadata(1).json", ".jpg.json"),
        "IMG_2(3).jpg": ("IMG_2.jpg(3).json", ".jpg.json"),
        "Screenshot_2017-07-05-10-05-26.png": (
            "Screenshot_2017-07-05-10-05-26.png.supplementa.json", ".png.supplementa.json",
        ),
        f"{long}.jpg": (f"{long[:46]}.json", ".jpg.json"),
    }  # fmt: skip
    groups = group_files(f"/takeout/{name}" for pair in together.items() for name in (pair[0], pair[1][0]))
    assert {g.lead: g.members[1] for g in groups} == together
    both = group_files([f"/takeout/{long}.jpg", f"/takeout/{long[:46]}2.jpg", f"/takeout/{long[:46]}.json"])
    assert [len(group.members) for group in both] == [1, 1, 1]  # whose it is, the name does not say
