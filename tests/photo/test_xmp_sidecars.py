"""Which sidecar is whose."""

from __future__ import annotations

from pathlib import Path

import pytest

from pixsort_desktop.photo.xmp import (
    BRIDGE,
    DARKTABLE,
    DIGIKAM,
    LIGHTROOM,
    Folder,
    sidecar_to_write,
    sidecars_of,
)


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    for name in ("A.CR2", "B.CR2", "B.JPG", "C.JPG", "D.CR2", "E.CR2.jpg"):
        (tmp_path / name).touch()
    return tmp_path


def test_both_names_are_found_with_any_case_of_the_extension(shoot: Path) -> None:
    for name in ("A.XMP", "A.cr2.Xmp", "B.xmp", "AB.xmp", "a.xmpx"):
        (shoot / name).touch()
    assert [(s.path.name, s.form) for s in sidecars_of(shoot / "A.CR2")] == [
        ("A.cr2.Xmp", "full"),
        ("A.XMP", "stem"),
    ]
    assert sidecars_of(str(shoot / "C.JPG")) == []


def test_a_raw_and_a_jpeg_with_one_stem_share_one_sidecar(shoot: Path) -> None:
    (shoot / "B.xmp").touch()
    (found,) = sidecars_of(shoot / "B.CR2")
    assert [other.name for other in found.shared_with] == ["B.JPG"]
    target = sidecar_to_write(shoot / "B.JPG", LIGHTROOM)
    assert (target.path.name, target.exists) == ("B.xmp", True)
    assert [other.name for other in target.shared_with] == ["B.CR2"]
    apart = sidecar_to_write(shoot / "B.JPG", LIGHTROOM, alone=True)
    assert (apart.path.name, apart.exists, apart.shared_with) == ("B.JPG.xmp", False, ())


@pytest.mark.parametrize(
    ("profile", "name"),
    [(LIGHTROOM, "D.xmp"), (BRIDGE, "D.xmp"), (DARKTABLE, "D.CR2.xmp"), (DIGIKAM, "D.CR2.xmp")],
)
def test_a_new_sidecar_has_the_profile_s_name_and_an_old_one_keeps_its_own(
    shoot: Path, profile, name: str
) -> None:
    target = sidecar_to_write(shoot / "D.CR2", profile)
    assert (target.path.name, target.exists) == (name, False)
    other = {"D.xmp": "D.CR2.xmp", "D.CR2.xmp": "D.xmp"}[name]
    (shoot / other).touch()
    target = sidecar_to_write(shoot / "D.CR2", profile)
    assert (target.path.name, target.exists, target.others) == (other, True, ())
    (shoot / name).touch()
    target = sidecar_to_write(shoot / "D.CR2", profile)
    assert (target.path.name, [path.name for path in target.others]) == (name, [other])


def test_where_case_counts_two_photos_are_not_mixed_up(tmp_path: Path) -> None:
    folder = Folder(tmp_path, ["img.xmp", "IMG.CR2", "img.CR2", "._IMG.JPG"])
    assert sidecars_of(tmp_path / "IMG.CR2", folder) == []
    assert [s.path.name for s in sidecars_of(tmp_path / "img.CR2", folder)] == ["img.xmp"]
    assert sidecar_to_write(tmp_path / "IMG.CR2", LIGHTROOM, folder).shared_with == ()


def test_ten_thousand_photos_need_one_listing(tmp_path: Path) -> None:
    names = [f"IMG_{n:05}.{extension}" for n in range(10_000) for extension in ("CR3", "JPG", "xmp")]
    folder = Folder(tmp_path, names)
    assert all(len(sidecars_of(tmp_path / name, folder)[0].shared_with) == 1 for name in names[::3])
