"""Photographs whose scene is known: `truth.tsv` files under a folder; photographs no table names are singles."""

from __future__ import annotations

import csv
from pathlib import Path

from pictures import SUFFIXES


def labelled_photographs(folder: Path) -> tuple[list[Path], list[str]]:
    """Every photograph under `folder`, in order of path, and the name of its scene; a single is a scene of its own."""
    scenes: dict[Path, str] = {}
    for table in sorted(folder.rglob("truth.tsv")):
        with table.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                name = row.get("scene") or row["group"]
                scenes[table.parent / row["file"]] = f"{table.parent.name}/{name}"
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return paths, [scenes.get(path, f"single {path}") for path in paths]
