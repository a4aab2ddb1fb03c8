"""What belongs to a photo on disk: its files, those of its frame, and the sidecars, sounds and films beside them.

One rule for trash, move and copy: a photo takes along what can only be its own. A file that may speak for a picture
which stays behind stays with that one, and so does every file of a kind that this program does not know.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pixsort_desktop.jobs.whereabouts import State, absent_paths
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import frame_files
from pixsort_desktop.library.photos import get_photos
from pixsort_desktop.library.records import Photo, PhotoFile
from pixsort_desktop.photo.companions import FOLLOWERS, FileGroup, after_stem, group_files, stem_of
from pixsort_desktop.photo.formats import PICTURES, VIDEOS
from pixsort_desktop.photo.header import wall_time
from pixsort_desktop.photo.naming import NameFacts
from pixsort_desktop.photo.scan import mtime_ns
from pixsort_desktop.photo.takeout_names import subjects


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a frame that is there. `size` and `mtime_ns` are today's; the library's where `known`."""

    path: str
    size: int
    mtime_ns: int
    photo_id: int | None = None  # None for a sidecar and its like
    sha256: str | None = None
    known: tuple[int | None, int | None] = (None, None)  # size and mtime_ns at the import


@dataclass(slots=True)
class Frame:
    """A photo that was chosen, and its files: `parts` of its folder first, the face's own first of all.

    `joined` are bundles of parts in other folders that were joined to the frame by hand and have no file beside it;
    `copies` are the rest of other folders. `problem` says why nothing can be done with the photo.
    """

    photo: Photo
    parts: list[Part] = field(default_factory=list)
    joined: list[list[Part]] = field(default_factory=list)
    copies: list[Part] = field(default_factory=list)
    aliases: list[str] = field(
        default_factory=list
    )  # further paths of the same files, through linked folders
    missing: list[str] = field(default_factory=list)
    offline: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)  # (path, why it stays)
    problem: tuple[str, str] | None = None

    @property
    def bundles(self) -> list[list[Part]]:
        """What moves and is copied, by folders."""
        return [self.parts, *self.joined]

    @property
    def elsewhere(self) -> list[Part]:
        """Every part in another folder."""
        return [*(part for bundle in self.joined for part in bundle), *self.copies]

    @property
    def folder(self) -> str:
        return os.path.dirname(self.parts[0].path)

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return stem_of(os.path.basename(self.parts[0].path))

    def suffix(self, part: Part) -> str | None:
        """What comes after the stem in a part's name («.CR2.xmp», «-Edit.tif»); None where it begins otherwise."""
        return after_stem(os.path.basename(part.path), os.path.basename(self.parts[0].path))


def read_frames(library: Library, photo_ids: Sequence[int]) -> list[Frame]:
    """The frames of photos, in the order given, with their files as they are on disk now.

    A drive that does not answer counts as not connected after a few seconds. Photos that are gone are left out.
    """
    files = frame_files(library, photo_ids)
    photos = {
        photo.id: photo
        for photo in get_photos(library, {f.photo_id for each in files.values() for f in each})
    }
    chosen = {photo.id: photo for photo in get_photos(library, photo_ids)}
    absent = absent_paths({file.path for each in files.values() for file in each})
    folders = _Folders()
    readers = [
        _Reader(Frame(chosen[i]), photos, absent, folders) for i in dict.fromkeys(photo_ids) if i in chosen
    ]
    frames = [reader.read(files.get(reader.frame.photo.id, [])) for reader in readers]
    _share_out(readers)
    return frames


def name_facts(frame: Frame, number: int, stem: str = "") -> NameFacts:
    """What a template may say of a photo: its time is that of its project, with the camera's clock set right."""
    photo, lead = frame.photo, frame.parts[0]
    return NameFacts(
        taken=wall_time(photo.sorted_s, lead.mtime_ns),
        stem=stem or frame.stem,
        extension=os.path.splitext(lead.path)[1].removeprefix("."),
        folder=os.path.basename(frame.folder),
        make=photo.make,
        model=photo.model,
        lens=photo.lens,
        serial=photo.serial,
        number=number,
    )


class _Folders:
    """Each folder listed once: its files by what their names begin with."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, FileGroup]] = {}

    def group(self, path: str) -> FileGroup | None:
        folder, name = os.path.split(path)
        if folder not in self._groups:
            try:
                names = [entry.name for entry in os.scandir(folder) if not entry.is_dir()]
            except OSError:
                names = []
            found = group_files(os.path.join(folder, each) for each in names)
            self._groups[folder] = {group.stem.casefold(): group for group in found}
        return self._groups[folder].get(stem_of(name).casefold())


class _Reader:
    def __init__(
        self, frame: Frame, photos: dict[int, Photo], absent: dict[str, State], folders: _Folders
    ) -> None:
        self.frame = frame
        self._photos = photos
        self._absent = absent
        self._folders = folders
        self.shared: list[tuple[str, list[str]]] = []  # (path, the pictures that it stays with)
        self._live = frame.photo.content_id is not None  # the still of a live photo names its film

    def read(self, files: Iterable[PhotoFile]) -> Frame:
        frame = self.frame
        own: list[Part] = []
        for file in files:
            state = self._absent.get(file.path)
            if state is None:
                own += self._part(file.path, file)
            else:
                (frame.offline if state == "offline" else frame.missing).append(file.path)
        own.sort(key=lambda part: part.photo_id != frame.photo.id)
        own = self._once(own)
        paths = {part.path for part in own}
        parts = own + [beside for path in _one_each(own) for beside in self._beside(path, paths)]
        if own and frame.problem is None:
            home = os.path.dirname(own[0].path)
            frame.parts = [part for part in parts if os.path.dirname(part.path) == home]
            away = [part for part in parts if os.path.dirname(part.path) != home]
            frame.joined = _joined(frame.parts, away)
            frame.copies = [part for part in away if not any(part in bundle for bundle in frame.joined)]
        elif frame.problem is None:
            why = (
                "its drive is not connected"
                if frame.offline
                else "the file is no longer there; locate it first"
            )
            frame.problem = (frame.photo.path, f"It stays as it is: {why}.")
        return frame

    def _once(self, own: list[Part]) -> list[Part]:
        """One part for each file: what is known through a linked folder too has a second path, and no second file."""
        found: dict[str, Part] = {}
        for part in own:
            folder, name = os.path.split(part.path)
            if found.setdefault(os.path.join(os.path.realpath(folder), name), part) is not part:
                self.frame.aliases.append(part.path)
        return list(found.values())

    def _part(self, path: str, file: PhotoFile | None = None) -> list[Part]:
        try:
            found = os.lstat(path)
        except OSError as error:
            self.frame.problem = (path, f"It cannot be looked at: {error.strerror or error}.")
            return []
        if not stat.S_ISREG(found.st_mode):
            self.frame.problem = (
                path,
                "It stays as it is: it is a link to another place, no file of its own.",
            )
            return []
        if file is None:
            return [Part(path, found.st_size, mtime_ns(found))]
        sha256 = self._photos[file.photo_id].sha256 if file.photo_id in self._photos else None
        return [Part(path, found.st_size, mtime_ns(found), file.photo_id, sha256, (file.size, file.mtime_ns))]

    def _beside(self, path: str, own: set[str]) -> list[Part]:
        """The sidecars, sounds and films that go with the own pictures of that stem."""
        group = self._folders.group(path)
        if group is None:
            return []
        names = {os.path.basename(each) for each in own if os.path.dirname(each) == group.folder}
        media: list[str] = []
        rest: list[str] = []
        for name, _ in group.members:
            if name not in names:
                (media if _extension(name) in PICTURES | VIDEOS else rest).append(name)
        films = [name for name in media if _extension(name) in VIDEOS and self._live]
        others = [name for name in media if name not in films]
        found = []
        for name in films + rest:
            at = os.path.join(group.folder, name)
            if at in own:
                continue
            why = None if name in films else _why_it_stays(name, names, others)
            if why is None and os.path.islink(at):
                self.frame.left.append((at, "It is a link to another place, no file of its own."))
            elif why is None:
                found += self._part(at)
            else:
                self.frame.left.append((at, why))
                if _extension(name) in FOLLOWERS:
                    self.shared.append((at, [os.path.join(group.folder, other) for other in others]))
        return found

    def take(self, path: str) -> None:
        """A sidecar comes along after all."""
        self.frame.parts += self._part(path)


def _share_out(readers: Sequence[_Reader]) -> None:
    """A sidecar of several chosen photos that share a name (a frame that was split) goes with the first of them, where
    none of its pictures stays."""
    usable = [reader for reader in readers if reader.frame.problem is None]
    going = {part.path for reader in usable for part in reader.frame.parts}
    for reader in usable:
        for path, others in reader.shared:
            if path in going or not going.issuperset(others) or os.path.dirname(path) != reader.frame.folder:
                continue
            going.add(path)
            reader.take(path)
    for reader in readers:
        reader.frame.left = [each for each in reader.frame.left if each[0] not in going]


def _joined(home: Sequence[Part], away: Sequence[Part]) -> list[list[Part]]:
    """The bundles of `Frame.joined`: of each companion that is not at home one file, with its sidecars."""
    met = {None, *(part.photo_id for part in home)}
    bundles: dict[str, list[Part]] = {}
    for part in away:
        if part.photo_id not in met:
            met.add(part.photo_id)
            bundles.setdefault(os.path.dirname(part.path), []).append(part)
    for folder, bundle in bundles.items():
        stems = {_stem(part.path) for part in bundle}
        bundle += [
            part
            for part in away
            if part.photo_id is None and os.path.dirname(part.path) == folder and _stem(part.path) in stems
        ]
    return list(bundles.values())


def _stem(path: str) -> str:
    return stem_of(os.path.basename(path)).casefold()


def _one_each(parts: Iterable[Part]) -> list[str]:
    """One path for each folder and stem."""
    found: dict[tuple[str, str], str] = {}
    for part in parts:
        folder, name = os.path.split(part.path)
        found.setdefault((folder, stem_of(name).casefold()), part.path)
    return list(found.values())


def _why_it_stays(name: str, own: set[str], others: Sequence[str]) -> str | None:
    """None for a sidecar (or its like) that can only belong to the own pictures."""
    if _extension(name) not in FOLLOWERS:
        return "It has the photo's name and is no file of it that PixSort knows."
    inner = os.path.splitext(name)[0].casefold()
    if inner in {each.casefold() for each in own} or not others:
        return None
    if subjects([*own, *others], [name]).get(name) in own:
        return None
    return f"It stays with {others[0]}, which has the same name."


def _extension(name: str) -> str:
    return os.path.splitext(name)[1].lower()
