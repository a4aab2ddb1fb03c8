"""What a typed text asks of photos by their meaning: words that are wanted, and words with a minus that are not."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 1000  # characters: models read some 60 words and no more
MOST_UNWANTED = 8

_UNWANTED = re.compile(r'(?:^|(?<=\s))[-−–](?:"([^"]*)"?|([^\s"−–-]\S*))')


@dataclass(frozen=True, slots=True)
class Query:
    """`wanted` is one description, empty where only something is not wanted."""

    wanted: str
    unwanted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    @property
    def texts(self) -> list[str]:
        """Everything that needs a vector."""
        return [*([self.wanted] if self.wanted else []), *self.unwanted]


def read_query(text: str) -> Query:
    """`bride laughing, backlit -crowd -"red car"` wants «bride laughing, backlit», and neither crowd nor red car.

    A minus counts at the beginning of a word: «black-and-white» is one word.
    """
    legible = text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")[:LONGEST]
    unwanted: list[str] = []

    def take(found: re.Match[str]) -> str:
        unwanted.append(_tidy(found[1] if found[1] is not None else found[2]))
        return " "

    wanted = _tidy(_UNWANTED.sub(take, legible))
    return Query(wanted, tuple(dict.fromkeys(word for word in unwanted if word))[:MOST_UNWANTED])


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,;")
