"""How far a word stands out for a photo, from cosines between their vectors, without a photo that anybody has labelled.

A cosine of 0.27 says little: every photo is nearer to all words than another, every word nearer to all photos, and each model
has a scale of its own. So a word is judged against what would be there if it were not shown:

1. Words share a direction, in which every photo is near to all of them. It is taken out of each word's vector, which is then
   brought to unit length again (Mu and Viswanath, «All-but-the-Top», ICLR 2018).
2. Pictures share one, too, and it leans to some words («hubs») more than to others: these would be suggested for every photo.
   What the model makes of pictures that show nothing (`neutral_pictures`) tells how much for each word, and is taken out of
   each photo's vector. That calibrates each word by itself (as Zhao et al., «Calibrate Before Use», ICML 2021, do for words
   that a language model prefers; Allingham et al., ICML 2023, do it with other photos), and leaves a word that a whole shoot
   shows where it is, which the shoot's own mean would not.
3. What is left of the words of the *other* categories is the null: hardly any of them is shown. Its median and its median
   absolute deviation, times 1.4826, are centre and spread (Rousseeuw and Croux, JASA 88, 1993), which the few that are shown do
   not disturb. A word's z-score follows, and its chance to come so high by accident, if that is normally distributed.
4. Hundreds of words are tried for each photo. Benjamini and Hochberg («Controlling the False Discovery Rate», JRSS B 57, 1995)
   turn chances into q-values. The score is 1 − q.

A score orders words and tells the clear ones from chance. It is no probability that a person would agree: nobody has measured
that here, for any model.

Vectors of a word are the mean of its sentences' (Radford et al., «Learning Transferable Visual Models From Natural Language
Supervision», 2021, section 3.1.4).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

Floats = NDArray[np.float32]
LEAST = 0.8
"""Score from which a word is offered. Were all as step 3 supposes, a fifth of what is offered would be there by chance."""

MOST = 12
"""Words that are offered for a photo, at most."""

_EPSILON = 1e-9


def ensemble(sentences: Floats, counts: Sequence[int]) -> Floats:
    """Vectors (t, d) of unit length of words whose sentences' vectors (n, d) follow each other, `counts` for each word."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
    means = np.add.reduceat(sentences, starts, axis=0)
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def confidences(vectors: Floats, words: Floats, category: NDArray[np.intp], background: Floats) -> Floats:
    """(n, t) scores between 0 and 1 of the words (t, d) for the photos (n, d); `category` (t,) numbers their categories.

    Vectors of photos and words have unit length; `background` (d,) is the mean of those of pictures that show nothing. There
    are at least two categories.
    """
    left = np.asarray((vectors - background) @ _apart(words).T, np.float64)
    z = np.empty_like(left)
    for kind in np.unique(category):
        null = left[:, category != kind]
        centre = np.median(null, axis=1, keepdims=True)
        spread = 1.4826 * np.median(np.abs(null - centre), axis=1, keepdims=True)
        z[:, category == kind] = (left[:, category == kind] - centre) / np.maximum(spread, _EPSILON)
    return _expected_true(0.5 * erfc(z / np.sqrt(2)))


def _apart(words: Floats) -> Floats:
    """The words (t, d) without their common direction, of unit length."""
    common = words.mean(axis=0)
    common = common / max(float(np.linalg.norm(common)), _EPSILON)
    own = words - np.outer(words @ common, common)
    return np.asarray(own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), _EPSILON), np.float32)


def _expected_true(chance: NDArray[np.float64]) -> Floats:
    """1 − q of Benjamini and Hochberg, row by row, of p-values (n, t)."""
    count = chance.shape[1]
    order = np.argsort(chance, axis=1)
    ranked = np.take_along_axis(chance, order, axis=1) * count / np.arange(1, count + 1)
    ranked = np.minimum.accumulate(ranked[:, ::-1], axis=1)[:, ::-1]
    found = np.empty_like(ranked)
    np.put_along_axis(found, order, ranked, axis=1)
    return np.asarray(1 - np.minimum(found, 1), np.float32)


def offered(sure: Floats, category: NDArray[np.intp], exclusive: frozenset[int]) -> list[int]:
    """Which words are offered for one photo by their scores (t,), surest first: of an exclusive category one."""
    found: list[int] = []
    taken: set[int] = set()
    for place in np.argsort(-sure, kind="stable"):
        if sure[place] < LEAST or len(found) == MOST:
            break
        kind = int(category[place])
        if kind in exclusive and kind in taken:
            continue
        taken.add(kind)
        found.append(int(place))
    return found
