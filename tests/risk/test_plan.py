"""The smallest redaction: greedy beside the exact answer, and targets that are really reached."""

from __future__ import annotations

import random

from pii_audio.risk.plan import EXACT, Target, Unit, cheapest, greedy, smallest, tokens_of
from pii_audio.types import Exposure

PEOPLE = 2**26


def case(rng: random.Random) -> tuple[list[Unit], dict[str, float]]:
    """Up to 9 units over 12 findings: their bits, and words that some units share."""
    bits = {f"f{n}": rng.choice([0.5, 1, 3, 7, 12]) * rng.random() for n in range(12)}
    units = []
    for n in range(rng.randint(1, 9)):
        findings = frozenset(rng.sample(sorted(bits), rng.randint(1, 4)))
        tokens = frozenset(("rec", 10 * int(f[1:]) + i) for f in findings for i in range(1 + int(f[1:]) % 4))
        units.append(Unit(f"unit-{n}", "", findings, tokens))
    return units, bits


def crowd_without(bits: dict[str, float]):  # type: ignore[no-untyped-def]
    def after(gone: frozenset[str]) -> Exposure:
        k = max(1.0, PEOPLE * 2 ** -sum(b for f, b in bits.items() if f not in gone))
        return Exposure(k, min(1.0, 1 / k), ())

    return after


def test_greedy_costs_little_more_than_the_exact_answer() -> None:
    """On 400 random small sets: 1.04 times the words in the mean, and never more than thrice."""
    rng, ratios = random.Random(1), []
    for _ in range(400):
        units, bits = case(rng)
        after = crowd_without(bits)
        everything = after(frozenset(f for u in units for f in u.findings))
        target = Target(k=1 + rng.random() * (everything.k - 1) * rng.choice([1e-6, 1e-3, 0.999]))
        quick, best = greedy(units, after, target), cheapest(units, after, target)
        assert best is not None
        for chosen in (quick, best):
            assert after(frozenset(f for u in chosen for f in u.findings)).k >= target.k - 1e-6  # type: ignore[operator]
        if best:
            ratios.append(len(tokens_of(quick)) / len(tokens_of(best)))
    assert len(ratios) > 100
    assert min(ratios) >= 1
    assert sum(ratios) / len(ratios) <= 1.05, sum(ratios) / len(ratios)
    assert max(ratios) <= 3, max(ratios)


def test_few_units_are_solved_exactly_and_many_greedily() -> None:
    bits = {f"f{n}": 3.0 for n in range(EXACT + 1)}
    units = [Unit(f, "", frozenset([f]), frozenset([("rec", int(f[1:]))])) for f in bits]
    few, proven = smallest(units[:EXACT], crowd_without(bits), Target(k=11))
    assert (len(few), proven) == (6, True)  # 39 - 18 bits leave 2 ** 5
    many, proven = smallest(units, crowd_without(bits), Target(k=11))
    assert (len(many), proven) == (6, False)


def test_greedy_alone_would_take_the_bait() -> None:
    """One word gives many bits and is not enough; two words that are enough make it needless."""
    bits = {"bait": 10.0, "rest": 16.0}
    bait = Unit("bait", "", frozenset(["bait"]), frozenset([("rec", 0)]))
    both = Unit("both", "", frozenset(["bait", "rest"]), frozenset([("rec", 5), ("rec", 9)]))
    assert greedy([bait, both], crowd_without(bits), Target(k=PEOPLE / 2)) == [both]


def test_where_the_target_cannot_be_reached_everything_goes() -> None:
    units, bits = case(random.Random(3))
    chosen, _ = smallest(units, crowd_without(bits), Target(k=2 * PEOPLE))
    gone = {f for u in chosen for f in u.findings}
    assert gone == {f for u in units for f in u.findings}


def test_a_target_counts_missing_bits() -> None:
    assert Target(k=8).short(Exposure(2.0, 0.5, ())) == 2.0
    assert Target(risk=0.25).short(Exposure(2.0, 0.5, ())) == 1.0
    assert Target(k=8).short(Exposure(8.0, 1.0, ())) == 0.0
    assert Target(risk=0.5).short(Exposure(1.0, 0.0, ())) == 0.0
