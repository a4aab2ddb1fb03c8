"""How strongly JPEGs were compressed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.photo.quality import jpeg_quality


@pytest.mark.parametrize("quality", [1, 5, 20, 30, 50, 75, 85, 90, 95, 100])
def test_what_pillow_was_told_is_found_again(tmp_path: Path, quality: int) -> None:
    path = tmp_path / "a.jpg"
    Image.effect_noise((64, 48), 60).convert("RGB").save(path, quality=quality)
    found = jpeg_quality(str(path))
    assert found is not None
    assert abs(found - quality) <= 1


def test_other_files_have_none(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xdb\x00\x05\x01")
    for name in ("a.png", "broken.jpg", "gone.jpg"):
        assert jpeg_quality(str(tmp_path / name)) is None
