"""What age, couples and families say, by sex and birth cohort: tables of [sex, cohort] cells.

A partner's or relative's name follows one's own cohort; a birth date and an age choose one.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from pii_audio.risk.countries import COHORTS, SEXES

__all__ = ["Cells", "age", "birth_date", "has_year", "one_sex", "partner", "relative"]

Cells = NDArray[np.float64]  # [sex, cohort]
YEAR = 2025  # in which ages are stated
_DATE = re.compile(r"(\d{4}|-)(?:-(\d{1,2}))?(?:-(\d{1,2}))?")

# Rounded from household statistics; the assumptions of the score, stated in the report.
HAS_PARTNER = np.array((0.38, 0.60, 0.70, 0.72, 0.72, 0.70, 0.50, 0.10, 0.001))  # [cohort]
SAME_SEX_COUPLES = 0.02
PARTNER_COHORT = {"f": (0.30, 0.60, 0.10), "m": (0.10, 0.60, 0.30)}  # a decade older, same, a decade younger
RELATIVES = ((-3, 2.0), (0, 1.2), (3, 1.4))  # decades younger than the person, how many


def partner(name: Cells) -> Cells:
    """P(has a partner whose cell fits | own cell): other sex but for a few, cohorts near each other."""
    out = np.zeros((len(SEXES), len(COHORTS)))
    for i, sex in enumerate(SEXES):
        fits = (1 - SAME_SEX_COUPLES) * name[1 - i] + SAME_SEX_COUPLES * name[i]
        older, same, younger = PARTNER_COHORT[sex]
        out[i] = HAS_PARTNER * (older * _shift(fits, -1) + same * fits + younger * _shift(fits, 1))
    return out


def relative(name: Cells) -> Cells:
    """P(at least one parent, sibling or child of that name | own cohort)."""
    either = name.mean(axis=0)
    none = np.ones_like(either)
    for decades, number in RELATIVES:
        none = none * (1 - np.minimum(_shift(either, decades), 1)) ** number
    return np.broadcast_to(1 - none, name.shape)


def one_sex(key: str) -> Cells:
    out = np.zeros((len(SEXES), len(COHORTS)))
    out[SEXES.index(key[:1])] = 1.0
    return out


def has_year(birth_date: str) -> bool:
    return _DATE.fullmatch(birth_date.strip()) is not None and not birth_date.strip().startswith("-")


def birth_date(value: str) -> Cells:
    """ISO date, or a part of one: "1985-11-03", "1985-11", "1985", "--11-03"; else some day of some year."""
    found = _DATE.fullmatch(value.strip())
    if not found:
        return np.full((len(SEXES), len(COHORTS)), 1 / 365.25)
    year, month, day = found.groups()
    cells = _years(int(year), 1) if year != "-" else np.ones((len(SEXES), len(COHORTS)))
    return cells * (1 / 12 if month else 1.0) * (12 / 365.25 if day else 1.0)


def age(value: str) -> Cells:
    digits = re.search(r"\d+", value)
    if not digits or int(digits[0]) > 115:
        return np.ones((len(SEXES), len(COHORTS)))
    return (_years(YEAR - int(digits[0]), 1) + _years(YEAR - int(digits[0]) - 1, 1)) / 2


def _years(year: int, width: int) -> Cells:
    """P(born in that year | cohort): the first cohort spans 15 years that matter, the last 15 as well."""
    spans = np.array([15.0] + [10.0] * (len(COHORTS) - 2) + [15.0])
    at = min(max((year - COHORTS[0]) // 10, 0), len(COHORTS) - 1)
    out = np.zeros((len(SEXES), len(COHORTS)))
    out[:, at] = width / spans[at]
    return out


def _shift(values: Cells, decades: int) -> Cells:
    """values[c + decades], the ends repeated."""
    return values[np.clip(np.arange(len(values)) + decades, 0, len(values) - 1)]
