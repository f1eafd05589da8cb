"""Readers of public corpora: which slots of commands are ours, which sentences of news are held out."""

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
    ("said", "personal"),
    [
        ("ruf ines/person in jena/place_name an", {("ines", "PERSON"), ("jena", "LOCATION")}),
        ("wie alt ist nena/person", {("nena", "PERSON")}),
        ("ein taxi nach/place_name hause/place_name", {("nach hause", "LOCATION")}),
        ("schreib meiner oma/relation", set()),
        ("spiel abba/artist_name", set()),
    ],
)
def test_massive_is_read_as_it_was_published(
    tmp_path: Path, said: str, personal: set[tuple[str, str]]
) -> None:
    (row,) = commands.massive(packed(tmp_path / "dev.xz", slots(said)))
    assert marked(row) == (personal, set())


def test_slurp_and_hwu64_have_the_same_slots(tmp_path: Path) -> None:
    mail = {"slurp_id": 1, "sentence_annotation": "mail from [person : joanne] at [time : ten]"}
    (row,) = commands.slurp(packed(tmp_path / "s.xz", json.dumps(mail)))
    assert (row.text, marked(row)) == ("mail from joanne at ten", ({("joanne", "PERSON")}, set()))

    entities = [
        {"start": 8, "end": 12, "entity": "place_name"},
        {"start": 13, "end": 16, "entity": "relation"},
    ]
    rasa = {"rasa_nlu_data": {"common_examples": [{"text": "time in york mum", "entities": entities}]}}
    (row,) = commands.hwu64(packed(tmp_path / "h.xz", json.dumps(rasa)))
    assert marked(row) == ({("york", "LOCATION")}, set())


def test_news_that_the_tagger_has_read_is_not_counted(tmp_path: Path) -> None:
    """Every fifth sentence is; where it comes from, a comment, is no part of it."""
    sentences = [f"#\thttp://example.org\t[today]\n1\tSatz{n}\tO\tO\n2\tBonn\tB-LOC\tO\n" for n in range(11)]
    corpus = corpora.CORPORA["germeval"]
    rows = list(corpus.rows(packed(tmp_path / "dev.xz", "\n".join(sentences))))
    assert [row.text for row in rows] == ["Satz0 Bonn", "Satz5 Bonn", "Satz10 Bonn"]
    assert all(marked(row) == ({("Bonn", "LOCATION")}, set()) for row in rows)
