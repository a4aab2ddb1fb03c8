"""What is asked before files are touched: how many photos, files and bytes, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pixsort_desktop.jobs.reasons import with_reasons


@dataclass(slots=True)
class FilesPlan:
    """What a trash, move or copy job would do."""

    photos: int = 0
    files: int = 0
    bytes: int = 0
    copies: int = 0  # of the files, those in a second place
    failed: list[tuple[str, str]] = field(default_factory=list)  # photos with which nothing can be done
    left: list[tuple[str, str]] = field(default_factory=list)  # files that stay though their photo goes
    moves: list[tuple[str, str]] = field(default_factory=list)  # (source, target) where there is a target

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "photos": self.photos,
            "files": self.files,
            "bytes": self.bytes,
            "copies": self.copies,
            "failed": with_reasons(self.failed),
            "left": with_reasons(self.left),
            "moves": [{"source": source, "target": target} for source, target in self.moves],
        }
