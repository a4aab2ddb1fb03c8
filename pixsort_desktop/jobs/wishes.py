"""What is to be said of each photo of a project where other programs read it, and in whose form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import companions_of_project
from pixsort_desktop.library.groups import board, is_given
from pixsort_desktop.library.judgements import judged_photos
from pixsort_desktop.library.keywords import photos_with_keywords
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.library.written import model_captions, project_captions
from pixsort_desktop.photo import xmp

PROFILES = tuple(xmp.PROFILES)
KEYWORD_ROOT = "PixSort"
TAGS = "Tags"


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


def wishes(
    library: Library, project_id: int, *, keywords: bool, captions: bool = False
) -> list[tuple[Photo, xmp.Changes]]:
    """The photos of a project of which something is to be said, and what; of a frame, each of its files.

    A photo that was never judged is left as it is, but for its column's keyword, its tags, and with `captions` its caption.
    Raises `NotFoundError`.
    """
    project = get_project(library, project_id)
    judged = judged_photos(library, project_id)
    paths = _keywords(library, project_id, project.name) if keywords else {}
    tags = photos_with_keywords(library, project_id)
    told = _Captions(library, project_id) if captions else None
    others = companions_of_project(library, project_id)
    found = []
    for photo in project_photos(library, project_id):
        caption = told.of(photo.id) if told is not None else {}
        if photo.status != "ready" or not (keywords or photo.id in judged or photo.id in tags or caption):
            continue
        said: dict[str, Any] = {**_said(paths.get(photo.id, ()), tags.get(photo.id), keywords), **caption}
        if photo.id in judged:
            said |= {"rating": photo.rating, "flag": photo.flag, "label": photo.colour}
        changes = xmp.Changes(**said)
        found += [(each, changes) for each in (photo, *others.get(photo.id, ()))]
    return found


def _said(columns: tuple[str, ...], tags: tuple[str, ...] | None, keywords: bool) -> dict[str, Any]:
    """What is said by keywords: columns where that is wished, tags where the photo has, or had, any."""
    own = tuple("|".join((KEYWORD_ROOT, TAGS, _word(tag))) for tag in tags or ())
    if keywords:
        return {"keywords": (*columns, *own), "keyword_root": KEYWORD_ROOT}
    return {} if tags is None else {"keywords": own, "keyword_root": f"{KEYWORD_ROOT}|{TAGS}"}


class _Captions:
    """Captions as they are to be written: what the user wrote replaces any other, a model's only those of models."""

    def __init__(self, library: Library, project_id: int) -> None:
        self._shown = project_captions(library, project_id)
        self._by_models = model_captions(library, project_id)

    def of(self, photo_id: int) -> dict[str, Any]:
        found = self._shown.get(photo_id)
        if found is None:
            return {}
        over = None if found.source == "user" else self._by_models.get(photo_id, frozenset())
        return {"caption": found.text, "caption_over": over}


def _keywords(library: Library, project_id: int, project: str) -> dict[int, tuple[str, ...]]:
    """Photo id -> «PixSort|Wedding|First dance»; Ungrouped has none, nor has a column that is only numbered."""
    return {
        photo_id: ("|".join((KEYWORD_ROOT, _project_word(project), _word(column.group.label))),)
        for column in board(library, project_id)
        if column.group is not None and is_given(column.group)
        for photo_id in column.photo_ids
    }


def _word(label: str) -> str:
    """A name as one word of a keyword path: «|» would begin another."""
    return label.replace("|", "¦").strip()


def _project_word(name: str) -> str:
    """A project named like the place of the tags stands beside it."""
    return f"{TAGS} (project)" if _word(name) == TAGS else _word(name)


def _key(name: str, project_id: int) -> str:
    return f"sidecar {name} of project {project_id}"
