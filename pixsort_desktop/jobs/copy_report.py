"""What became of a copy: every file of the card, and every drive that it went to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pixsort_desktop.jobs.import_photos import ImportReport
from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.verified_copy import drops_cache


@dataclass(slots=True)
class DestinationReport:
    """What became of one destination; `stopped` is the sentence that says why it took no more."""

    folder: str
    copied: int = 0
    there: int = 0
    stopped: str | None = None


@dataclass(slots=True)
class CopyReport:
    """What became of every file of the card. `complete` means: all of them are verified at every destination."""

    source: str
    found: int = 0
    copied: int = 0  # written at one destination at least
    there: int = 0  # stood at every destination before
    destinations: list[DestinationReport] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)  # (source, relative target)
    failed: list[tuple[str, str]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)  # (path, why it was not copied along)
    targets: list[str] = field(default_factory=list)  # verified files at the first destination that has them
    stopped: str | None = None
    seconds: float = 0.0
    imported: ImportReport | None = None

    @property
    def complete(self) -> bool:
        return not (self.failed or self.stopped or any(d.stopped for d in self.destinations))

    @property
    def verification(self) -> str:
        """What the reading back can show on this system."""
        if drops_cache():
            return "Each copy was read back from its drive, after memory gave up its own copy, and has the card's SHA-256."
        return (
            "Each copy was read back and has the card's SHA-256; whether it came from the drive or from memory, this"
            " system does not tell."
        )

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "source": self.source,
            "found": self.found,
            "copied": self.copied,
            "there": self.there,
            "complete": self.complete,
            "destinations": [
                {"folder": d.folder, "copied": d.copied, "there": d.there, "stopped": d.stopped}
                for d in self.destinations
            ],
            "renamed": [{"source": source, "target": target} for source, target in self.renamed],
            "failed": with_reasons(self.failed),
            "left": with_reasons(self.left),
            "stopped": self.stopped,
            "verification": self.verification,
            "seconds": round(self.seconds, 3),
            "imported": self.imported.to_dict() if self.imported else None,
        }
