"""Which photos may be copies of each other, and which confirmed copies make a set.

Candidates are pairs whose fingerprints (64 bits each) differ in few bits, pairs whose edges fall on the same
side of most of 128 random planes (Charikar, «Similarity estimation techniques from rounding algorithms», 2002), and each
photo's few nearest by an embedding. Bits are compared by exclusive-or and a count, each row with every other: 10^10
comparisons take some 10 s on two cores, which no tree of hashes in Python comes near, and nothing is missed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.grouping.neighbours import nearest

PHASH_BITS = 12  # of 64
PHASH_BITS_AT_MOST, DHASH_BITS = 16, 8  # so many of the pHash where the dHash differs in so few
SKETCH_BITS = 40  # of 128: a tenth cut from each side, or a bar with a caption, moves so many
MOST_CANDIDATES = 10  # a photo is compared with so many of its nearest, by hash and again by embedding
NEAREST = 3  # so many of a photo's nearest by an embedding are compared with it, however it was edited,
LEAST_COSINE = 0.35  # if they are so near, seen from the mean of all
TURNED_BITS = 60  # of 128: poses in which both hashes differ in no more may be those of a copy
NO_BITS = 64  # of a candidate whose hashes were not asked
_FEW = 10  # the mean of no more rows says nothing
_PLANES = 128
_BLOCK = 256  # rows that a thread compares before it looks whether to stop

Bits = NDArray[np.uint64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hashes:
    """Fingerprints, a row each: whose it is (an index), in which pose, whether others are compared with it."""

    owner: Ids  # (n,)
    pose: NDArray[np.uint8]
    canonical: NDArray[np.bool_]
    phash: Bits
    dhash: Bits


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two photos (indices, one < other) to be compared, each laid in a pose."""

    one: int
    other: int
    pose_one: int
    pose_other: int
    bits: int  # how many bits of the pHash differ; `NO_BITS` where only the embeddings are alike


@dataclass(frozen=True, slots=True)
class Edge:
    """Two photos found to be copies. `closeness`: 1 for the same pixels, else less."""

    one: int
    other: int
    closeness: float


def hash_candidates(hashes: Hashes, check: Callable[[], None] = lambda: None) -> list[Candidate]:
    """Pairs whose fingerprints are close in some pose, at most `MOST_CANDIDATES` for each photo, nearest first.

    Close are pHashes of at most `PHASH_BITS` different bits, and those that differ a little more where the dHashes
    hardly do. `check` is called now and then, and stops the search by raising.
    """
    targets, others = np.flatnonzero(hashes.canonical), np.flatnonzero(~hashes.canonical)
    usual = hashes.phash[targets]
    among = close_pairs([usual], None, PHASH_BITS_AT_MOST, check)
    beside = close_pairs([hashes.phash[others]], [usual], PHASH_BITS_AT_MOST, check)
    row = np.concatenate([targets[among[:, 0]], others[beside[:, 0]]])
    target = np.concatenate([targets[among[:, 1]], targets[beside[:, 1]]])
    bits = np.concatenate([among[:, 2], beside[:, 2]])
    dhash_bits = np.bitwise_count(hashes.dhash[row] ^ hashes.dhash[target])
    keep = (hashes.owner[row] != hashes.owner[target]) & ((bits <= PHASH_BITS) | (dhash_bits <= DHASH_BITS))
    return _closest_poses(hashes, row[keep], target[keep], bits[keep])


def _closest_poses(hashes: Hashes, row: Ids, target: Ids, bits: Ids) -> list[Candidate]:
    """Each pair of photos once, in its closest pose; among equals the one that leaves both as they are."""
    swapped = hashes.owner[row] > hashes.owner[target]
    row, target = np.where(swapped, target, row), np.where(swapped, row, target)
    owners = np.stack([hashes.owner[row], hashes.owner[target]], axis=1)
    turned = hashes.pose[row] != hashes.pose[target]
    order = np.lexsort((turned, bits, owners[:, 1], owners[:, 0]))
    owners = owners[order]
    first = np.append(True, np.any(np.diff(owners, axis=0) != 0, axis=1))[: len(owners)]
    order, owners = order[first], owners[first]
    chosen = _nearest_only(owners, bits[order])
    order, owners = order[chosen], owners[chosen]
    columns = (*owners.T, hashes.pose[row[order]], hashes.pose[target[order]], bits[order])
    return [Candidate(*map(int, values)) for values in zip(*columns, strict=True)]


def sketch_candidates(
    vectors: NDArray[np.float32], check: Callable[[], None] = lambda: None
) -> list[Candidate]:
    """Pairs of rows of (n, d) whose embeddings are close, at most `MOST_CANDIDATES` for each photo."""
    if len(vectors) < 2:
        return []
    found = close_pairs(list(sketches(vectors)), None, SKETCH_BITS, check)
    chosen = found[_nearest_only(found[:, :2], found[:, 2])]
    return [Candidate(int(one), int(other), 0, 0, NO_BITS) for one, other, _ in chosen]


def neighbour_candidates(
    vectors: NDArray[np.float32], check: Callable[[], None] = lambda: None
) -> list[Candidate]:
    """Pairs of rows of (n, d) of which one is among the `NEAREST` of the other.

    Models put all pictures into a narrow cone, each into its own; cosines are taken from the mean of the rows, and one limit
    does for all of them. A row that is not finite, as a model on a GPU may make of one photo, is nobody's neighbour.
    """
    rows = np.flatnonzero(np.isfinite(vectors).all(axis=1))
    vectors = vectors[rows]
    if len(vectors) < 2:
        return []
    centred = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.float32(1e-9))
    check()
    others, distances = nearest(centred, min(NEAREST, len(vectors) - 1))
    near = (1 - distances**2 / 2 >= LEAST_COSINE) | (len(vectors) <= _FEW)
    row, place = np.nonzero(near)
    pairs = np.unique(np.sort(np.stack([row, others[row, place]], axis=1), axis=1), axis=0)
    return [Candidate(one, other, 0, 0, NO_BITS) for one, other in rows[pairs].tolist()]


def closest_poses(rows: NDArray[np.void], others: NDArray[np.void]) -> tuple[int, int, int]:
    """In which poses the fingerprints (rows of `vision.fingerprint.HASHES`, one or more) of two photos differ least: both
    poses, and in how many of 128 bits."""
    bits = np.bitwise_count(rows["phash"][:, None] ^ others["phash"]).astype(np.intp)
    bits += np.bitwise_count(rows["dhash"][:, None] ^ others["dhash"])
    one, other = np.unravel_index(bits.argmin(), bits.shape)
    return int(rows["pose"][one]), int(others["pose"][other]), int(bits.min())


def sketches(vectors: NDArray[np.float32]) -> tuple[Bits, Bits]:
    """128 bits a row: on which side of fixed random planes a vector lies."""
    planes = np.random.default_rng(7).standard_normal((vectors.shape[1], _PLANES), dtype=np.float32)
    sides = np.packbits(vectors @ planes > 0, axis=1).view("<u8")
    return np.ascontiguousarray(sides[:, 0]), np.ascontiguousarray(sides[:, 1])


def close_pairs(
    rows: Sequence[Bits],
    targets: Sequence[Bits] | None,
    limit: int,
    check: Callable[[], None] = lambda: None,
) -> Ids:
    """(row, target, bits) for all rows and targets that differ in at most `limit` bits, (p, 3).

    Each hash is given as words of 64 bits: a sequence of arrays, (n,) for rows and (m,) for targets. Without targets
    rows are compared with each other, each pair once.
    """
    others = rows if targets is None else targets

    def block(start: int) -> list[Ids]:
        check()
        found = []
        for row in range(start, min(start + _BLOCK, len(rows[0]))):
            first = row + 1 if targets is None else 0
            differ = np.bitwise_count(others[0][first:] ^ rows[0][row])
            for words, wanted in zip(others[1:], rows[1:], strict=True):
                differ += np.bitwise_count(words[first:] ^ wanted[row])
            near = np.flatnonzero(differ <= limit)
            if len(near):
                found.append(np.stack([np.full(len(near), row), near + first, differ[near]], axis=1))
        return found

    with ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="duplicates") as pool:
        found = [part for parts in pool.map(block, range(0, len(rows[0]), _BLOCK)) for part in parts]
    return np.concatenate(found) if found else np.zeros((0, 3), np.int64)


def _nearest_only(pairs: NDArray[np.int64], distance: NDArray[np.int64]) -> NDArray[np.intp]:
    """Which of the pairs are among the `MOST_CANDIDATES` nearest of either of the two."""
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    order = np.lexsort((np.concatenate([pairs[:, 1], pairs[:, 0]]), np.tile(distance, 2), ends))
    ends = ends[order]
    starts = np.flatnonzero(np.append(True, np.diff(ends) != 0))[: len(ends)]
    rank = np.arange(len(ends)) - np.repeat(starts, np.diff(np.append(starts, len(ends))))
    return np.unique(order[rank < MOST_CANDIDATES] % len(pairs)) if len(pairs) else np.zeros(0, np.intp)


class Joined:
    """Photos in sets that grow as copies are found; no two in a set are `apart`."""

    def __init__(self, apart: Iterable[tuple[int, int]] = ()) -> None:
        self._apart: dict[int, set[int]] = {}
        for one, other in apart:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)
        self._members: dict[int, set[int]] = {}

    def join(self, one: int, other: int) -> None:
        """These are copies: their sets become one, unless that would bring together what shall stay apart."""
        some, others = (self._members.setdefault(each, {each}) for each in (one, other))
        if some is others or self._any_apart(some, others):
            return
        if len(some) < len(others):
            some, others = others, some
        some |= others
        for photo in others:
            self._members[photo] = some

    def told(self, one: int, other: int) -> bool:
        """Whether it makes no difference any more if these are copies: they are kept apart, or stand in one set, none of
        which is kept apart from anything."""
        if other in self._apart.get(one, ()):
            return True
        members = self._members.get(one, set())
        return other in members and members.isdisjoint(self._apart)

    def sets(self) -> list[tuple[int, ...]]:
        """The sets of two or more, each by number, by their first."""
        found = {id(each): each for each in self._members.values()}
        return sorted(tuple(sorted(each)) for each in found.values() if len(each) > 1)

    def _any_apart(self, some: set[int], others: set[int]) -> bool:
        if len(some) > len(others):
            some, others = others, some
        return any(not self._apart[photo].isdisjoint(others) for photo in some if photo in self._apart)


def sets_of(edges: Iterable[Edge], apart: Iterable[tuple[int, int]] = ()) -> list[tuple[int, ...]]:
    """Photos that copies connect, as sets in which no two are `apart`; each by number, sets by their first.

    The closest copies are joined first: a new copy of two photos that shall stay apart goes to the one it is
    more like.
    """
    joined = Joined(apart)
    for edge in sorted(edges, key=lambda each: (-each.closeness, each.one, each.other)):
        joined.join(edge.one, edge.other)
    return joined.sets()


def merged(*sources: Sequence[Candidate]) -> Iterator[Candidate]:
    """Each pair once; what an earlier source says of it holds."""
    seen: set[tuple[int, int]] = set()
    for candidate in (each for source in sources for each in source):
        if (candidate.one, candidate.other) not in seen:
            seen.add((candidate.one, candidate.other))
            yield candidate
