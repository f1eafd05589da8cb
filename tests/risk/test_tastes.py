"""What is asked for again and again is shown, and scored where that is wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from pii_audio import Config, run
from pii_audio.pipeline import recognize, score
from pii_audio.risk.population import FAVOURITE, Population
from pii_audio.risk.tastes import asked
from pii_audio.runners.carried import By
from pii_audio.runners.plan import make_plan
from pii_audio.types import Fact, Recording, RiskReport, Transcript

BAND = ["Spiel was von Rammstein.", "Alexa, spiele bitte Rammstein.", "Spiel Sonne von Rammstein ab."]
LIGHT = ["Mach das Licht aus.", "Stell einen Timer auf zehn Minuten."]
SCORED = Config.parse({"risk": {"tastes": True}})


def transcripts(texts: Sequence[str], language: str = "de") -> list[Transcript]:
    return [Transcript(f"rec-{n:012x}", text, (), language) for n, text in enumerate(texts)]


def report(texts: Sequence[str], config: Config) -> RiskReport:
    said = transcripts(texts)
    recordings = [Recording(t.recording_id, "", Path("x.wav"), household="home") for t in said]
    return score(recordings, [[] for _ in said], config, said)


def tastes(report: RiskReport) -> list[Fact]:
    return [f for p in report.persons for f in p.profile.facts if f.attribute == "taste"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Spiel was von Rammstein.", "Rammstein"),
        ("Alexa, spiel bitte die Ärzte.", "Ärzte"),
        ("Spiel mir etwas Musik von Helene Fischer bitte", "Helene Fischer"),
        ("Was läuft bei RTL heute Abend?", "RTL"),
        ("Was läuft gerade auf Bayern 3?", "Bayern 3"),
        ("Wie hat der HSV gestern gespielt?", "HSV"),
        ("Wie hat Werder Bremen gegen Dortmund gespielt?", "Werder Bremen"),
        ("Wann spielt Schalke 04 wieder?", "Schalke 04"),
        ("Ich möchte Udo Lindenberg hören.", "Udo Lindenberg"),
        ("Hey Google, play some Taylor Swift please.", "Taylor Swift"),
        ("Play Shake It Off by Taylor Swift.", "Taylor Swift"),
        ("Play BBC Radio 4 in the kitchen.", "BBC Radio 4"),
        ("What's on BBC One tonight?", "BBC One"),
        ("How did Arsenal do yesterday?", "Arsenal"),
        ("Did Liverpool win last night?", "Liverpool"),
        ("Okay. Play Queen. Thank you.", "Queen"),
    ],
)
def test_what_a_command_asks_for(text: str, value: str) -> None:
    assert [m.value for m in asked(transcripts([text])[0])] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Spiel Musik.", "Spiel das nächste Lied.", "Spiel meine Playlist.", "Spiele weiter.",
        "Was läuft im Fernsehen?", "Wie spät ist es?", "Ich will nichts hören.", "Regnet es in Bochum?",
        "Play some music.", "Play it again.", "Play the next song.", "What's on my calendar?", "Did I win?",
        "How do you do?", "The children play in the garden with Anna.", "",
    ],
)  # fmt: skip
def test_what_asks_for_nobody(text: str) -> None:
    assert asked(transcripts([text])[0]) == []


def test_the_more_often_the_likelier_a_favourite() -> None:
    chances = [tastes(report([*BAND[:n], *LIGHT], Config()))[0].probability for n in (1, 2, 3)]
    assert chances == pytest.approx([0.2, 0.5, 0.8])
    two = tastes(report([*BAND, "Spiel was von Abba."], Config()))
    assert [f.value for f in two] == ["Rammstein", "Abba"]
    assert two[0].probability < 0.8
    assert sum(f.probability for f in two) < 1


def test_it_is_shown_with_its_clips_and_moves_no_figure() -> None:
    shown, without = report([*BAND, *LIGHT], Config()), report(["Licht aus."] * 5, Config())
    (taste,) = tastes(shown)
    assert (taste.value, taste.subject, taste.findings) == ("Rammstein", "speaker", ())
    assert taste.recordings == ("rec-000000000000", "rec-000000000001", "rec-000000000002")
    assert shown.set == without.set
    (person,) = shown.persons
    assert (person.public.k, person.bits, person.clip_bits) == (without.persons[0].public.k, (), ())


def test_scored_it_is_worth_about_a_sixtieth() -> None:
    (person,) = report([*BAND, *LIGHT], SCORED).persons
    people = Population.of("DE").size
    assert round(1 / FAVOURITE) == 58
    chances = 0.2 / people + 0.8 / (1 + (people - 1) * FAVOURITE)
    assert person.public.k == pytest.approx(1 / chances)
    assert dict(person.bits)["taste"] > 2


def test_it_is_no_finding_and_stays_in_the_text(tmp_path: Path) -> None:
    rows = [json.dumps({"id": f"clip-{n}", "text": text, "language": "de"}) for n, text in enumerate(BAND)]
    (tmp_path / "clips.jsonl").write_text("\n".join(rows), encoding="utf-8")
    outcome = run([tmp_path / "clips.jsonl"], tmp_path / "out", Config(), release=True)
    data = json.loads((tmp_path / "out" / "report.json").read_text())
    shown = [f for p in data["persons"] for f in p["facts"] if f["attribute"] == "taste"]
    assert [(f["value"], len(f["recordings"])) for f in shown] == [("Rammstein", 3)]
    assert recognize(transcripts(BAND), Config()) == [[], [], []] == [list(f) for f in outcome.findings]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "asks for again and again (not scored)" in page
    left = [p.read_text(encoding="utf-8") for p in (tmp_path / "out" / "redacted").glob("*.txt")]
    assert len(left) == 3
    assert all("Rammstein" in text for text in left)


@pytest.mark.parametrize("by", ["facts", "clips"])
def test_a_plan_leaves_tastes_where_they_count(tmp_path: Path, by: By) -> None:
    said = [*BAND, "Ich heiße Wiebke Jansen und wohne in Flensburg.", "Ruf Wiebke Jansen an."]
    rows = [json.dumps({"id": f"clip-{n}", "text": text, "language": "de"}) for n, text in enumerate(said)]
    (tmp_path / "clips.jsonl").write_text("\n".join(rows), encoding="utf-8")
    run([tmp_path / "clips.jsonl"], tmp_path / "out", SCORED)
    plan = make_plan(tmp_path / "out", SCORED, k=10_000, by=by)
    assert plan.reached
    assert plan.before[0] < 100 < 10_000 <= plan.after[0]
