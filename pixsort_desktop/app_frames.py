"""What the loupe gets from the rooms below: a photo's pixels as Qt's picture, and what is found out about them.

All of it runs in workers; the rooms that need numpy or OpenCV are imported there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views.loupe.frames import Room
from pixsort_desktop.views.loupe.inspector import AfArea, InspectionFunctions, Levels, Mask
from pixsort_desktop.views.loupe.marks import stripe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

STRIP = 32  # rows of a picture that are converted in one go


def read_frame(photo: Photo, edge: int, room: Room, develop: bool = False) -> QImage:
    """A photo decoded to at most `edge` pixels a side, upright, into the image that `room` gives. Runs in a worker.

    With `develop` a RAW file is developed whole. The image's text «shown» is `Decoded.shown`. Raises PhotoError, or
    OSError where the file cannot be read.
    """
    from pixsort_desktop.photo.decode import decode

    decoded = decode(Path(photo.path).read_bytes(), edge, photo.path, develop=develop)
    image = to_image(decoded.image, room)
    image.setText("shown", decoded.shown)
    return image


def develop_frame(photo: Photo, edge: int, room: Room) -> QImage:
    """As `read_frame`, with a RAW file developed whole."""
    return read_frame(photo, edge, room, True)


def to_image(picture: Image.Image, room: Room) -> QImage:
    """A picture of mode RGB as a QImage, in the form that the screen takes without converting.

    Pillow holds Python's lock while it hands out pixels (4 ms for 8 megapixels): strips let the window's
    thread in between.
    """
    import cv2
    import numpy as np

    width, height = picture.size
    image = room(width, height)
    if image.isNull():
        raise PhotoError(f"There is not enough memory to show a picture of {width:,} × {height:,} pixels.")
    target = np.frombuffer(image.bits(), np.uint8).reshape(height, width, 4)
    for top in range(0, height, STRIP):
        bottom = min(height, top + STRIP)
        strip = picture.crop((0, top, width, bottom)).tobytes()
        pixels = np.frombuffer(strip, np.uint8).reshape(bottom - top, width, 3)
        cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA, dst=target[top:bottom])
    return image


def inspection_functions() -> InspectionFunctions:
    """What is found out about a frame in a worker; the rooms that know how are imported there."""

    def histogram(frame: QImage) -> Levels:
        from pixsort_desktop.vision import inspection

        found = inspection.histogram(pixels_of(frame))
        return Levels(tuple(map(tuple, found.counts.tolist())), found.highlights[3], found.shadows[3])

    def clipping(frame: QImage) -> Mask:
        from pixsort_desktop.vision import inspection

        mask = to_mask(inspection.clipping_mask(pixels_of(frame)))
        stripe(mask.image)
        return mask

    def peaking(frame: QImage) -> Mask:
        from pixsort_desktop.vision import inspection

        return to_mask(inspection.focus_peaking(pixels_of(frame)))

    def af_point(photo: Photo) -> tuple[AfArea, ...]:
        from pixsort_desktop.photo.focus import focus_points

        found = focus_points(photo.path)
        areas = found.areas if found is not None else ()
        return tuple(AfArea(a.x, a.y, a.width, a.height, a.in_focus) for a in areas)

    return InspectionFunctions(histogram, clipping, peaking, af_point)


def pixels_of(frame: QImage) -> NDArray[np.uint8]:
    """An RGB32 picture's red, green and blue, (height, width, 3), in memory of their own."""
    import cv2
    import numpy as np

    height, width = frame.height(), frame.width()
    rows = np.frombuffer(frame.constBits(), np.uint8).reshape(height, frame.bytesPerLine() // 4, 4)
    return np.asarray(cv2.cvtColor(rows[:, :width], cv2.COLOR_BGRA2RGB), dtype=np.uint8)


def to_mask(values: NDArray[np.uint8]) -> Mask:
    """A mask (height, width) as a picture of one byte a pixel."""
    import numpy as np

    height, width = values.shape
    image = QImage(width, height, QImage.Format.Format_Indexed8)
    if image.isNull():
        raise PhotoError("There is not enough memory for this.")
    rows = np.frombuffer(image.bits(), np.uint8).reshape(height, image.bytesPerLine())
    rows[:, :width], rows[:, width:] = values, 0
    return Mask(image, float(np.count_nonzero(values)) / max(1, values.size))


def meet_types() -> None:
    """Touch, in the window's thread, what `to_image` uses of Qt; see `thumbnails.loader` for why."""
    fresh_image(1, 1).bits()


def fresh_image(width: int, height: int) -> QImage:
    """A `Room` without memory of its own."""
    return QImage(width, height, QImage.Format.Format_RGB32)
