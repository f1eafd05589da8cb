"""The neural tagger: what it finds, that it finds it again, and what its opinion does to others' findings."""

from __future__ import annotations

import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pii_audio.config import RecognizeConfig
from pii_audio.errors import ModelError
from pii_audio.files import hash_file, shipped
from pii_audio.recognizers import Reviewer, tag_model
from pii_audio.recognizers.ensemble import Ensemble
from pii_audio.recognizers.tag_model import LABELS, TAGS, Calibration, model_of, spans
from pii_audio.recognizers.tagger import TaggerRecognizer
from pii_audio.recognizers.tokens import read
from pii_audio.types import Finding, Transcript


def transcript(text: str, language: str = "de", name: str = "rec-1") -> Transcript:
    return Transcript(name, text, (), language)


def found(text: str, language: str) -> set[tuple[str, str]]:
    (own,) = TaggerRecognizer().find([transcript(text, language)])
    return {(f.entity_type, f.text) for f in own}


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        (
            "de",
            "Sag der Frau Wischnewski, ich komm erst nach der Schicht im Sägewerk Hollerbach.",
            {("PERSON", "Frau Wischnewski"), ("ORGANIZATION", "Sägewerk Hollerbach")},
        ),
        (
            "de",
            "meine tochter öznur macht eine ausbildung zur optikerin in bad salzuflen",
            {("PERSON", "öznur"), ("OCCUPATION", "optikerin"), ("LOCATION", "bad salzuflen")},
        ),
        (
            "en",
            "Can you ring Oluwaseun and tell him I've left the depot in Ormskirk?",
            {("PERSON", "Oluwaseun"), ("LOCATION", "Ormskirk")},
        ),
        (
            "en",
            "i drove a forklift for hargreaves paper mills and my husband was a glazier",
            {("ORGANIZATION", "hargreaves paper mills"), ("OCCUPATION", "glazier")},
        ),
    ],
)
def test_what_somebody_says_about_people(language: str, text: str, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= found(text, language)


def test_a_birth_date_is_a_date() -> None:
    [[date]] = TaggerRecognizer().find([transcript("I came into this world on May 12, 1971.", "en")])
    assert (date.entity_type, date.value) == ("DATE_OF_BIRTH", "1971-05-12")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Spiel das neue Album von Herbert Grönemeyer, aber leise."),
        ("de", "was ist die hauptstadt von kasachstan"),
        ("de", "Stell die Heizung im Bad auf zweiundzwanzig Grad."),
        ("en", "who wrote pride and prejudice"),
        ("en", "Add oat milk and two lemons to my shopping list."),
    ],
)
def test_nobody_is_in_these(language: str, text: str) -> None:
    assert found(text, language) == set()


def test_a_german_genitive_goes_with_its_name() -> None:
    assert ("PERSON", "Thorben's") in found("Wie ist Thorben's Nummer?", "de")
    assert ("PERSON", "Thorben") in found("Thorben's late again, ring him.", "en")


def test_news_names_public_figures_and_speech_does_not() -> None:
    text = "In Ankara sagte Angela Merkel, die Gespräche mit Siemens würden fortgesetzt."
    (news,) = TaggerRecognizer("news").find([transcript(text)])
    wanted = {("LOCATION", "Ankara"), ("PERSON", "Angela Merkel"), ("ORGANIZATION", "Siemens")}
    assert wanted == {(f.entity_type, f.text) for f in news}
    assert ("PERSON", "Angela Merkel") not in found(text, "de")
    (both,) = Ensemble(RecognizeConfig(style="news")).find([transcript(text)])
    assert wanted <= {(f.entity_type, f.text) for f in both}


def test_the_same_alone_in_company_and_again() -> None:
    texts = [
        "Ruf Thorben an.",
        "Ich wohne in Detmold und arbeite als Floristin bei Blumen Petersen, seit elf Jahren schon.",
        "Stell den Timer auf drei Minuten.",
        "",
    ]
    transcripts = [transcript(text, name=f"rec-{i}") for i, text in enumerate(texts)]
    recognizer = TaggerRecognizer()
    together = recognizer.find(transcripts)
    assert together == [recognizer.find([t])[0] for t in transcripts] == TaggerRecognizer().find(transcripts)
    assert any(together)


def test_a_long_text_is_read_to_its_end() -> None:
    """Windows overlap, so no name falls between two of them."""
    sentence = (
        "Dann kam Frau Wiebe vorbei und wir haben über den Garten gesprochen, über das Wetter und die Bahn. "
    )
    text = sentence * 30
    (own,) = TaggerRecognizer().find([transcript(text)])
    at = [i for i in range(len(text)) if text.startswith("Wiebe", i)]
    assert [i for i in at if not any(f.start <= i < f.end for f in own)] == []


def test_every_word_of_a_long_text_is_tagged_once() -> None:
    model = model_of()
    words = 500
    parts = list(model._parts(0, [(7,) * (1 + i % 5) for i in range(words)]))
    taken = [i for part in parts for i in range(part.begin, part.end)]
    assert taken == list(range(words))
    assert all(len(part.ids) <= tag_model._WINDOW + 1 for part in parts)
    assert all(part.first <= part.begin < part.end <= part.first + len(part.heads) for part in parts)


def test_a_calibration_is_kept_and_moves_only_how_sure_it_is() -> None:
    logits = torch.randn(40, len(TAGS), generator=torch.Generator().manual_seed(1))
    straight = Calibration(1.1, 0.75)
    plain = straight.probabilities(logits)
    bent = Calibration(1.1, 0.75, ((0.0, 0.0), (0.5, 0.8), (1.0, 1.0)))
    assert Calibration.of(bent.metadata()) == bent
    assert Calibration.of(straight.metadata() | bent.metadata("news"), "news") == bent
    moved = bent.probabilities(logits)
    torch.testing.assert_close(moved.sum(1), torch.ones(40))
    sure = 1 - plain[:, 0]
    torch.testing.assert_close(1 - moved[:, 0], torch.where(sure < 0.5, 1.6 * sure, 0.6 + 0.4 * sure))
    assert torch.equal(moved[:, 1:].argmax(1), plain[:, 1:].argmax(1))
    never = Calibration(1.0, 100.0).probabilities(logits)
    assert torch.isfinite(never).all()
    assert never[:, 0].min() > 0.999


def test_spans_of_tags() -> None:
    def row(tag: str) -> list[float]:
        return [0.9 if t == tag else 0.1 / (len(TAGS) - 1) for t in TAGS]

    tagged = torch.tensor([row(t) for t in ("O", "B-PERSON", "I-PERSON", "B-PERSON", "O", "B-AGE")])
    kept = [(label, i, j) for label, i, j, _ in spans(tagged)]
    assert kept == [("PERSON", 1, 3), ("PERSON", 3, 4), ("AGE", 5, 6)]
    assert all(p == pytest.approx(1 - 0.1 / (len(TAGS) - 1)) for *_, p in spans(tagged))
    assert list(spans(torch.zeros(0, len(TAGS)))) == []


def tagged_as(text: str, personal: float) -> torch.Tensor:
    words = len(read(transcript(text)).tokens)
    row = torch.full((len(TAGS),), personal / (len(TAGS) - 1))
    row[0] = 1 - personal
    return row.repeat(words, 1)


def test_agreement_raises_a_score_and_doubt_lowers_it() -> None:
    text = "Ruf Thorben an"
    finding = Finding("f", "rec-1", "PERSON", 4, 11, 0.7, "people", text="Thorben", reason="listed name")
    recognizer = TaggerRecognizer()

    def score(personal: float, own: Finding = finding) -> float:
        recognizer._tagged = [text], [tagged_as(text, personal)]
        ((reviewed,),) = recognizer.review([transcript(text)], [[own]])
        assert replace(reviewed, score=own.score) == own
        return reviewed.score

    assert score(0.01) < 0.4 < score(0.3) < 0.7 < score(0.8) < score(0.99) < 1
    assert score(0.5) == pytest.approx(0.7)
    number = replace(finding, entity_type="PHONE_NUMBER", recognizer="identifiers")
    assert score(0.01, number) == 0.7


def test_a_rule_is_believed_about_what_the_same_words_are() -> None:
    text = "Ruf Thorben an"
    rule = Finding("f", "rec-1", "PERSON", 4, 11, 0.7, "people", text="Thorben", reason="listed name")
    own = replace(rule, id="g", entity_type="ORGANIZATION", recognizer="tagger", score=0.9)
    recognizer = TaggerRecognizer()
    for said, kept in ((rule, ["PERSON"]), (replace(rule, score=0.45), ["PERSON", "ORGANIZATION"])):
        recognizer._tagged = [text], [tagged_as(text, 0.9)]
        (reviewed,) = recognizer.review([transcript(text)], [[said, own]])
        assert [f.entity_type for f in reviewed] == kept


def test_in_commands_names_are_the_taggers_to_say() -> None:
    text = "Ruf Thorben Wagner an"
    own = Finding("g", "rec-1", "ORGANIZATION", 4, 18, 0.9, "tagger", text="Thorben Wagner", reason="neural")
    person = Finding("f", "rec-1", "PERSON", 4, 11, 0.9, "people", text="Thorben", reason="listed name")
    number = Finding("n", "rec-1", "PHONE_NUMBER", 4, 18, 0.9, "identifiers", text="Thorben Wagner")
    named = replace(person, reason="self-naming")
    recognizer = TaggerRecognizer("commands")

    def kept(*found: Finding, personal: float = 0.9) -> list[str]:
        recognizer._tagged = [text], [tagged_as(text, personal)]
        ((*reviewed,),) = recognizer.review([transcript(text)], [found])
        return [f.id for f in reviewed]

    assert kept(own, person) == ["g"]
    assert kept(own, replace(person, entity_type="ORGANIZATION", end=18)) == ["g"]
    assert kept(own, number, named) == ["n", "f"]
    assert kept(person) == ["f"]
    assert kept(person, personal=0.2) == []
    assert kept(named, personal=0.2) == ["f"]


def test_a_name_and_its_spelling_are_two() -> None:
    said = transcript("the last name is nowak n as in nancy o w a k", "en")
    (found,) = Ensemble(RecognizeConfig()).find([said])
    assert [(f.text, f.value) for f in found] == [("nowak", "Nowak"), ("n as in nancy o w a k", "Nowak")]


def test_it_reviews() -> None:
    assert isinstance(TaggerRecognizer(), Reviewer)


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tag_model, "shipped", lambda *parts: tmp_path.joinpath(*parts))
    with pytest.raises(ModelError, match="reinstall"):
        tag_model._read.__wrapped__("")


def test_the_registry_knows_the_weights() -> None:
    path = shipped("models", "tagger", "weights.safetensors")
    entries = tomllib.loads(shipped("models", "registry.toml").read_text(encoding="utf-8"))["model"]
    (entry,) = [e for e in entries if e["name"] == "pii-tagger"]
    assert entry["sha256"] == hash_file(path)
    size = sum(shipped("models", "tagger", name).stat().st_size for name in (path.name, "tokenizer.json"))
    assert size < 40e6


def test_every_label_has_a_beginning_and_an_inside() -> None:
    assert len(TAGS) == 1 + 2 * len(LABELS)
    assert all(TAGS[1 + 2 * i : 3 + 2 * i] == (f"B-{label}", f"I-{label}") for i, label in enumerate(LABELS))


def test_commands_name_everybody_and_leave_the_other_styles_alone() -> None:
    text = "wie alt ist angela merkel"
    (named,) = TaggerRecognizer("commands").find([transcript(text)])
    assert {(f.entity_type, f.text) for f in named} == {("PERSON", "angela merkel")}
    assert found(text, "de") == set()
    own, spoken = model_of("commands").encoder, model_of("spoken").encoder
    assert spoken is model_of("news").encoder
    ids, every = [[0, 7, 11, 2]], [range(4)]
    with torch.inference_mode():
        assert not torch.equal(own.vectors(ids, every), spoken.vectors(ids, every))


def test_threads_that_share_a_tagger_get_their_own_tags() -> None:
    """As those of a server with one analyzer do."""
    tagger = TaggerRecognizer()
    texts = ["my name is Peter Smith and I live in Boston", "thanks a lot", "ask Maria Jones", "Anna"]
    sets = [[Transcript(f"r{i}", text, (), "en")] for i, text in enumerate(texts)]
    expected = [tagger.find(own) for own in sets]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(tagger.find, sets * 100))
    finally:
        sys.setswitchinterval(before)
    assert found == expected * 100


def test_half_a_surrogate_pair_is_a_sign_like_another() -> None:
    (found,) = TaggerRecognizer().find([Transcript("r", "my name is \ud800 Peter Smith \udfff", (), "en")])
    assert [f.text for f in found] == ["Peter Smith"]
