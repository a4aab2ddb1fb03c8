"""A sample shoot, painted by the program itself: 56 photographs of 14 scenes, 4 single pictures, one broken file.

`shoot` says what was photographed when; the scenes (`landscapes`, `waters`, `nights`, `closeups`, `singles`) paint light
with the tools of `brush`, `skies` and `terrain`; `camera` frames and develops it, `exif` writes down how.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import Path

import numpy as np
from PIL import Image

from pixsort_desktop.demo import camera, exif
from pixsort_desktop.demo.brush import Painter
from pixsort_desktop.demo.shoot import Frame, Shot, frames
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.progress import Progress

SEED = 20250118
WIDTH = 1600
QUALITY = 88


def demo_truth() -> dict[str, str]:
    """Which scene each readable file of the demo shoot shows: file name -> scene name. The broken file is left out."""
    return {frame.file: frame.shot.name for frame in frames() if frame.shot}


def broken_file() -> str:
    """The name of the one file of the shoot that no program can read."""
    return next(frame.file for frame in frames() if not frame.shot)


def render_demo(
    folder: Path,
    progress: Progress | None = None,
    *,
    scenes: Collection[str] | None = None,
    width: int = WIDTH,
) -> list[Path]:
    """Paint the demo shoot into `folder` and return its files in the order of their names.

    Files that are already there are kept as they are, so an interrupted run goes on where it stopped; each new one
    appears complete or not at all. `scenes` limits the shoot to some scene names (the broken file then stays out),
    `width` is the longer side in pixels. The same arguments give the same bytes.

    Raises `PixsortError` if the folder cannot be written, and `Cancelled` when the user stops it.
    """
    progress = progress or Progress()
    wanted = [frame for frame in frames() if scenes is None or (frame.shot and frame.shot.name in scenes)]
    painter: tuple[Shot, Painter] | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for done, frame in enumerate(wanted):
            progress.check()
            progress.report("Painting the demo shoot", done, len(wanted))
            target = folder / frame.file
            if target.exists():
                continue
            if frame.shot and (painter is None or painter[0] is not frame.shot):
                painter = frame.shot, _open_scene(frame.shot, width)
            _write(target, _jpeg(frame, painter[1], width) if frame.shot and painter else _broken())
    except OSError as error:
        raise PixsortError(
            f"The demo shoot could not be written to «{folder}»: {error.strerror or error}."
        ) from error
    progress.report("Painting the demo shoot", len(wanted), len(wanted))
    return [folder / frame.file for frame in wanted]


def _frame_size(shot: Shot, width: int) -> tuple[int, int]:
    """Height and width of the upright picture."""
    short = round(width * 2 / 3)
    return (width, short) if shot.portrait else (short, width)


def _open_scene(shot: Shot, width: int) -> Painter:
    height, across = camera.canvas_size(*_frame_size(shot, width))
    return shot.scene(np.random.default_rng(shot.seed), height, across)


def _jpeg(frame: Frame, painter: Painter, width: int) -> bytes:
    """One photograph as the bytes of its file."""
    shot = frame.shot
    assert shot is not None
    rng = np.random.default_rng([SEED, *frame.seed, 1])
    moment = frame.number / max(1, shot.frames - 1)
    light = painter(moment, rng)
    picture = camera.develop(
        light, camera.by_hand(rng, shot.shake), rng, *_frame_size(shot, width), shot.grain
    )
    if shot.portrait:
        picture = np.ascontiguousarray(np.rot90(picture))
    return _encoded(Image.fromarray(picture), exif.camera_exif(shot, frame.number))


def _encoded(picture: Image.Image, tags: Image.Exif) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=QUALITY, exif=tags)
    return stream.getvalue()


def _broken() -> bytes:
    """The start of a JPEG whose header ends in the middle of its EXIF, as a failing card leaves it."""
    shot = frames()[0].shot
    assert shot is not None
    return _encoded(Image.new("RGB", (16, 16)), exif.camera_exif(shot, 0))[:260]


def _write(target: Path, data: bytes) -> None:
    """Write a whole file or none: first beside its place, then into it."""
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(data)
    part.replace(target)
