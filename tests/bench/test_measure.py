"""The figures, beside those of nervaluate and beside what one counts by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from nervaluate import Evaluator

from pii_audio.bench import data
from pii_audio.bench.align import carried
from pii_audio.bench.measure import measure
from pii_audio.bench.peers import peer
from pii_audio.bench.rows import Row, lower
from pii_audio.types import Finding, Transcript, Word


def finding(row: Row, said: str, kind: str) -> Finding:
    start = row.text.index(said)
    return Finding("f", row.id, kind, start, start + len(said), 0.9, "test", text=said)


SANDRA = Row.of("r-1", "de", "Ruf Sandra in Kiel an.", [(4, 10, "PERSON"), (14, 18, "LOCATION")])
AGAIN = Row.of("r-2", "de", "Frag Sandra, ob Tim kommt.", [(5, 11, "PERSON"), (16, 19, "PERSON")])
CLEAN = Row.of("r-3", "de", "Mach das Licht an.", [])


def test_figures_by_hand() -> None:
    found = [[finding(SANDRA, "Sandra in", "PERSON")], [finding(AGAIN, "Tim", "PERSON")], []]
    figures = measure([SANDRA, AGAIN, CLEAN], found)
    assert {name: figure.value for name, figure in figures.totals.items()} == {
        "entity_recall": 0.5,
        "leak_rate": round(10 / 19, 4),  # "Kiel" and the second "Sandra" of 6 + 4 + 6 + 3
        "precision": round(9 / 11, 4),
        "span_f1": round(2 * 1 / (4 + 2), 4),  # "Tim", of four marked and two found
        "false_alarms": 0.0,
        "all_mentions": 0.5,  # Sandra is named twice and found once
    }
    assert figures.types["PERSON"]["f1_strict"].value == 0.4
    assert figures.types["PERSON"]["f1_partial"].value == 0.6
    assert figures.types["PERSON"]["f2_overlap"].value == round(5 * 2 / (4 * 3 + 2), 4)
    assert all(f.low <= f.value <= f.high for f in figures.totals.values())


def test_what_is_set_aside_is_neither_right_nor_wrong() -> None:
    row = Row.of("r", "de", "Ruf meine Freundin an.", [], aside=[(4, 18)])
    figures = measure([row], [[finding(row, "meine Freundin", "PARTNER")]])
    assert figures.totals == {}


def test_only_the_types_that_a_corpus_marks_count() -> None:
    figures = measure([CLEAN], [[finding(CLEAN, "Licht", "OCCUPATION")]], frozenset({"PERSON"}))
    assert figures.totals["false_alarms"].value == 0


def test_seconds_are_those_of_whole_words() -> None:
    words = tuple(
        Word(start, start + len(w), n, n + 0.5 * (n + 1), 1.0, "de")
        for n, (start, w) in enumerate([(0, "Ruf"), (4, "Sandra"), (11, "zu.")])
    )
    row = Row(Transcript("r", "Ruf Sandra zu.", words, "de"), ((4, 10, "PERSON"),), language="de")
    missed = measure([row], [[finding(row, "zu", "LOCATION")]]).totals
    assert (missed["missed_s"].value, missed["over_s"].value, missed["seconds_covered"].value) == (1, 1.5, 0)
    assert measure([row], [[finding(row, "San", "PERSON")]]).totals["seconds_covered"].value == 1


@pytest.mark.parametrize("name", ["ours", "spacy-en"])
def test_typed_spans_agree_with_nervaluate(name: str, data_root: Path) -> None:
    rows = [lower(row) for row in data.read("spoken-pii", data_root).rows]
    found = peer(name).find([row.transcript for row in rows])
    ours = measure(rows, found)
    gold = [[{"label": label, "start": s, "end": e - 1} for s, e, label in row.spans] for row in rows]
    said = [[{"label": f.entity_type, "start": f.start, "end": f.end - 1} for f in own] for own in found]
    theirs = Evaluator(true=gold, pred=said, tags=list(ours.types), loader="dict").evaluate()["entities"]
    assert len(ours.types) > 3
    for label, figures in ours.types.items():
        for match, strategy in (("strict", "strict"), ("partial", "partial"), ("overlap", "ent_type")):
            assert figures[f"f1_{match}"].value == pytest.approx(theirs[label][strategy].f1, abs=1e-4), label


@pytest.mark.parametrize(
    ("marked", "heard", "spans"),
    [
        ("Sie ist {T:null eins sieben sechs}, danke.", "Sie ist 0, 1, 7, 6. Danke.", ["0, 1, 7, 6"]),
        ("Hier {P:Tilo Gronau} aus {L:Kiel}.", "Hier Tielo Gronauer aus Kiel.", ["Tielo Gronauer", "Kiel"]),
        ("Meine {I:IBAN} ist {I:DE achtundneunzig}.", "Meine E-Bahn ist DE 98.", ["E-Bahn", "DE 98"]),
        ("Wohnort {A:acht null drei drei eins München}.", "Wohnort 8.0331 München.", ["8.0331 München"]),
        ("Frag {P:Uwe} bitte.", "Frag bitte.", []),
    ],
)  # fmt: skip
def test_marks_are_carried_over_to_what_was_heard(marked: str, heard: str, spans: list[str]) -> None:
    text, found = data.unmarked(marked)
    row = carried(Row.of("r", "de", text, found), Transcript("r", heard, (), "de"))
    assert [heard[s:e] for s, e, _ in row.spans] == spans
    assert row.lost == len(found) - len(spans)
