"""Twelve kinds of edited copies, each in several ways, and harder ones; which way, a seed says.

People edit in more ways than one: a tenth is cut from all sides or from one, a caption stands on the picture or in a
bar beside it, a mark is large and pale or small and repeated. A limit that fits one way only is found out here.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

EDITS = ("half size", "JPEG 30", "crop 10 %", "brightness", "saturation", "grey", "border", "caption", "watermark",
         "rotate 90", "mirror", "format change")  # fmt: skip
HARD_EDITS = ("crop 25 %", "crop 40 %", "crop 55 %", "crop 25 %, mirror", "crop 25 %, rotate 90", "crop 20 %, turned by 5°",
              "strong watermark", "beside another", "screenshot", "straightened")  # fmt: skip
CAPTIONS = ("Summer by the sea, 2024", "Lisbon", "© J. Doe, all rights reserved", "DRAFT", "Photo: Agency / Maria Lopez",
            "Our last day in the mountains before the rain came")  # fmt: skip
MARKS = ("© PHOTO", "SAMPLE", "PREVIEW", "WATERMARK", "shutter.example")
WHITE, BLACK, YELLOW, GREY = (255, 255, 255), (0, 0, 0), (255, 230, 0), (128, 128, 128)

Picture = Image.Image
Chooser = Callable[..., Any]


def edited_file(image: Picture, edit: str, seed: int) -> tuple[bytes, str]:
    """One of the EDITS or HARD_EDITS as the bytes of a file, and the file's suffix."""
    rng = np.random.default_rng([seed, (*EDITS, *HARD_EDITS).index(edit)])

    def one_of(*choices: Any) -> Any:
        return choices[int(rng.integers(len(choices)))]

    buffer = io.BytesIO()
    if edit == "format change":
        kind = one_of("WEBP", "PNG", "TIFF")
        image.save(buffer, kind, quality=one_of(60, 75, 90)) if kind == "WEBP" else image.save(buffer, kind)
        return buffer.getvalue(), f".{kind.lower()}"
    quality = 30 if edit == "JPEG 30" else one_of(80, 85, 90, 95)
    edited = _edited(image, edit, one_of) if edit in EDITS else _edited_hard(image, edit, rng)
    edited.save(buffer, "JPEG", quality=quality, subsampling=one_of(0, 1, 2))
    return buffer.getvalue(), ".jpg"


def _edited(image: Picture, edit: str, one_of: Chooser) -> Picture:
    resize, turn = Image.Resampling, Image.Transpose
    width, height = image.size
    match edit:
        case "half size":
            return image.resize((width // 2, height // 2), one_of(resize.LANCZOS, resize.BICUBIC, resize.BOX))
        case "crop 10 %":
            return image.crop(_cropped(width, height, one_of))
        case "brightness":
            return _lighter_or_darker(image, one_of)
        case "saturation":
            return ImageEnhance.Color(image).enhance(one_of(0.3, 0.5, 0.7, 1.3, 1.5, 1.8, 2.0))
        case "grey":
            grey = one_of(
                image.convert("L"), Image.fromarray(np.asarray(image).mean(axis=2).astype(np.uint8))
            )
            return grey.convert("RGB")
        case "border":
            colour = one_of(WHITE, BLACK, tuple(one_of(0, 60, 130, 200, 255) for _ in range(3)))
            return ImageOps.expand(image, max(2, int(min(image.size) * one_of(0.02, 0.05, 0.1))), colour)
        case "caption":
            return _captioned(image, one_of)
        case "watermark":
            return _marked(image, one_of)
        case "rotate 90":
            return image.transpose(one_of(turn.ROTATE_90, turn.ROTATE_270))
        case "mirror":
            return image.transpose(turn.FLIP_LEFT_RIGHT)
    return image


def _edited_hard(image: Picture, edit: str, rng: np.random.Generator) -> Picture:
    width, height = image.size
    if edit.startswith("crop"):
        share = 1 - int(edit.split()[1]) / 100  # of each side
        across, down = int(width * share), int(height * share)
        left, top = int(rng.integers(width - across + 1)), int(rng.integers(height - down + 1))
        if edit.endswith("5°"):
            return image.rotate(5, Image.Resampling.BICUBIC).crop(
                (width // 10, height // 10, width - width // 10, height - height // 10)
            )
        part = image.crop((left, top, left + across, top + down))
        return (
            ImageOps.mirror(part) if "mirror" in edit else part.rotate(90 * ("rotate" in edit), expand=True)
        )
    if edit == "straightened":
        return _straightened(image, float(rng.choice((-3, -2, -1, -0.6, 0.6, 1, 2, 3))))
    if edit == "strong watermark":
        layer, letters = Image.new("RGBA", image.size), max(8.0, 0.09 * width)
        for row in range(9):
            place = (row % 3 * width / 3, (row + 0.5) * height / 9 - letters / 2)
            words = MARKS[row % len(MARKS)]
            ImageDraw.Draw(layer).text(place, words, font=ImageFont.load_default(letters), fill=(*WHITE, 200))
        return _laid_over(image, layer)
    if edit == "beside another":
        page = Image.new("RGB", (2 * width, height))
        at = int(rng.integers(2))
        page.paste(image, (at * width, 0))
        left, top, side = (float(each) for each in rng.uniform((-0.8, 0.0, 0.02), (-0.7, 0.2, 0.1)))
        other = Image.effect_mandelbrot(image.size, (left, top, left + side, top + side), 90)
        page.paste(other.convert("RGB"), ((1 - at) * width, 0))  # of each another part
        return page
    page = Image.new("RGB", (width * 5 // 4, height * 13 // 10), (30, 30, 34))
    page.paste(image, (width // 5, height // 5))
    font = ImageFont.load_default(max(8.0, 0.03 * width))
    for row in range(14):
        ImageDraw.Draw(page).text((0.02 * width, (0.05 + 0.08 * row) * height), f"Folder {row}", font=font)
    return page


def _straightened(image: Picture, degrees: float) -> Picture:
    """Turned, and cut to the largest part of the same shape that has no empty corners."""
    width, height = image.size
    cosine, sine = np.cos(np.radians(abs(degrees))), np.sin(np.radians(abs(degrees)))
    share = 1 / (cosine + sine * max(width / height, height / width))
    left, top = (int(side * (1 - share) / 2) + 1 for side in image.size)
    return image.rotate(degrees, Image.Resampling.BICUBIC).crop((left, top, width - left, height - top))


def _cropped(width: int, height: int, one_of: Chooser) -> tuple[int, int, int, int]:
    across, down = width // 10, height // 10
    if one_of("each side", "in all") == "each side":
        return one_of(
            (across, down, width - across, height - down),  # a third of the area goes
            (across, 0, width, height), (0, down, width, height),
            (0, 0, width - across, height), (0, 0, width, height - down),
        )  # fmt: skip
    left, top = int(across * one_of(0, 0.3, 0.5, 1)), int(down * one_of(0, 0.3, 0.5, 1))
    return left, top, left + width - across, top + height - down


def _lighter_or_darker(image: Picture, one_of: Chooser) -> Picture:
    how, amount = one_of(("times", 1.3), ("times", 0.7), ("times", 1.5), ("times", 0.5), ("plus", 30), ("plus", -30),
                         ("gamma", 0.7), ("gamma", 1.4))  # fmt: skip
    if how == "times":
        return ImageEnhance.Brightness(image).enhance(amount)
    levels = np.arange(256)
    curve = levels + amount if how == "plus" else 255 * (levels / 255) ** amount
    return image.point([int(level) for level in curve.clip(0, 255)] * 3)


def _captioned(image: Picture, one_of: Chooser) -> Picture:
    (width, height), words = image.size, one_of(*CAPTIONS)
    letters = height * one_of(0.05, 0.07, 0.1)
    where = one_of("upon", "bar upon", "bar beside")
    if where == "upon":
        ink = one_of(WHITE, BLACK, YELLOW)
        return _laid_over(
            image, _words(image.size, words, letters, (*ink, 255), (0.03 * width, height - 1.5 * letters))
        )
    bar, above = int(1.6 * letters), one_of(True, False)
    ground, ink = one_of((BLACK, WHITE), (WHITE, BLACK))
    if where == "bar beside":
        page = Image.new("RGB", (width, height + bar), ground)
        page.paste(image, (0, bar if above else 0))
        opaque = 255
    else:
        page, opaque = image, one_of(255, 150)
    top = 0 if above else page.height - bar
    layer = Image.new("RGBA", page.size, (0, 0, 0, 0))
    ImageDraw.Draw(layer).rectangle((0, top, width, top + bar), fill=(*ground, opaque))
    written = _words(page.size, words, letters, (*ink, 255), (0.03 * width, top + 0.15 * letters))
    return _laid_over(page, Image.alpha_composite(layer, written))


def _marked(image: Picture, one_of: Chooser) -> Picture:
    """A mark to be seen through: across the middle, at a slant, in a corner, or all over the picture."""
    (width, height), words = image.size, one_of(*MARKS)
    colour = (*one_of(WHITE, WHITE, BLACK, GREY), one_of(70, 110, 128, 160))
    where, whole = one_of("middle", "slant", "corner", "all over"), 1.2 * width / len(words)
    if where == "corner":
        letters = 0.06 * height
        place = (max(0.0, 0.97 * width - 0.6 * letters * len(words)), 0.9 * height)
        return _laid_over(image, _words(image.size, words, letters, colour, place))
    if where != "all over":
        place = ((width - 0.6 * whole * len(words)) / 2, (height - whole) / 2)
        layer = _words(image.size, words, whole, colour, place)
        turned = layer.rotate(one_of(30, 45, -30), Image.Resampling.BICUBIC) if where == "slant" else layer
        return _laid_over(image, turned)
    letters = max(8.0, 0.05 * width)
    layer, pen = Image.new("RGBA", (2 * width, 2 * height)), letters * 0.93 * len(words)
    draw, font, gap = ImageDraw.Draw(layer), ImageFont.load_default(letters), letters * one_of(3, 4)
    for row in range(int(2 * height / gap)):
        for column in range(int(2 * width / pen) + 1):
            draw.text(((column - row % 3 / 3) * pen, row * gap), words, font=font, fill=colour)
    layer = layer.rotate(one_of(0, 30, 45), Image.Resampling.BICUBIC)
    return _laid_over(image, layer.crop((width // 2, height // 2, width // 2 + width, height // 2 + height)))


def _words(
    size: tuple[int, int], words: str, letters: float, colour: tuple[int, ...], where: tuple[float, float]
) -> Picture:
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(layer).text(where, words, font=ImageFont.load_default(max(6.0, letters)), fill=colour)
    return layer


def _laid_over(image: Picture, layer: Picture) -> Picture:
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
