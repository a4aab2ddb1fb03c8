"""The properties that carry a judgement: what each of them says, and how a judgement is said in it.

Each list stands in the order in which they are believed; `judgement` says why. The writer uses the same readers
to see which property is stale, so what it leaves alone is exactly what already says the wanted thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pixsort_desktop.photo.xmp import names
from pixsort_desktop.photo.xmp.names import COLOURS, Colour, Flag

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: Carrier[int](...) cannot be called then in Python 3.11
class Carrier(Generic[T]):
    """One property. `reads` gives None for «nothing»; `writes` gives None where the property has to go."""

    uri: str
    local: str
    reads: Callable[[str], T | None]
    writes: Callable[[T | None], str | None]

    @property
    def name(self) -> str:
        return f"{names.PREFIXES[self.uri]}:{self.local}"


def number(text: str) -> int | None:
    """A whole number; «3.0», «+3» and «3/1» are allowed, since programs write them."""
    try:
        return round(float(text.removesuffix("/1")))
    except (ValueError, OverflowError):
        return None


# -- stars --------------------------------------------------------------------------------------------------

_PERCENT = (0, 1, 25, 50, 75, 99)  # what Windows writes for 0 to 5 stars


def _stars(text: str) -> int | None:
    stars = number(text)
    return stars if stars is not None and 0 <= stars <= 5 else None


def _stars_of_percent(text: str) -> int | None:
    """Windows reads 1 to 12 as one star, 13 to 37 as two, up to 62, up to 87, and the rest as five."""
    percent = number(text)
    if percent is None or not 0 <= percent <= 100:
        return None
    return next((stars for stars, top in enumerate((0, 12, 37, 62, 87)) if percent <= top), 5)


def is_reject_rating(text: str) -> bool:
    return number(text) in (-1, 6)


RATING: Final = Carrier[int](names.XMP, "Rating", _stars, lambda stars: None if stars is None else str(stars))
STARS: Final[tuple[Carrier[int], ...]] = (
    RATING,
    Carrier(
        names.MICROSOFT,
        "Rating",
        _stars_of_percent,
        lambda stars: None if stars is None else str(_PERCENT[stars]),
    ),
)

# -- flags --------------------------------------------------------------------------------------------------


def _flags(words: Mapping[str, Flag]) -> Callable[[str], Flag | None]:
    return lambda text: words.get(text.strip().lower())


REJECTED: Final = Carrier[Flag](
    names.XMP, "Rating", lambda text: "reject" if is_reject_rating(text) else None, lambda _: None
)
"""xmp:Rating as the sign of a reject; for reading only, since stars and flag share the property."""

PICK: Final = Carrier[Flag](
    names.XMP_DM,
    "pick",
    _flags({"1": "pick", "+1": "pick", "-1": "reject"}),
    lambda flag: {"pick": "1", "reject": "-1", None: "0"}[flag],
)
GOOD: Final = Carrier[Flag](
    names.XMP_DM,
    "good",
    _flags({"true": "pick", "1": "pick", "false": "reject", "0": "reject"}),
    lambda flag: {"pick": "true", "reject": "false", None: None}[
        flag
    ],  # as Lightroom: gone where not flagged
)
PICK_LABEL: Final = Carrier[Flag](
    names.DIGIKAM,
    "PickLabel",
    _flags({"3": "pick", "1": "reject"}),
    lambda flag: {"pick": "3", "reject": "1", None: "0"}[flag],
)
TAGGED: Final = Carrier[Flag](
    names.PHOTO_MECHANIC,
    "Tagged",
    _flags({"true": "pick", "1": "pick", "yes": "pick"}),
    lambda flag: "True" if flag == "pick" else "False",
)
FLAG_PROPERTIES: Final = (PICK, GOOD, PICK_LABEL, TAGGED)
FLAG: Final = (REJECTED, *FLAG_PROPERTIES)

# -- colours ------------------------------------------------------------------------------------------------

_COLOUR_OF_WORD: Final[dict[str, Colour]] = {
    word.casefold(): colour
    for words in (names.ENGLISH_WORDS, names.BRIDGE_WORDS)
    for colour, word in words.items()
}


def _colour_of_words(text: str) -> Colour | None:
    return _COLOUR_OF_WORD.get(" ".join(text.casefold().split()))


def _colour_of_exact_word(text: str) -> Colour | None:
    return next((colour for colour, word in names.ENGLISH_WORDS.items() if word == text), None)


def _numbered(colours: Mapping[str, Colour], nothing: str | None) -> Callable[[Colour | None], str | None]:
    numbers = {colour: text for text, colour in colours.items()}
    return lambda colour: nothing if colour is None else numbers[colour]


def label(words: Mapping[Colour, str]) -> Carrier[Colour]:
    """xmp:Label in one program's words."""
    return Carrier(names.XMP, "Label", _colour_of_words, lambda colour: words[colour] if colour else None)


def colour_class(palette: Mapping[str, Colour]) -> Carrier[Colour]:
    """photomechanic:ColorClass in one palette."""
    return Carrier(names.PHOTO_MECHANIC, "ColorClass", palette.get, _numbered(palette, "0"))


LABEL: Final = label(names.ENGLISH_WORDS)
BRIDGE_LABEL: Final = label(names.BRIDGE_WORDS)
EXACT_LABEL: Final = Carrier[Colour](names.XMP, "Label", _colour_of_exact_word, LABEL.writes)
"""For programs that know the five English words and no others."""
LABEL_COLOUR: Final = Carrier[Colour](
    names.PHOTOSHOP,
    "LabelColor",
    lambda text: next((colour for colour in COLOURS if colour == text.casefold()), None),
    lambda colour: colour,
)
COLOUR_LABEL: Final = Carrier[Colour](
    names.DIGIKAM, "ColorLabel", names.DIGIKAM_COLOURS.get, _numbered(names.DIGIKAM_COLOURS, "0")
)
DARKTABLE_LABELS: Final = Carrier[Colour](
    names.DARKTABLE, "colorlabels", names.DARKTABLE_COLOURS.get, _numbered(names.DARKTABLE_COLOURS, None)
)
COLOUR_CLASS: Final = colour_class(names.COLOUR_CLASSES[0])
COLOUR: Final = (LABEL, LABEL_COLOUR, COLOUR_LABEL, DARKTABLE_LABELS, COLOUR_CLASS)
