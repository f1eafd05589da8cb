"""How well the tagger finds spans, and how far its probabilities can be believed, of logits and gold tags."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional as F

from pii_audio.recognizers.tag_model import LABELS, TAGS, Calibration, spans

IGNORED = -100  # the tag of a word that is neither learnt from nor counted
Pair = tuple[Tensor, Tensor]  # logits [words, tags], tags [words]


def fitted(pairs: Sequence[Pair]) -> Calibration:
    """Temperature (Guo et al. 2017) and a constant on the outside tag by cross entropy, then `shares`."""
    logits, tags = torch.cat([p[0] for p in pairs]), torch.cat([p[1] for p in pairs])
    logits, tags = logits[tags != IGNORED], tags[tags != IGNORED]
    grid = [Calibration(math.exp(x / 20), y / 4) for x in range(-10, 25) for y in range(-4, 13)]
    best = min(grid, key=lambda c: -float(c.probabilities(logits)[range(len(tags)), tags].log().mean()))
    sure = 1 - best.probabilities(logits)[:, 0]
    return replace(best, shares=shares(sure.tolist(), (tags > 0).tolist()))


def shares(sure: Sequence[float], right: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    """Isotonic regression (Zadrozny and Elkan 2002): how sure on average, how often right.

    Over stretches of at least 50 words, neighbours merged until both rise.
    """
    blocks: list[tuple[float, float, int]] = []  # sums of both, words
    edges = [0, 0.02, 0.05, *(i / 10 for i in range(1, 10)), 0.95, 0.98, 1.01]
    for low, high in pairwise(edges):
        own = [(p, r) for p, r in zip(sure, right, strict=True) if low <= p < high]
        if len(own) < 50:
            continue
        blocks.append((sum(p for p, _ in own), float(sum(r for _, r in own)), len(own)))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    return (0.0, 0.0), *((p / n, r / n) for p, r, n in blocks), (1.0, 1.0)


def reliability(pairs: Sequence[Pair], calibration: Calibration) -> Iterator[tuple[float, int, float]]:
    """Words by the probability that they are personal: lowest bound, how many, share that are."""
    right, count = Counter[int](), Counter[int]()
    for logits, tags in pairs:
        personal = 1 - calibration.probabilities(logits)[:, 0]
        for p, tag in zip(personal.tolist(), tags.tolist(), strict=True):
            if tag != IGNORED and p >= 0.05:
                bucket = min(9, int(p * 10))
                count[bucket] += 1
                right[bucket] += tag > 0
    yield from ((b / 10, count[b], right[b] / count[b]) for b in sorted(count))


def figures(pairs: Sequence[Pair], calibration: Calibration) -> dict[str, object]:
    """Recall of spans (every word found, as whatever), precision by word, strict span F1 in all and each."""
    found_all, gold_all, hit, said, true, whole, recalled = Counter(), Counter(), Counter(), 0, 0, 0, 0
    for logits, tags in pairs:
        unsure = {i for i, t in enumerate(tags.tolist()) if t == IGNORED}
        found = {
            (a, i, j)
            for a, i, j, _ in spans(calibration.probabilities(logits))
            if not unsure & {*range(i, j)}
        }
        gold = set(spans(F.one_hot(tags.clamp(min=0), len(TAGS)).float()))
        gold = {(a, i, j) for a, i, j, _ in gold}
        covered = {k for _, i, j in found for k in range(i, j)}
        personal = {k for _, i, j in gold for k in range(i, j)}
        said, true = said + len(covered), true + len(covered & personal)
        whole, recalled = whole + len(gold), recalled + sum({*range(i, j)} <= covered for _, i, j in gold)
        found_all.update(a for a, *_ in found)
        gold_all.update(a for a, *_ in gold)
        hit.update(a for a, *_ in found & gold)
    total = 2 * sum(hit.values()) / max(1, sum(found_all.values()) + sum(gold_all.values()))
    per = {a: round(2 * hit[a] / max(1, found_all[a] + gold_all[a]), 3) for a in LABELS if gold_all[a] > 4}
    return {
        "recall": round(recalled / max(1, whole), 3),
        "precision": round(true / max(1, said), 3),
        "f1": round(total, 3),
        **per,
    }
