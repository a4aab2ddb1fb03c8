"""The words that photos are offered as tags: a TOML file that the user may change; see `resources/vocabulary.toml`."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.paths import resource

FILE_NAME = "vocabulary.toml"
MOST_TAGS = 5000
_PROMPTS = ("a photo of {}.",)


@dataclass(frozen=True, slots=True)
class Tag:
    """A keyword and how it is described to a model."""

    word: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """Tags of one kind. With `one`, at most one of them is offered for a photo."""

    name: str
    one: bool
    prompts: tuple[str, ...]
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    categories: tuple[Category, ...]

    @property
    def tags(self) -> tuple[Tag, ...]:
        return tuple(tag for category in self.categories for tag in category.tags)

    @property
    def digest(self) -> str:
        """The same for the same words and descriptions."""
        text = json.dumps([asdict(category) for category in self.categories], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def sentences(self) -> list[list[str]]:
        """For each tag what a model is told: every wording in every prompt of its category."""
        return [
            [prompt.replace("{}", wording) for prompt in category.prompts for wording in tag.wordings]
            for category in self.categories
            for tag in category.tags
        ]


def read_vocabulary(library_folder: Path) -> Vocabulary:
    """The user's own copy in the library's folder, else the one that is shipped.

    Raises PixsortError naming the file and what is wrong with it.
    """
    own = library_folder / FILE_NAME
    path = own if own.is_file() else resource(FILE_NAME)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return _vocabulary(found)
    except (OSError, ValueError) as error:
        raise PixsortError(f"The vocabulary {path} cannot be used: {error}") from error


def _vocabulary(found: dict[str, Any]) -> Vocabulary:
    categories = tuple(_category(name, values) for name, values in found.items())
    words = [tag.word for category in categories for tag in category.tags]
    twice = {word for word in words if words.count(word) > 1} if len(words) <= MOST_TAGS else set()
    if twice:
        raise ValueError(f"«{sorted(twice)[0]}» stands in it twice.")
    if len(words) > MOST_TAGS:
        raise ValueError(f"it has more than {MOST_TAGS:,} words.")
    if sum(bool(category.tags) for category in categories) < 2:
        raise ValueError("it needs words in at least two categories.")
    return Vocabulary(categories)


def _category(name: str, values: Any) -> Category:
    if not isinstance(values, dict) or not _texts(values.get("tags")):
        raise ValueError(f"[{name}] needs `tags`, a list of texts.")
    prompts = values.get("prompts", list(_PROMPTS))
    if not _texts(prompts) or not all("{}" in prompt for prompt in prompts):
        raise ValueError(f"the prompts of [{name}] are texts with {{}} in them.")
    return Category(name, values.get("one") is True, tuple(prompts), tuple(map(_tag, values["tags"])))


def _texts(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(v, str) and v.strip() for v in values)


def _tag(text: str) -> Tag:
    word, _, told = text.partition(":")
    wordings = tuple(part.strip() for part in told.split("|") if part.strip())
    if not word.strip():
        raise ValueError(f"«{text}» has no word before its colon.")
    return Tag(" ".join(word.split()), wordings or (word.strip(),))
