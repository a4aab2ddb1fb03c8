"""Filters and sorts in words: for chips, menus, the empty state, and screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pixsort_desktop.library.filters import FLAGS, LABELS, Filter, Stars
from pixsort_desktop.library.records import Column
from pixsort_desktop.views import words

SORT_NAMES = {
    "arranged": "as arranged",
    "time": "time",
    "name": "name",
    "rating": "rating",
    "camera": "camera",
}
KINDS = {"cameras": "Camera", "lenses": "Lens", "days": "Date", "groups": "Column"}
SIGNS = {"least": "≥", "exactly": "=", "most": "≤"}
_SPOKEN = {"least": "at least", "exactly": "exactly", "most": "at most"}
_FLAG_WORDS = {"pick": "Pick", "reject": "Reject", None: "Unflagged"}
_UNKNOWN = {"cameras": "Camera unknown", "lenses": "Lens unknown", "days": "Without a date"}
_MOST_CHIPS = 4  # values of a kind; more of them share one chip


@dataclass(frozen=True, slots=True)
class Condition:
    """One chip: its words, how they are said aloud, and the filter that is left without it."""

    text: str
    spoken: str
    without: Filter


def conditions(filter_: Filter, columns: Iterable[Column]) -> list[Condition]:
    """The conditions of a filter, one for each value; many values of a kind are one condition together."""
    found: list[Condition] = []
    for name in ("flags", "labels"):
        found += _each(filter_, name, {value: value_words(name, value) for value in _order(filter_, name)})
    if filter_.stars is not None:
        stars = filter_.stars
        found.insert(
            len(filter_.flags),
            Condition(stars_words(stars), stars_words(stars, spoken=True), replace(filter_, stars=None)),
        )
    if filter_.undecided:
        found.append(Condition("Undecided", "undecided", replace(filter_, undecided=False)))
    if filter_.has_error:
        found.append(Condition("Has an error", "has an error", replace(filter_, has_error=False)))
    labels = {column.group.id: column.group.label for column in columns if column.group is not None}
    for name in KINDS:
        chosen = {
            value: labels.get(value, words.UNGROUPED) if name == "groups" else value_words(name, value)
            for value in _order(filter_, name)
        }
        found += _each(filter_, name, chosen)
    return found


def sentence(filter_: Filter, columns: Iterable[Column]) -> str:
    """«≥ 3 stars, Pick, Canon EOS R5»."""
    return ", ".join(condition.text for condition in conditions(filter_, columns))


def stars_words(stars: Stars, *, spoken: bool = False) -> str:
    """«≥ 3 stars», «no stars»; spoken, «at least 3 stars»."""
    if stars.number == 0:
        return "no stars" if spoken else "No stars"
    sign = _SPOKEN[stars.how] if spoken else SIGNS[stars.how]
    return f"{sign} {words.count(stars.number, 'star')}"


def value_words(name: str, value: Any) -> str:
    """A value of one of the filter's kinds."""
    if name == "flags":
        return _FLAG_WORDS[value]
    if name == "labels":
        return f"{value.capitalize()} label" if value else "No label"
    if not value and name in _UNKNOWN:
        return _UNKNOWN[name]
    return _day(value) if name == "days" else words.shown(value)


def with_values(filter_: Filter, name: str, values: frozenset[Any]) -> Filter:
    """The filter with other values of one kind."""
    changed: dict[str, Any] = {name: values}
    return replace(filter_, **changed)


def _day(day: str) -> str:
    try:
        known = date.fromisoformat(day)
    except ValueError:  # «0000-00-00», of a clock that was never set
        return day
    return f"{known.day} {known:%B %Y}"


def _order(filter_: Filter, name: str) -> Sequence[Any]:
    values = getattr(filter_, name)
    known = {"flags": FLAGS, "labels": LABELS}.get(name)
    if known is not None:
        return [value for value in known if value in values]
    return sorted(values, key=lambda value: (not value, value or ""))


def _each(filter_: Filter, name: str, chosen: dict[Any, str]) -> list[Condition]:
    if len(chosen) > _MOST_CHIPS:
        several = {"cameras": "cameras", "lenses": "lenses", "days": "days", "groups": "columns"}
        text = f"{len(chosen):,} {several.get(name, name)}"
        return [Condition(text, text, with_values(filter_, name, frozenset()))]
    values = getattr(filter_, name)
    return [
        Condition(text, text, with_values(filter_, name, values - {value})) for value, text in chosen.items()
    ]
