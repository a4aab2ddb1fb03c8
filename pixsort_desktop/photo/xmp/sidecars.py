"""Which sidecar belongs to which photo: `IMG.xmp` and `IMG.CR2.xmp`.

Lightroom, Bridge, Capture One and Photo Mechanic write `IMG.xmp`, darktable and digiKam `IMG.CR2.xmp` (and read the
other). The short name is ambiguous: `IMG.CR2` and `IMG.JPG` share it, and whatever is written there is said of both.
Where the two are judged differently, one of them owns it, the RAW by preference, and the other has `IMG.JPG.xmp`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pixsort_desktop.photo import formats
from pixsort_desktop.photo.xmp.profiles import Form, Profile

_PICTURES = formats.EXTENSIONS | {".jxl", ".mp4", ".mov"}


@dataclass(frozen=True, slots=True)
class Sidecar:
    """An existing sidecar of one photo."""

    path: Path
    form: Form
    shared_with: tuple[Path, ...]  # other pictures in the folder of which it speaks as well


@dataclass(frozen=True, slots=True)
class Target:
    """The sidecar that is to be written for one photo."""

    path: Path
    form: Form
    exists: bool
    shared_with: tuple[Path, ...]  # pictures of which it would speak as well: a reason to warn
    others: tuple[Path, ...]  # sidecars of the photo that are not written and may then say something older


class Folder:
    """The names in one folder, read once: a shoot has thousands of photos in it."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        self.path = path
        self._sidecars: dict[str, list[str]] = {}  # what stands before .xmp, in small letters -> names
        self._pictures: dict[str, list[str]] = {}  # stem, in small letters -> names
        for name in sorted(names):
            self.add(name)

    @classmethod
    def read(cls, path: Path) -> Folder:
        """List a folder. Raises OSError."""
        with os.scandir(path) as entries:
            return cls(path, [entry.name for entry in entries])

    def add(self, name: str) -> None:
        """Take note of a file, found or just made."""
        stem, extension = os.path.splitext(name)  # noqa: PTH122 - per file of a folder
        if extension.lower() == ".xmp":
            self._sidecars.setdefault(stem.lower(), []).append(name)
        elif extension.lower() in _PICTURES and not formats.is_system_file(name):
            self._pictures.setdefault(stem.lower(), []).append(name)

    def sidecar(self, before: str) -> Path | None:
        """The sidecar whose name is this and .xmp; where the case is not exact, a file system may have changed it."""
        found = self._sidecars.get(before.lower(), [])
        exact = [name for name in found if name[:-4] == before]
        # Only the extension's case is open: img.xmp and IMG.CR2 are two photos' files where case counts.
        close = [n for n in found if os.path.splitext(n[:-4])[0] == os.path.splitext(before)[0]]  # noqa: PTH122
        return next((self.path / name for name in (*exact, *close)), None)

    def sharing(self, photo: Path) -> tuple[Path, ...]:
        """The other pictures with the photo's stem: they share `IMG.xmp` with it."""
        stems = self._pictures.get(photo.stem.lower(), [])
        return tuple(
            self.path / name for name in stems if name != photo.name and Path(name).stem == photo.stem
        )


def sidecars_of(photo: str | Path, folder: Folder | None = None) -> list[Sidecar]:
    """The photo's sidecars that exist, `IMG.CR2.xmp` before `IMG.xmp`: it speaks of this photo alone.

    Give the `folder` when asking for many photos. Raises OSError where the folder cannot be listed.
    """
    photo = Path(photo)
    folder = folder or Folder.read(photo.parent)
    full, short = folder.sidecar(photo.name), folder.sidecar(photo.stem)
    found = [] if full is None else [Sidecar(full, "full", ())]
    if short is not None and short != full:
        found.append(Sidecar(short, "stem", folder.sharing(photo)))
    return found


def sidecars_to_read(photo: str | Path, folder: Folder | None = None) -> list[Sidecar]:
    """The sidecars that speak of this photo, the most specific one first.

    A JPEG with a sidecar of its own is judged apart from the RAW beside it, so `IMG.xmp` is not asked then.
    Raises OSError where the folder cannot be listed.
    """
    found = sidecars_of(photo, folder)
    apart = len(found) > 1 and found[-1].shared_with and not is_raw(photo)
    return found[:1] if apart else found


def is_raw(path: str | Path) -> bool:
    """Whether the name is that of a camera's raw file."""
    return Path(path).suffix.lower() in formats.RAW_EXTENSIONS


def owner_of_shared(pictures: Sequence[Path], folder: Folder, sidecar_for: str | None = None) -> Path:
    """Of pictures that share `IMG.xmp` and are judged differently, the one that has it.

    The RAW: its programs know no other name. Else the one that the sidecar names (`sidecar_for`, an extension), else
    the first that has none of its own.
    """
    named = (sidecar_for or "").lower()
    ranks: tuple[Callable[[Path], bool], ...] = (
        is_raw,
        lambda path: path.suffix.lower().lstrip(".") == named,
        lambda path: folder.sidecar(path.name) is None,
    )
    return next((path for is_it in ranks for path in pictures if is_it(path)), pictures[0])


def sidecar_to_write(
    photo: str | Path, profile: Profile, folder: Folder | None = None, *, alone: bool = False
) -> Target:
    """Where a judgement of this photo goes: the sidecar that exists, else the profile's name for a new one.

    A RAW and its JPEG that share `IMG.xmp` are usually one frame, and what is said there is right for both.
    Where they are judged apart, `alone` asks for `IMG.JPG.xmp` instead of anything shared.
    """
    photo = Path(photo)
    folder = folder or Folder.read(photo.parent)
    found = sidecars_of(photo, folder)
    if alone and folder.sharing(photo):
        found = [sidecar for sidecar in found if sidecar.form == "full"]
        form: Form = "full"
    else:
        form = profile.form
    found.sort(key=lambda sidecar: sidecar.form != form)
    if found:
        first = found[0]
        return Target(
            first.path, first.form, True, first.shared_with, tuple(other.path for other in found[1:])
        )
    name = f"{photo.name if form == 'full' else photo.stem}.xmp"
    return Target(photo.with_name(name), form, False, folder.sharing(photo) if form == "stem" else (), ())
