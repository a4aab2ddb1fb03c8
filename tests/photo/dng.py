"""Real DNG files, small: what a camera would have recorded of a picture, written by the DNG specification (1.4)."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

NEUTRAL = (0.5, 1.0, 0.7)
"""What this camera records of grey (AsShotNeutral): its red and blue cells see less than its green ones."""

_TO_SRGB = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)
BLACK, WHITE = 256, 65_535
_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _SRATIONAL = 1, 2, 3, 4, 5, 10
_FORMS = {_BYTE: "B", _SHORT: "H", _LONG: "I"}
Entry = tuple[int, int, object]

TURN_BACK = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip
"""How an upright picture lies on the sensor, by the orientation that undoes it."""


def lying(picture: Image.Image, orientation: int) -> Image.Image:
    turn = TURN_BACK[orientation]
    return picture if turn is None else picture.transpose(turn)


def make_dng(
    upright: Image.Image,
    *,
    orientation: int = 1,
    preview: bytes | None = None,
    exposure: float = 0.6,
    taken: str | None = None,
    fraction: str = "0",
    camera: tuple[str, str] = ("PixSort", "Test Camera"),
) -> bytes:
    """A DNG of a picture: 16 bits, uncompressed, RGGB; `exposure` is what white becomes of saturation.

    With `preview`, a JPEG, the first directory is the preview's and the sensor's data are in a sub-directory.
    `taken` is DateTimeOriginal, as EXIF spells it, and `fraction` its sub-seconds.
    """
    sensor = _mosaic(lying(upright, orientation), exposure)
    common: list[Entry] = [
        (0x010F, _ASCII, camera[0]), (0x0110, _ASCII, camera[1]), (0x0112, _SHORT, [orientation]),
        (0x0132, _ASCII, "2025:03:04 05:06:07"), (0xC612, _BYTE, [1, 4, 0, 0]), (0xC613, _BYTE, [1, 1, 0, 0]),
        (0xC614, _ASCII, "PixSort Test Camera"), (0xC621, _SRATIONAL, list(_camera_matrix().ravel())),
        (0xC628, _RATIONAL, list(NEUTRAL)), (0xC65A, _SHORT, [21]),
    ]  # fmt: skip
    if taken is not None:  # TIFF/EP has these in its first directory
        common += [(0x9003, _ASCII, taken), (0x9291, _ASCII, fraction)]
    height, width = sensor.shape
    raw: list[Entry] = [
        (0x00FE, _LONG, [0]), (0x0100, _LONG, [width]), (0x0101, _LONG, [height]), (0x0102, _SHORT, [16]),
        (0x0103, _SHORT, [1]), (0x0106, _SHORT, [32803]), (0x0111, _LONG, sensor.astype("<u2").tobytes()),
        (0x0115, _SHORT, [1]), (0x0116, _LONG, [height]), (0x0117, _LONG, [sensor.nbytes // 1]),
        (0x828D, _SHORT, [2, 2]), (0x828E, _BYTE, [0, 1, 1, 2]), (0xC61A, _LONG, [BLACK]), (0xC61D, _LONG, [WHITE]),
    ]  # fmt: skip
    if preview is None:
        return _tiff([common + raw])
    with Image.open(io.BytesIO(preview)) as jpeg:
        across, down = jpeg.size
    small: list[Entry] = [
        (0x00FE, _LONG, [1]), (0x0100, _LONG, [across]), (0x0101, _LONG, [down]), (0x0102, _SHORT, [8, 8, 8]),
        (0x0103, _SHORT, [7]), (0x0106, _SHORT, [6]), (0x0111, _LONG, preview), (0x0115, _SHORT, [3]),
        (0x0116, _LONG, [down]), (0x0117, _LONG, [len(preview)]), (0x014A, _LONG, [0]),
    ]  # fmt: skip
    return _tiff([common + small, raw])


def developed(upright: Image.Image, brightness: float, exposure: float = 0.6) -> np.ndarray:
    """What developing should give, as floats 0 to 255: the picture's light times exposure and brightness."""
    linear = np.minimum(_linear(upright) * exposure * brightness, 1.0)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _camera_matrix() -> np.ndarray:
    """XYZ to this camera's colours, which are sRGB's seen through its filters."""
    return np.diag(NEUTRAL) @ _TO_SRGB


def _linear(picture: Image.Image) -> np.ndarray:
    encoded = np.asarray(picture, dtype=float) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _mosaic(picture: Image.Image, exposure: float) -> np.ndarray:
    levels = _linear(Image.fromarray(np.arange(256, dtype=np.uint8)[None, :]))[0]
    seen = [
        np.round(BLACK + (WHITE - BLACK) * levels * exposure * part).astype(np.uint16) for part in NEUTRAL
    ]
    pixels = np.asarray(picture)
    sensor = seen[1][pixels[:, :, 1]]
    sensor[0::2, 0::2] = seen[0][pixels[0::2, 0::2, 0]]
    sensor[1::2, 1::2] = seen[2][pixels[1::2, 1::2, 2]]
    return np.asarray(sensor)


def _tiff(directories: list[list[Entry]]) -> bytes:
    """Little-endian; the second directory is the first one's sub-directory; strips are given as their bytes."""
    places = [8]
    for entries in directories[:-1]:
        places.append(places[-1] + 2 + 12 * len(entries) + 4)
    data_at = places[-1] + 2 + 12 * len(directories[-1]) + 4
    tables, data = b"", b""
    for entries in directories:
        tables += struct.pack("<H", len(entries))
        for tag, kind, value in sorted(entries, key=lambda entry: entry[0]):
            if tag == 0x014A:
                value = [places[1]]
            if isinstance(value, bytes):  # strip data: their place is the value
                packed, count = struct.pack("<I", data_at + len(data)), 1
                data += value + bytes(len(value) % 2)
            else:
                packed, count = _packed(kind, value)
                if len(packed) > 4:
                    place = data_at + len(data)
                    data += packed + bytes(len(packed) % 2)
                    packed = struct.pack("<I", place)
            tables += struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0")
        tables += bytes(4)
    return b"II*\0" + struct.pack("<I", 8) + tables + data


def _packed(kind: int, value: object) -> tuple[bytes, int]:
    if isinstance(value, str):
        return value.encode() + b"\0", len(value) + 1
    assert isinstance(value, list)
    if kind in (_RATIONAL, _SRATIONAL):
        form = "<II" if kind == _RATIONAL else "<ii"
        return b"".join(struct.pack(form, round(each * 100_000), 100_000) for each in value), len(value)
    return struct.pack(f"<{len(value)}{_FORMS[kind]}", *value), len(value)
