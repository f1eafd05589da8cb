"""What we write: subtitles that players show, JSON that loses nothing, tables that others can open."""

from __future__ import annotations

import html
import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_audio.formats import native, srt, text, vtt
from pii_audio.types import Finding, Transcript, Word


def transcript(said: str, *, word_s: float = 0.4, pauses: dict[int, float] | None = None) -> Transcript:
    """Words of equal length, with a pause in front of the ones in `pauses`."""
    words, now = [], 0.0
    for number, match in enumerate(re.finditer(r"\S+", said)):
        now += (pauses or {}).get(number, 0.0)
        words.append(Word(match.start(), match.end(), now, now + word_s, 0.9, "de"))
        now += word_s
    return Transcript("rec-1", said, tuple(words), "de", now)


LONG = (
    "Guten Tag mein Name ist <PERSON_1> und ich wohne in der <ADDRESS_1> in <LOCATION_1> wo es schön ist. "
    * 3
)


def parsed(written: str, mark: str) -> list[tuple[float, float, list[str]]]:
    """Cues of SRT or VTT, read as players do."""
    cues = []
    for block in written.strip().split("\n\n"):
        lines = block.split("\n")
        at = next((n for n, line in enumerate(lines) if " --> " in line), None)
        if at is None:
            assert block == "WEBVTT"
            continue
        times = [re.fullmatch(rf"(\d\d+):(\d\d):(\d\d)\{mark}(\d\d\d)", t) for t in lines[at].split(" --> ")]
        begin, end = (
            sum(int(x) * f for x, f in zip(t.groups(), (3600, 60, 1, 0.001), strict=True)) for t in times if t
        )
        cues.append((begin, end, lines[at + 1 :]))
    return cues


def test_srt_cues_fit_the_screen() -> None:
    cues = parsed(srt.write(transcript(LONG)), ",")
    assert len(cues) > 3
    assert all(1 <= len(lines) <= 2 and max(map(len, lines)) <= 42 for _, _, lines in cues)
    assert all(0 < end - begin <= 7.5 for begin, end, _ in cues)
    assert " ".join(line for _, _, lines in cues for line in lines) == LONG.strip()
    assert srt.write(transcript(LONG)).startswith("1\n00:00:00,000 --> ")


def test_vtt_placeholders_survive() -> None:
    written = vtt.write(transcript("Hier spricht <PERSON_1> & Co. --> <ADDRESS_1>"))
    assert written.startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert "Hier spricht &lt;PERSON_1&gt; &amp; Co. --&gt;\n&lt;ADDRESS_1&gt;\n" in written
    ((_, _, lines),) = parsed(written, ".")
    assert html.unescape(" ".join(lines)) == "Hier spricht <PERSON_1> & Co. --> <ADDRESS_1>"


def test_cues_are_cut_at_pauses() -> None:
    cues = parsed(vtt.write(transcript("eins zwei drei vier", pauses={2: 1.5})), ".")
    assert [lines for _, _, lines in cues] == [["eins zwei"], ["drei vier"]]
    assert cues[1][0] == pytest.approx(0.8 + 1.5)


def test_an_arrow_in_the_text_breaks_no_srt() -> None:
    ((_, _, lines),) = parsed(srt.write(transcript("a --> b")), ",")
    assert lines == ["a -> b"]


def test_nothing_said() -> None:
    empty = Transcript("rec-1", "", (), "de")
    assert (srt.write(empty), vtt.write(empty), text.write(empty)) == ("", "WEBVTT\n", "\n")


def test_three_hours_are_written_as_such() -> None:
    late = Transcript("rec-1", "ja", (Word(0, 2, 3 * 3600 + 61.5, 3 * 3600 + 62.0, 1.0, "de"),), "de")
    assert "03:01:01.500 --> 03:01:02.000" in vtt.write(late)


NUMBERS = st.floats(min_value=0, max_value=1e6, allow_nan=False)
PLACES = st.integers(0, 99)
WORDS = st.builds(Word, PLACES, PLACES, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["de", "en"]))
STRINGS = st.text(st.characters(exclude_categories=["Cs"]))
TRANSCRIPTS = st.builds(Transcript, STRINGS, STRINGS, st.lists(WORDS).map(tuple), STRINGS, NUMBERS, STRINGS)
PLAIN = {
    "id": STRINGS,
    "recording_id": STRINGS,
    "entity_type": STRINGS,
    "start": st.integers(),
    "end": st.integers(),
    "score": NUMBERS,
    "recognizer": STRINGS,
    "subject": st.sampled_from(["speaker", "partner", "family", "other"]),
    "value": st.none() | STRINGS,
    "text": STRINGS,
    "reason": STRINGS,
}
FINDINGS = st.recursive(
    st.builds(Finding, **PLAIN),
    lambda inner: st.builds(Finding, **PLAIN, nested=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)


@given(TRANSCRIPTS)
def test_transcripts_come_back_as_they_were(given_one: Transcript) -> None:
    assert native.load_transcript(json.loads(json.dumps(native.dump_transcript(given_one)))) == given_one


@given(st.lists(FINDINGS, max_size=3))
def test_findings_come_back_as_they_were(findings: list[Finding]) -> None:
    assert native.load_findings(json.loads(json.dumps(native.dump_findings("rec-1", findings)))) == findings


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"format": "x"}, {"words": [{}]}, {"more": 1}, {"words": None}]
)
def test_another_shape_is_refused(change: dict[str, object]) -> None:
    data = {**native.dump_transcript(transcript("hallo")), **change}
    with pytest.raises((ValueError, TypeError, KeyError)):
        native.load_transcript(data)


def test_parquet_is_private_and_typed(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from pii_audio.formats.parquet import FINDINGS as COLUMNS
    from pii_audio.formats.parquet import write_findings, write_recordings

    findings = tmp_path / "findings.parquet"
    write_findings(findings, [{"id": "rec-1-0-4-PERSON", "start": 0, "end": 4, "text": "Anna", "score": 0.9}])
    write_findings(findings, [{"id": "rec-2-0-4-PERSON", "start": 0, "end": 4, "text": "Jörg", "score": 0.8}])
    table = pq.read_table(findings)
    assert table.schema.equals(COLUMNS)
    assert table.to_pylist()[0]["text"] == "Jörg"
    assert table.to_pylist()[0]["value"] is None
    assert findings.stat().st_mode & 0o777 == 0o600

    recordings = tmp_path / "recordings.parquet"
    write_recordings(recordings, [])
    assert pq.read_table(recordings).num_rows == 0
    with pytest.raises(ValueError, match="no such column: colour"):
        write_recordings(recordings, [{"colour": "red"}])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["findings.parquet", "recordings.parquet"]


def test_an_infinite_crowd_is_a_number_in_parquet(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from pii_audio.formats.parquet import write_recordings

    write_recordings(tmp_path / "r.parquet", [{"id": "rec-1", "k": math.inf}])
    assert pq.read_table(tmp_path / "r.parquet").to_pylist()[0]["k"] == math.inf
