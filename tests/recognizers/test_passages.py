"""Long transcripts: read in passages that overlap, found as in short ones."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_audio.bench import data
from pii_audio.recognizers.ensemble import Ensemble
from pii_audio.recognizers.passages import LONGEST, SHARED, passages
from pii_audio.types import Transcript

TEXTS = st.lists(st.sampled_from(["ja", "Husum", "Ende. ", " ", ". ", "x" * 300, "\n"]), max_size=400)


@given(TEXTS.map("".join))
def test_nothing_stands_outside_and_every_passage_is_where_it_says(text: str) -> None:
    parts = list(passages(Transcript("rec-1", text, (), "de")))
    ends = [0]
    for part in parts:
        own = part.transcript.text
        assert text[part.begin :].startswith(own)
        assert len(own) <= LONGEST
        assert part.begin <= ends[-1]
        ends.append(part.begin + len(own))
    assert ends[-1] == len(text)


def test_a_short_transcript_is_its_own_passage() -> None:
    said = Transcript("rec-1", "Ruf Sandra an.", (), "de")
    assert [part.transcript for part in passages(said)] == [said]


def test_neighbours_share_a_sentence() -> None:
    parts = list(passages(Transcript("rec-1", "Das Licht im Flur ist noch an. " * 200, (), "de")))
    for part, after in pairwise(parts):
        assert SHARED <= part.begin + len(part.transcript.text) - after.begin <= 2 * SHARED
        assert after.transcript.text.startswith("Das")


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_hour_in_one_transcript_is_found_as_in_clips(language: str) -> None:
    rows = [
        r.transcript for r in data.read(str(Path(__file__).with_name(f"household-2-{language}.tsv"))).rows
    ]
    rows = [r for r in rows if r.language == language]
    whole = Transcript("rec-1", " ".join(r.text for r in rows), (), language)
    ensemble = Ensemble()
    (found,) = ensemble.find([whole])
    assert all(whole.text[f.start : f.end] == f.text for f in found)
    assert len({f.id for f in found}) == len(found)
    covered = {i for f in found for i in range(f.start, f.end)}
    missed, said, at = 0, 0, 0
    for row, own in zip(rows, ensemble.find(rows), strict=True):
        said += sum(f.end - f.start for f in own)
        missed += sum(at + i not in covered for f in own for i in range(f.start, f.end))
        at += len(row.text) + 1
    assert missed < 0.05 * said, "a third of it, read as one sentence"
