"""What the library hands out: plain frozen values, safe to pass between threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Companion:
    """A further file of a photo's frame."""

    photo_id: int  # the row that has its bytes
    path: str
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph, identified by its bytes. `width` and `height` are those of the upright picture."""

    id: int
    sha256: str | None  # None only while its file could not even be read
    status: str  # 'ready' or 'failed'
    error: str | None
    path: str  # its first known file, absolute
    format: str | None = None  # 'JPEG', 'PNG', …
    width: int | None = None
    height: int | None = None
    orientation: int | None = None  # EXIF 1..8, as found in the file
    taken_at: str | None = None  # ISO 8601 with sub-seconds and, where known, the offset; or a date alone
    taken_seconds: float | None = None  # the same local wall-clock time as seconds, for sorting and gaps
    taken_from: str | None = None  # who told the time: see photo.metadata.Metadata
    make: str | None = None
    model: str | None = None
    serial: str | None = None  # of the camera
    lens: str | None = None
    lens_serial: str | None = None
    iso: int | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    focal_mm: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    burst_id: str | None = None  # the same for the frames of one burst
    burst_frame: int | None = None  # from 1
    content_id: str | None = None  # Apple: shared by a still and its film
    people: str | None = None  # JSON: [{name, left, top, width, height}], as parts of the upright picture
    rating: int = 0  # stars, 0 to 5
    flag: str | None = None  # 'pick', 'reject'
    colour: str | None = None  # colour label: 'red', 'yellow', 'green', 'blue', 'purple'
    clock_shift_s: float = 0.0  # of its camera in the project in which it was read; taken_* are as written
    description: str | None = None  # in the words of the archive that it came from, as are the next two
    archive_people: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    companions: tuple[Companion, ...] = ()  # the other files of its frame: a RAW, an edited version

    @property
    def sorted_s(self) -> float | None:
        """Its time in the project in which it was read, as seconds: with the shift of its camera's clock."""
        return None if self.taken_seconds is None else self.taken_seconds + self.clock_shift_s

    @property
    def moment_s(self) -> float | None:
        """`sorted_s` where it was a clock's, to the second: the time of a file or of its last change is that of
        whoever copied or saved it, and a day alone is no moment."""
        told = self.taken_from not in ("modified", "file time") and len(self.taken_at or "") > 10
        return self.sorted_s if told else None

    @property
    def decided(self) -> bool:
        """Whether it was flagged or given stars; a colour label alone decides nothing."""
        return self.flag is not None or self.rating > 0


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A place on disk where a photo's bytes were seen."""

    id: int
    photo_id: int
    path: str
    size: int
    mtime_ns: int
    role: str  # 'original'


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """Where a photo of a project is or was, and by which bytes it is known again."""

    file_id: int
    role: str  # as `PhotoFile`'s
    photo_id: int
    path: str
    size: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """A shoot."""

    id: int
    name: str
    status: str  # 'new', 'importing', 'ready', 'grouping', 'complete', 'failed'
    created_at: str
    grouping: dict[str, Any] = field(default_factory=dict)  # parameters and time of the last grouping
    photo_count: int = 0
    failed_count: int = 0
    decided_count: int = 0  # photos that could be read, and were flagged or given stars


@dataclass(frozen=True, slots=True)
class Group:
    """A column of the board."""

    id: int
    project_id: int
    label: str
    position: int
    origin: str  # 'automatic' or 'hand': whether the user made, named or filled it
    locked: bool = False  # whether grouping leaves it exactly as it is


@dataclass(frozen=True, slots=True)
class Column:
    """A group and its photos in order; `group` is None for Ungrouped."""

    group: Group | None
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A search by meaning that is pinned to a project's board: it finds photos of at least `threshold`, best first."""

    id: int
    project_id: int
    text: str  # as typed, words with a minus included
    embedding_id: str  # the model that reads it, and whose vectors it searches
    threshold: float  # a score as `pixsort search` prints them
    position: int  # among the project's prompts


@dataclass(frozen=True, slots=True)
class Job:
    """A run of long work, finished or not."""

    id: int
    project_id: int | None
    kind: str  # 'import', 'embed', 'group', 'sidecars', 'read_sidecars', 'jpegs'
    state: str  # 'running', 'done', 'cancelled', 'failed', 'interrupted'
    done: int
    total: int
    failed: int
    started_at: str
    ended_at: str | None
    error: str | None
    arguments: dict[str, Any] = field(default_factory=dict)
