"""Camera RAW: the JPEG that the camera put inside, or the sensor's data developed by LibRaw.

The preview is what the photographer saw on the camera, and it costs a hundredth of developing. It is shown wherever it
has the size that is wanted; otherwise the sensor's data are developed, at half their size where that will do.
Development is the same for every frame (white balance as shot, a fixed brightness, sRGB), so frames stay comparable.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import rawpy
from numpy.typing import NDArray
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import colour, limits, tiff
from pixsort_desktop.photo.decoded import Decoded, fit, turned, turned_size
from pixsort_desktop.photo.raster import decode_raster

_ORIENTATIONS = {
    0: 1,
    1: 2,
    2: 4,
    3: 3,
    4: 5,
    5: 8,
    6: 6,
    7: 7,
}  # LibRaw's flip: 1 mirrors, 2 upends, 4 transposes
_WHOLE = 0.95  # a preview with so much of the sensor's width is the whole picture, without the sensor's rim
_BRIGHTNESS = 1.4  # a meter puts 18 % grey at 12.7 % of saturation (ISO 12232), a rendering at 18 %
_SRGB_CURVE = (2.4, 12.92)
_LEAST_CROP = 0.7
_MOST_JPEGS = 2000
_MOST_SEGMENTS = 200

_CUT_OFF = "The file is cut off: its preview is shown, but the RAW data are not whole."
_UNREADABLE = "The RAW data cannot be read; the preview inside the file is shown."


@dataclass(frozen=True, slots=True)
class _Preview:
    """A picture inside the file: JPEG data that may be followed by anything, or pixels."""

    data: bytes | NDArray[np.uint8]
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What LibRaw says of the sensor's picture before anything is unpacked."""

    crop: tuple[int, int, int, int]  # left, top, right, bottom within what LibRaw develops
    size: tuple[int, int]  # of the crop, with square pixels, not turned
    orientation: int
    needed: int  # bytes to develop it whole
    needed_half: int

    @property
    def upright(self) -> tuple[int, int]:
        return turned_size(self.size, self.orientation)


def decode_raw(data: bytes, long_side: int, develop: bool = False) -> Decoded:
    """Decode a RAW file to fit `long_side` pixels; width and height are those of the developed picture.

    With `develop` the sensor's data are shown, developed whole, also where a preview would serve.
    Raises PhotoError where neither the sensor's data nor a preview can be shown. Runs in a process of its own.
    """
    raw = rawpy.RawPy()
    try:
        raw.open_buffer(io.BytesIO(data))
    except rawpy.LibRawError as error:
        return _preview_alone(data, long_side, error)
    with raw:
        frame = _frame(raw, len(data))
        wanted = min(long_side, max(frame.size))
        preview = _camera_preview(raw)
        if not _serves(preview, wanted, frame):
            preview = max([each for each in (preview, *_jpegs(data)) if each], key=_pixels, default=None)
        if preview is not None and not develop and _serves(preview, wanted, frame):
            shown = _shown(preview, long_side, frame)
            if shown is not None:
                return _of_frame(shown, frame, _CUT_OFF if is_cut_off(data) else None)
        try:
            return _developed(raw, frame, long_side, max(frame.size) if develop else wanted)
        except (rawpy.LibRawError, PhotoError) as error:
            return _instead(preview, long_side, frame, data, error)


def is_cut_off(data: bytes) -> bool:
    """Whether a RAW file names bytes beyond its end; False where its container does not tell."""
    if data[:4] in tiff.MAGICS + tiff.RAW_MAGICS:
        return any(_ends_beyond(each, len(data)) for each in tiff.directories(data))
    if data[4:8] == b"ftyp":
        return _boxes_end(data) > len(data)
    if data.startswith(b"FUJIFILMCCD-RAW ") and len(data) > 108:
        places = struct.unpack_from(">6I", data, 84)  # JPEG, CFA header, CFA: where and how long
        return any(place + size > len(data) for place, size in zip(places[::2], places[1::2], strict=True))
    return False


def _frame(raw: rawpy.RawPy, file_bytes: int) -> _Frame:
    sizes = raw.sizes
    left, top = sizes.crop_left_margin - sizes.left_margin, sizes.crop_top_margin - sizes.top_margin
    crop = (left, top, left + sizes.crop_width, top + sizes.crop_height)
    within = left >= 0 and top >= 0 and crop[2] <= sizes.width and crop[3] <= sizes.height
    large = sizes.crop_width > _LEAST_CROP * sizes.width and sizes.crop_height > _LEAST_CROP * sizes.height
    if not (within and large):
        crop = (0, 0, sizes.width, sizes.height)
    size = (crop[2] - crop[0], crop[3] - crop[1])
    aspect = sizes.pixel_aspect if 0.1 < sizes.pixel_aspect < 10 else 1.0
    stretched = (round(size[0] * max(aspect, 1.0)), round(size[1] * max(1 / aspect, 1.0)))
    # Unpacked: two bytes a sensor cell; developed: four shorts a pixel, then RGB in LibRaw, numpy and Pillow.
    cells, pixels = sizes.raw_width * sizes.raw_height, sizes.width * sizes.height
    unpacked = file_bytes + 2 * cells
    orientation = _ORIENTATIONS.get(sizes.flip, 1)
    return _Frame(crop, stretched, orientation, unpacked + 16 * pixels, unpacked + 4 * pixels)


# -- the preview --------------------------------------------------------------------------------------------


def _camera_preview(raw: rawpy.RawPy) -> _Preview | None:
    """The largest preview that LibRaw knows of."""
    try:
        found = raw.extract_thumb()
    except (rawpy.LibRawError, rawpy.NotSupportedError, ValueError):
        return None
    if isinstance(found.data, bytes):
        size = _jpeg_size(found.data, 0)
        return _Preview(_as_the_camera_wrote_it(found.data), size) if size else None
    pixels = np.ascontiguousarray(found.data)
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        return None
    return _Preview(pixels, (pixels.shape[1], pixels.shape[0]))


def _as_the_camera_wrote_it(jpeg: bytes) -> bytes:
    """Without the EXIF block that LibRaw puts in front of a JPEG that does not begin with one.

    It has the RAW file's orientation, and the JPEG may have its own further on, which knows better how it lies.
    """
    if jpeg[2:4] != b"\xff\xe1" or jpeg[6:10] != b"Exif":
        return jpeg
    end = 4 + int.from_bytes(jpeg[4:6], "big")
    place = end
    for _ in range(_MOST_SEGMENTS):
        if jpeg[place : place + 1] != b"\xff" or jpeg[place + 1 : place + 2] == b"\xda":
            return jpeg
        if jpeg[place + 1 : place + 2] == b"\xe1" and jpeg[place + 4 : place + 8] == b"Exif":
            return jpeg[:2] + jpeg[end:]
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    return jpeg


def _jpegs(data: bytes) -> Iterator[_Preview]:
    """Every baseline or progressive JPEG that begins in a file, whatever container names it or fails to.

    The sensor's data may be JPEG too, but lossless (SOF3) or with more than 8 bits.
    """
    place = data.find(b"\xff\xd8\xff")
    for _ in range(_MOST_JPEGS):
        if place < 0:
            return
        size = _jpeg_size(data, place)
        if size:
            yield _Preview(data[place:], size)
        place = data.find(b"\xff\xd8\xff", place + 3)


def _jpeg_size(data: bytes, place: int) -> tuple[int, int] | None:
    """Width and height of the JPEG that begins there, None where it is none that can be shown."""
    place += 2
    for _ in range(_MOST_SEGMENTS):
        if place + 10 > len(data) or data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker in (0xC0, 0xC1, 0xC2):
            depth, height, width, layers = struct.unpack_from(">BHHB", data, place + 4)
            return (width, height) if depth == 8 and layers in (1, 3) and width and height else None
        if marker == 0xDA or (0xC3 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            return None
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big") if marker != 0xFF else 1
    return None


def _pixels(preview: _Preview) -> int:
    return preview.size[0] * preview.size[1]


def _serves(preview: _Preview | None, wanted: int, frame: _Frame) -> bool:
    if preview is None:
        return False
    longer = max(preview.size)
    return longer >= wanted or longer >= _WHOLE * max(frame.size)


def _shown(preview: _Preview, long_side: int, frame: _Frame | None, fallback: int = 1) -> Decoded | None:
    """The preview decoded and upright; None where it is damaged.

    A preview may have an orientation of its own, or share the file's, or be upright already. Its own is believed
    first, then the file's; but none that would lay a portrait on its side, since the developed picture is known.
    """

    def orient(size: tuple[int, int], own: int | None) -> int:
        if frame is None:
            return own or fallback
        for each in (own, frame.orientation):
            if each and _same_shape(turned_size(size, each), frame.upright):
                return each
        return 1

    try:
        if isinstance(preview.data, bytes):
            return decode_raster(preview.data, long_side, ("JPEG",), orient)
        image = Image.fromarray(preview.data)
        small = turned(colour.shrink(image, fit(image.size, long_side)), orient(image.size, None))
        return Decoded(small, small.width, small.height, "RAW", None, None)
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything over damaged bytes
        return None


def _same_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Both landscape, or both portrait; a nearly square one fits either."""
    return (one[0] - one[1]) * (other[0] - other[1]) >= 0 or abs(one[0] / one[1] - 1) < 0.05


def _of_frame(shown: Decoded, frame: _Frame, warning: str | None) -> Decoded:
    width, height = frame.upright
    return Decoded(shown.image, width, height, "RAW", shown.exif, warning or shown.warning, "preview")


def _preview_alone(data: bytes, long_side: int, error: Exception) -> Decoded:
    """What can be shown of a file that LibRaw does not open."""
    directories = tiff.directories(data)
    fallback = directories[0].first(tiff.ORIENTATION, 1) if directories else 1
    for preview in sorted(_jpegs(data), key=_pixels, reverse=True)[:3]:
        shown = _shown(preview, long_side, None, fallback)
        if shown is not None:
            warning = _CUT_OFF if is_cut_off(data) else _UNREADABLE
            return Decoded(shown.image, shown.width, shown.height, "RAW", shown.exif, warning, "preview")
    raise PhotoError(_why_not(error, data)) from error


def _instead(
    preview: _Preview | None, long_side: int, frame: _Frame, data: bytes, error: Exception
) -> Decoded:
    """The preview, however small, where developing failed."""
    shown = _shown(preview, long_side, frame) if preview is not None else None
    if shown is None:
        raise error if isinstance(error, PhotoError) else PhotoError(_why_not(error, data)) from error
    if isinstance(error, PhotoError):  # too large to develop: the preview is all there will be, and is whole
        return _of_frame(shown, frame, None)
    return _of_frame(shown, frame, _CUT_OFF if is_cut_off(data) else _UNREADABLE)


# -- developing ---------------------------------------------------------------------------------------------


def _developed(raw: rawpy.RawPy, frame: _Frame, long_side: int, wanted: int) -> Decoded:
    """Raises LibRawError, and PhotoError where it would take too much memory."""
    half = wanted <= max(frame.size) // 2 or not limits.fits(frame.needed)
    needed = frame.needed_half if half else frame.needed
    limits.check(*frame.upright, needed)
    with limits.room(needed):
        pixels = raw.postprocess(
            half_size=half,
            use_camera_wb=True,
            output_color=rawpy.ColorSpace.sRGB,
            output_bps=8,
            no_auto_bright=True,
            bright=_BRIGHTNESS,
            gamma=_SRGB_CURVE,
            user_flip=0,
        )
        raw.close()
        image = Image.fromarray(_cropped(pixels, frame))
        del pixels
        small = turned(colour.shrink(image, fit(image.size, long_side)), frame.orientation)
    width, height = frame.upright
    return Decoded(small, width, height, "RAW", None, None, "half" if half else "full")


def _cropped(pixels: NDArray[np.uint8], frame: _Frame) -> NDArray[np.uint8]:
    """Without the sensor's rim, which the camera leaves away too; not for sensors that were turned by 45 degrees."""
    left, top, right, bottom = frame.crop
    across, down = pixels.shape[1] / frame.size[0], pixels.shape[0] / frame.size[1]
    if (left, top) == (0, 0) and abs(across - down) < 0.01:
        return np.ascontiguousarray(pixels[: round(bottom * down), : round(right * across)])
    scale = 0.5 if max(across, down) < 0.75 else 1.0
    if frame.size != (right - left, bottom - top):  # pixels that are not square
        return pixels
    rows = slice(round(top * scale), round(bottom * scale))
    return np.ascontiguousarray(pixels[rows, round(left * scale) : round(right * scale)])


# -- what went wrong ----------------------------------------------------------------------------------------


def _ends_beyond(directory: tiff.Directory, length: int) -> bool:
    pairs = ((tiff.STRIP_OFFSETS, tiff.STRIP_BYTES), (tiff.TILE_OFFSETS, tiff.TILE_BYTES),
             (tiff.JPEG_OFFSET, tiff.JPEG_BYTES))  # fmt: skip
    for places, sizes in pairs:
        ends = zip(directory.values.get(places, ()), directory.values.get(sizes, ()), strict=False)
        if any(place + size > length for place, size in ends):
            return True
    return False


def _boxes_end(data: bytes) -> int:
    """Where the last box of an ISO media file says that it ends (ISO 14496-12)."""
    place = 0
    for _ in range(1000):
        if place + 8 > len(data):
            break
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        if size < 8:  # 0: to the end of the file
            return len(data)
        place += size
    return place


def _why_not(error: Exception, data: bytes) -> str:
    if is_cut_off(data):
        return "The file is cut off, and there is no preview in what is left."
    if isinstance(error, rawpy.LibRawFileUnsupportedError):
        version = ".".join(map(str, rawpy.libraw_version))
        return f"This is no RAW file that LibRaw {version} knows, or its beginning is damaged."
    return "The RAW data are damaged, and there is no preview."
