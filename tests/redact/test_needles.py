"""One pattern of thousands of values finds in bytes what trying each of them would find."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pii_audio.redact.verify import _any

FEW = st.lists(st.text("ab.", min_size=1, max_size=5).map(str.encode), min_size=1, max_size=12, unique=True)


@given(FEW, st.text("ab.c", max_size=40).map(str.encode))
def test_the_longest_of_all_that_stand_there(needles: list[bytes], data: bytes) -> None:
    plain = b"|".join(re.escape(needle) for needle in sorted(needles, key=len, reverse=True))
    assert re.findall(_any(needles), data) == re.findall(plain, data)


def test_a_long_value_alone_is_no_nest_of_brackets() -> None:
    value = b"x" * 5_000
    assert re.search(_any([value, b"y"]), b"..." + value + b"...")


def test_long_values_that_begin_alike() -> None:
    long = b"Am Bahnhof " * 100
    pattern = _any([long + b"1", long + b"12", long])
    assert re.findall(pattern, long + b"12" + long + b"3") == [long + b"12", long]
