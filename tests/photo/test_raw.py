"""Camera RAW: preview or development, upright once, colours as shot, and what is left of a damaged file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import rawpy
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import limits, reading
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.photo.decoded import Decoded
from pixsort_desktop.photo.decoder import decode_here
from pixsort_desktop.photo.raw import is_cut_off
from pixsort_desktop.photo.reading import PhotoReading, read_photo
from tests.photo.dng import developed, lying, make_dng

BRIGHTNESS = 1.4


def scene(width: int, height: int, seed: int = 1) -> Image.Image:
    """Smooth, of many colours, and like none of its own turns."""
    coarse = np.random.default_rng(seed).integers(40, 256, (4, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def jpeg(picture: Image.Image, orientation: int | None = None) -> bytes:
    buffer, exif = io.BytesIO(), Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    picture.save(buffer, "JPEG", quality=95, exif=exif if orientation is not None else b"")
    return buffer.getvalue()


def off_by(decoded: Decoded, expected: np.ndarray | Image.Image) -> float:
    """Mean difference to a picture of any size, in grey levels."""
    reference = Image.fromarray(np.asarray(expected).astype(np.uint8)).resize(
        decoded.image.size, Image.Resampling.LANCZOS
    )
    return float(np.abs(np.asarray(decoded.image, dtype=float) - np.asarray(reference, dtype=float)).mean())


# -- development --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_developing_is_upright_and_in_the_colours_as_shot(orientation: int) -> None:
    upright = scene(320, 240)
    decoded = decode(make_dng(upright, orientation=orientation), 9999)
    assert (decoded.width, decoded.height, decoded.format, decoded.warning) == (320, 240, "RAW", None)
    assert decoded.image.size == (320, 240)
    assert off_by(decoded, developed(upright, BRIGHTNESS)) < 1


def test_half_the_size_is_developed_where_that_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    develop = rawpy.RawPy.postprocess

    def noted(self: rawpy.RawPy, **options: object) -> object:
        asked.append(bool(options["half_size"]))
        return develop(self, **options)

    class Noted(rawpy.RawPy):
        postprocess = noted

    monkeypatch.setattr(rawpy, "RawPy", Noted)
    upright = scene(640, 480)
    dng = make_dng(upright, orientation=6)
    for edge, half in ((200, True), (320, True), (321, False), (9999, False)):
        decoded = decode_here(dng, edge, "raw")
        assert (asked.pop(), max(decoded.image.size)) == (half, min(edge, 640))
        assert (decoded.width, decoded.height) == (640, 480)
        assert off_by(decoded, developed(upright, BRIGHTNESS)) < 1.5


def test_frames_of_a_bracket_stay_darker_and_brighter() -> None:
    """No automatic brightness: what was exposed less looks darker, as it is."""
    levels = [
        np.asarray(decode(make_dng(scene(160, 120), exposure=exposure), 160).image).mean()
        for exposure in (0.15, 0.3, 0.6)
    ]
    assert levels[0] * 1.2 < levels[1] and levels[1] * 1.2 < levels[2]


def test_a_real_dng(shared_data: Path) -> None:
    """The chart's grey patches are neutral within what the camera's own white balance leaves."""
    path = shared_data / "raw" / "tinydng" / "colorchart.dng"
    found = read_photo(str(path))
    assert isinstance(found, PhotoReading)
    assert (found.width, found.height, found.format) == (1734, 1156, "RAW")
    assert found.metadata.model == "Canon EOS Kiss X4"
    whole = decode(path.read_bytes(), 9999)
    assert whole.image.size == (1734, 1156)
    half = decode(path.read_bytes(), 256)
    assert off_by(half, whole.image) < 2
    with rawpy.imread(str(path)) as raw:
        reference = raw.postprocess(
            use_camera_wb=True, no_auto_bright=True, bright=BRIGHTNESS, gamma=(2.4, 12.92)
        )
    assert off_by(whole, reference) < 0.5


# -- the preview --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("said", ["nothing", "the same", "upright"])
def test_the_preview_is_turned_once(orientation: int, said: str) -> None:
    """It may lie as the sensor does, with or without saying so, or have been turned by the camera."""
    upright = scene(400, 300)
    other = scene(400, 300, seed=9)  # developing would show this
    if said == "upright":
        preview = jpeg(upright, 1)
    else:
        preview = jpeg(lying(upright, orientation), orientation if said == "the same" else None)
    decoded = decode(make_dng(other, orientation=orientation, preview=preview), 200)
    assert (decoded.width, decoded.height, decoded.warning) == (400, 300, None)
    assert decoded.image.size == (200, 150)
    assert off_by(decoded, upright) < 3


def test_a_portrait_s_preview_that_was_turned_already_and_does_not_say_so() -> None:
    upright = scene(300, 400)
    dng = make_dng(scene(300, 400, seed=9), orientation=6, preview=jpeg(upright))
    assert off_by(decode(dng, 200), upright) < 3


def test_a_preview_that_is_too_small_is_not_enlarged() -> None:
    upright, other = scene(640, 480), scene(160, 120, seed=9)
    dng = make_dng(upright, preview=jpeg(other))
    assert off_by(decode(dng, 160), other) < 3
    decoded = decode(dng, 161)
    assert max(decoded.image.size) == 161
    assert off_by(decoded, developed(upright, BRIGHTNESS)) < 1.5


def test_a_preview_without_the_sensor_s_rim_is_the_whole_picture() -> None:
    dng = make_dng(scene(640, 480, seed=9), preview=jpeg(scene(624, 468)))
    decoded = decode(dng, 9999)
    assert (decoded.width, decoded.height) == (640, 480)
    assert decoded.image.size == (624, 468)


def test_a_damaged_preview_is_passed_over() -> None:
    upright = scene(320, 240)
    good = jpeg(scene(320, 240, seed=9))
    tables = good.index(b"\xff\xc4")
    bad = good[: tables + 5] + b"\xff" * 400 + good[tables + 405 :]
    decoded = decode(make_dng(upright, preview=bad), 300)
    assert off_by(decoded, developed(upright, BRIGHTNESS)) < 1.5


# -- damage -------------------------------------------------------------------------------------------------


def test_a_cut_off_file_shows_its_preview_and_says_so() -> None:
    upright = scene(640, 480)
    dng = make_dng(scene(640, 480, seed=9), orientation=8, preview=jpeg(lying(upright, 8)))
    assert not is_cut_off(dng)
    for cut in (dng[:-2], dng[: len(dng) * 3 // 4]):
        assert is_cut_off(cut)
        for edge in (200, 9999):
            decoded = decode(cut, edge)
            assert (
                decoded.warning
                == "The file is cut off: its preview is shown, but the RAW data are not whole."
            )
            assert off_by(decoded, upright) < 3


def test_the_import_keeps_the_warning(tmp_path: Path) -> None:
    dng = make_dng(scene(640, 480), preview=jpeg(scene(640, 480)))
    (tmp_path / "a.dng").write_bytes(dng[: len(dng) // 2])
    found = read_photo(str(tmp_path / "a.dng"))
    assert isinstance(found, PhotoReading)
    assert found.warning is not None and "cut off" in found.warning
    assert found.metadata.model == "Test Camera"


def test_a_file_too_big_for_memory_is_read_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.dng"
    path.write_bytes(make_dng(scene(640, 480), orientation=6, preview=jpeg(lying(scene(640, 480), 6))))
    whole = read_photo(str(path))
    monkeypatch.setattr(reading, "_WHOLE_IN_MEMORY", 1000)
    streamed = read_photo(str(path))
    assert isinstance(whole, PhotoReading) and isinstance(streamed, PhotoReading)
    assert (streamed.sha256, streamed.metadata, streamed.width) == (whole.sha256, whole.metadata, whole.width)
    assert np.array_equal(streamed.pixels, whole.pixels)


def test_a_small_preview_is_better_than_nothing() -> None:
    dng = make_dng(scene(640, 480), preview=jpeg(scene(160, 120)))
    decoded = decode(dng[: len(dng) // 2], 512)
    assert decoded.image.size == (160, 120)
    assert (decoded.width, decoded.height) == (640, 480)
    assert decoded.warning is not None and "cut off" in decoded.warning


def test_a_cut_off_file_without_preview() -> None:
    dng = make_dng(scene(640, 480))
    with pytest.raises(PhotoError, match=r"^The file is cut off, and there is no preview in what is left\.$"):
        decode(dng[: len(dng) // 2], 512)


@pytest.mark.parametrize(
    "start", [b"FUJIFILMCCD-RAW 0201FF159501", b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", b"FOVb\0\0\3\0"]
)
def test_a_preview_is_found_where_libraw_gives_up(start: bytes) -> None:
    """Rubbish that begins like a RAW file, with two JPEGs somewhere in it: the larger one is shown."""
    rubbish = np.random.default_rng(3).integers(0, 255, 50_000, dtype=np.uint8).tobytes()
    small, large = jpeg(scene(160, 120, seed=5)), jpeg(scene(120, 640), 6)
    decoded = decode(start + rubbish + small + rubbish + large + rubbish, 300)
    assert decoded.warning is not None
    assert (decoded.width, decoded.height) == (640, 120)


def test_what_is_no_raw_file_gets_a_sentence() -> None:
    with pytest.raises(PhotoError, match=r"^This is no RAW file that LibRaw [0-9.]+ knows"):
        decode(b"FUJIFILMCCD-RAW " + bytes(4000), 512)
    with pytest.raises(PhotoError, match=r"^This is no RAW file that LibRaw"):
        decode(b"some bytes" * 1000, 512, "IMG_0001.NEF")


def test_a_tiff_is_no_raw_file_and_a_dng_is_whatever_its_name() -> None:
    buffer = io.BytesIO()
    scene(64, 48).save(buffer, "TIFF")
    assert decode(buffer.getvalue(), 512, "a.tif").format == "TIFF"
    assert decode(make_dng(scene(64, 48)), 512, "a.tif").format == "RAW"


def test_memory_is_bounded_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the limit at full size: half the size is developed. Over it at half: the preview, else a refusal."""
    dng = make_dng(scene(640, 480))
    monkeypatch.setattr(limits, "_memory", 5_000_000)
    assert decode_here(dng, 9999, "raw").image.size == (320, 240)
    monkeypatch.setattr(limits, "_memory", 1_000_000)
    with pytest.raises(
        PhotoError, match=r"^The picture of 640 × 480 pixels would need 2 MB of memory; the limit"
    ):
        decode_here(dng, 9999, "raw")
    with_preview = make_dng(scene(640, 480), preview=jpeg(scene(160, 120)))
    decoded = decode_here(with_preview, 9999, "raw")
    assert (decoded.image.size, decoded.width, decoded.warning) == ((160, 120), 640, None)


def test_developing_can_be_asked_for_and_the_answer_says_what_it_is() -> None:
    upright = scene(640, 480)
    dng = make_dng(upright, preview=jpeg(Image.new("RGB", (640, 480), "red")))
    shown = decode_here(dng, 200, "raw")
    assert (shown.shown, shown.image.getpixel((10, 10))) == ("preview", (254, 0, 0))
    full = decode_here(dng, 200, "raw", True)
    assert (full.shown, max(full.image.size)) == ("full", 200)
    assert off_by(full, developed(upright, BRIGHTNESS)) < 3
    assert decode_here(make_dng(upright), 200, "raw").shown == "half"
    assert decode(dng, 640, "a.dng", develop=True).shown == "full"  # through the child process
