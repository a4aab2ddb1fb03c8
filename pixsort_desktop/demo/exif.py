"""The EXIF block of a demo photograph, as a camera writes it."""

from __future__ import annotations

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from pixsort_desktop.demo.shoot import Shot

MAKE, MODEL = "PixSort", "Demo Camera"
UPRIGHT, TURN_RIGHT = 1, 6  # EXIF orientation: as stored, and to be turned a quarter to the right


def camera_exif(shot: Shot, frame: int) -> Image.Exif:
    """Make, model, lens, times with sub-seconds and offset, exposure, orientation and, where known, GPS."""
    taken = shot.taken(frame)
    stamp, thousandths = taken.strftime("%Y:%m:%d %H:%M:%S"), f"{taken.microsecond // 1000:03d}"
    zone = taken.strftime("%z")
    offset = f"{zone[:3]}:{zone[3:5]}"
    exif = Image.Exif()
    base, inner = ExifTags.Base, exif.get_ifd(ExifTags.IFD.Exif)
    exif[base.Make], exif[base.Model] = MAKE, MODEL
    exif[base.Orientation] = TURN_RIGHT if shot.portrait else UPRIGHT
    exif[base.Software] = "PixSort demo shoot"
    exif[base.DateTime] = stamp
    inner[base.ExposureTime] = IFDRational(*shot.exposure)
    inner[base.FNumber] = IFDRational(round(shot.f_number * 10), 10)
    inner[base.ISOSpeedRatings] = shot.iso
    inner[base.ExifVersion] = b"0232"
    inner[base.DateTimeOriginal] = inner[base.DateTimeDigitized] = stamp
    inner[base.OffsetTime] = inner[base.OffsetTimeOriginal] = offset
    inner[base.SubsecTimeOriginal] = thousandths
    inner[base.FocalLength] = IFDRational(round(shot.focal_mm * 10), 10)
    inner[base.LensModel] = shot.lens
    if shot.place:
        _locate(exif, *shot.place)
    return exif


def _locate(exif: Image.Exif, latitude: float, longitude: float) -> None:
    gps, tag = exif.get_ifd(ExifTags.IFD.GPSInfo), ExifTags.GPS
    gps[tag.GPSVersionID] = b"\x02\x03\x00\x00"
    gps[tag.GPSLatitudeRef], gps[tag.GPSLatitude] = "N" if latitude >= 0 else "S", _degrees(latitude)
    gps[tag.GPSLongitudeRef], gps[tag.GPSLongitude] = "E" if longitude >= 0 else "W", _degrees(longitude)


def _degrees(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    hundredths = round(abs(angle) * 3600 * 100)
    minutes, second = divmod(hundredths, 6000)
    return IFDRational(minutes // 60, 1), IFDRational(minutes % 60, 1), IFDRational(second, 100)
