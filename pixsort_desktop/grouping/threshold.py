"""From which score on photos match words: what a distribution of scores says of itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

TAIL = 2.5  # standard deviations above the usual photo, where nothing sets the matching ones apart
_BEST = 0.01  # share of the photos that match at least
_FEWEST = 2  # scores that make a heap
_MOST = (
    2 / 3
)  # of all photos that may match to begin with: else what is left of the scores' lower end would decide
_PARAMETERS = 3  # a second heap has a mean, a spread and a share more
_NARROWEST = 0.1  # share of the whole deviation under which no heap's own is believed


def starting_threshold(scores: Floats) -> float:
    """The score (n,) from which on photos count as matching, before the user has said anything. Raises ValueError for none.

    Cosines of words and pictures have an offset and a spread of their own for each model and each wording (0.15 to 0.35
    is usual for CLIP), so no fixed number will do. Where the scores are two heaps, the cut is where they overlap least:
    the minimum-error threshold of Kittler and Illingworth (Pattern Recognition 19, 1986), which unlike Otsu's does not
    ask for heaps of like size and spread (a wedding has 40 photos of the cake among 3,000). Its criterion is a
    likelihood, so it also tells whether two heaps describe the scores better than one does, by more than Schwarz's price
    of the further parameters (Annals of Statistics 6, 1978). Where one does, photos match that are outliers at its upper
    end: `TAIL` deviations above the median, measured on the lower half, in which there are no matches. The best one in a
    hundred matches in any case.
    """
    ordered = np.sort(np.asarray(scores, np.float64))
    if not len(ordered):
        raise ValueError("no scores")
    cut = _minimum_error(ordered)
    if cut is not None:
        return float((ordered[cut - 1] + ordered[cut]) / 2)
    middle, low = np.quantile(
        ordered, [0.5, 0.1587]
    )  # one deviation below the median, for a normal distribution
    return float(min(middle + TAIL * (middle - low), ordered[-max(1, round(len(ordered) * _BEST))]))


def _minimum_error(ordered: NDArray[np.float64]) -> int | None:
    """How many of the scores (n,), sorted, are below the best cut; None where they are better left whole."""
    n = len(ordered)
    spread = float(ordered.var())
    if n < 2 * _FEWEST or spread <= 1e-12:
        return None
    below = np.arange(max(_FEWEST, int(np.ceil(n * (1 - _MOST)))), n - _FEWEST + 1)
    above = n - below
    centred = ordered - ordered.mean()
    sums, squares = np.cumsum(centred), np.cumsum(centred**2)
    low = squares[below - 1] / below - (sums[below - 1] / below) ** 2
    high = (squares[-1] - squares[below - 1]) / above - ((sums[-1] - sums[below - 1]) / above) ** 2
    floor = _NARROWEST**2 * spread
    low, high = np.maximum(low, floor), np.maximum(high, floor)
    share = below / n
    length = share * np.log(low) + (1 - share) * np.log(high)
    length -= 2 * (share * np.log(share) + (1 - share) * np.log(1 - share))
    best = int(length.argmin())
    gain = n * (np.log(spread) - length[best])
    return int(below[best]) if gain > _PARAMETERS * np.log(n) else None
