"""All recognizers together: the contract, the merge, the figures on marked utterances."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

import pytest

from pii_audio.bench import compare, data
from pii_audio.config import RecognizeConfig
from pii_audio.errors import ConfigError
from pii_audio.recognizers.ensemble import Ensemble
from pii_audio.types import Transcript

HERE = Path(__file__).parent


def figures(name: str, form: str) -> dict[str, float]:
    """Both languages of a file together."""
    results = compare([str(HERE / name)], ["ours"], forms=[form], show_errors=False).results
    pooled = sum((Counter(result.figures.counts) for result in results), Counter[str]())
    return {
        "entity_recall": pooled["recalled"] / pooled["spans"],
        "precision": pooled["right"] / pooled["said"],
        "false_alarms": pooled["alarmed"] / pooled["clean"],
    }


@pytest.mark.parametrize("point", entry_points(group="pii_audio.recognizers"), ids=lambda point: point.name)
def test_every_recognizer_keeps_the_contract(point: object) -> None:
    recognizer = point.load()()  # type: ignore[attr-defined]
    transcripts = [
        Transcript("rec-1", "", (), "de"),
        Transcript(
            "rec-2", "Herr Wiebe wohnt Am Markt 3 in 24103 Kiel, 0171 2345678, wiebe@posteo.de", (), "de"
        ),
        Transcript("rec-3", "My wife Ann is a nurse in Leeds, 5500 0000 0000 0004.", (), "en"),
        Transcript("rec-4", "\n 🙂 ...", (), "en"),
    ]
    found = recognizer.find(transcripts)
    assert [len(found), found[0], found[3]] == [4, [], []]
    assert any(found)
    for transcript, own in zip(transcripts, found, strict=True):
        for f in own:
            assert f.text == transcript.text[f.start : f.end] != ""
            assert f.id == f"{transcript.recording_id}-{f.start}-{f.end}-{f.entity_type}"
            assert 0 < f.score <= 1
            assert f.recognizer == recognizer.name
            assert f.reason
            assert f.text not in f.reason
    assert [recognizer.find([t])[0] for t in transcripts] == found


def test_findings_come_sorted_and_without_overlaps() -> None:
    text = "Hier ist Frau Wiebe, ich wohne Am Markt 3 in 24103 Kiel, mein Mann Jens auch."
    (own,) = Ensemble().find([Transcript("rec-1", text, (), "de")])
    assert [f.entity_type for f in own] == ["PERSON", "ADDRESS", "PARTNER", "PERSON"]
    assert all(a.end <= b.start for a, b in pairwise(own))


def test_what_was_redacted_already_is_no_finding() -> None:
    text = (
        "Ich arbeite als <OCCUPATION_1> am <ORGANIZATION_1>, mein Name ist <PERSON_2>, ich wohne <ADDRESS_1>."
    )
    assert Ensemble().find([Transcript("rec-1", text, (), "de")]) == [[]]
    (own,) = Ensemble().find(
        [Transcript("rec-1", "Mein Name ist <PERSON_2>, mein Mann heißt Jens.", (), "de")]
    )
    assert [f.text for f in own] == ["mein Mann", "Jens"]


def test_only_wanted_entities() -> None:
    config = RecognizeConfig(entities=("PARTNER",))
    (own,) = Ensemble(config).find([Transcript("rec-1", "Mein Mann Jens wohnt in Kiel.", (), "de")])
    assert [f.entity_type for f in own] == ["PARTNER"]


def test_an_unknown_recognizer_is_named() -> None:
    with pytest.raises(ConfigError, match="people"):
        Ensemble(RecognizeConfig(recognizers=("poeple",)))


@pytest.mark.parametrize(
    "name", ["fresh.tsv", "fresh2.tsv", "fresh3.tsv", "fresh4.tsv", "fresh5.tsv", "unseen-en-1.tsv"]
)
@pytest.mark.parametrize(
    ("form", "recall", "precision", "alarms"), [("gold", 0.96, 0.95, 0.05), ("lower", 0.93, 0.93, 0.06)]
)
def test_marked_utterances(name: str, form: str, recall: float, precision: float, alarms: float) -> None:
    got = figures(name, form)
    assert got["entity_recall"] >= recall
    assert got["precision"] >= precision
    assert got["false_alarms"] <= alarms


@pytest.mark.parametrize(("form", "recall", "precision"), [("gold", 0.96, 0.96), ("lower", 0.94, 0.95)])
def test_german_utterances_that_once_were_unseen(form: str, recall: float, precision: float) -> None:
    got = figures("unseen-de-1.tsv", form)
    assert got["entity_recall"] >= recall
    assert got["precision"] >= precision
    assert got["false_alarms"] <= 0.07


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("name", "form", "recall", "precision", "alarms"),
    [
        ("household", "gold", 0.96, 0.94, 0.05),
        ("household", "lower", 0.94, 0.93, 0.05),
        ("household-2", "gold", 0.94, 0.93, 0.04),
        ("household-2", "lower", 0.93, 0.88, 0.05),
    ],
)
def test_a_household_s_commands(
    language: str, name: str, form: str, recall: float, precision: float, alarms: float
) -> None:
    """Most name nobody: singers, brands, recipes, quiz questions, idioms, robots, words that are names."""
    got = figures(f"{name}-{language}.tsv", form)
    assert got["entity_recall"] >= recall
    assert got["precision"] >= precision
    assert got["false_alarms"] <= alarms


@pytest.mark.parametrize(
    "text",
    [
        "Mein Nachnahme ist Hartmann.",
        "mein nachname ist hartmann",
        "Nachname ist Hartmann.",
        "Der Nahme ist Hartmann.",
    ],
)
def test_a_surname_is_no_job(text: str) -> None:
    (own,) = Ensemble().find([Transcript("rec-1", text, (), "de")])
    assert [(f.entity_type, f.text.lower(), f.subject) for f in own] == [("PERSON", "hartmann", "speaker")]


@pytest.mark.parametrize(
    "text", ["Beruf meine Freundin Lisbeth an.", "Schreibt Torben, dass es regnet.", "Auf Jannik an."]
)
def test_a_command_whose_verb_was_misheard(text: str) -> None:
    (own,) = Ensemble().find([Transcript("rec-1", text, (), "de")])
    assert "PERSON" in {f.entity_type for f in own}


def test_the_package_of_recognizers_is_light() -> None:
    code = (
        "import sys, pii_audio.recognizers; sys.exit(bool({'spacy', 'presidio_analyzer'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("placeholder", ["<PERSON_2>", "<PERSON_k3f9a>", "<DATE_OF_BIRTH>"])
def test_a_placeholder_is_nobodys_name(placeholder: str) -> None:
    text = f"Ruf {placeholder} an, oder Sandra Hartmann."
    (own,) = Ensemble().find([Transcript("rec-1", text, (), "de")])
    assert [f.text for f in own] == ["Sandra Hartmann"]


@pytest.mark.parametrize("name", ["household-de", "household-en", "household-2-de", "household-2-en"])
def test_commands_lose_no_age_and_no_job(name: str) -> None:
    """Its output has learnt persons and places, and knows nothing of these."""
    rows = [row.transcript for row in data.read(str(HERE / f"{name}.tsv")).rows]
    spoken, commands = (Ensemble(RecognizeConfig(style=style)).find(rows) for style in ("spoken", "commands"))
    kinds, lost = ("AGE", "OCCUPATION"), 0
    for own, other in zip(spoken, commands, strict=True):
        told = {(f.start, f.end) for f in own if f.entity_type in kinds and f.recognizer != "tagger"}
        lost += len(told - {(f.start, f.end) for f in other})
    assert lost == 0
