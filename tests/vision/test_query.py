"""What a typed text asks for."""

from __future__ import annotations

import pytest

from pixsort_desktop.vision.query import LONGEST, MOST_UNWANTED, Query, read_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("bride laughing, backlit", Query("bride laughing, backlit")),
        ("bride -crowd", Query("bride", ("crowd",))),
        ('bride laughing, -"red car" -rain', Query("bride laughing", ("red car", "rain"))),
        ("–crowd", Query("", ("crowd",))),
        ("black-and-white - portrait", Query("black-and-white - portrait")),
        ('-"open end', Query("", ("open end",))),
        ("-rain -rain", Query("", ("rain",))),
        ("  \0 ", Query("")),
        ("", Query("")),
        ("-", Query("-")),
        ('-""', Query("")),
        ("a \ud800b", Query("a b")),
    ],
)
def test_wanted_and_unwanted(text: str, query: Query) -> None:
    assert read_query(text) == query
    assert bool(query) == bool(query.texts)


def test_a_pasted_page_is_cut() -> None:
    assert len(read_query("word " * 10_000).wanted) <= LONGEST
    assert len(read_query(" ".join(f"-w{n}" for n in range(100))).unwanted) == MOST_UNWANTED
