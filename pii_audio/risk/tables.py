"""The tables that are shipped with the package, as they are read: rows of names, places, jobs and employers.

Where they come from and how they were made: benchmarks/population.
"""

from __future__ import annotations

import csv
import lzma
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

__all__ = ["abroad", "employers", "occupations", "read"]


def read(name: str) -> list[list[str]]:
    """Rows of cells; none where there is no such table."""
    try:
        packed = files("pii_audio.risk").joinpath("data", name).read_bytes()
    except FileNotFoundError:
        return []
    lines = lzma.decompress(packed).decode().splitlines()
    return list(
        csv.reader((s for s in lines if not s.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    )


@lru_cache(maxsize=1)
def occupations() -> Mapping[str, float]:
    """Folded name -> share of the people."""
    return {key: float(share) for key, share in read("occupations.tsv.xz")}


@lru_cache(maxsize=8)
def employers(country: str) -> Mapping[str, int]:
    """Folded name -> people."""
    return {key: int(people) for key, where, people in read("employers.tsv.xz") if where == country}


def abroad(country: str) -> dict[str, int]:
    """Folded place of another country than this -> people."""
    out: dict[str, int] = {}
    for key, where, people in read("abroad.tsv.xz"):
        if where != country:
            out[key] = max(int(people), out.get(key, 0))
    return out
