"""Google Takeout: which JSON file is about which photo. Pure: names in, names out.

Nobody documents the rules; these are what people who unpacked many archives have written down (the issues of immich-go,
of GooglePhotosTakeoutHelper and of ente):

- `IMG.jpg.json`, since 2024 `IMG.jpg.supplemental-metadata.json`.
- The name before `.json` is cut to 46 UTF-16 units (51 with `.json`, some say 53), wherever that falls:
  `IMG….jpg.suppleme.json`, `IMG….jpg..json`, `IMG….jp.json`, `IMG….json`. Photos' own names are cut to 47 before the
  extension.
- Of two photos of one name the second is `IMG(1).jpg`, and its JSON `IMG.jpg(1).json` or
  `IMG.jpg.supplemental-metadata(1).json`; the number is never cut.
- `IMG-edited.jpg` (in the user's language) has no JSON of its own, nor has the video of a live photo.
- Characters that file systems refuse became `_` in names; the JSON's title has the name as it was. The titles of
  `IMG.jpg` and `IMG(1).jpg` are the same.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Mapping

from pixsort_desktop.photo.formats import PICTURES, VIDEOS
from pixsort_desktop.photo.frames import EDIT_WORDS
from pixsort_desktop.photo.naming import same_name

_SUPPLEMENT = ".supplemental-metadata"
_SHORTEST_CUT, _LONGEST_CUT = 45, 60
_NUMBERED = re.compile(r"(.*)\((\d{1,6})\)(\.[^.()]*)?", re.S)
_MOTION = frozenset({".mp", ".mv", ".mp~2", ".mp~3"})  # a Pixel's moving half, without a video's extension
EDITED = ("effects", "smile", "mix", *EDIT_WORDS)


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


def subject_of(sidecar: str) -> str | None:
    """The name of the photo or video that a JSON is about, where its own name still has it whole; else None."""
    stem, extension = os.path.splitext(sidecar)
    if extension.lower() != ".json":
        return None
    base, number = _numbered_base(stem)
    inner, last = os.path.splitext(base)
    media = inner if last and _SUPPLEMENT.startswith(last.lower()) and is_media(inner) else base
    if not is_media(media):
        return None
    begin, extension = os.path.splitext(media)
    return f"{begin}({number}){extension}" if number else media


def subjects(media: Iterable[str], sidecars: Iterable[str]) -> dict[str, str]:
    """JSON name -> the only one of these photos and videos of its folder that it can be about, by its name alone.

    A name that was cut may be about several: whose it is only its title says, and it is left out here.
    """
    matching = _Matching(sorted(media), dict.fromkeys(sidecars))
    found: dict[str, str] = {}
    if not matching.titles:
        return found
    for claim in (matching.exact, matching.cut):
        claims: dict[str, list[str]] = {}
        for name in set(matching.media).difference(found.values()):
            if (sidecar := claim(name)) is not None and sidecar not in found:
                claims.setdefault(sidecar, []).append(name)
        found |= {sidecar: names[0] for sidecar, names in claims.items() if len(names) == 1}
    return found


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
        for find in (self.exact, self.cut, self._titled):
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

    def exact(self, name: str) -> str | None:
        for base, number in _readings(name):
            endings = [""] + [_SUPPLEMENT[:length] for length in range(len(_SUPPLEMENT), 0, -1)]
            for ending in endings:
                sidecar = self.by_name.get((_key(base + ending), number))
                if sidecar is not None:
                    return sidecar
        return None

    def cut(self, name: str, *, shared: bool = False) -> str | None:
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
            sidecar = self.exact(again) or self.cut(again, shared=True)
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
        return self.cut(base)

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
