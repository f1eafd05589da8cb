from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pii_audio.recognizers.merge import merge
from pii_audio.types import Finding

TEXT = "Rosenweg 8, 24103 Kiel, sagt Frau Wiebe aus Kiel am Rosenweg"


def finding(start: int, end: int, kind: str = "PERSON", score: float = 0.9, reason: str = "") -> Finding:
    return Finding(
        f"r-{start}-{end}-{kind}", "r", kind, start, end, score, "test", text=TEXT[start:end], reason=reason
    )


def test_the_longest_trustworthy_span_wins_and_keeps_the_rest() -> None:
    town, whole = finding(18, 22, "LOCATION"), finding(0, 22, "ADDRESS")
    assert [(f.start, f.end, f.nested) for f in merge([town, whole], TEXT)] == [(0, 22, (town,))]


def test_length_does_not_beat_trust() -> None:
    kept = merge([finding(0, 22, "ADDRESS", score=0.45), finding(0, 8, "PERSON", score=0.9)], TEXT)
    assert [f.entity_type for f in kept] == ["PERSON"]


def test_parts_of_one_address_become_one() -> None:
    street = finding(0, 10, "ADDRESS", reason="street")
    town = finding(12, 22, "ADDRESS", reason="postal code and town")
    (joined,) = merge([street, town], TEXT)
    assert (joined.start, joined.end, joined.text) == (0, 22, "Rosenweg 8, 24103 Kiel")
    assert joined.id == "r-0-22-ADDRESS"


def test_what_a_winner_leaves_uncovered_is_found_too() -> None:
    kept = merge([finding(0, 16, "ADDRESS"), finding(12, 22, "LOCATION")], TEXT)
    assert [(f.entity_type, f.text) for f in kept] == [
        ("ADDRESS", "Rosenweg 8, 2410"),
        ("LOCATION", "3 Kiel"),
    ]
    assert kept[1].id == "r-16-22-LOCATION"
    doubted = merge([finding(0, 16, "ADDRESS"), finding(12, 22, "LOCATION", score=0.5)], TEXT)
    assert [f.text for f in doubted] == ["Rosenweg 8, 2410"]


def test_what_is_left_of_the_same_type_makes_the_winner_longer() -> None:
    (whole,) = merge([finding(29, 39), finding(34, 43, score=0.8)], TEXT)
    assert (whole.text, whole.id, whole.score) == ("Frau Wiebe aus", "r-29-43-PERSON", 0.9)


def test_nothing_is_left_between_two_winners() -> None:
    kept = merge([finding(0, 10), finding(12, 22), finding(8, 17, "ADDRESS", score=0.7)], TEXT)
    assert [f.text for f in kept] == ["Rosenweg 8", "24103 Kiel"]


def test_the_recognizer_that_knows_who_is_meant_is_believed() -> None:
    long, short = finding(29, 39, score=0.95), replace(finding(34, 39, score=0.8), subject="speaker")
    (kept,) = merge([long, short], TEXT)
    assert (kept.text, kept.subject) == ("Frau Wiebe", "speaker")
    (kept,) = merge([long, replace(short, entity_type="LOCATION")], TEXT)
    assert kept.subject == "other"


def test_low_scores_are_left_out() -> None:
    assert merge([finding(0, 8, score=0.3)], TEXT, min_score=0.4) == []


@given(
    st.lists(
        st.builds(
            lambda start, length, score, kind: finding(start, min(start + length, len(TEXT)), kind, score),
            st.integers(0, len(TEXT) - 2),
            st.integers(1, 20),
            st.floats(0, 1),
            st.sampled_from(["PERSON", "LOCATION", "ADDRESS"]),
        ),
        max_size=12,
    )
)
def test_merged_findings_never_overlap_and_say_where_they_are(found: list[Finding]) -> None:
    merged = merge(found, TEXT)
    assert all(a.end <= b.start for a, b in pairwise(merged))
    assert all(f.text == TEXT[f.start : f.end] for f in merged)
    assert bool(merged) == bool(found)
