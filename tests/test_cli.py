"""The command line, as a child process: its output, its exit codes, its sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

MakeJpeg = Callable[..., Path]


class Pixsort:
    """Runs `pixsort` on a library of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "pixsort_desktop.cli", "--library", self.folder, *arguments]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return subprocess.run(
            [os.fsencode(str(c)) for c in command], capture_output=True, env=environment, timeout=120
        )

    def json(self, *arguments: object) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr.decode()
        assert done.stderr == b""
        return json.loads(done.stdout)

    def refused(self, *arguments: object, code: int = 1) -> str:
        done = self.run(*arguments)
        assert done.returncode == code, done.stdout + done.stderr
        sentence = done.stderr.decode(errors="surrogateescape").strip()
        assert "Traceback" not in sentence
        return sentence


@pytest.fixture
def pixsort(tmp_path: Path) -> Pixsort:
    return Pixsort(tmp_path / "library")


def test_a_shoot_from_folder_to_columns(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    for scene in range(3):
        for frame in range(4):
            path = make_jpeg(f"card/{scene}{frame}.jpg", seed=scene, size=(320, 240))
            path.write_bytes(path.read_bytes() + bytes([frame]))
    report = pixsort.json("import", tmp_path / "card", "--project", "Shoot")
    assert report.pop("seconds") > 0
    counts = {
        "found": 12,
        "added": 12,
        "companions": 0,
        "duplicates": 0,
        "known": 0,
        "ignored": 0,
        "sidecars": 0,
        "joined": 0,
    }
    assert report == {**counts, "failed": []}
    (tmp_path / "card" / "00.xmp").write_text("")
    again = pixsort.run("import", tmp_path / "card", "--project", "Shoot").stdout.decode()
    assert again.startswith("12 files found: 0 added, 12 already in the project, 0 failed; 1 sidecar; ")

    assert pixsort.json("projects")[0]["status"] == "ready"
    pixsort.json("group", "--project", "Shoot")
    columns = pixsort.json("groups", "--project", "Shoot")
    assert [column["label"] for column in columns] == ["Group 1", "Group 2", "Group 3", "Ungrouped"]
    assert [[Path(p).name for p in column["photos"]] for column in columns[:3]] == [
        [f"{scene}{frame}.jpg" for frame in range(4)] for scene in range(3)
    ]
    project = pixsort.json("projects")[0]
    assert project["status"] == "complete"
    assert project["grouping"]["parameters"]["min_group_size"] == 2

    first = columns[0]["photos"][0]
    pixsort.json("label", first, "--project", "Shoot", "--group", "First dance")
    pixsort.json("remove", columns[1]["photos"][3], "--project", "Shoot")
    pixsort.json("group", "--project", "Shoot", "--min-group-size", 3, "--time", "strong")
    columns = pixsort.json("groups", "--project", "Shoot")
    named = next(column for column in columns if column["label"] == "First dance")
    assert (named["origin"], named["photos"]) == ("hand", [first])
    assert sorted(len(column["photos"]) for column in columns) == [0, 1, 3, 3, 4]

    photos = pixsort.json("photos", "--project", "Shoot")
    assert len(photos) == 11
    photo = next(p for p in photos if first in p["paths"])
    assert (photo["width"], photo["height"], photo["status"], photo["group"]) == (
        320,
        240,
        "ready",
        "First dance",
    )

    pixsort.json("rename-project", "Shoot", "Wedding")
    assert "no project named «Shoot»" in pixsort.refused("groups", "--project", "Shoot")
    pixsort.json("delete-project", "Wedding")
    assert pixsort.json("projects") == []


def test_a_locked_column_stays_and_new_photos_join_another(
    pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    for scene, frame in ((scene, frame) for scene in range(2) for frame in range(3)):
        path = make_jpeg(
            f"{'later' if frame == 2 else 'card'}/{scene}{frame}.jpg", seed=scene, size=(320, 240)
        )
        with Image.open(path) as picture:
            picture.crop((frame * 3, frame, 310 + frame, 235 + frame)).save(path, quality=92)
    pixsort.json("import", tmp_path / "card", "--project", "Shoot")
    assert pixsort.json("group", "--project", "Shoot")["notes"] == []
    assert pixsort.json("lock", "Group 1", "--project", "Shoot") == {"label": "Group 1", "locked": True}
    assert "«Ungrouped» cannot be locked" in pixsort.refused("lock", "Ungrouped", "--project", "Shoot")
    assert "«Party» is no column" in pixsort.refused("lock", "Party", "--project", "Shoot")
    assert pixsort.json("import", tmp_path / "later", "--project", "Shoot")["joined"] == 1
    pixsort.json("group", "--project", "Shoot", "--from-scratch")
    columns = pixsort.json("groups", "--project", "Shoot")
    assert [(c["label"], c["locked"], len(c["photos"])) for c in columns] == [
        ("Group 1", True, 2),
        ("Group 2", False, 3),
        ("Ungrouped", False, 1),
    ]
    assert pixsort.json("lock", "Group 1", "--project", "Shoot", "--off")["locked"] is False


def test_single_files_that_fail_are_no_failure(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    make_jpeg("card/1.jpg")
    (tmp_path / "card" / "2.jpg").write_bytes(b"junk")
    report = pixsort.json("import", tmp_path / "card", tmp_path / "gone", "--project", "Shoot")
    assert report["added"] == 1
    assert {Path(f["path"]).name for f in report["failed"]} == {"2.jpg", "gone"}
    statuses = {
        Path(p["paths"][0]).name: (p["status"], p["error"])
        for p in pixsort.json("photos", "--project", "Shoot")
    }
    assert statuses["1.jpg"] == ("ready", None)
    assert statuses["2.jpg"][0] == "failed"
    assert statuses["2.jpg"][1]


def test_what_could_not_be_done_is_one_sentence(
    pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    assert "nothing at" in pixsort.refused("import", tmp_path / "gone", "--project", "Shoot")
    assert pixsort.json("projects") == []
    photo = make_jpeg("1.jpg")
    pixsort.json("import", photo, "--project", "Shoot")
    assert "no project named" in pixsort.refused("group", "--project", "Other")
    assert "has the embedding «clip» yet" in pixsort.refused(
        "group", "--project", "Shoot", "--embedding", "clip"
    )
    assert "is not in the project" in pixsort.refused("remove", tmp_path / "2.jpg", "--project", "Shoot")
    assert "cannot be empty" in pixsort.refused("rename-project", "Shoot", " ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["import"],
        ["import", "x"],
        ["group", "--project", "P", "--min-group-size", "1"],
        ["group", "--project", "P", "--selection", "best"],
        ["group", "--project", "P", "--time", "often"],
        ["sing"],
        ["groups"],
    ],
)
def test_wrong_use_is_exit_code_2(pixsort: Pixsort, arguments: list[str]) -> None:
    assert "Usage" in pixsort.refused(*arguments, code=2)


def test_a_library_that_is_none_is_left_alone(pixsort: Pixsort) -> None:
    pixsort.folder.mkdir()
    file = pixsort.folder / "library.db"
    file.write_text("my diary")
    assert "not a PixSort library" in pixsort.refused("projects")
    assert "not a PixSort library" in pixsort.refused("doctor")
    assert file.read_text() == "my diary"


def test_judging(pixsort: Pixsort, make_jpeg: MakeJpeg) -> None:
    photo = make_jpeg("1.jpg")
    pixsort.json("import", photo, "--project", "Shoot")
    pixsort.json("judge", photo, "--project", "Shoot", "--rating", 4, "--flag", "pick", "--colour", "green")
    pixsort.json("judge", photo, "--project", "Shoot", "--flag", "none")
    (row,) = pixsort.json("photos", "--project", "Shoot")
    assert (row["rating"], row["flag"], row["colour"]) == (4, None, "green")
    assert "at least one" in pixsort.refused("judge", photo, "--project", "Shoot", code=2)


def test_a_clock_is_shifted_in_words_and_within_reason(pixsort: Pixsort, make_jpeg: MakeJpeg) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "NIKON", "Z 6"
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 10:00:00"
    pixsort.json("import", make_jpeg("1.jpg", exif=exif), "--project", "Shoot")

    def told(*arguments: str) -> str:
        return pixsort.run("clock", "--project", "Shoot", *arguments).stdout.decode().strip()

    assert told() == "NIKON Z 6  1 photo  not shifted"
    assert told("--camera", "Z 6", "--shift", "2 d 4 h") == "NIKON Z 6  1 photo  +2 d 4 h"
    assert told("--camera", "Z 6", "--shift", "-3m20s") == "NIKON Z 6  1 photo  -3 min 20 s"
    for absurd in ("40000d", "9" * 400, "9" * 5000 + ":00"):
        refused = pixsort.refused("clock", "--project", "Shoot", "--camera", "Z 6", "--shift", absurd)
        assert refused == "pixsort: A clock can be shifted by a hundred years at most."
    assert told() == "NIKON Z 6  1 photo  -3 min 20 s"


def test_judgements_to_and_from_other_programs(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    photo = make_jpeg("card/1.jpg")
    original = photo.read_bytes()
    sidecar = tmp_path / "card" / "1.xmp"
    trip = ("--project", "Trip")
    pixsort.json("import", photo, *trip)
    pixsort.json("judge", photo, *trip, "--rating", 4)
    pixsort.json("label", photo, *trip, "--group", "Coast")
    planned = pixsort.json("write-xmp", *trip, "--keywords", "--dry-run")
    assert [e["new"] for e in planned["edits"] if e["name"] == "lr:hierarchicalSubject"] == [
        "PixSort|Trip|Coast"
    ]
    assert not sidecar.exists()
    assert pixsort.json("write-xmp", *trip, "--keywords")["written"] == 1
    assert "PixSort|Trip|Coast" in sidecar.read_text()
    sidecar.write_text(sidecar.read_text().replace('Rating="4"', 'Rating="2"'))
    told = pixsort.run("write-xmp", *trip).stdout.decode()
    assert "read-xmp" in told and "--force" in told
    read = pixsort.json("read-xmp", *trip)
    assert (read["sidecars"], read["photos"][0]["after"]) == (1, {"rating": 2})
    assert (
        "0 sidecars changed or new; 0 photos judged anew." in pixsort.run("read-xmp", *trip).stdout.decode()
    )
    assert photo.read_bytes() == original
    assert "--force is about sidecars" in pixsort.refused(
        "write-xmp", *trip, "--into-jpegs", "--force", code=2
    )
    assert pixsort.json("write-xmp", *trip, "--into-jpegs")["written"] == 1
    assert b"PixSort|Trip|Coast" in photo.read_bytes()
    assert pixsort.json("import", tmp_path / "card", *trip)["added"] == 0
    assert (pixsort.json("projects")[0]["photos"], pixsort.json("projects")[0]["status"]) == (1, "ready")


def test_a_profile_that_is_none_is_wrong_use(pixsort: Pixsort, make_jpeg: MakeJpeg) -> None:
    pixsort.json("import", make_jpeg("1.jpg"), "--project", "Shoot")
    said = pixsort.refused("write-xmp", "--project", "Shoot", "--profile", "acme", code=2)
    assert "there is no profile «acme»; there are lightroom, darktable" in said


def test_doctor_finds_a_healthy_library(pixsort: Pixsort, make_jpeg: MakeJpeg) -> None:
    pixsort.json("import", make_jpeg("1.jpg"), "--project", "Shoot")
    report = pixsort.json("doctor")
    assert report["library"]["healthy"] is True
    assert (report["library"]["photos"], report["library"]["thumbnails"]) == (1, 1)
    known = {"JPEG", "PNG", "WebP", "BMP", "TIFF", "AVIF", "GIF", "PSD", "JPEG 2000", "RAW", "HEIC"}
    assert report["formats"] == dict.fromkeys(known, True)
    assert report["devices"][0].startswith("cpu")


def test_the_limit_is_kept_and_holds_for_the_import(pixsort: Pixsort, tmp_path: Path) -> None:
    Image.new("RGB", (6000, 5000)).save(tmp_path / "large.png")
    assert pixsort.json("limit") == {"bytes": 2_000_000_000}
    assert "is no size between 100 MB and 1000 GB" in pixsort.refused("limit", "lots")
    assert "«5» lacks its unit, MB or GB: write «5GB»" in pixsort.refused("limit", "5")
    assert pixsort.json("limit", "100 MB") == {"bytes": 100_000_000}
    (failed,) = pixsort.json("import", tmp_path / "large.png", "--project", "Large")["failed"]
    assert failed["reason"] == (
        "The picture of 6000 × 5000 pixels would need 120 MB of memory; the limit is 100 MB, "
        "and «pixsort limit» raises it."
    )
    assert pixsort.json("limit", "1.5gb") == {"bytes": 1_500_000_000}
    assert pixsort.json("import", tmp_path / "large.png", "--project", "Large")["failed"] == []


def test_the_cache_has_a_limit_and_can_be_emptied(pixsort: Pixsort, make_jpeg: MakeJpeg) -> None:
    pixsort.json("import", make_jpeg("1.jpg"), "--project", "Shoot")
    before = pixsort.json("cache")
    assert (before["thumbnails"], before["removed"], before["limit"]) == (1, 0, 10_000_000_000)
    assert pixsort.json("cache", "--limit", "4GB")["limit"] == 4_000_000_000
    assert "is no size between 50 MB" in pixsort.refused("cache", "--limit", "1MB")
    assert "1 thumbnail takes 0 MB of 4 GB" in pixsort.run("cache").stdout.decode()
    after = pixsort.json("cache", "--wipe")
    assert (after["thumbnails"], after["removed"], after["kept_away"]) == (0, 1, 0)
    assert after["removed_bytes"] == before["bytes"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
def test_a_name_that_is_no_text_can_be_given_back(
    pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff\n.jpg"
    with open(odd, "wb") as file:
        file.write(make_jpeg("1.jpg").read_bytes())
    name = os.fsdecode(odd)
    pixsort.json("import", name, "--project", "Shoot")
    assert pixsort.json("photos", "--project", "Shoot")[0]["paths"] == [name]
    pixsort.json("label", name, "--project", "Shoot", "--group", "Odd")
    assert odd in pixsort.run("photos", "--project", "Shoot").stdout


def test_every_command_and_option_is_documented() -> None:
    from pixsort_desktop.cli import pixsort as command

    root = Path(__file__).resolve().parents[1]
    text = (root / "docs" / "command-line.md").read_text(encoding="utf-8")
    readme = (root / "README.md").read_text(encoding="utf-8")
    for name, sub in command.commands.items():
        assert f"### `{name}" in text, f"docs/command-line.md lacks the command {name}"
        assert f"pixsort {name}" in readme, f"README.md lacks the command {name}"
        section = text.split(f"### `{name}")[1].split("###")[0]
        for parameter in sub.params:
            for option in parameter.opts if parameter.param_type_name == "option" else []:
                assert option in section or option == "--json", (
                    f"docs/command-line.md lacks {option} of {name}"
                )


def test_photos_are_listed_by_what_they_are(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    paths = [make_jpeg(f"card/IMG_{n}.jpg", seed=n) for n in (9, 10, 11)]
    paths[2].write_bytes(paths[2].read_bytes()[:40])
    pixsort.json("import", tmp_path / "card", "--project", "Shoot")
    pixsort.json(
        "judge", paths[0], "--project", "Shoot", "--rating", "4", "--flag", "pick", "--colour", "red"
    )

    def listed(*conditions: str) -> list[str]:
        rows = pixsort.json("list", "--project", "Shoot", *conditions)
        return [Path(row["paths"][0]).stem for row in rows]

    assert listed("--sort", "name") == ["IMG_9", "IMG_10", "IMG_11"]
    assert listed("--sort", "name", "--descending") == ["IMG_11", "IMG_10", "IMG_9"]
    assert listed("--flag", "pick", "--stars", "3+", "--label", "red") == ["IMG_9"]
    assert listed("--stars", "<=3", "--flag", "none", "--label", "none", "--undecided") == ["IMG_10"]
    assert listed("--has-error") == ["IMG_11"]
    assert listed("--group", "Ungrouped", "--search", "img_1 JPEG") == ["IMG_10"]
    assert listed("--stars", "5", "--day", "2024-05-01") == []
    assert "from 0 to 5" in pixsort.refused("list", "--project", "Shoot", "--stars", "three", code=2)
    for day in ("01.05.2024", "2024-02-30", "20240501", "may"):
        said = pixsort.refused("list", "--project", "Shoot", "--day", day, code=2)
        assert f"«{day}» is no day; write it as YYYY-MM-DD" in said
    assert "There is no camera «Leica» here" in pixsort.refused(
        "list", "--project", "Shoot", "--camera", "Leica"
    )
    assert "no column named «X»" in pixsort.refused("list", "--project", "Shoot", "--group", "X")
    plain = pixsort.run("list", "--project", "Shoot", "--flag", "pick")
    assert plain.stdout.decode().split() == [str(paths[0])]
    assert plain.stderr.decode().strip() == "1 photo of 3"
