"""Nothing that was found remains, nothing else changes, and the words still fit the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_audio.config import RedactConfig
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.stretches import leaks, reach
from pii_audio.redact.text import Removed
from pii_audio.redact.text import redact as redact_with_removed
from pii_audio.types import Finding, Transcript, Word


def transcript(text: str, recording: str = "rec-1", *, timed: bool = True) -> Transcript:
    """Every run without white space is a word of half a second."""
    words = tuple(
        Word(m.start(), m.end(), n / 2, n / 2 + 0.5, 0.8, "de")
        for n, m in enumerate(re.finditer(r"\S+", text))
    )
    return Transcript(recording, text, words if timed else (), "de", duration_s=len(words) / 2, model="test")


def found(
    text: str, part: str, entity_type: str = "PERSON", recording: str = "rec-1", **more: object
) -> Finding:
    start = text.index(part)
    end = start + len(part)
    return Finding(f"{recording}-{start}", recording, entity_type, start, end, 0.9, "test", text=part, **more)  # type: ignore[arg-type]


def redact(*arguments: Any) -> Transcript:
    return redact_with_removed(*arguments).transcript


def redacted(text: str, *parts: str | tuple[str, str], config: RedactConfig | None = None) -> Transcript:
    findings = [found(text, *((part,) if isinstance(part, str) else part)) for part in parts]
    return redact(transcript(text), findings, Pseudonyms.of({"rec-1": findings}), config or RedactConfig())


def words(of: Transcript) -> list[str]:
    return [of.text[w.start : w.end] for w in of.words]


def test_a_placeholder_takes_the_place_of_words_and_their_time() -> None:
    text = "Ruf Henrike Ostermann auf dem Handy an."
    out = redacted(text, "Henrike Ostermann")
    assert out.text == "Ruf <PERSON_1> auf dem Handy an."
    assert words(out) == ["Ruf", "<PERSON_1>", "auf", "dem", "Handy", "an."]
    assert (out.words[1].begin_s, out.words[1].end_s, out.words[1].confidence) == (0.5, 1.5, 0.8)
    assert (out.recording_id, out.model, out.duration_s) == ("rec-1", "test", 3.5)


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("Die Müllers, ja.", "Müller", "Die <PERSON_1>, ja."),
        ("Das ist Anna-Lena's Rad.", "Anna", "Das ist <PERSON_1>'s Rad."),
        ("Das ist Anna-Lena's Rad.", "Anna-Lena's", "Das ist <PERSON_1> Rad."),
        ("Hier „Cem“!", "Cem", "Hier „<PERSON_1>“!"),
        ("Hallo Cem!", "Cem!", "Hallo <PERSON_1>!"),
        ("Das Ostermannhaus brennt.", "Ostermann", "Das <PERSON_1> brennt."),
        ("Mu\u0308ller ruft.", "Mu", "<PERSON_1> ruft."),
        ("Cem", "Cem", "<PERSON_1>"),
        ("(Cem/Malte)", "Cem", "(<PERSON_1>)"),
        ("Ruf Cem an", " Cem ", "Ruf <PERSON_1> an"),
        ("Ruf … an", " ", "Ruf … an"),
    ],
)
def test_a_finding_is_widened_to_whole_words_and_punctuation_survives(
    text: str, part: str, expected: str
) -> None:
    out = redacted(text, part)
    assert out.text == expected
    assert words(out) == expected.split()


def test_an_email_address_is_never_cut() -> None:
    out = redacted("An w.jansen@t-online.de bitte.", ("t-online", "EMAIL_ADDRESS"))
    assert out.text == "An <EMAIL_ADDRESS_1> bitte."


def test_overlapping_findings_go_as_one_named_after_the_widest() -> None:
    text = "Lieber in die Hauptstraße 112, 44801 Bochum liefern."
    out = redacted(
        text, ("Hauptstraße 112, 44801", "ADDRESS"), ("Bochum", "LOCATION"), ("44801 Bochum", "LOCATION")
    )
    assert out.text == "Lieber in die <ADDRESS_1> liefern."
    assert words(out) == ["Lieber", "in", "die", "<ADDRESS_1>", "liefern."]


def test_side_by_side_findings_keep_their_own_placeholders() -> None:
    assert redacted("Malte Cem kommen.", "Malte", "Cem").text == "<PERSON_1> <PERSON_2> kommen."


def test_the_operators() -> None:
    text = "Ruf Malte in Soest an, 0176 482 13907."
    parts = ("Malte", ("Soest", "LOCATION"), ("0176 482 13907", "PHONE_NUMBER"))
    config = RedactConfig(per_entity={"LOCATION": "keep", "PHONE_NUMBER": "remove"}, operator="mask")
    out = redacted(text, *parts, config=config)
    assert out.text == "Ruf ***** in Soest an, ."
    assert words(out) == ["Ruf", "*****", "in", "Soest", "an,", "."]


def test_a_removed_word_leaves_no_word_behind() -> None:
    out = redacted("Ruf Malte an", "Malte", config=RedactConfig(operator="remove"))
    assert words(out) == ["Ruf", "an"]


def test_details_inside_a_kept_finding_go() -> None:
    text = "Ich wohne Hauptstraße 112, Bochum."
    town = found(text, "Bochum", "LOCATION")
    address = found(text, "Hauptstraße 112, Bochum", "ADDRESS", nested=(town,))
    config = RedactConfig(per_entity={"ADDRESS": "keep"})
    out = redact(transcript(text), [address], Pseudonyms.of({"rec-1": [address]}), config)
    assert out.text == "Ich wohne Hauptstraße 112, <LOCATION_1>."


def test_a_transcript_without_words() -> None:
    text = "Ruf Malte an."
    finding = found(text, "Malte")
    out = redact(
        transcript(text, timed=False), [finding], Pseudonyms.of({"rec-1": [finding]}), RedactConfig()
    )
    assert (out.text, out.words) == ("Ruf <PERSON_1> an.", ())


def test_findings_of_other_recordings_and_beyond_the_text_do_no_harm() -> None:
    text = "Ruf Malte an."
    findings = [
        Finding("f1", "rec-2", "AGE", 0, 3, 0.9, "test", text="elf"),
        Finding("f2", "rec-1", "AGE", 90, 99, 0.9, "test", text="zwölf"),
    ]
    assert redact(transcript(text), findings, Pseudonyms.of({}), RedactConfig()) == transcript(text)


def across(text: str, *others: tuple[str, str]) -> str:
    """`text` redacted with what was found in other recordings of the set only."""
    findings = {
        f"rec-{n}": [found(t, t, entity_type, f"rec-{n}")] for n, (t, entity_type) in enumerate(others, 2)
    }
    return redact(transcript(text), [], Pseudonyms.of(findings), RedactConfig()).text


def test_a_name_missed_in_one_clip_goes_because_it_was_found_in_another() -> None:
    others = (("Friederike Ostermann", "PERSON"), ("0176 48213907", "PHONE_NUMBER"))
    text = "Hier Ostermann, Friederikes Nummer ist 0176-4821 39 07, Friederike."
    assert across(text, *others) == "Hier <PERSON_1>, <PERSON_1> Nummer ist <PHONE_NUMBER_1>, <PERSON_1>."


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Stell den Timer auf elf.", "Tim"),
        ("Im Sommer koche ich.", "Sommer"),
        ("Der Schneider hat zu.", "Schneider"),
        ("the Baker Street", "Baker"),
        ("Will it rain?", "Will"),
        ("was essen wir", "Essen"),
    ],
)
def test_everyday_words_stay_where_nobody_found_a_name(text: str, name: str) -> None:
    assert across(text, (name, "PERSON"), (name, "LOCATION")) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Linde war lustig, die Linde war knapp.", "<PERSON_1> war lustig, die <PERSON_1> war knapp."),
        ("Die Linde war knapp.", "Die Linde war knapp."),  # a tree
        ("LindeWagner hat Zeit, Lindenholz nicht.", "<PERSON_1> hat Zeit, Lindenholz nicht."),
    ],
)
def test_a_name_of_the_set_that_is_a_noun_goes_where_it_is_a_name(text: str, left: str) -> None:
    """With or without an article, and where Whisper writes two words as one; what stays is no leak."""
    there = found("Ruf Linde an.", "Linde", recording="rec-2")
    out = redact(transcript(text), [], Pseudonyms.of({"rec-2": [there]}), RedactConfig())
    assert out.text == left
    assert leaks(out, [there]) == []


def test_what_is_a_repeat_within_a_recording_goes_whatever_its_type() -> None:
    out = redacted("Wie wird es in Wilhelmshaven? Und die Wilhelmshavener?", ("Wilhelmshaven", "LOCATION"))
    assert out.text == "Wie wird es in <LOCATION_1>? Und die <LOCATION_1>?"


def test_leaks_finds_what_still_stands() -> None:
    text = "Ruf Malte an, 0176 482 13907."
    findings = [found(text, "Malte"), found(text, "0176 482 13907", "PHONE_NUMBER"), found(text, "an", "AGE")]
    assert leaks(transcript("Ruf <PERSON_1> an, <PHONE_NUMBER_1>."), findings) == []
    assert leaks(transcript("Ruf Maltes Mutter an."), findings) == [findings[0]]
    assert leaks(transcript("Ruf an: 0176/48213907"), findings) == [findings[1]]
    assert leaks(transcript("Malte", "rec-9"), findings) == [findings[0]]
    assert leaks(transcript("Malte"), findings, RedactConfig(per_entity={"PERSON": "keep"})) == []


def test_leaks_looks_at_each_word_too() -> None:
    """Words that run over the text's own boundaries must not bring anything back."""
    hidden = Transcript("rec-1", "xMaltex", (Word(1, 6, 0, 1, 1.0, "de"),), "de")
    assert leaks(hidden, [found("Malte", "Malte")])


LETTERS = st.text("abcßäÄB-'’.,@ 12\n", max_size=60)
TYPES = st.sampled_from(["PERSON", "LOCATION", "PHONE_NUMBER", "AGE"])
OPERATORS = st.sampled_from(["placeholder", "mask", "remove"])


@st.composite
def texts_and_findings(draw: st.DrawFn) -> tuple[str, list[Finding]]:
    text = draw(LETTERS)
    findings = []
    for n in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        entity_type = draw(TYPES)
        findings.append(Finding(f"f{n}", "rec-1", entity_type, start, end, 0.5, "test", text=text[start:end]))
    return text, findings


def stands(value: str, text: str) -> bool:
    """Whether a value stands in a text as a word of its own; written without the code under test."""
    place = text.find(value)
    while place >= 0:
        before, after = text[:place][-1:], text[place + len(value) :][:1]
        cut = (before + value[0]).replace("_", "a").isalnum() and before != ""
        cut |= (value[-1] + after).replace("_", "a").isalnum() and after != ""
        if not cut:
            return True
        place = text.find(value, place + 1)
    return False


@settings(max_examples=400, deadline=None)
@given(texts_and_findings(), OPERATORS)
def test_nothing_found_remains_and_the_words_fit(case: tuple[str, list[Finding]], operator: str) -> None:
    text, findings = case
    before = transcript(text)
    out = redact(before, findings, Pseudonyms.of({"rec-1": findings}), RedactConfig(operator=operator))  # type: ignore[arg-type]
    assert leaks(out, findings) == []
    for finding in findings:
        value = finding.text.strip(" \n.,-'’@")
        if len(value) >= 3:
            assert not stands(value, out.text)
            assert not any(stands(value, word) for word in words(out))
    spans = [(w.start, w.end) for w in out.words]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert covered == {i for i, c in enumerate(out.text) if not c.isspace()}, (
        "every character belongs to a word"
    )
    assert all(a.begin_s <= b.begin_s and a.end_s <= b.end_s for a, b in pairwise(out.words))


@settings(max_examples=300, deadline=None)
@given(texts_and_findings())
def test_words_that_nobody_found_stay_byte_for_byte(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    out = redact(transcript(text), findings, Pseudonyms.of({"rec-1": findings}), RedactConfig())
    pieces = re.split(r"<(?:PERSON|LOCATION|PHONE_NUMBER|AGE)_\d+>", out.text)
    assert re.fullmatch("(.+)".join(map(re.escape, pieces)), text, re.DOTALL), "what stays is in order"
    if not findings:
        assert out == transcript(text)
    for word in re.finditer(r"\S+", text):
        untouched = all(f.end <= word.start() or word.end() <= f.start for f in findings)
        repeated = any(f.text.strip() and f.text.strip(" \n.,-'’@")[:1] in word.group() for f in findings)
        if untouched and not repeated:
            assert any(word.group() in piece for piece in pieces)


def restored(text: str, original: str, removed: Sequence[Removed]) -> str:
    """The redacted text with each stretch put back; from the last, so that places hold."""
    for stretch in reversed(removed):
        said = original[stretch.start : stretch.end]
        text = text[: stretch.new_start] + said + text[stretch.new_end :]
    return text


@settings(max_examples=400, deadline=None)
@given(texts_and_findings(), OPERATORS)
def test_what_was_removed_put_back_gives_the_original(case: tuple[str, list[Finding]], operator: str) -> None:
    text, findings = case
    names, config = Pseudonyms.of({"rec-1": findings}), RedactConfig(operator=operator)  # type: ignore[arg-type]
    redaction = redact_with_removed(transcript(text), findings, names, config)
    assert restored(redaction.transcript.text, text, redaction.removed) == text
    spans = [(r.start, r.end) for r in redaction.removed]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_halves_that_come_together_are_removed_as_one_with_what_stood_between() -> None:
    text = "Ab Cem c Ab c"
    findings = [found(text, "Cem"), found(text, "Ab c"), found(text, "Cem")]
    config = RedactConfig(operator="remove")
    redaction = redact_with_removed(transcript(text), findings, Pseudonyms.of({"rec-1": findings}), config)
    assert "Ab" not in redaction.transcript.text
    assert restored(redaction.transcript.text, text, redaction.removed) == text
    assert text[redaction.removed[0].start : redaction.removed[0].end] == "Ab Cem c"


def test_a_name_found_elsewhere_goes_from_a_text_without_capitals() -> None:
    """Whisper writes some clips in lower case: "it says prophet on our doorbell"."""
    there = found("The parcel is for the Prophet family.", "Prophet", recording="rec-2")
    names = Pseudonyms.of({"rec-2": [there]})
    low, high = transcript("it says prophet on our doorbell"), transcript("It says prophet on our doorbell")
    out = redact(low, [], names, RedactConfig(), {"says"}.__contains__)
    assert out.text == "it says <PERSON_1> on our doorbell"
    assert reach(low, [there], None, {"says"}.__contains__) == [(8, 15)]
    for text, usual in ((high, {"says"}), (low, {"prophet"}), (transcript("ask the prophet"), {"ask"})):
        assert redact(text, [], names, RedactConfig(), usual.__contains__).text == text.text


@pytest.mark.parametrize("again", ["Swantje", "Swant\u200bje", "Swantje\u00ads", "S\u0336wantje"])
@pytest.mark.parametrize("first", ["Swantje", "\u2060Swant\ufeffje"])
def test_a_name_goes_whatever_nobody_sees_in_it(first: str, again: str) -> None:
    text = f"Ruf {first} an, ja {again} bitte."
    findings = [found(text, first)]
    out = redact(transcript(text), findings, Pseudonyms.of({"rec-1": findings}), RedactConfig())
    assert out.text == "Ruf <PERSON_1> an, ja <PERSON_1> bitte."
    assert leaks(transcript(text), findings) == findings
    assert not leaks(out, findings)
