"""A name that was hardly heard may be another; one that was clearly heard, or written, is what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pii_audio.risk.exposure import expose
from pii_audio.risk.facts import facts, weigh
from pii_audio.risk.heard import heard_right
from pii_audio.risk.mentions import mentions
from pii_audio.risk.misheard import NOT_HEARD, heard_as, posterior, readings, same_said
from pii_audio.risk.population import Population
from pii_audio.types import Fact, Finding, Subject, Transcript, Word

GERMANY = Population.of("DE")


def name(value: str, clip: int, subject: Subject = "speaker", reason: str = "self-naming") -> Finding:
    rec = f"rec-{clip:012x}"
    return Finding(f"{rec}-0-9-PERSON", rec, "PERSON", 0, 9, 0.9, "people", subject, value, value, reason)


def test_a_name_heard_badly_is_rather_a_listed_one_that_sounds_like_it() -> None:
    badly, well = (posterior([readings("first_name", "Sebastjan", sure, "DE")]) for sure in (0.3, 0.99))
    assert badly["sebastian"] > 0.5 > well.get("sebastian", 0.0)
    assert sum(badly.values()) == pytest.approx(1, abs=0.05)


def test_a_second_hearing_decides() -> None:
    once = posterior([readings("surname", "Wegmann", 0.5, "DE")])
    twice = posterior([readings("surname", "Wegmann", 0.5, "DE"), readings("surname", "Wiegmann", 0.9, "DE")])
    assert twice["wiegmann"] > 0.3 > once.get("wiegmann", 0.0)


def test_what_is_written_is_taken_at_its_word() -> None:
    own = facts([name("Sebastjan", 0)], GERMANY)
    assert [(f.attribute, f.value) for f in own] == [("first_name", "Sebastjan")]
    said = mentions(name("Sebastjan", 0), GERMANY, 0.3)
    values = {f.value: f.probability for f in weigh(said)}
    assert values["Sebastian"] > values.get("Sebastjan", 0.0)
    assert sum(values.values()) <= 0.99


def test_confidence_says_how_sure_a_word_is() -> None:
    found = name("Sebastjan", 0)
    words = tuple(Word(a, b, a, b, sure, "de") for a, b, sure in ((0, 9, 0.4), (10, 14, 0.99)))
    heard = Transcript(found.recording_id, "Sebastjan ruft", words, "de")
    written = Transcript(found.recording_id, "Sebastjan ruft", (), "de")
    assert 0.2 < heard_right([heard], [[found]])[found.id] < 0.8
    assert heard_right([written], [[found]]) == {}


def test_a_name_that_nobody_is_said_to_bear_may_be_the_speakers() -> None:
    open_, called = (
        facts([name("Wiegmann", 0, "other", reason)], GERMANY) for reason in ("listed name", "call command")
    )
    assert {f.attribute for f in called} <= {"contact_surname", "contact_first_name"}
    assert {f.subject for f in open_} == {"speaker", "other"}
    assert sum(f.probability for f in open_) == pytest.approx(0.9, abs=0.1)


def test_a_name_on_no_list_is_believed_more_where_it_was_hardly_heard() -> None:
    doubts = [mentions(name("Holdaxo", 0), GERMANY, sure)[0].probability for sure in (0.3, 1.0)]
    assert doubts[0] > 2 * doubts[1]


def town(value: str, clip: int) -> Finding:
    rec = f"rec-{clip:012x}"
    return Finding(f"{rec}-0-9-LOCATION", rec, "LOCATION", 0, 9, 0.9, "places", "other", value, value)


def test_a_name_that_is_like_none_may_be_any_and_counts_as_a_usual_one() -> None:
    badly, well = (posterior([readings("first_name", "Holdaxo", sure, "DE")]) for sure in (0.3, 0.99))
    assert badly[NOT_HEARD] > 0.9 > 0.5 > well.get(NOT_HEARD, 0.0)
    for attribute in ("first_name", "surname", "partner_first_name", "household_first_name", "place"):
        any_, own = (
            expose([Fact(attribute, value, "speaker", 0.99, (), ())], GERMANY)[0].risk
            for value in (NOT_HEARD, "Holdaxo")
        )
        assert any_ < own, attribute


def test_two_towns_that_are_rather_one_misheard_are_one() -> None:
    own, misheard, other = (
        heard_as(readings("town", *heard, "DE"))
        for heard in (("Gütersloh", 0.5), ("Guteslohe", 0.5), ("Güstrow", 0.9))
    )
    assert same_said(own, misheard)
    assert not same_said(own, other)
    assert not same_said(heard_as(()), heard_as(()))
    clips = [town("Gütersloh", 0), town("Guteslohe", 1)]
    heard, written = (weigh(m for f in clips for m in mentions(f, GERMANY, sure)) for sure in (0.5, 1.0))
    home = max(heard, key=lambda f: f.probability)
    assert (home.value, len(home.recordings)) == ("Gütersloh", 2)
    assert home.probability > max(f.probability for f in written)


def test_the_same_misheard_word_twice_is_no_second_witness() -> None:
    clips = [mentions(name("Wegmann", clip), GERMANY, 0.3) for clip in (0, 1)]
    once, twice = ({f.value: f.probability for f in weigh(said)} for said in (clips[0], clips[0] + clips[1]))
    assert twice["Wiegmann"] / twice["Wegmann"] == pytest.approx(once["Wiegmann"] / once["Wegmann"])


def test_the_name_of_a_relative_is_spread_over_what_it_may_have_been_and_is_one_of_these() -> None:
    known = weigh(mentions(name("Sebastjan", 0, "family", "name of a relative"), GERMANY, 0.3))
    assert {f.attribute for f in known} == {"household_first_name"}
    assert {"Sebastian", NOT_HEARD} <= {f.value for f in known}
    assert sum(f.probability for f in known) <= 0.99
    malte, ronja = (Fact("household_first_name", v, "family", 0.49, (v,), ("r",)) for v in ("Malte", "Ronja"))
    both, apart = [replace(malte, findings=ronja.findings), ronja], [malte, ronja]
    assert expose(both, GERMANY)[0].risk < expose(apart, GERMANY)[0].risk
