"""The quirks of Takeout's names, as people have reported them, and what its JSON files say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.photo.takeout import (
    TakeoutAlbum,
    TakeoutFacts,
    read_sidecar,
)
from pixsort_desktop.photo.takeout_names import is_takeout, match_sidecars, subject_of, subjects

EMOJI = "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋"
BACKYARD = "Backyard_ceremony_wedding_photography_xxxxxxx_"
LONG = "a_very_long_name_that_somebody_gave_a_photo_once"  # 48 characters


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("PXL_20211013_220651983.jpg", "PXL_20211013_220651983.jpg.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("Screenshot_2017-07-05-10-05-26.png", "Screenshot_2017-07-05-10-05-26.png.supplementa.json"),
        ("Screenshot_20241227_105539_Edge.jpg", "Screenshot_20241227_105539_Edge.jpg.supplement.json"),
        ("D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg", "D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg.supp.json"),
        ("DSC_0101(1).JPG", "DSC_0101.JPG(1).json"),
        ("IMG_2710(1).HEIC", "IMG_2710.HEIC.supplemental-metadata(1).json"),
        ("img(18).jpg", "img.jpg.supple(18).json"),
        ("DSC_0001(1).JPG", "DSC_0001(1).JPG.json"),
        ("PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg", "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json"),
        ("05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jpg", "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jp.json"),
        (f"{EMOJI}😛.jpg", f"{EMOJI}.json"),
        (f"{BACKYARD}m(494).jpg", f"{BACKYARD}(494).json"),
        ("original_1d4caa6f-16c6-4c3d-901b-9387de10e528_P.jpg", "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_.json"),
        ("original_1d4caa6f-16c6-4c3d-901b-9387de10e528_P(1).jpg", "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_.json"),
        ("13039_327707840323_537645323_9470255_27214_n(1).jpg", "13039_327707840323_537645323_9470255_27214_n.j(1).json"),
        ("PXL_20210102_221126856.MP~2.jpg", "PXL_20210102_221126856.MP~2.jpg.json"),
        ("123456789123456789123456789123456789_DSCN0098(1).JPG", "123456789123456789123456789123456789_DSCN0098.J(1).json"),
        ("PXL_20220405_090123740.PORTRAIT-modifié.jpg", "PXL_20220405_090123740.PORTRAIT.jpg.json"),
        ("IMG_7-edited.jpg", "IMG_7.jpg.supplemental-metadata.json"),
        ("IMG_7-bearbeitet(2).jpg", "IMG_7.jpg(2).json"),
        ("IMG_8.MOV", "IMG_8.HEIC.json"),
        ("Ab ende\u0301.jpg", "Ab endé.jpg.json"),  # unpacked on macOS
        ("no extension(2)", "no extension(2).json"),
    ],
)  # fmt: skip
def test_names_that_belong_together(photo: str, sidecar: str) -> None:
    title = "IMG_8.HEIC" if sidecar == "IMG_8.HEIC.json" else None
    assert match_sidecars([photo], {sidecar: title}) == {photo: sidecar}


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("PXL_20211013_220651958.jpg", "PXL_20211013_220651983.jpg.json"),
        ("PXL_20220405_090123741.PORTRAIT-modifié.jpg", "PXL_20220405_090123740.PORTRAIT.jpg.json"),
        ("DSC_0102(1).JPG", "DSC_0102.JPG(2).json"),
        ("DSC_0103.JPG", "DSC_0103.JPG(1).json"),
        ("DSC_0104(1).JPG", "DSC_0104.JPG.json"),
        (f"{BACKYARD}m(185).jpg", f"{BACKYARD}(494).json"),
        ("beach.jpg", "metadata.json"),
        ("IMG_1.jpg", "IMG_1.jpg.other.json"),
    ],
)  # fmt: skip
def test_strangers(photo: str, sidecar: str) -> None:
    assert match_sidecars([photo], {sidecar: None}) == {}


def test_one_folder_with_all_of_it() -> None:
    media = [
        "IMG_1.jpg",
        "IMG_1(1).jpg",
        "IMG_1(2).jpg",
        "IMG_1-edited.jpg",
        "IMG_1-edited(1).jpg",
        "IMG_1.MP4",
    ]
    sidecars = {
        "IMG_1.jpg.supplemental-metadata.json": "IMG_1.jpg",
        "IMG_1.jpg.supplemental-metadata(1).json": "IMG_1.jpg",
        "IMG_1.jpg.supplemental-metadata(2).json": "IMG_1.jpg",
        "metadata.json": None,
    }
    found = match_sidecars(media, sidecars)
    plain = "IMG_1.jpg.supplemental-metadata{}.json"
    assert found == {
        "IMG_1.jpg": plain.format(""),
        "IMG_1(1).jpg": plain.format("(1)"),
        "IMG_1(2).jpg": plain.format("(2)"),
        "IMG_1-edited.jpg": plain.format(""),
        "IMG_1-edited(1).jpg": plain.format("(1)"),
        "IMG_1.MP4": plain.format(""),
    }


def test_titles_decide_where_cut_names_begin_alike() -> None:
    """Both photos begin with the same 46 characters; the second one's JSON got a number that its name has not."""
    first, second = f"{LONG[:46]}1.jpg", f"{LONG[:46]}2.jpg"
    cut = LONG[:46]
    found = match_sidecars([first, second], {f"{cut}.json": second, f"{cut}(1).json": first})
    assert found == {second: f"{cut}.json", first: f"{cut}(1).json"}


def test_titles_help_where_characters_were_replaced() -> None:
    found = match_sidecars(
        ["Tom _ Jerry_s.jpg", "what_.png"],
        {"Tom & Jerry's.jpg.json": "Tom &amp; Jerry&#39;s.jpg", "what%3F.png.json": "what?.png"},
    )
    assert found == {"Tom _ Jerry_s.jpg": "Tom & Jerry's.jpg.json", "what_.png": "what%3F.png.json"}


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.text("abcé😀", min_size=1, max_size=60), max_size=8), st.booleans(), st.sampled_from([46, 48])
)
def test_any_names_made_by_the_rules_find_their_json(stems: set[str], new: bool, cut: int) -> None:
    titles = {f"{stem}.jpg" for stem in stems}
    sidecars: dict[str, str | None] = {}
    for title in sorted(titles):
        whole = title + (".supplemental-metadata" if new else "")
        base = whole.encode("utf-16-le")[: cut * 2].decode("utf-16-le", "ignore")
        name, number = f"{base}.json", 0
        while name in sidecars:
            number += 1
            name = f"{base}({number}).json"
        sidecars[name] = title
    found = match_sidecars(titles, sidecars)
    assert {photo: sidecars[sidecar] for photo, sidecar in found.items()} == {
        title: title for title in titles
    }


def in_takeout(photo: str, *, new: bool, cut: int) -> str:
    """What Google calls the JSON of `IMG(1).jpg`: the number at the end, and all before it cut."""
    stem, extension = photo.rsplit(".", 1)
    number = re.search(r"\(\d+\)$", stem)
    whole = stem.removesuffix(number[0] if number else "") + "." + extension
    whole += ".supplemental-metadata" if new else ""
    base = whole.encode("utf-16-le")[: cut * 2].decode("utf-16-le", "ignore")
    return f"{base}{number[0] if number else ''}.json"


@settings(max_examples=100, deadline=None)
@given(
    st.sets(st.tuples(st.text("abcé😀-", min_size=1, max_size=50), st.integers(0, 2)), max_size=8),
    st.booleans(),
    st.sampled_from([46, 48]),
)
def test_a_json_is_about_one_photo_by_its_name_or_about_none(
    stems: set[tuple[str, int]], new: bool, cut: int
) -> None:
    """Wherever its name was cut: where nobody else begins like this, it is found, and never given to another."""
    photos = {f"{stem}({number}).jpg" if number else f"{stem}.jpg" for stem, number in stems}
    about: dict[str, set[str]] = {}
    for photo in photos:
        about.setdefault(in_takeout(photo, new=new, cut=cut), set()).add(photo)
    found = subjects(photos, about)
    assert found == {sidecar: min(names) for sidecar, names in about.items() if len(names) == 1}


@pytest.mark.parametrize("length", range(1, len(".supplemental-metadata") + 1))
@pytest.mark.parametrize("number", ["", "(1)", "(12)"])
def test_a_name_that_is_whole_says_what_its_json_is_about(length: int, number: str) -> None:
    cut = ".supplemental-metadata"[:length]
    assert subject_of(f"IMG_1.jpg{cut}{number}.json") == f"IMG_1{number}.jpg"
    assert subject_of(f"IMG_1.jpg{number}.json") == f"IMG_1{number}.jpg"
    assert subject_of(f"IMG_1{cut}{number}.json") is None
    assert subject_of(f"IMG_1.jpg{cut}{number}.xmp") is None


def said(**values: Any) -> TakeoutFacts:
    found = read_sidecar(
        json.dumps({"title": "a.jpg", "photoTakenTime": {"timestamp": "1600596727"}, **values}).encode()
    )
    assert isinstance(found, TakeoutFacts)
    return found


def test_what_a_json_says() -> None:
    facts = said(
        description="It&#39;s &lt;us&gt; 😀",
        geoData={"latitude": 55.25, "longitude": 37.5, "altitude": 214.5},
        people=[{"name": "Дочь"}, {"name": "Ann &amp; Bob"}, {"name": ""}, {}, 3, {"name": "Дочь"}],
        favorited=True,
    )
    assert facts.taken_at == "2020-09-20T10:12:07+00:00"
    assert facts.description == "It's <us> 😀"
    assert (facts.latitude, facts.longitude, facts.altitude_m) == (55.25, 37.5, 214.5)
    assert facts.people == ("Дочь", "Ann & Bob")
    assert facts.favourite
    assert not facts.trashed


def test_what_is_unknown_or_nonsense_is_none() -> None:
    nowhere = {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0}
    assert said(geoData=nowhere).latitude is None
    assert said(geoData=nowhere, geoDataExif={"latitude": 1, "longitude": 2}).latitude == 1.0
    assert said(geoData={"latitude": 200, "longitude": 2}).latitude is None
    assert said(geoData={"latitude": "1", "longitude": None}).latitude is None
    assert said(photoTakenTime={"timestamp": "0"}).taken is None
    assert said(photoTakenTime={"timestamp": "-86400"}).taken_at == "1969-12-31T00:00:00+00:00"
    assert said(photoTakenTime={"timestamp": "9" * 30}).taken is None
    assert said(photoTakenTime=None).taken is None
    assert said(description=5, people="Ann", favorited="yes").people == ()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"3", b'{"title": "x"}', b"[" * 100_000, b"\xff\xfe"])
def test_other_json_says_nothing(raw: bytes) -> None:
    assert read_sidecar(raw) is None


def test_albums() -> None:
    album = {
        "title": "Chair &amp; yoga",
        "description": "",
        "access": "protected",
        "date": {"timestamp": "1"},
    }
    assert read_sidecar(json.dumps(album).encode()) == TakeoutAlbum("Chair & yoga")
    assert read_sidecar(json.dumps({"albumData": album}).encode()) == TakeoutAlbum("Chair & yoga")


def test_a_takeout_is_recognised_by_its_names() -> None:
    folder = "Takeout/Google Fotos/Fotos von 2019"
    assert is_takeout([f"{folder}/a.jpg", f"{folder}/a.jpg.supplemental-me.json"])
    assert is_takeout([f"{folder}/a.jpg", f"{folder}/a.jpg.json"])
    assert not is_takeout([f"{folder}/a.jpg", "other/a.jpg.json"])
    assert not is_takeout(["DCIM/a.jpg", "package.json", "DCIM/b.json"])
