"""Pairs by their bits, and sets of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.grouping import duplicates as pairing
from pixsort_desktop.grouping.duplicates import Edge, Hashes, close_pairs, hash_candidates, sets_of


def plain(phash: np.ndarray, dhash: np.ndarray) -> Hashes:
    count = len(phash)
    return Hashes(np.arange(count), np.zeros(count, np.uint8), np.ones(count, bool), phash, dhash)


@pytest.mark.parametrize("symmetric", [True, False])
def test_every_close_pair_is_found(symmetric: bool) -> None:
    rng = np.random.default_rng(1)
    words = [rng.integers(0, 2**64, 700, dtype=np.uint64) for _ in range(2)]
    for word in words:
        word[600:] = word[:100] ^ (np.uint64(1) << rng.integers(0, 64, 100, dtype=np.uint64))
    found = close_pairs(words, None if symmetric else words, 40)
    wanted = {
        (i, j, int(sum(int(w[i] ^ w[j]).bit_count() for w in words)))
        for i, j in itertools.product(range(700), repeat=2)
        if (i < j or not symmetric) and sum(int(w[i] ^ w[j]).bit_count() for w in words) <= 40
    }
    assert {tuple(row) for row in found.tolist()} == wanted


def test_candidates_come_nearest_first_in_their_closest_pose() -> None:
    rng = np.random.default_rng(2)
    base = rng.integers(0, 2**63, dtype=np.uint64)
    far = ~base
    #      0 canonical, 1 canonical far away, and 1 in another pose, three bits off
    hashes = Hashes(
        np.array([0, 1, 1]),
        np.array([0, 0, 2], np.uint8),
        np.array([True, True, False]),
        np.array([base, far, base ^ np.uint64(7)]),
        np.array([base, far, base]),
    )
    (found,) = hash_candidates(hashes)
    assert (found.one, found.other, found.pose_one, found.pose_other, found.bits) == (0, 1, 0, 2, 3)
    assert hash_candidates(plain(np.array([base, far]), np.array([base, far]))) == []
    many = np.array([base] * 60)
    assert len(sets_of(Edge(c.one, c.other, 1.0) for c in hash_candidates(plain(many, many)))) == 1
    assert hash_candidates(plain(many[:0], many[:0])) == []


def test_a_search_can_be_stopped() -> None:
    class StopError(Exception):
        pass

    def stop() -> None:
        raise StopError

    with pytest.raises(StopError):
        close_pairs([np.arange(1000, dtype=np.uint64)], None, 1, stop)


def test_alike_vectors_have_alike_sketches() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((50, 196)).astype(np.float32)
    vectors[49] = vectors[7] + 0.2 * rng.standard_normal(196)
    assert [(c.one, c.other) for c in pairing.sketch_candidates(vectors)] == [(7, 49)]
    assert pairing.sketch_candidates(vectors[:1]) == []


def test_a_new_copy_goes_to_the_closer_of_two_that_stay_apart() -> None:
    edges = [Edge(1, 9, 0.8), Edge(2, 9, 0.9), Edge(3, 4, 1.0)]
    assert sets_of(edges) == [(1, 2, 9), (3, 4)]
    assert sets_of(edges, [(1, 2)]) == [(2, 9), (3, 4)]
    assert sets_of([Edge(3, 4, 1.0)], [(3, 4)]) == []


def test_what_others_tell_need_not_be_compared() -> None:
    joined = pairing.Joined([(3, 4)])
    joined.join(1, 2)
    assert not joined.told(1, 5)
    joined.join(2, 5)
    assert joined.told(1, 5)
    joined.join(3, 6)  # 3 stays apart from 4: which of the two a copy is more like has to be seen
    joined.join(6, 7)
    assert not joined.told(3, 7)
    assert joined.told(4, 3)
    joined.join(7, 4)
    assert joined.sets() == [(1, 2, 5), (3, 6, 7)]


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.floats(0.1, 1)), max_size=20),
    st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=6),
)
def test_no_set_holds_two_that_stay_apart(
    edges: list[tuple[int, int, float]], apart: set[tuple[int, int]]
) -> None:
    found = sets_of([Edge(*edge) for edge in edges if edge[0] != edge[1]], apart)
    assert not any(one != other and {one, other} <= set(each) for each in found for one, other in apart)
    assert sorted(i for each in found for i in each) == sorted({i for each in found for i in each})
