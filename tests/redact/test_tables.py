"""Documents of every kind come back as they were, whatever stands in the place of the words."""

from __future__ import annotations

import json

import pytest

from pii_audio.config import RedactConfig
from pii_audio.formats.documents import rewrite
from pii_audio.redact.cells import Cell, by_column, cell
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.tables import Marked, marked, put_back
from pii_audio.redact.text import Redaction, redact
from pii_audio.types import Failure, Finding

URL = "https://maps.example/@?center=54.78,9.43&q=M%C3%BCller"
DOCUMENTS = {
    "a.csv": 'name;note;city\r\nMüller;"eins;\r\n""zwei"" Müller";Kiel\r\n;Kiel Müller;\r\n',
    "b.csv": '"name","n"\n"Kiel, Müller","1"\n\n"Müller","\ue0000\ue001"\n',
    "a.json": json.dumps(
        {"latitude": 54.7833021, "n": 3, "Müller": 1, "Kiel": [True, None, "Müller"], "u": URL}
    ),
    "a.jsonl": '{"latitude": 9.4332, "name": "Müller"}\n\n{"latitude": "9.4332"}\n',
    "a.html": "<p>Hallo <!-- x -->Müller</p><b>Müller</b> Kiel &amp; <i title='Müller'> Kiel<br></i>"
    f"<a href='{URL}'>x</a>",
    "c.json": '["Müller \\ud83d", "\\ud83d Kiel", {"Müller": {"latitude": 1e999}}]',
    "a.txt": f"Liebe Müller,\r\n\r\nKiel\n  {URL}",
}


def found(item: Cell) -> list[Finding]:
    text, name = item.transcript.text, item.transcript.recording_id
    values = (("Müller", "PERSON"), ("Kiel", "LOCATION"))
    inside = [
        Finding(
            f"{name}-{kind}",
            name,
            kind,
            text.index(said),
            text.index(said) + len(said),
            1.0,
            "test",
            text=said,
        )
        for said, kind in values
        if said in text
    ]
    return inside or by_column([item])[0]


def released(name: str, text: str, operator: str) -> tuple[bytes, Marked | None]:
    cells: dict[str, Cell] = {}

    def keep(column: str, text: str) -> str:
        if known := cell(column, text):
            cells[known.transcript.recording_id] = known
        return text

    rewrite(name, text.encode(), keep)
    names = Pseudonyms.of({key: found(item) for key, item in cells.items()})
    config = RedactConfig(operator=operator)  # type: ignore[arg-type]
    done: dict[str, Redaction | Failure] = {
        key: redact(item.transcript, found(item), names, config) for key, item in cells.items()
    }

    def swap(column: str, text: str) -> str:
        known = cell(column, text)
        new = done[known.transcript.recording_id] if known else None
        return new.transcript.text if isinstance(new, Redaction) else text

    return rewrite(name, text.encode(), swap), marked(name, text.encode(), swap, done, names)


@pytest.mark.parametrize("operator", ["placeholder", "mask", "remove", "surrogate"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_comes_back_as_it_was(name: str, operator: str) -> None:
    content, kept = released(name, DOCUMENTS[name], operator)
    assert "Müller" not in content.decode()
    assert kept is not None
    source = rewrite(name, DOCUMENTS[name].encode(), lambda _, text: text)
    assert put_back(name, kept) == source
    if name == "a.json":
        assert json.loads(source) == json.loads(DOCUMENTS[name])


@pytest.mark.parametrize("operator", ["placeholder", "mask"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_all_forgotten_is_as_it_was_released(name: str, operator: str) -> None:
    content, kept = released(name, DOCUMENTS[name], operator)
    assert kept is not None
    forgotten = kept.without(lambda _: True)
    assert "Müller" not in repr([t.text for t in forgotten.taken]) + forgotten.content.decode()
    if "\ue000" not in DOCUMENTS[name]:
        assert put_back(name, forgotten) == rewrite(name, content, lambda _, text: text)


def test_what_was_withheld_stays_so() -> None:
    text = "name,city\nMüller,Kiel\n"
    _, kept = released("a.csv", text, "mask")
    assert kept is not None
    known = cell("name", "Müller")
    assert known is not None
    gone: dict[str, Redaction | Failure] = {known.transcript.recording_id: Failure("", "redact", "")}
    swap = lambda _, text: "<REDACTED>" if text == "Müller" else text  # noqa: E731
    made = marked("a.csv", text.encode(), swap, gone, Pseudonyms({}))
    assert made is not None
    assert put_back("a.csv", made) == b"name,city\n<REDACTED>,Kiel\n"
    assert (made.taken, made.withheld, kept.withheld) == ((), True, False)
