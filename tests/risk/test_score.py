"""The score against simulation, against known anchors and against its own promises."""

from __future__ import annotations

import math
import random
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_audio.risk.exposure import Exposer, crowd, expose, leak, singled_out
from pii_audio.risk.link import profiles
from pii_audio.risk.missed import chance_known
from pii_audio.risk.population import Population
from pii_audio.risk.score import after_redaction, residual, score
from pii_audio.types import Fact, Finding, Recording, RiskReport, Subject

GERMANY = Population.of("DE")


def recording(number: int, household: str | None = None) -> Recording:
    from pathlib import Path

    return Recording(
        id=f"rec-{number:012x}", content_hash=str(number), path=Path("x.wav"), household=household
    )


def finding(
    number: int, entity: str, value: str, subject: Subject = "other", *, score: float = 0.9, start: int = 0
) -> Finding:
    end = start + len(value)
    return Finding(
        id=f"rec-{number:012x}-{start}-{end}-{entity}",
        recording_id=f"rec-{number:012x}",
        entity_type=entity,
        start=start,
        end=end,
        score=score,
        recognizer="test",
        subject=subject,
        value=value,
        text=value,
        reason="self-naming" if (entity, subject) == ("PERSON", "speaker") else "",
    )


def household(household: str | None = "home") -> tuple[list[Recording], list[list[Finding]]]:
    said: list[list[Finding]] = [
        [],
        [finding(1, "LOCATION", "Bochum")],
        [finding(2, "LOCATION", "Bochum")],
        [
            finding(3, "PARTNER", "meine Frau", "partner"),
            finding(3, "PERSON", "Henrike", "partner", start=20),
        ],
        [finding(4, "PERSON", "Wiebke Jansen", "speaker")],
        [finding(5, "PERSON", "Malte")],
        [finding(6, "ADDRESS", "Kastanienallee 12", "speaker")],
        [],
        [finding(8, "LOCATION", "Bochum")],
    ]
    return [recording(i, household) for i in range(len(said))], said


def report(recordings: list[Recording], findings: list[list[Finding]]) -> RiskReport:
    linked = profiles(recordings, findings, population=GERMANY)
    return score(linked, recordings, findings, GERMANY)


@pytest.mark.parametrize(("people", "share"), [(50, 0.02), (1000, 0.0005), (200, 0.3), (30, 1.0)])
def test_S_is_the_mean_of_one_over_k(people: int, share: float) -> None:
    rng = np.random.default_rng(1)
    others = rng.binomial(people - 1, share, size=400_000)
    assert singled_out(share, people) == pytest.approx(np.mean(1 / (1 + others)), rel=0.005)
    assert crowd(share, people) == pytest.approx(np.mean(1 + others), rel=0.01)


def test_S_is_stable_at_the_ends() -> None:
    assert singled_out(0.0, 83_500_000) == 1.0
    assert singled_out(1e-300, 83_500_000) == pytest.approx(1.0)
    assert singled_out(1e-12, 83_500_000) == pytest.approx(1 - 83_499_999e-12 / 2, abs=2e-9)
    assert singled_out(1.0, 83_500_000) == pytest.approx(1 / 83_500_000)


@given(st.floats(1e-15, 1.0), st.floats(1e-15, 1.0))
def test_a_smaller_share_is_never_safer(a: float, b: float) -> None:
    small, large = sorted((a, b))
    assert singled_out(small, 10_000_000) >= singled_out(large, 10_000_000) * (1 - 1e-9)


FACTS = st.lists(
    st.builds(
        Fact,
        attribute=st.sampled_from(["first_name", "surname", "place", "age", "partner_first_name", "street"]),
        value=st.sampled_from(["Thomas", "Malte", "Müller", "Berlin", "Bochum", "39", "Hauptstraße"]),
        subject=st.just("speaker"),
        probability=st.floats(0.05, 0.99),
        findings=st.just(()),
        recordings=st.just(()),
    ),
    max_size=6,
    unique_by=lambda f: f.attribute,
)


@settings(max_examples=60, deadline=None)
@given(FACTS, st.data())
def test_more_facts_never_raise_k(known: list[Fact], data: st.DataObject) -> None:
    full, _ = expose(known, GERMANY)
    kept = data.draw(st.lists(st.sampled_from(known), unique_by=lambda f: f.attribute)) if known else []
    part, _ = expose(kept, GERMANY)
    assert full.k <= part.k * (1 + 1e-9)
    assert full.risk >= part.risk * (1 - 1e-9)


@settings(max_examples=40, deadline=None)
@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(known: list[Fact], rng: random.Random) -> None:
    shuffled = list(known)
    rng.shuffle(shuffled)
    a, b = expose(known, GERMANY), expose(shuffled, GERMANY)
    assert a[0].risk == pytest.approx(b[0].risk, rel=1e-12)
    assert a[1].k == pytest.approx(b[1].k, rel=1e-12)


def test_many_uncertain_facts_are_drawn_close_to_the_exact_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Jonas", "Emma", "Paul", "Greta", "Anton", "Ida", "Emil", "Clara"]
    known = [Fact("household_first_name", n, "family", 0.5, (), ()) for n in names]
    exact, _ = expose(known, GERMANY)
    monkeypatch.setattr("pii_audio.risk.exposure.COMBINATIONS", 200)
    monkeypatch.setattr("pii_audio.risk.exposure.DRAWS", 20_000)
    drawn, _ = expose(known, GERMANY)
    assert math.log2(drawn.k) == pytest.approx(math.log2(exact.k), abs=0.2)
    assert drawn == expose(list(reversed(known)), GERMANY)[0] or drawn.risk == pytest.approx(
        expose(list(reversed(known)), GERMANY)[0].risk
    )


def test_no_clip_says_who_but_the_set_does() -> None:
    recordings, findings = household()
    risk = report(recordings, findings)
    assert len(risk.persons) == 1
    person = risk.persons[0]
    assert max(r.public.risk for r in risk.recordings) < 0.2
    assert person.public.risk > 0.9
    assert person.public.k < 1.5
    assert risk.set.aggregation_gain > 0.7
    assert person.clips_until_11 is not None
    assert 2 <= person.clips_until_11 <= len(recordings)
    assert person.curve[0][0] == 1
    assert person.curve[-1] == (len(recordings), pytest.approx(person.public.risk, rel=0.01))
    assert {a for a, bits in person.bits if bits > 0} >= {"surname", "street"}


def test_a_number_names_the_person_for_who_has_the_register_only() -> None:
    recordings = [recording(0)]
    findings = [[finding(0, "PHONE_NUMBER", "+4917648213907", "speaker", score=0.95)]]
    risk = report(recordings, findings)
    assert risk.set.highest_risk < 1e-6
    assert risk.set.register_highest_risk == pytest.approx(0.95, abs=0.01)


def test_order_of_recordings_does_not_matter() -> None:
    recordings, findings = household(None)
    a = report(recordings, findings)
    pairs = list(zip(recordings, findings, strict=True))
    random.Random(3).shuffle(pairs)
    b = report([r for r, _ in pairs], [f for _, f in pairs])
    assert a.set == b.set
    assert a.persons[0].curve == b.persons[0].curve


def test_a_harmless_set_scores_next_to_nothing() -> None:
    recordings = [recording(i) for i in range(200)]
    risk = report(recordings, [[] for _ in recordings])
    assert risk.set.highest_risk < 1e-6
    assert risk.set.expected_identified < 0.01
    assert risk.set.share_k_below_11 == 0


def test_timers_lights_and_quiz_questions_are_harmless_as_recognized() -> None:
    from pii_audio.config import Config
    from pii_audio.pipeline import recognize
    from pii_audio.types import Transcript

    texts = [
        ("de", "Stell den Timer auf zwölf Minuten."),
        ("de", "Mach das Licht im Wohnzimmer aus."),
        ("de", "Wie hoch ist der Eiffelturm?"),
        ("de", "Was ist die Hauptstadt von Australien?"),
        ("de", "Spiel etwas von Herbert Grönemeyer."),
        ("de", "Mach die Rollläden runter."),
        ("en", "Wake me up at quarter to seven."),
        ("en", "Dim the lights in the living room."),
        ("en", "Who won the World Series in 2014?"),
        ("en", "How many ounces are in a pound?"),
    ]
    recordings = [recording(i) for i in range(len(texts))]
    transcripts = [
        Transcript(r.id, text, (), lang) for r, (lang, text) in zip(recordings, texts, strict=True)
    ]
    risk = report(recordings, recognize(transcripts, Config()))
    assert risk.set.expected_identified < 0.01
    assert risk.set.highest_risk < 0.01


def test_one_clip_gains_nothing_by_combining() -> None:
    heard = [recording(4)]
    said = [[finding(4, "PERSON", "Wiebke Jansen", "speaker")]]
    linked = profiles(heard, said, population=GERMANY)
    risk = score(linked, heard, said, GERMANY, rates={"partner_first_name": 0.2, "place": 0.2})
    assert risk.persons[0].public.risk > risk.recordings[0].public.risk, "what was missed counts"
    assert risk.set.aggregation_gain == 0.0


def test_an_empty_set_has_no_risk() -> None:
    risk = report([], [])
    assert risk.recordings == risk.persons == ()
    assert risk.set.highest_risk == 0


def test_seventeen_hundred_clips_take_under_ten_seconds() -> None:
    _, said = household()
    rng = random.Random(5)
    recordings = [recording(i, "home") for i in range(1700)]
    towns = ["Bochum", "Essen", "Dortmund", "Hamburg", "Berlin", "Köln"]
    callees = ["Malte", "Anna", "Jonas", "Petra", "Oma Hilde", "Herr Yilmaz", "Oksana Melnyk", "Sven", "Cem"]
    findings: list[list[Finding]] = []
    for i in range(1700):
        kind = rng.random()
        if i < len(said):
            findings.append([replace(f, recording_id=recordings[i].id) for f in said[i]])
        elif kind < 0.15:
            findings.append([finding(i, "LOCATION", rng.choice(towns))])
        elif kind < 0.4:
            findings.append([finding(i, "PERSON", rng.choice(callees))])
        else:
            findings.append([])
    began = time.perf_counter()
    risk = report(recordings, findings)
    assert time.perf_counter() - began < 10
    assert risk.persons[0].public.risk > 0.4


def test_one_missed_mention_in_ten_leaks() -> None:
    assert leak([1.0] * 10) == 0
    assert leak([0.9]) == pytest.approx(0.1)
    assert leak([0.9] * 10) == pytest.approx(1 - 0.9**10)


BORN = Fact("birth_date", "1961-04-17", "speaker", 0.99, (), ())
TOWN = Fact("place", "Bottrop", "speaker", 0.99, (), ())


def test_nineteen_of_twenty_cases_lie_at_or_under_the_upper_line() -> None:
    expose = Exposer(Population.of("DE", 1_000))  # in which a birth date is one person's

    def upper(chance: float, people: int = 1) -> float:
        return expose.upper([[replace(BORN, probability=chance)]] * people)

    assert upper(0.99) == 1
    assert upper(0.06) == 1
    assert upper(0.04) < 0.01  # nothing is known in 96 of 100 cases
    assert 13 <= upper(0.5, people=20) <= 15  # the 95 % quantile of 20 coins is 14
    assert upper(0.99, people=20) >= 20


def test_the_upper_line_counts_who_else_happens_to_fit_and_what_was_missed() -> None:
    few = Population.of("DE", 4_000)  # in which about six live there
    assert expose([TOWN], few)[0].risk < 0.3
    assert 0.3 < Exposer(few).upper([[TOWN]]) < 1  # two or three may happen to
    missing = Exposer(few, rates={"birth_date": 0.06})
    assert missing.upper([[TOWN]]) == 1
    assert missing.upper([[]]) < 0.001


def test_what_was_missed_counts_where_something_was_found() -> None:
    recordings, findings = household()
    rates = {"surname": 0.1, "first_name": 0.1}
    some = [*findings[:4], *([] for _ in findings[4:])]
    linked = profiles(recordings, some, population=GERMANY)
    (without,) = score(linked, recordings, some, GERMANY).persons
    (person,) = score(linked, recordings, some, GERMANY, rates=rates).persons
    found = sum(chance_known(person.public.facts).values())
    sure = chance_known(person.public.facts)
    chances = {a: (1 - 0.9**found) * (1 - sure.get(a, 0)) for a in rates}
    assert dict(person.missed) == pytest.approx(chances)
    assert person.public.k == without.public.k
    assert without.public.risk < person.public.risk < without.public.risk + sum(chances.values())


def test_nothing_was_missed_where_nothing_was_found() -> None:
    recordings, findings = household()
    silent: list[list[Finding]] = [[] for _ in findings]
    linked = profiles(recordings, silent, population=GERMANY)
    (person,) = score(linked, recordings, silent, GERMANY, rates={"surname": 0.1}).persons
    assert dict(person.missed) == {"surname": 0}
    assert person.public == expose([], GERMANY)[0]


def test_what_was_missed_stays_after_redaction() -> None:
    recordings, findings = household()
    linked = profiles(recordings, findings, population=GERMANY)
    going = [f for own in findings for f in own]
    scored = score(linked, recordings, findings, GERMANY, rates={"birth_date": 0.5})
    recall = {f.entity_type: 1.0 for f in going}
    (person,) = after_redaction(scored, going, GERMANY, recall=recall).persons
    (chance,) = [chance for _, chance in person.missed]
    assert person.residual is not None
    typical = singled_out(GERMANY.typical("birth_date"), GERMANY.size)
    assert person.residual.risk == pytest.approx(chance * typical + (1 - chance) / GERMANY.size)


def test_what_is_left_after_redaction_depends_on_the_mentions() -> None:
    recordings, findings = household()
    person = profiles(recordings, findings, population=GERMANY)[0]
    said = [f for those in findings for f in those]
    everything, _ = expose(person.facts, GERMANY)
    types = {f.entity_type for f in said}
    risks = []
    for recall in (0.0, 0.9, 0.99, 1.0):
        left, _ = residual(person, said, GERMANY, recall=dict.fromkeys(types, recall))
        risks.append(left.risk)
    assert risks[0] == pytest.approx(everything.risk)
    assert risks == sorted(risks, reverse=True)
    assert risks[1] < 0.2 * risks[0]
    assert risks[3] == pytest.approx(1 / GERMANY.size)


def test_each_number_names_what_it_rests_on() -> None:
    recordings, findings = household()
    person = report(recordings, findings).persons[0]
    clips, entities = dict(person.clip_bits), dict(person.entity_bits)
    assert set(clips) == {f.recording_id for those in findings for f in those}
    assert clips[recordings[4].id] == max(clips.values())  # the clip with the full name
    assert entities["PERSON"] == max(entities.values())
    ids = {f.id for those in findings for f in those}
    assert all(set(f.findings) <= ids and f.findings for f in person.public.facts)


def test_what_was_computed_once_is_the_same_again() -> None:
    recordings, findings = household()
    known = profiles(recordings, findings, population=GERMANY)[0].facts
    exposer = Exposer(GERMANY)
    assert exposer(known) == exposer(known) == expose(known, GERMANY)
