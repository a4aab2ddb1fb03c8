"""Colour spaces that files name instead of describing: written out as ICC profiles, which littleCMS reads.

A HEIC or AVIF file names its primaries and its transfer curve by number (nclx, ITU-T H.273); a camera's JPEG in
Adobe RGB says only «R03» in its EXIF block (DCF 2.0). ICC.1:2022 is the source of the profile's layout, section
E.4 of it of the chromatic adaptation.
"""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Chromaticities = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""(x, y) of red, green, blue and white."""

_D65 = (0.3127, 0.3290)
_D50_XYZ = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

PRIMARIES: dict[int, Chromaticities] = {
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65),  # BT.709, sRGB
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), (0.310, 0.316)),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),  # BT.2020
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),  # DCI-P3
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),  # Display P3
}
"""By the numbers of H.273, table 2."""

_ADOBE: Chromaticities = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65)
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # g, a, b, c, d of parametric type 3
_SDR_CURVES: dict[int, tuple[float, ...]] = {4: (2.2,), 5: (2.8,), 8: (1.0,), 13: _SRGB_CURVE}

PQ, HLG = 16, 18
"""Transfer curves of high dynamic range: SMPTE ST 2084, and ARIB STD-B67."""


@lru_cache(maxsize=32)
def nclx_profile(primaries: int, transfer: int) -> bytes | None:
    """An ICC profile for numbers of H.273; None for sRGB, for what is unspecified, and for PQ and HLG.

    The curves that television gives for encoding (1, 6, 14, 15) are for stills what sRGB's is: viewers and
    browsers show them so.
    """
    if primaries not in PRIMARIES or transfer in (PQ, HLG):
        return None
    curve = _SDR_CURVES.get(transfer, _SRGB_CURVE)
    if primaries == 1 and curve == _SRGB_CURVE:
        return None
    return matrix_profile(PRIMARIES[primaries], curve)


@lru_cache(maxsize=1)
def adobe_rgb() -> bytes:
    """Adobe RGB (1998), which a camera's EXIF block names and does not describe."""
    return matrix_profile(_ADOBE, (563 / 256,))


def matrix_profile(colours: Chromaticities, curve: tuple[float, ...]) -> bytes:
    """An ICC profile of version 4 from chromaticities and a curve: (gamma,), or (g, a, b, c, d) of type 3."""
    red, green, blue = to_d50(colours).T
    tags = {
        b"desc": _text("PixSort"),
        b"cprt": _text("No copyright"),
        b"wtpt": _xyz(_D50_XYZ),
        b"chad": b"sf32" + bytes(4) + _fixed(_adaptation(colours[3]).ravel()),
        b"rXYZ": _xyz(red),
        b"gXYZ": _xyz(green),
        b"bXYZ": _xyz(blue),
    }
    para = b"para" + bytes(4) + struct.pack(">HH", 3 if len(curve) == 5 else 0, 0) + _fixed(curve)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), para)
    return _assembled(tags)


def to_xyz(colours: Chromaticities) -> NDArray[np.float64]:
    """The matrix (3, 3) from linear RGB to XYZ under the colours' own white."""
    columns = np.array([_to_xyz_of(place) for place in colours[:3]]).T
    return np.asarray(columns * np.linalg.solve(columns, _to_xyz_of(colours[3])))


def to_d50(colours: Chromaticities) -> NDArray[np.float64]:
    """The matrix (3, 3) from linear RGB to XYZ under D50, ICC's connection space."""
    return np.asarray(_adaptation(colours[3]) @ to_xyz(colours))


def _to_xyz_of(place: tuple[float, float]) -> NDArray[np.float64]:
    x, y = place
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _adaptation(white: tuple[float, float]) -> NDArray[np.float64]:
    seen, wanted = _BRADFORD @ _to_xyz_of(white), _BRADFORD @ _D50_XYZ
    return np.asarray(np.linalg.inv(_BRADFORD) @ np.diag(wanted / seen) @ _BRADFORD)


# -- the file -----------------------------------------------------------------------------------------------


def _fixed(numbers: NDArray[np.float64] | tuple[float, ...]) -> bytes:
    return b"".join(struct.pack(">i", round(float(number) * 65536)) for number in numbers)


def _xyz(values: NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(values)


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _assembled(tags: dict[bytes, bytes]) -> bytes:
    place = 128 + 4 + 12 * len(tags)
    index, body, places = struct.pack(">I", len(tags)), b"", {}
    for name, data in tags.items():
        if data not in places:
            places[data] = place + len(body)
            body += data + bytes(-len(data) % 4)
        index += name + struct.pack(">II", places[data], len(data))
    header = bytearray(128)
    struct.pack_into(">I4sI4s4s4s", header, 0, place + len(body), b"", 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    struct.pack_into(">6H4s", header, 24, 2020, 1, 1, 0, 0, 0, b"acsp")
    header[68:80] = _fixed(_D50_XYZ)
    return bytes(header) + index + body
