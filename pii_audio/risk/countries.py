"""The countries with tables: how many people, born when, with how many surnames. Rounded official figures."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COHORTS", "COUNTRIES", "SEXES", "Country"]

SEXES = ("f", "m")
COHORTS = (1930, 1940, 1950, 1960, 1970, 1980, 1990, 2000, 2010)  # decades of birth; ends take the rest


@dataclass(frozen=True, slots=True)
class Country:
    size: int  # people
    surnames: int  # different ones in use
    postal_code: int  # people a code has where no table says so
    cohorts: tuple[float, ...]  # share of the people born in each of COHORTS, 2023


COUNTRIES = {
    "DE": Country(
        83_500_000, 850_000, 10_000, (0.04, 0.083, 0.127, 0.156, 0.123, 0.132, 0.121, 0.094, 0.124)
    ),
    "AT": Country(9_160_000, 150_000, 4_000, (0.03, 0.07, 0.115, 0.155, 0.13, 0.137, 0.132, 0.1, 0.131)),
    "CH": Country(8_960_000, 150_000, 3_000, (0.028, 0.067, 0.108, 0.15, 0.138, 0.144, 0.13, 0.096, 0.139)),
    "GB": Country(68_300_000, 400_000, 40, (0.026, 0.063, 0.106, 0.136, 0.127, 0.137, 0.132, 0.119, 0.154)),
    "US": Country(
        335_000_000, 1_500_000, 9_000, (0.02, 0.053, 0.106, 0.127, 0.124, 0.136, 0.139, 0.132, 0.163)
    ),
}
