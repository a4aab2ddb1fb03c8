"""What is said of models' jobs in the window."""

from __future__ import annotations

from typing import Any

from pixsort_desktop.views import words


def tagged(report: Any) -> str:
    """How suggesting tags ended."""
    without = (
        f" {words.count(int(report.lacking), 'photo')} have no vector of it yet." if report.lacking else ""
    )
    looked = words.count(int(report.done), "photo")
    return f"{looked} looked at, {words.count(int(report.suggested), 'tag')} suggested.{without}"


def captioned(report: Any) -> str:
    """How writing captions ended."""
    failed = f" {report.failed[0][1]}" if report.failed else ""
    return f"{words.count(int(report.done), 'caption')} written; {int(report.had):,} were there.{failed}"


def embedding(missing: int, name: str, seconds: float | None) -> str:
    """«Embed 2,340 photos with CLIP ViT-B/32 (about 6 min)»."""
    about = f" (about {max(1, round(seconds / 60)):,} min)" if seconds else ""
    return f"Embed {words.count(missing, 'photo')} with {name}{about}"
