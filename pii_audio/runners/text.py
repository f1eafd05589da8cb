"""Findings for text alone: one JSON line in, one JSON line out, in the same order. No audio, no Whisper."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.errors import ConfigError, FormatError, InputError
from pii_audio.files import write_private, writing
from pii_audio.formats.timing import cleaned, language_of
from pii_audio.recognizers import LANGUAGES
from pii_audio.types import Failure, Finding, Transcript

__all__ = ["find_lines"]


def find_lines(source: Path, out: Path, config: Config) -> list[Failure]:
    """Read {"id","language","text"} lines, write {"id","findings":[...]} lines.

    A finding is {"start","end","entity_type","score"}, its span over the text that came in.

    A line without a language is taken for German or English by its words. A line that cannot be used has
    "error" in place of "findings", so that lines correspond. `-` is stdin or stdout. Raises InputError when
    the file cannot be read, ConfigError where it is `out` too, OutputError when the result cannot be written.
    """
    _refuse_the_source(source, out)
    lines: list[Transcript | Failure] = []
    ids: list[Any] = []
    for number, line in enumerate(_lines(source), start=1):
        name, item = _parse(line, number)
        ids.append(name)
        lines.append(item)
    texts = [item for item in lines if isinstance(item, Transcript)]
    found = iter(pipeline.recognize(texts, config))
    rows = [
        {"id": name, "error": item.message}
        if isinstance(item, Failure)
        else {"id": name, "findings": [_finding(f) for f in next(found)]}
        for name, item in zip(ids, lines, strict=True)
    ]
    _write(out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return [item for item in lines if isinstance(item, Failure)]


def _refuse_the_source(source: Path, out: Path) -> None:
    if "-" not in (str(source), str(out)) and out.exists() and source.exists() and out.samefile(source):
        raise ConfigError("--out", "is the file that is read", "choose another file")


def _lines(source: Path) -> Iterator[bytes]:
    if str(source) == "-":
        yield from (line for line in sys.stdin.buffer if line.strip())
        return
    try:
        with source.open("rb") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        raise InputError(
            "FILE.jsonl", f"cannot be read ({error.strerror})", "name a JSONL file, or -"
        ) from None


def _parse(line: bytes, number: int) -> tuple[Any, Transcript | Failure]:
    try:
        row = json.loads(line)
        text = cleaned(f"line-{number}", row["text"])
        language = language_of(row.get("language"), text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, FormatError):
        what = 'not a JSON object with a "text"; write {"id", "language", "text"} on one line'
        return f"line-{number}", Failure(f"line-{number}", "read", what)
    name = row.get("id", f"line-{number}")
    if language not in LANGUAGES:
        what = f"no recognizers for the language {language!r}; use de or en"
        return name, Failure(f"line-{number}", "recognize", what)
    return name, Transcript(f"line-{number}", text, (), language, model="text")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "start": finding.start,
        "end": finding.end,
        "entity_type": finding.entity_type,
        "score": round(finding.score, 4),
    }


def _write(out: Path, text: str) -> None:
    text = text.encode("utf-8", "backslashreplace").decode()  # half a character in an id: JSON's \ud800
    if str(out) == "-":
        sys.stdout.write(text)
        return
    with writing("--out", "choose another file"):
        write_private(out, text)
