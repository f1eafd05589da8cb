"""What we write others read, and so do we: the text is the same, the times within what the form can say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import RecognizerResult

from pii_audio.config import RedactConfig
from pii_audio.formats import (
    ctm,
    jsonl,
    label_studio,
    presidio,
    rttm,
    srt,
    tsv,
    verbose_json,
    vtt,
    whisper_json,
    whisperx,
)
from pii_audio.formats.cues import cues
from pii_audio.formats.forms import FORMS, of_recording, of_set
from pii_audio.sources import discover
from pii_audio.types import Failure, Finding, Recording, Transcript, Word

LETTERS = st.characters(categories=["L", "N"])
TOKEN = st.from_regex(r"[\w<>&.,;'-]{1,12}", fullmatch=True) | st.text(LETTERS, min_size=1, max_size=12)
PLAIN = TOKEN.filter(lambda t: "-->" not in t and not re.search(r"^\d+$|</?[bius]\b|</?font|&\w", t, re.I))


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Words one after another with pauses, whole milliseconds."""
    text, words, ms = "", [], draw(st.integers(0, 10**7))
    for token in draw(st.lists(PLAIN, min_size=1, max_size=30)):
        ms += draw(st.integers(0, 2000))
        start, length = len(text) + bool(text), draw(st.integers(1, 900))
        text = f"{text} {token}".strip()
        sure = draw(st.integers(0, 100)) / 100
        words.append(Word(start, start + len(token), ms / 1000, (ms + length) / 1000, sure, "de"))
        ms += length
    return Transcript("rec-0123456789ab", text, tuple(words), "de", ms / 1000)


WHOLE: dict[str, Callable[[Transcript], Transcript]] = {
    "whisper": lambda t: whisper_json.read(json.loads(json.dumps(whisper_json.write(t))), t.recording_id),
    "verbose_json": lambda t: verbose_json.read(
        json.loads(json.dumps(verbose_json.write(t))), t.recording_id
    ),
    "whisperx": lambda t: whisperx.read(json.loads(json.dumps(whisperx.write(t))), t.recording_id),
    "ctm": lambda t: next(ctm.read_all(ctm.write(t), t.recording_id))[1],
}


@pytest.mark.parametrize("form", WHOLE)
@given(transcripts())
def test_words_come_back_with_their_times(form: str, said: Transcript) -> None:
    back = WHOLE[form](said)
    assert back.text == said.text
    for word in said.words:
        times = back.seconds(word.start, word.end)
        assert times is not None
        assert times == pytest.approx((word.begin_s, word.end_s), abs=2e-3)
    if form in ("whisper", "whisperx", "ctm"):
        sure = [w.confidence for w in back.words]
        assert sure == pytest.approx([w.confidence for w in said.words], abs=1e-3)


@pytest.mark.parametrize(
    ("read", "write"), [(srt.read, srt.write), (vtt.read, vtt.write), (tsv.read, tsv.write)]
)
@given(transcripts())
def test_cues_come_back_with_their_times(
    read: Callable[[str, str], Transcript], write: Callable[[Transcript], str], said: Transcript
) -> None:
    back = read(write(said), said.recording_id)
    assert back.text == said.text
    for cue in cues(said):
        assert back.seconds(cue.start, cue.end) == pytest.approx((cue.begin_s, cue.end_s), abs=2e-3)


SAID = Transcript(
    "rec-0123456789ab",
    "Hier 😀 ist Sandra aus Flensburg.",
    tuple(
        Word(*span, at, at + 0.4, 0.9, "de")
        for at, span in enumerate([(0, 4), (5, 6), (7, 10), (11, 17), (18, 21), (22, 32)])
    ),
    "de",
    7.0,
)
FOUND = (
    Finding("f1", SAID.recording_id, "PERSON", 11, 17, 0.91, "people", text="Sandra"),
    Finding("f2", SAID.recording_id, "LOCATION", 22, 31, 0.8, "places", text="Flensburg"),
)


def test_presidio_takes_its_results_back() -> None:
    data = json.loads(json.dumps(presidio.write(SAID, FOUND)))
    results = [RecognizerResult.from_json(result) for result in data["analyzer_results"]]
    assert [(r.entity_type, data["text"][r.start : r.end]) for r in results] == [
        ("PERSON", "Sandra"),
        ("LOCATION", "Flensburg"),
    ]
    assert jsonl.read(data, "rec-1").text == SAID.text


def test_label_studio_tasks_are_as_its_documentation_has_them() -> None:
    task = json.loads(json.dumps(label_studio.write(SAID, FOUND)))
    assert label_studio.read(task, "rec-1").text == SAID.text
    config = label_studio.config(FOUND)
    for region in task["predictions"][0]["result"]:
        value = region["value"]
        assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
        assert f'name="{region["from_name"]}"' in config
        assert f'name="{region["to_name"]}"' in config
        assert f'value="{value["labels"][0]}"' in config


def test_rttm_marks_findings_or_turns() -> None:
    assert rttm.write(SAID, FOUND).splitlines()[0].split() == (
        ["SPEAKER", SAID.recording_id, "1", "3.000", "0.400", "<NA>", "<NA>", "PERSON", "0.910", "<NA>"]
    )
    joined = rttm.write(
        Transcript("r", "a b", (Word(0, 1, 0, 1, 1, "de"), Word(2, 3, 1.5, 2, 1, "de")), "de")
    )
    assert joined.split() == ["SPEAKER", "r", "1", "0.000", "2.000", *["<NA>"] * 2, "speech", *["<NA>"] * 2]


def test_the_recipe_knows_every_form() -> None:
    every = RedactConfig(formats=FORMS).formats  # pydantic refuses what is not in the list
    assert every == FORMS


def read_back(path: Path) -> Recording:
    (recording,) = discover([path])
    assert isinstance(recording, Recording)
    return recording


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("txt", "rttm")])
def test_what_is_written_is_found_again(form: str, tmp_path: Path) -> None:
    files = [(name, text.encode()) for name, text in of_recording(SAID, [form], FOUND)]
    files += of_set([SAID], [form], {SAID.recording_id: FOUND})
    name, content = files[0]
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path):
        transcript = read_back(path).transcript
        assert transcript is not None
        assert transcript.text == SAID.text
    renamed = (tmp_path / name).rename(tmp_path / "export.dat")  # told by content
    assert read_back(renamed).transcript == transcript


def test_subtitles_as_others_write_them(tmp_path: Path) -> None:
    path = tmp_path / "old.srt"
    path.write_bytes(
        "1\r\n00:00:01,000 --> 00:00:02,500 X1:0\r\n<i>Grüß</i> {\\an8}Gott,\r\nFrau Meier.\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\nJa & nein\r\n".encode("cp1252")
    )
    old = read_back(path).transcript
    assert old is not None
    assert old.text == "Grüß Gott, Frau Meier. Ja & nein"
    assert old.seconds(0, 22) == (1.0, 2.5)
    path = tmp_path / "new.vtt"
    path.write_text(
        "WEBVTT - Kitchen\n\nNOTE by Anna\n\nSTYLE\n::cue {}\n\n1\n01:02.500 --> 01:03.000 line:0\n"
        "<v Anna Schmidt>Q&amp;A <c.loud>jetzt</c>\n",
        encoding="utf-16",
    )
    new = read_back(path).transcript
    assert new is not None
    assert (new.text, new.seconds(0, 3)) == ("Q&A jetzt", (62.5, pytest.approx(62.6875)))


def test_a_word_list_of_two_channels_is_two_recordings(tmp_path: Path) -> None:
    path = tmp_path / "call.ctm"
    path.write_text(
        ";; made by hand\ncall A 0.5 0.4 Hallo 0.9\ncall B 1.0 0.5 Guten NA\ncall A 1.0 0.2 Anna\n"
    )
    first, second = (item for item in discover([path]) if isinstance(item, Recording))
    assert first.transcript is not None
    assert second.transcript is not None
    assert (first.transcript.text, second.transcript.text) == ("Hallo Anna", "Guten")
    assert first.transcript.seconds(6, 10) == (1.0, 1.2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.srt", "nothing of the kind"),
        ("a.srt", ""),
        ("a.tsv", "start\tend\ttext\nsoon\t5\tHallo"),
        ("a.tsv", "colour\tprice\nred\t5\n"),
        ("a.ctm", "call A 0.5 0.4 Hallo\ncall A soon 0.4 Anna\n"),
        ("a.parquet", "PAR1 and no more"),
    ],
)
def test_a_damaged_file_is_a_failure_without_its_words(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    (item,) = discover([tmp_path / name])
    assert isinstance(item, Failure)
    assert "; " in item.message
    assert not {"Hallo", "Anna", "red"} & set(item.message.split())


def test_the_forms_of_one_name_count_once(tmp_path: Path) -> None:
    for name, text in of_recording(SAID, ["whisper", "srt", "tsv", "vtt"]):
        (tmp_path / name.replace(".whisper", "")).write_text(text)
    assert read_back(tmp_path).path.suffix == ".json"
