"""Judgements are written where other programs read them, and nothing else in a sidecar changes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.photo.xmp import (
    ABSENT,
    BRIDGE,
    COLOURS,
    DARKTABLE,
    DIGIKAM,
    LIGHTROOM,
    PROFILES,
    TEMPORARY_SUFFIX,
    Changes,
    Colour,
    Profile,
    SidecarChangedError,
    XmpError,
    XmpFacts,
    digest,
    embedded_xmp,
    names,
    patch_packet,
    patch_sidecar,
    read_xmp,
    replacing,
)
from pixsort_desktop.photo.xmp.document import parse
from tests.photo.test_xmp_reading import packet
from tests.photo.xmp_oracle import CARRIERS, said_by

needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")


def sidecars(shared_data: Path) -> dict[str, bytes]:
    """Every sidecar and, as if it were one, every packet embedded in a picture, without doubles."""
    found: dict[bytes, str] = {}
    for folder in ("xmp", "metadata", "raw"):
        for path in sorted((shared_data / folder).rglob("*")):
            if not path.is_file():
                continue
            data = path.read_bytes()
            packet = data if path.suffix.lower() == ".xmp" else embedded_xmp(data)
            if packet is not None:
                found.setdefault(packet, path.name)
    return {f"{number:03} {name}": data for number, (data, name) in enumerate(found.items())}


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[str, bytes]:
    found = {}
    for name, data in sidecars(shared_data).items():
        try:
            parse(data, lossless=True)
        except XmpError:
            continue  # refused; test_what_is_not_sound_is_never_overwritten
        found[name] = data
    assert len(found) > 60
    return found


EACH = [
    *(Changes(rating=stars) for stars in (None, 0, 1, 2, 3, 4, 5)),
    *(Changes(flag=flag) for flag in (None, "pick", "reject")),
    *(Changes(label=colour) for colour in (None, "red", "yellow", "green", "blue", "purple")),
]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_each_judgement_in_every_real_sidecar(real: dict[str, bytes], profile: Profile) -> None:
    every = 1 if profile is LIGHTROOM else 4  # the others have their turn with every sidecar below
    for name, data in list(real.items())[::every]:
        before = said_by(data)
        for changes in EACH:
            patch = patch_packet(data, changes, profile)
            facts = read_xmp(patch.data)
            for wish in ("rating", "flag", "label"):
                wanted = getattr(changes, wish)
                if wanted is None or isinstance(wanted, (int, str)):
                    assert getattr(facts, wish) == wanted or (wish == "rating" and facts.flag == "reject"), (
                        name
                    )
            touched = {edit.name for edit in patch.edits}
            after = said_by(patch.data)
            differs = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            assert differs <= touched <= CARRIERS, (name, changes)
        again = patch_packet(patch.data, changes, profile)
        assert again.edits == () and again.data == patch.data


def test_bytes_outside_the_changed_places_are_the_same(real: dict[str, bytes]) -> None:
    for name, data in real.items():
        patch = patch_packet(data, Changes(4, "pick", "blue", ["PixSort|A"]), LIGHTROOM)
        old, new = parse(data).body, parse(patch.data).body
        was = now = 0
        for splice in patch.splices:
            kept = splice.start - was
            assert old[was : was + kept] == new[now : now + kept], name
            was, now = splice.end, now + kept + len(splice.new)
            assert new[now - len(splice.new) : now] == splice.new
        assert old[was:] == new[now:]
        assert sum(splice.end - splice.start for splice in patch.splices) < 200
        document, patched = parse(data), parse(patch.data)
        assert (document.head, document.tail, document.encoding) == (
            patched.head,
            patched.tail,
            patched.encoding,
        )


# -- what ExifTool reads ------------------------------------------------------------------------------------

FULL = {
    "all": Changes(5, "pick", "red"),
    "reject": Changes(2, "reject", "purple"),
    "cleared": Changes(0, None, None),
}
PICKED = {"XMP-xmpDM:Pick": 1, "XMP-xmpDM:Good": True}
REJECTED = {"XMP-xmpDM:Pick": -1, "XMP-xmpDM:Good": False}
EXPECTED: dict[tuple[str, str], dict[str, Any]] = {
    ("lightroom", "all"): {
        "XMP-xmp:Rating": 5, "XMP-xmp:Label": "Red", "XMP-photoshop:LabelColor": "red", **PICKED,
    },
    ("lightroom", "reject"): {
        "XMP-xmp:Rating": 2, "XMP-xmp:Label": "Purple", "XMP-photoshop:LabelColor": "purple", **REJECTED,
    },
    ("darktable", "all"): {"XMP-xmp:Rating": 5, "XMP-darktable:Colorlabels": [0], **PICKED},
    ("darktable", "reject"): {"XMP-xmp:Rating": -1, "XMP-darktable:Colorlabels": [4]},
    ("bridge", "all"): {"XMP-xmp:Rating": 5, "XMP-xmp:Label": "Select", **PICKED},
    ("bridge", "reject"): {"XMP-xmp:Rating": -1, "XMP-xmp:Label": "To Do"},
    ("digikam", "all"): {
        "XMP-xmp:Rating": 5, "XMP-digiKam:PickLabel": 3, "XMP-digiKam:ColorLabel": 1, "XMP-xmp:Label": "Red",
    },
    ("digikam", "reject"): {
        "XMP-xmp:Rating": 2, "XMP-digiKam:PickLabel": 1, "XMP-digiKam:ColorLabel": 6, "XMP-xmp:Label": "Purple",
    },
    ("captureone", "all"): {"XMP-xmp:Rating": 5, "XMP-xmp:Label": "Red", **PICKED},
    ("captureone", "reject"): {"XMP-xmp:Rating": 2, "XMP-xmp:Label": "Purple", **REJECTED},
    **{(key, "cleared"): {"XMP-xmp:Rating": 0} for key in PROFILES},
}  # fmt: skip
ENGLISH = ("Red", "Yellow", "Green", "Blue", "Purple")
SET = {
    "XMP-xmp:Rating", "XMP-xmp:Label", "XMP-xmpDM:Pick", "XMP-xmpDM:Good", "XMP-photoshop:LabelColor",
    "XMP-digiKam:PickLabel", "XMP-digiKam:ColorLabel", "XMP-darktable:Colorlabels", "XMP-microsoft:RatingPercent",
    "XMP-photomech:Tagged", "XMP-photomech:ColorClass",
}  # fmt: skip


def expected_of(wish: Changes, profile: Profile) -> dict[str, Any]:
    """What ExifTool shall read where that was set: each value that the profile's program looks for."""
    found: dict[str, Any] = {}
    in_rating = wish.flag == "reject" and profile.rejects_in_rating
    if isinstance(wish.rating, int) or in_rating:
        found["XMP-xmp:Rating"] = -1 if in_rating else wish.rating
    if isinstance(wish.flag, str) and not in_rating:
        picked = wish.flag == "pick"
        flags = PICKED if picked else REJECTED
        found |= {"XMP-digiKam:PickLabel": 3 if picked else 1} if profile is DIGIKAM else flags
    if isinstance(wish.label, str):
        number = COLOURS.index(wish.label)
        words = names.BRIDGE_WORDS if profile is BRIDGE else names.ENGLISH_WORDS
        found |= {
            "lightroom": {"XMP-xmp:Label": words[wish.label], "XMP-photoshop:LabelColor": wish.label},
            "darktable": {"XMP-darktable:Colorlabels": [number]},
            "digikam": {
                "XMP-xmp:Label": words[wish.label],
                "XMP-digiKam:ColorLabel": (1, 3, 4, 5, 6)[number],
            },
        }.get(profile.key, {"XMP-xmp:Label": words[wish.label]})
    return found


EVERY = [
    Changes(1, "pick", "red"),
    Changes(2, "reject", "yellow"),
    Changes(3, None, "green"),
    Changes(4, "pick", "blue"),
    Changes(5, "reject", "purple"),
    Changes(0, None, None),
]


@needs_exiftool
def test_exiftool_reads_every_judgement_in_every_sidecar(shared_data: Path, tmp_path: Path) -> None:
    """Each star, flag and colour by itself in Lightroom's profile, all of them together in the others."""
    made = {}
    for number, (name, data) in enumerate(given(shared_data).items()):
        (tmp_path / f"{number}.xmp").write_bytes(for_exiftool(data))
        for key, profile in PROFILES.items():
            for what, wish in enumerate(EACH + EVERY if profile is LIGHTROOM else EVERY):
                path = tmp_path / f"{number}-{key}-{what}.xmp"
                patch = patch_packet(data, wish, profile)
                path.write_bytes(for_exiftool(patch.data))
                made[path.name] = (name, f"{number}.xmp", wish, profile)
                facts = read_xmp(patch.data)  # our own reader
                if what >= len(EACH) or profile is not LIGHTROOM:
                    assert (facts.flag, facts.label) == (wish.flag, wish.label), (name, wish)
                    assert facts.rating == wish.rating or (facts.rating is None and wish.flag == "reject")
    tags = exiftool(tmp_path)
    assert len(made) > 1000
    for file, (name, source, wish, profile) in made.items():
        expected = expected_of(wish, profile)
        word = tags[source].get("XMP-xmp:Label")
        if profile is BRIDGE and word in ENGLISH and "XMP-xmp:Label" in expected:
            expected["XMP-xmp:Label"] = names.ENGLISH_WORDS[wish.label]  # type: ignore[index]
        assert {key: tags[file].get(key) for key in expected} == expected, (name, file)
        rest = [{k: v for k, v in tags[f].items() if k not in SET} for f in (source, file)]
        assert rest[0] == rest[1], (name, file)


def given(shared_data: Path) -> dict[str, bytes]:
    """The sidecars as they are, and the packets of Adobe's own pictures; those that are sound."""
    found = {}
    for folder in ("xmp", "metadata"):
        for path in sorted((shared_data / folder).rglob("*")):
            if path.suffix.lower() == ".xmp":
                found[str(path)] = path.read_bytes()
            elif folder == "xmp" and path.is_file():
                found[str(path)] = embedded_xmp(path.read_bytes()) or b""
    sound = {}
    for name, data in found.items():
        try:
            parse(data, lossless=True)
        except XmpError:
            continue  # refused; test_what_is_not_sound_is_never_overwritten
        sound[name] = data
    return sound


def for_exiftool(data: bytes) -> bytes:
    """In UTF-8: ExifTool 12.57 finds nothing in the UTF-16 sidecars whose packet mark is damaged."""
    return data.decode("utf-16").encode() if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data


def exiftool(folder: Path) -> dict[str, dict[str, Any]]:
    command = [
        "exiftool",
        "-j",
        "-n",
        "-G1",
        "-struct",
        "-a",
        "-u",
        "-charset",
        "filename=utf8",
        "-ext",
        "xmp",
        folder,
    ]
    out = subprocess.run(command, check=True, capture_output=True).stdout
    tags = {Path(entry.pop("SourceFile")).name: entry for entry in json.loads(out)}
    return {name: {k: v for k, v in e.items() if k.startswith("XMP-")} for name, e in tags.items()}


@needs_exiftool
def test_exiftool_reads_the_new_values_and_everything_else_unchanged(
    real: dict[str, bytes], tmp_path: Path
) -> None:
    made = {}
    for number, (name, data) in enumerate(real.items()):
        (tmp_path / f"{number}.xmp").write_bytes(for_exiftool(data))
        for (key, what), expected in EXPECTED.items():
            if key != "lightroom" and number % 4:
                continue
            path = tmp_path / f"{number}-{key}-{what}.xmp"
            path.write_bytes(data)
            patch_sidecar(path, FULL[what], PROFILES[key], expected=digest(data))
            path.write_bytes(for_exiftool(path.read_bytes()))
            made[path.name] = (name, f"{number}.xmp", expected)
    tags = exiftool(tmp_path)
    for file, (name, source, expected) in made.items():
        now = tags[file]
        if "XMP-xmp:Label" in expected and "bridge" in file and tags[source].get("XMP-xmp:Label") in ENGLISH:
            # Such a file is from a Bridge that was set to Lightroom's words.
            expected = {**expected, "XMP-xmp:Label": "Purple" if "reject" in file else "Red"}
        assert {key: now.get(key) for key in expected} == expected, (name, file)
        rest = [{k: v for k, v in tags[f].items() if k not in SET} for f in (source, file)]
        assert rest[0] == rest[1], (name, file)
        if file.endswith("cleared.xmp"):
            assert not {"XMP-xmp:Label", "XMP-photoshop:LabelColor", "XMP-xmpDM:Good"} & now.keys()
            assert now.get("XMP-xmpDM:Pick", 0) == 0 and now.get("XMP-digiKam:PickLabel", 0) == 0


@needs_exiftool
@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_a_new_sidecar_is_what_the_program_expects(tmp_path: Path, profile: Profile) -> None:
    for what in ("all", "reject"):
        path = tmp_path / f"{what}.xmp"
        result = patch_sidecar(path, FULL[what], profile, expected=ABSENT, photo="IMG 1.CR3")
        assert (result.status, result.before) == ("created", XmpFacts())
    tags = exiftool(tmp_path)
    for what in ("all", "reject"):
        belongs = {"XMP-photoshop:SidecarForExtension": "CR3"} if profile.names_extension else {}
        found = {k: v for k, v in tags[f"{what}.xmp"].items() if not k.startswith("XMP-x:")}
        assert found == {**EXPECTED[profile.key, what], **belongs}


# -- details that other programs depend on ------------------------------------------------------------------


def test_an_attribute_stays_an_attribute_and_an_element_an_element() -> None:
    data = packet("xmp:Rating = '1'", "<xmp:Label>\n Red <!-- mine -->\n</xmp:Label>")
    new = patch_packet(data, Changes(rating=4, label="blue"), LIGHTROOM).data
    expected = data.replace(b"xmp:Rating = '1'", b"xmp:Rating = '4'  photoshop:LabelColor=\"blue\"")
    assert new == expected.replace(b"\n Red <", b"\n Blue <")


def test_what_other_programs_wrote_about_it_is_brought_into_line() -> None:
    data = packet(
        'xmp:Rating="1" MicrosoftPhoto:Rating="1" xmp:Label="Rot" photoshop:LabelColor="red" xmpDM:pick="1"'
        ' digiKam:PickLabel="3" digiKam:ColorLabel="1" photomechanic:Tagged="True" photomechanic:ColorClass="2"'
        ' photoshop:Urgency="2"',
        "<darktable:colorlabels><rdf:Seq><rdf:li>0</rdf:li></rdf:Seq></darktable:colorlabels>",
    )
    patch = patch_packet(data, Changes(5, "reject", "green"), DARKTABLE)
    assert said_by(patch.data) == {
        **said_by(data),
        "xmp:Rating": ["-1"], "MicrosoftPhoto:Rating": ["99"], "xmp:Label": ["Green"],
        "photoshop:LabelColor": ["green"], "xmpDM:pick": ["-1"], "digiKam:PickLabel": ["1"],
        "digiKam:ColorLabel": ["4"], "photomechanic:Tagged": ["False"], "photomechanic:ColorClass": ["5"],
        "darktable:colorlabels": ["[2]"],
    }  # fmt: skip


def test_what_says_it_already_is_not_touched() -> None:
    data = packet(
        'xmp:Rating="3.0" xmpDM:pick="1" xmpDM:good="True" xmp:Label="Approved" photoshop:LabelColor="green"'
    )
    assert patch_packet(data, Changes(3, "pick", "green"), LIGHTROOM).data == data
    pending = packet('digiKam:PickLabel="2" xmp:Label="Client approved" photomechanic:ColorClass="8"')
    assert patch_packet(pending, Changes(flag=None, label=None), LIGHTROOM).data == pending


def test_a_reject_in_the_stars_is_not_lost_when_only_stars_are_set() -> None:
    data = packet('xmp:Rating="-1"')
    for profile in PROFILES.values():
        assert read_xmp(patch_packet(data, Changes(rating=3), profile).data).flag == "reject"
    assert read_xmp(patch_packet(data, Changes(rating=3), LIGHTROOM).data) == XmpFacts(
        rating=3, flag="reject"
    )
    assert read_xmp(patch_packet(data, Changes(flag=None), LIGHTROOM).data) == XmpFacts(rating=0)
    assert b'"-1"' in patch_packet(packet('xmp:Rating="6"'), Changes(flag="reject"), BRIDGE).data


def test_labels_keep_the_file_s_words_where_the_program_can_be_set_to_them() -> None:
    bridge, english, custom = (packet(f'xmp:Label="{word}"') for word in ("Select", "Red", "Client"))

    def label(data: bytes, colour: Colour | None, profile: Profile) -> str | None:
        return said_by(patch_packet(data, Changes(label=colour), profile).data).get("xmp:Label", [None])[0]

    for profile in (LIGHTROOM, BRIDGE):
        assert [label(bridge, c, profile) for c in ("red", "blue", None)] == ["Select", "Review", None]
        assert [label(english, c, profile) for c in ("red", "blue", None)] == ["Red", "Blue", None]
    for profile in (DARKTABLE, DIGIKAM):
        assert [label(bridge, c, profile) for c in ("red", "blue", None)] == ["Red", "Blue", None]
    assert [label(custom, "blue", profile) for profile in (LIGHTROOM, BRIDGE, DARKTABLE)] == [
        "Blue",
        "Review",
        "Blue",
    ]
    assert label(custom, None, LIGHTROOM) == "Client"


def test_photo_mechanic_s_palette_is_inferred_from_the_file() -> None:
    lightroom = packet('xmp:Label="Red" photomechanic:ColorClass="1"')
    assert said_by(patch_packet(lightroom, Changes(label="blue"), LIGHTROOM).data)[
        "photomechanic:ColorClass"
    ] == ["4"]
    own = packet('xmp:Label="Red" photomechanic:ColorClass="5"')
    assert said_by(patch_packet(own, Changes(label="blue"), LIGHTROOM).data)["photomechanic:ColorClass"] == [
        "5"
    ]
    assert read_xmp(patch_packet(own, Changes(label=None), LIGHTROOM).data).label is None


def test_keywords_of_ours_are_replaced_and_others_stay() -> None:
    data = packet(elements="<dc:subject><rdf:Bag><rdf:li>cake</rdf:li></rdf:Bag></dc:subject>")
    first = patch_packet(data, Changes(keywords=["PixSort|Wedding|Cake & “tea” <1>"]), DIGIKAM).data
    # Programs believe a hierarchical list alone once it is there, so the flat keywords have to be in it.
    assert read_xmp(first).hierarchy == ("cake", "PixSort|Wedding|Cake & “tea” <1>")
    assert said_by(first)["digiKam:TagsList"] == ["[cake, PixSort/Wedding/Cake & “tea” <1>]"]
    second = patch_packet(first, Changes(keywords=["PixSort|Wedding|Dance", "PixSort|Best"]), LIGHTROOM).data
    assert read_xmp(second).hierarchy == ("cake", "PixSort|Wedding|Dance", "PixSort|Best")
    assert read_xmp(patch_packet(second, Changes(keywords=[]), LIGHTROOM).data).hierarchy == ("cake",)
    # The last words are for programs without hierarchies, and go with their path.
    assert read_xmp(second).keywords == ("cake", "Dance", "Best")
    assert read_xmp(patch_packet(second, Changes(keywords=[]), LIGHTROOM).data).keywords == ("cake",)
    with pytest.raises(XmpError):
        patch_packet(data, Changes(keywords=["Wedding"]), LIGHTROOM)


def test_odd_characters_in_keywords_do_not_break_the_file() -> None:
    path = "PixSort|" + "\x00\x1b]]>\udcff\ufffe\t\r\n'\"&<>é"
    for data in (packet(), b"<?xml version='1.0' encoding='ascii'?>" + packet()):
        new = patch_packet(data, Changes(keywords=[path]), LIGHTROOM).data
        assert read_xmp(new).hierarchy == ("PixSort|\ufffd\ufffd]]>\ufffd\ufffd\t\r\n'\"&<>é",)


def test_rdf_without_a_description_gets_one() -> None:
    for inner in ("/>", "></rdf:RDF>", "><!-- nothing --></rdf:RDF>"):
        data = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"{inner}'.encode()
        assert read_xmp(patch_packet(data, Changes(rating=4), LIGHTROOM).data).rating == 4
    bare = b'<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    assert read_xmp(patch_packet(bare, Changes(label="red"), DARKTABLE).data).label == "red"


def test_a_prefix_that_means_something_else_is_not_taken() -> None:
    data = packet().replace(
        b'xmlns:xmp="http://ns.adobe.com/xap/1.0/"', b'xmlns:xmp="urn:mine" xmp:Rating="x"'
    )
    new = patch_packet(data, Changes(rating=4), LIGHTROOM).data
    assert read_xmp(new).rating == 4
    assert b'xmp:Rating="x"' in new


def test_line_ends_and_indentation_follow_the_file() -> None:
    data = packet(elements="\r\n   <dc:source>a</dc:source>\r\n  ").replace(b"<rdf:Desc", b"\r\n  <rdf:Desc")
    new = patch_packet(data, Changes(rating=4, label="red"), DARKTABLE).data
    assert b"\r\n   <xmp:Rating>4</xmp:Rating>\r\n   <darktable:colorlabels>\r\n    <rdf:Seq>\r\n" in new
    assert new.replace(b"\r\n", b"").count(b"\n") == packet().count(b"\n")


# -- files --------------------------------------------------------------------------------------------------


@pytest.fixture
def sidecar(tmp_path: Path) -> Path:
    path = tmp_path / "IMG.xmp"
    path.write_bytes(packet('xmp:Rating="1"'))
    return path


def test_permissions_and_links_stay(sidecar: Path, tmp_path: Path) -> None:
    sidecar.chmod(0o640)
    link = tmp_path / "link.xmp"
    link.symlink_to(sidecar)
    assert patch_sidecar(link, Changes(rating=4)).status == "changed"
    assert link.is_symlink() and read_xmp(sidecar.read_bytes()).rating == 4
    assert stat.S_IMODE(sidecar.stat().st_mode) == 0o640
    fresh = tmp_path / "new.xmp"
    patch_sidecar(fresh, Changes(rating=4))
    (tmp_path / "plain").touch()
    assert fresh.stat().st_mode == (tmp_path / "plain").stat().st_mode
    sidecar.chmod(0o444)
    with pytest.raises(XmpError, match="write-protected"):
        patch_sidecar(sidecar, Changes(rating=5))
    assert read_xmp(sidecar.read_bytes()).rating == 4


def test_nothing_is_written_where_nothing_changes(sidecar: Path, tmp_path: Path) -> None:
    old = sidecar.stat()
    assert patch_sidecar(sidecar, Changes(rating=1)).status == "unchanged"
    assert patch_sidecar(sidecar, Changes()).status == "unchanged"
    assert (old.st_mtime_ns, old.st_ino) == (sidecar.stat().st_mtime_ns, sidecar.stat().st_ino)
    empty = patch_sidecar(tmp_path / "none.xmp", Changes(0, None, None, []))
    assert (empty.status, empty.digest) == ("unchanged", ABSENT)
    assert os.listdir(tmp_path) == ["IMG.xmp"]


def test_a_dry_run_says_what_would_change(sidecar: Path) -> None:
    old = sidecar.read_bytes()
    result = patch_sidecar(sidecar, Changes(rating=4, label="red"), dry_run=True)
    assert [(edit.name, edit.old, edit.new) for edit in result.edits] == [
        ("xmp:Rating", "1", "4"),
        ("xmp:Label", None, "Red"),
        ("photoshop:LabelColor", None, "red"),
    ]
    assert sidecar.read_bytes() == old
    assert (
        patch_sidecar(sidecar, Changes(rating=4, label="red")).digest
        == result.digest
        == digest(sidecar.read_bytes())
    )


def test_what_another_program_wrote_meanwhile_is_not_overwritten(
    sidecar: Path, tmp_path: Path, monkeypatch
) -> None:
    known = digest(sidecar.read_bytes())
    theirs = packet('xmp:Rating="2"')
    sidecar.write_bytes(theirs)
    with pytest.raises(SidecarChangedError, match=r"IMG\.xmp"):
        patch_sidecar(sidecar, Changes(rating=5), expected=known)
    with pytest.raises(SidecarChangedError):
        patch_sidecar(sidecar, Changes(rating=5), expected=ABSENT)
    with pytest.raises(SidecarChangedError):
        patch_sidecar(tmp_path / "gone.xmp", Changes(rating=5), expected=known)
    # … and also in the instant between reading and renaming.
    monkeypatch.setattr(replacing.os, "fsync", lambda _: sidecar.write_bytes(packet('xmp:Rating="3"')))
    with pytest.raises(SidecarChangedError):
        patch_sidecar(sidecar, Changes(rating=5), expected=digest(theirs))
    assert read_xmp(sidecar.read_bytes()).rating == 3
    assert os.listdir(tmp_path) == ["IMG.xmp"]


def test_a_new_sidecar_does_not_overwrite_one_made_in_the_same_instant(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "IMG.xmp"
    link = os.link

    def late(source: Path, target: Path) -> None:
        path.write_bytes(b"theirs")
        link(source, target)

    monkeypatch.setattr(replacing.os, "link", late)
    with pytest.raises(SidecarChangedError):
        patch_sidecar(path, Changes(rating=5))
    assert path.read_bytes() == b"theirs"
    path.unlink()

    def never(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(replacing.os, "link", never)  # FAT and most network shares have no hard links
    assert patch_sidecar(path, Changes(rating=5)).status == "created"
    assert os.listdir(tmp_path) == ["IMG.xmp"]


@pytest.mark.parametrize("fail", ["os.fsync", "Path.replace"])
def test_a_full_disk_leaves_the_old_sidecar(sidecar: Path, tmp_path: Path, monkeypatch, fail: str) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"pixsort_desktop.photo.xmp.replacing.{fail}", full)
    old = sidecar.read_bytes()
    with pytest.raises(XmpError, match="No space left"):
        patch_sidecar(sidecar, Changes(rating=5))
    assert sidecar.read_bytes() == old and os.listdir(tmp_path) == ["IMG.xmp"]


@pytest.mark.parametrize("instant", ["os.fsync", "Path.replace"])
def test_killed_between_write_and_rename_leaves_the_old_sidecar(
    sidecar: Path, tmp_path: Path, instant: str
) -> None:
    script = f"""if True:
        import os, pathlib
        from pathlib import Path
        from pixsort_desktop.photo.xmp import Changes, patch_sidecar
        {"pathlib." if instant.startswith("Path") else ""}{instant} = lambda *_: os._exit(9)
        patch_sidecar({str(sidecar)!r}, Changes(rating=5))
    """
    old = sidecar.read_bytes()
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 9
    assert sidecar.read_bytes() == old
    left = [name for name in os.listdir(tmp_path) if name != "IMG.xmp"]
    assert len(left) == 1 and left[0].startswith(".IMG.xmp.") and left[0].endswith(TEMPORARY_SUFFIX)
    assert patch_sidecar(sidecar, Changes(rating=5)).status == "changed"


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data[:-3],
    lambda data: data.replace(b"rdf:RDF", b"rdf:RFD"),
    lambda data: data.replace(b"</rdf:Description>", b""),
    lambda data: data.replace(b'about=""', b'about="\xfc"'),
    lambda data: b"<!DOCTYPE x>" + data,
    lambda data: data + data,
    lambda data: b"JPEG",
    lambda data: bytes(1000),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_sound_is_never_overwritten(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "IMG.CR2.xmp"
    broken = damage(packet('xmp:Rating="3"'))
    path.write_bytes(broken)
    for profile in PROFILES.values():
        with pytest.raises(XmpError) as caught:
            patch_sidecar(path, Changes(5, "pick", "red"), profile)
        assert str(caught.value).startswith("IMG.CR2.xmp was left as it is: ")
    assert path.read_bytes() == broken and os.listdir(tmp_path) == ["IMG.CR2.xmp"]


def test_every_truncation_of_a_real_sidecar_is_refused(real: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    for data in list(real.values())[:12]:
        end = parse(data).root.end
        for cut in range(1, end, max(1, end // 40)):
            text = data[: cut * (2 if data[:2] in (b"\xff\xfe", b"\xfe\xff") else 1)]
            path.write_bytes(text)
            with pytest.raises(XmpError):
                patch_sidecar(path, Changes(rating=5))
            assert path.read_bytes() == text


def test_a_folder_is_no_sidecar(tmp_path: Path) -> None:
    (tmp_path / "a.xmp").mkdir()
    with pytest.raises(XmpError, match="could not be read"):
        patch_sidecar(tmp_path / "a.xmp", Changes(rating=5))
    with pytest.raises(XmpError, match="could not be written"):
        patch_sidecar(tmp_path / "nowhere" / "a.xmp", Changes(rating=5))
