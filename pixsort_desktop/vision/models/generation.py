"""Captions by CoCa: open_clip's own `generate`, with the few rules that it would borrow from the transformers library.

`generate` takes its rules for tokens from transformers, a hundred megabytes of which it needs five small classes; and
the beam search that it would borrow too is gone from transformers 5. Its other way, the likeliest word at each step, needs
only what stands here. The rules are those of Keskar et al., «CTRL» (2019), section 4.1, for repetition.
"""

from __future__ import annotations

from typing import Any

import torch
from open_clip import coca_model, decode

_LONGEST = 30
"""Tokens of a caption, at most; open_clip's own default."""

_REPETITION = 1.1
_BEGIN, _END = "<start_of_text>", "<end_of_text>"


class _Each(list[Any]):
    """Several rules, one after another."""

    def __call__(self, tokens: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        for rule in self:
            scores = rule(tokens, scores)
        return scores


class _AtLeast:
    """No end before `least` tokens."""

    def __init__(self, least: int, end: torch.Tensor) -> None:
        self._least, self._end = least, end

    def __call__(self, tokens: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if tokens.shape[-1] < self._least:
            scores = scores.clone()
            scores[:, self._end] = -torch.inf
        return scores


class _NoRepetition:
    """What was said already becomes less likely by the factor `penalty`."""

    def __init__(self, penalty: float) -> None:
        self._penalty = penalty

    def __call__(self, tokens: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        said = torch.gather(scores, 1, tokens)
        said = torch.where(said < 0, said * self._penalty, said / self._penalty)
        return scores.scatter(1, tokens, said)


class _TopK:
    """Only the `k` likeliest tokens remain."""

    def __init__(self, k: int) -> None:
        self._k = k

    def __call__(self, _tokens: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        least = torch.topk(scores, self._k).values[:, -1:]
        return scores.masked_fill(scores < least, -torch.inf)


class _AnyStops(list[Any]):
    """Which rows have come to their end."""

    def __call__(self, tokens: torch.Tensor, scores: Any) -> torch.Tensor:
        ended = [torch.as_tensor(rule(tokens, scores)) for rule in self]
        return torch.stack(ended).any(dim=0).reshape(-1)


class _AtMost:
    def __init__(self, max_length: int) -> None:
        self._most = max_length

    def __call__(self, tokens: torch.Tensor, _scores: Any) -> bool:
        return int(tokens.shape[-1]) >= self._most


def prepare_generate() -> None:
    """Give `generate` its rules."""
    coca_model.LogitsProcessorList = _Each
    coca_model.MinLengthLogitsProcessor = _AtLeast
    coca_model.RepetitionPenaltyLogitsProcessor = _NoRepetition
    coca_model.MaxLengthCriteria = _AtMost
    coca_model.StoppingCriteriaList = _AnyStops
    coca_model.GENERATION_TYPES["top_k"] = _TopK
    coca_model._has_transformers = True


def captions(module: Any, pictures: torch.Tensor) -> list[str]:
    """A sentence for each of the normalised pictures (n, 3, px, px): the likeliest token at each step."""
    prepare_generate()
    rows = module.generate(
        pictures, seq_len=_LONGEST, generation_type="top_k", top_k=1, repetition_penalty=_REPETITION
    )
    return [_sentence(row) for row in rows]


def _sentence(tokens: torch.Tensor) -> str:
    text = decode(tokens).split(_END)[0].replace(_BEGIN, "")
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]
