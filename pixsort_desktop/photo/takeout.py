"""Google Takeout: which JSON file speaks of which photo, and what it says. Pure: names and bytes in, facts out.

Nobody documents the format; these are the rules that people who unpacked many archives have written down (the issues
of immich-go, of GooglePhotosTakeoutHelper and of ente):

- `IMG.jpg.json`, since 2024 `IMG.jpg.supplemental-metadata.json`.
- The name before `.json` is cut to 46 UTF-16 units (51 with `.json`, some say 53), wherever that falls:
  `IMG….jpg.suppleme.json`, `IMG….jp.json`, `IMG….json`. Photos' own names are cut to 47 before the extension.
- Of two photos of one name the second is `IMG(1).jpg`, and its JSON `IMG.jpg(1).json`; the number is never cut.
- `IMG-edited.jpg` (in the user's language) has no JSON of its own, nor has the video of a live photo.
- Characters that file systems refuse became `_` in names; the JSON's `title` has the name as it was, with HTML
  entities. The titles of `IMG.jpg` and `IMG(1).jpg` are the same.
- Albums are folders with a `metadata.json` (in the user's language), which has a title and no time.
"""

from __future__ import annotations

import html
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pixsort_desktop.photo.companions import EDIT_WORDS, PICTURES, VIDEOS
from pixsort_desktop.photo.naming import same_name

LARGEST_SIDECAR = 4_000_000  # bytes; a real one has some thousand
_SUPPLEMENT = ".supplemental-metadata"
_SHORTEST_CUT, _LONGEST_CUT = 45, 60
_NUMBERED = re.compile(r"(.*)\((\d{1,6})\)(\.[^.()]*)?", re.S)
_MOTION = frozenset({".mp", ".mv", ".mp~2", ".mp~3"})  # a Pixel's moving half, without a video's extension
EDITED = ("effects", "smile", "mix", *EDIT_WORDS)


@dataclass(frozen=True, slots=True)
class TakeoutFacts:
    """What a photo's JSON says. `taken` is in seconds since 1970, UTC; a place of 0, 0 is none."""

    title: str
    taken: int | None = None
    description: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    people: tuple[str, ...] = ()
    favourite: bool = False
    trashed: bool = False

    @property
    def taken_at(self) -> str | None:
        """ISO 8601 in UTC: the archive does not say in which zone the camera was."""
        if self.taken is None:
            return None
        return datetime.fromtimestamp(self.taken, UTC).isoformat()


@dataclass(frozen=True, slots=True)
class TakeoutAlbum:
    """What an album's `metadata.json` says."""

    title: str


def is_media(name: str) -> bool:
    """Whether a file of an archive is a photo or a video."""
    extension = os.path.splitext(name)[1].lower()
    return extension in PICTURES or extension in VIDEOS or extension in _MOTION


def is_takeout(paths: Iterable[str]) -> bool:
    """Whether relative paths (of an archive, or a folder) are those of a Takeout: photos beside JSON of their names."""
    folders: dict[str, tuple[set[str], set[str]]] = {}
    for path in paths:
        folder, _, name = path.replace("\\", "/").rpartition("/")
        media, sidecars = folders.setdefault(folder, (set(), set()))
        if name.lower().endswith(".json"):
            sidecars.add(name)
        elif is_media(name):
            media.add(name)
    return any(media and match_sidecars(media, dict.fromkeys(names)) for media, names in folders.values())


# -- what a JSON says ------------------------------------------------------------------------------------------


def read_sidecar(raw: bytes) -> TakeoutFacts | TakeoutAlbum | None:
    """Facts of a photo or the title of an album; None for other or damaged JSON. A bad field costs itself only."""
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    if "photoTakenTime" not in values:
        album = values.get("albumData", values)
        is_album = isinstance(album, dict) and ("albumData" in values or {"date", "access"} & album.keys())
        return TakeoutAlbum(_text(album.get("title"))) if is_album else None
    latitude, longitude, altitude = (
        _place(values.get("geoData")) or _place(values.get("geoDataExif")) or (None,) * 3
    )
    return TakeoutFacts(
        title=_text(values.get("title")),
        taken=_timestamp(values.get("photoTakenTime")),
        description=_text(values.get("description")) or None,
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude,
        people=_people(values.get("people")),
        favourite=values.get("favorited") is True,
        trashed=values.get("trashed") is True,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return html.unescape(value).encode("utf-8", "replace").decode().strip()


def _timestamp(value: Any) -> int | None:
    try:
        seconds = int(value["timestamp"])
        datetime.fromtimestamp(seconds, UTC)
    except (TypeError, KeyError, ValueError, OverflowError, OSError):
        return None
    return seconds or None  # 0 is what Google writes where it does not know


def _place(value: Any) -> tuple[float, float, float | None] | None:
    if not isinstance(value, dict):
        return None
    numbers = [value.get(name) for name in ("latitude", "longitude", "altitude")]
    known = [float(n) if isinstance(n, (int, float)) and math.isfinite(n) else None for n in numbers]
    latitude, longitude, altitude = known
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return (latitude, longitude, altitude or None) if latitude or longitude else None


def _people(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    names = (_text(each.get("name")) for each in value if isinstance(each, dict))
    return tuple(dict.fromkeys(name for name in names if name))


# -- which JSON speaks of which photo --------------------------------------------------------------------------


def match_sidecars(media: Iterable[str], sidecars: Mapping[str, str | None]) -> dict[str, str]:
    """Photo or video name -> name of its JSON, within one folder of the archive (all parts of it together).

    `sidecars` gives each JSON's `title`, or None where that is not known; titles decide where names were cut.
    """
    return _Matching(sorted(media), sidecars).run()


class _Matching:
    def __init__(self, media: list[str], sidecars: Mapping[str, str | None]) -> None:
        self.media = media
        self.titles = sidecars
        self.found: dict[str, str] = {}
        self.taken: set[str] = set()
        self.by_name: dict[tuple[str, str], str] = {}
        self.by_title: dict[tuple[str, str], list[str]] = {}
        self.by_stem: dict[tuple[str, str], list[str]] = {}  # the title's, without its extension
        self.of_stem: dict[str, str] = {}  # a photo's stem -> its JSON
        for name in sorted(sidecars):
            base, number = _numbered_base(name.rpartition(".")[0])
            # A number may also stand where it stands in the photo's name; both readings are kept.
            self.by_name.setdefault((_key(name.rpartition(".")[0]), ""), name)
            self.by_name.setdefault((_key(base), number), name)
            title = sidecars[name]
            if title:
                self.by_title.setdefault((_loose(title), number), []).append(name)
                self.by_stem.setdefault((_loose(_stem(title)), number), []).append(name)

    def run(self) -> dict[str, str]:
        for find in (self._exact, self._cut, self._titled):
            for name in [name for name in self.media if name not in self.found]:
                sidecar = find(name)
                if sidecar is not None and sidecar not in self.taken:
                    self.found[name] = sidecar
                    self.taken.add(sidecar)
        for name, sidecar in self.found.items():
            self.of_stem.setdefault(_key(_stem(name)), sidecar)
        for share in (self._edited, self._forgotten, self._other_half):
            for name in [name for name in self.media if name not in self.found]:
                sidecar = share(name)
                if sidecar is not None:
                    self.found[name] = sidecar
        return self.found

    def _exact(self, name: str) -> str | None:
        for base, number in _readings(name):
            endings = [""] + [_SUPPLEMENT[:length] for length in range(len(_SUPPLEMENT), 0, -1)]
            for ending in endings:
                sidecar = self.by_name.get((_key(base + ending), number))
                if sidecar is not None:
                    return sidecar
        return None

    def _cut(self, name: str, *, shared: bool = False) -> str | None:
        for base, number in _readings(name):
            whole = base + _SUPPLEMENT
            for length in range(_LONGEST_CUT, _SHORTEST_CUT - 1, -1):
                start = _cut(whole, length)
                sidecar = self.by_name.get((_key(start), number)) if len(start) < len(whole) else None
                if sidecar is not None and (shared or self._title_fits(sidecar, base)):
                    return sidecar
        return None

    def _title_fits(self, sidecar: str, base: str) -> bool:
        """Where names were cut, two photos may begin alike: then the title says whose JSON it is."""
        title = self.titles.get(sidecar)
        if not title:
            return True
        stem = os.path.splitext(base)[0]
        return _loose(title) == _loose(base) or _loose(title).startswith(_loose(stem))

    def _titled(self, name: str) -> str | None:
        for base, number in _readings(name):
            free = self._free(self.by_title.get((_loose(base), number), []))
            if len(free) == 1:
                return free[0]
        if _units(name) < _SHORTEST_CUT:
            return None
        # Two titles that were cut alike: the second JSON has a number of its own, which its photo has not.
        free = self._free(
            s for (title, _), found in self.by_title.items() if title == _loose(name) for s in found
        )
        return free[0] if len(free) == 1 else None

    def _free(self, sidecars: Iterable[str]) -> list[str]:
        return [sidecar for sidecar in sidecars if sidecar not in self.taken]

    def _edited(self, name: str) -> str | None:
        for base, number in _readings(name):
            stem, extension = os.path.splitext(base)
            original = _before_edit(stem)
            if original is None:
                continue
            again = f"{original}({number}){extension}" if number else original + extension
            if again in self.found:
                return self.found[again]
            sidecar = self._exact(again) or self._cut(again, shared=True)
            if sidecar is not None:
                return sidecar
            return self._of_stem(again)
        return None

    def _forgotten(self, name: str) -> str | None:
        """`LONG…P(1).jpg` of which only `LONG….json` is there: names that were cut lose their numbers."""
        numbered = _NUMBERED.fullmatch(name)
        if numbered is None:
            return None
        base = numbered[1] + (numbered[3] or "")
        if _units(os.path.splitext(base)[0]) < _SHORTEST_CUT:
            return None
        return self._cut(base)

    def _other_half(self, name: str) -> str | None:
        """The video of a live photo, or a photo that Google gave another extension."""
        return self._of_stem(name)

    def _of_stem(self, name: str) -> str | None:
        found = self.of_stem.get(_key(_stem(name)))
        if found is not None:
            return found
        for base, number in _readings(name):
            free = self._free(self.by_stem.get((_loose(_stem(base)), number), []))
            if len(free) == 1:
                return free[0]
        return None


def _readings(name: str) -> list[tuple[str, str]]:
    """A photo's name as it stands, and with its number taken out: `IMG(1).jpg` is `IMG.jpg` and «1»."""
    numbered = _NUMBERED.fullmatch(name)
    plain = [(name, "")]
    return [*plain, (numbered[1] + (numbered[3] or ""), numbered[2])] if numbered else plain


def _numbered_base(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*)\((\d{1,6})\)", text, re.S)
    return (found[1], found[2]) if found else (text, "")


def _before_edit(stem: str) -> str | None:
    lowered = stem.casefold()
    for word in EDITED:
        if lowered.endswith("-" + word) and len(stem) > len(word) + 1:
            return stem[: -len(word) - 1]
    if _units(stem) < _SHORTEST_CUT:
        return None
    at = stem.rfind("-")  # the word itself was cut: «…-edi»
    tail = lowered[at + 1 :]
    return stem[:at] if at > 0 and any(word.startswith(tail) for word in EDITED) else None


def _stem(name: str) -> str:
    stem, extension = os.path.splitext(name)
    inner, other = os.path.splitext(stem)
    return inner if other.lower() in PICTURES | VIDEOS | _MOTION and extension else stem


def _key(text: str) -> str:
    return same_name(text)


def _loose(text: str) -> str:
    """Letters and digits only count; what a file system refuses was replaced by `_`, and not always alike."""
    return re.sub(r"[^\w]|_", "_", same_name(html.unescape(text)))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, units: int) -> str:
    """The beginning of a text, at most so many UTF-16 units, without half a character at its end."""
    return text.encode("utf-16-le", "surrogatepass")[: units * 2].decode("utf-16-le", "ignore")
