"""What is said of models' jobs in the window."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from pixsort_desktop.views import words


def embedded(report: Any, project: str, name: str) -> str:
    """How making a project's vectors by a model ended."""
    photos = f"{words.count(int(report.done), 'photo')} of «{words.short(words.shown(project))}»"
    return f"{photos} embedded with {name}.{left_out(report)}"


def left_out(report: Any) -> str:
    """« 3 photos were left out, such as IMG_1.JPG: The file is damaged.»; nothing where all could be asked about."""
    if not report.failed:
        return ""
    path, reason = report.failed[0]
    name = words.short(words.shown(PurePath(path).name))
    many = f"{len(report.failed):,} photos were left out, such as {name}"
    return f" {many if len(report.failed) > 1 else f'1 photo was left out, {name}'}: {reason}"


def tagged(report: Any) -> str:
    """How suggesting tags ended."""
    without = (
        f" {words.count(int(report.lacking), 'photo')} have no vector of it yet." if report.lacking else ""
    )
    looked = words.count(int(report.done), "photo")
    return f"{looked} looked at, {words.count(int(report.suggested), 'tag')} suggested.{without}{left_out(report)}"


def captioned(report: Any) -> str:
    """How writing captions ended."""
    written = words.count(int(report.done), "caption")
    return f"{written} written; {int(report.had):,} were there.{left_out(report)}"


def embedding(missing: int, name: str, seconds: float | None) -> str:
    """«Embed 2,340 photos with CLIP ViT-B/32 (about 6 min)»."""
    about = f" (about {max(1, round(seconds / 60)):,} min)" if seconds else ""
    return f"Embed {words.count(missing, 'photo')} with {name}{about}"
