"""Readers of public corpora: what is set aside in commands, and which sentences of news are held out."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from pii_audio.bench import commands, corpora
from pii_audio.bench.rows import Row


def packed(path: Path, text: str) -> Path:
    path.write_bytes(lzma.compress(text.encode()))
    return path


def marked(row: Row) -> tuple[set[tuple[str, str]], set[str]]:
    spans = {(row.text[s:e], label) for s, e, label in row.spans}
    return spans, {row.text[s:e] for s, e in row.aside}


def slots(text: str) -> str:
    """ "wie alt ist nena/person" as MASSIVE has it: a token and its slot a line."""
    return "".join(f"{word.partition('/')[0]}\t{word.partition('/')[2] or '-'}\n" for word in text.split())


@pytest.mark.parametrize(
    ("said", "personal", "aside"),
    [
        ("ruf ines/person in jena/place_name an", {("ines", "PERSON"), ("jena", "LOCATION")}, set()),
        ("wie alt ist nena/person", set(), {"nena"}),
        ("wie spät ist es in gotha/place_name", set(), {"gotha"}),
        ("wie wird das wetter in gotha/place_name", {("gotha", "LOCATION")}, set()),
        ("öffne tom's/person mail", {("tom's", "PERSON")}, set()),
        ("ein taxi nach/place_name hause/place_name", set(), {"nach hause"}),
        ("schreib meiner oma/relation", set(), {"oma"}),
        ("spiel abba/artist_name", set(), set()),
    ],
)
def test_massive(tmp_path: Path, said: str, personal: set[tuple[str, str]], aside: set[str]) -> None:
    (row,) = commands.massive(packed(tmp_path / "dev.xz", slots(said)))
    assert marked(row) == (personal, aside)


def test_slurp_and_hwu64_go_by_intent(tmp_path: Path) -> None:
    mail = {"slurp_id": 1, "intent": "email_query", "sentence_annotation": "mail from [person : joanne]"}
    quiz = {"slurp_id": 2, "intent": "qa_factoid", "sentence_annotation": "how old is [person : cher]"}
    rows = commands.slurp(packed(tmp_path / "s.xz", f"{json.dumps(mail)}\n{json.dumps(quiz)}"))
    assert [marked(row) for row in rows] == [({("joanne", "PERSON")}, set()), (set(), {"cher"})]

    entity = {"start": 8, "end": 12, "entity": "place_name"}
    both = [
        {"text": "time in york", "intent": i, "entities": [entity]} for i in ("datetime_query", "weather")
    ]
    rows = commands.hwu64(packed(tmp_path / "h.xz", json.dumps({"rasa_nlu_data": {"common_examples": both}})))
    assert [marked(row) for row in rows] == [(set(), {"york"}), ({("york", "LOCATION")}, set())]


def test_news_that_the_tagger_has_read_is_not_counted(tmp_path: Path) -> None:
    """Every fifth sentence is; where it comes from, a comment, is no part of it."""
    sentences = [f"#\thttp://example.org\t[today]\n1\tSatz{n}\tO\tO\n2\tBonn\tB-LOC\tO\n" for n in range(11)]
    corpus = corpora.CORPORA["germeval"]
    rows = list(corpus.rows(packed(tmp_path / "dev.xz", "\n".join(sentences))))
    assert [row.text for row in rows] == ["Satz0 Bonn", "Satz5 Bonn", "Satz10 Bonn"]
    assert all(marked(row) == ({("Bonn", "LOCATION")}, set()) for row in rows)
