"""What is to be said of each photo of a project where other programs read it, and in whose form."""

from __future__ import annotations

from dataclasses import dataclass

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import companions_of_project
from pixsort_desktop.library.groups import board, is_given
from pixsort_desktop.library.judgements import judged_photos
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.photo import xmp

PROFILES = tuple(xmp.PROFILES)
KEYWORD_ROOT = "PixSort"


@dataclass(frozen=True, slots=True)
class Options:
    """How a project's judgements are written; the project remembers it."""

    profile: str
    keywords: bool  # columns go along as keywords

    def remember(self, library: Library, project_id: int) -> None:
        for name, value in (("profile", self.profile), ("keywords", self.keywords)):
            if get_setting(library, _key(name, project_id)) != value:
                set_setting(library, _key(name, project_id), value)


def chosen_options(
    library: Library, project_id: int, profile: str | None = None, keywords: bool | None = None
) -> Options:
    """What was asked for now, and for None what the project remembers. Raises `PixsortError` for an unknown profile."""
    kept = str(get_setting(library, _key("profile", project_id), "lightroom"))
    chosen = profile or kept
    if chosen not in xmp.PROFILES:
        raise PixsortError(f"There is no profile «{chosen}»; there are {', '.join(PROFILES)}.")
    if keywords is None:
        keywords = bool(get_setting(library, _key("keywords", project_id), False))
    return Options(chosen, keywords)


def wishes(library: Library, project_id: int, *, keywords: bool) -> list[tuple[Photo, xmp.Changes]]:
    """The photos of a project of which something is to be said, and what; of a frame, each of its files.

    A photo that was never judged is left as it is, but for its column's keyword. Raises `NotFoundError`.
    """
    project = get_project(library, project_id)
    judged = judged_photos(library, project_id)
    paths = _keywords(library, project_id, project.name) if keywords else {}
    others = companions_of_project(library, project_id)
    found = []
    for photo in project_photos(library, project_id):
        if photo.status != "ready" or not (keywords or photo.id in judged):
            continue
        said: xmp.Keep | tuple[str, ...] = paths.get(photo.id, ()) if keywords else xmp.KEEP
        if photo.id in judged:
            changes = xmp.Changes(photo.rating, photo.flag, photo.colour, said, KEYWORD_ROOT)  # type: ignore[arg-type]
        else:
            changes = xmp.Changes(keywords=said, keyword_root=KEYWORD_ROOT)
        found += [(each, changes) for each in (photo, *others.get(photo.id, ()))]
    return found


def _keywords(library: Library, project_id: int, project: str) -> dict[int, tuple[str, ...]]:
    """Photo id -> «PixSort|Wedding|First dance»; Ungrouped has none, nor has a column that is only numbered."""
    return {
        photo_id: ("|".join((KEYWORD_ROOT, _word(project), _word(column.group.label))),)
        for column in board(library, project_id)
        if column.group is not None and is_given(column.group)
        for photo_id in column.photo_ids
    }


def _word(label: str) -> str:
    """A name as one word of a keyword path: «|» would begin another."""
    return label.replace("|", "¦").strip()


def _key(name: str, project_id: int) -> str:
    return f"sidecar {name} of project {project_id}"
