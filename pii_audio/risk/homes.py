"""Where somebody lives: by the address that is stated, and by the towns that are asked for.

A town asked for is home with odds ASKED, and AGAIN times that for every further clip: once 0.38, twice 0.83,
three times 0.97 (fitted: benchmarks/risk_fit.py); where one only goes to ("hotel in X") with AWAY. Towns
share by their odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pii_audio.risk.address import parse_address, street_key
from pii_audio.risk.evidence import alike, chance_right, compete, fact_of, same_key, values_of
from pii_audio.risk.mentions import CERTAIN, Mention
from pii_audio.risk.misheard import sounds_alike
from pii_audio.risk.trust import Trust
from pii_audio.types import Fact

__all__ = ["homes_of", "towns_of"]

ASKED, AGAIN = 0.6, 8.0
AWAY = 0.05  # odds that a town somebody only goes to is home


def homes_of(said: Sequence[Mention], trust: Trust) -> list[Fact]:
    """The likeliest home, part by part: one street, with what was said beside it or alone."""
    parsed = [(m, parse_address(m.value)) for m in said]
    streets = alike([replace(m, value=a.street) for m, a in parsed if a.street], _same_street)
    rivals = [m.finding for group in streets[1:] for m in group]
    here = [(m, a) for m, a in parsed if m.finding not in rivals]
    home = (
        [fact_of("street", streets[0], compete([chance_right(g, trust) for g in streets])[0])]
        if streets
        else []
    )
    for attribute in ("house_number", "postal_code", "place"):
        told = [replace(m, value=getattr(a, attribute)) for m, a in here if getattr(a, attribute)]
        groups = alike(told, sounds_alike if attribute == "place" else same_key)
        chances = compete([chance_right(g, trust) for g in groups])
        home += [fact_of(attribute, g, c) for g, c in zip(groups[:1], chances, strict=False)]
    return home


def towns_of(said: Sequence[Mention], homes: list[Fact], trust: Trust) -> list[Fact]:
    """Towns asked for, by frequency; an address that names its town comes first (and leaves `homes`)."""
    stated = next((f for f in homes if f.attribute == "place"), None)
    if stated:
        homes.remove(stated)
    groups = alike(said, sounds_alike)
    odds = [_asked(group, trust) for group in groups]
    rest = 1 - (stated.probability if stated else 0.0)
    out = []
    for group, own in zip(groups, odds, strict=True):
        chance = rest * min(own / (1 + sum(odds)), CERTAIN)
        if stated and sounds_alike(stated.value, group[0].value):
            stated = replace(
                stated,
                probability=min(stated.probability + chance, CERTAIN),
                findings=tuple(sorted({*stated.findings, *(m.finding for m in group)})),
                recordings=tuple(sorted({*stated.recordings, *(m.recording for m in group)})),
            )
        else:
            out += [
                fact_of("place", group, chance * share, value) for value, share in values_of("place", group)
            ]
    return [stated, *out] if stated else out


def _asked(group: Sequence[Mention], trust: Trust) -> float:
    """Odds that a town is home, by how many clips ask for it and whether it is one at all."""
    times = len({m.recording for m in group if not m.away})
    return chance_right(group, trust) * (ASKED * AGAIN ** min(times - 1, 20) if times else AWAY)


def _same_street(a: str, b: str) -> bool:
    return sounds_alike(street_key(a), street_key(b))
