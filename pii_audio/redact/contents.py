"""What a file of a release says in words: the texts in it, the members of an archive, the tags of a sound.

Knows files, not people. Nothing is unpacked to disk, and no archive is believed about its size.
"""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import Any

from pii_audio.errors import FormatError

__all__ = ["Piece", "cues", "pieces", "readable", "words_disagree"]

LARGEST, DEEPEST = 1 << 30, 3  # bytes of all members of an archive; archives in archives
CHUNK = 1 << 20
TEXT = frozenset({
    ".csv", ".ctm", ".htm", ".html", ".json", ".jsonl", ".md", ".ndjson", ".rttm", ".srt", ".tsv", ".txt",
    ".vtt", ".xml", ".yaml", ".yml",
})  # fmt: skip
_TIMING = re.compile(r"^(?:\d+\r?\n)?[\d:.,]+ --> [\d:.,]+", re.MULTILINE)
_TURN = re.compile(r"SPEAKER \S+ \d+ [\d.]+ [\d.]+ <NA> <NA> (\S+) (?:[\d.]+|<NA>) <NA>")  # the speaker
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")  # in no text
_ENCODED = re.compile(_CONTROL.pattern.encode())


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that stands somewhere in a file. `inner`: the member of an archive, by number."""

    text: str = field(repr=False)
    inner: int | None = None
    named: bool = False  # it is the name of a member, not its content


def pieces(name: str, data: bytes, *, depth: int = 0) -> Iterator[Piece]:
    """The texts of a file; nothing for sounds and pictures. Raises FormatError."""
    suffix = PurePosixPath(name).suffix.lower()
    if zipfile.is_zipfile(BytesIO(data)):
        yield from _members(data, depth)
    elif suffix == ".parquet":
        yield from (Piece(text) for text in _columns(data))
    elif suffix in TEXT or not _ENCODED.search(data[:CHUNK]):
        yield from (Piece(text) for text in _texts(suffix, _decoded(data)))


def readable(data: bytes) -> str | None:
    """The text that bytes are; None where they are none, or nobody can say in which encoding."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def cues(text: str) -> str:
    """What stands on the screen of SRT or VTT, without numbers and times."""
    return html.unescape(_TIMING.sub("", re.sub(r"\A\ufeff?WEBVTT\b", "", text)))


def words_disagree(data: Any) -> bool:
    """Whether somewhere in a JSON value a list of words or segments disagrees with the text beside it.

    Spans over the text must lie in it and leave no letter out; words that are spelled out must give the text.
    """
    if isinstance(data, list):
        return any(words_disagree(item) for item in data)
    if not isinstance(data, dict):
        return False
    text = data.get("text")
    if isinstance(text, str):
        for key in ("words", "segments"):
            rows = data.get(key)
            if isinstance(rows, list) and rows and not _agree(text, rows):
                return True
    return any(words_disagree(value) for value in data.values())


def _agree(text: str, rows: list[Any]) -> bool:
    if not all(isinstance(row, dict) for row in rows):
        return False
    spelled = [row.get("word", row.get("text")) for row in rows]
    if any(isinstance(word, str) for word in spelled):
        return _letters("".join(str(word or "") for word in spelled)) == _letters(text)
    spans = [(row.get("start"), row.get("end")) for row in rows]
    if not all(isinstance(a, int) and isinstance(b, int) and 0 <= a <= b <= len(text) for a, b in spans):
        return False
    covered = {i for a, b in spans for i in range(a, b)}
    return all(i in covered for i, sign in enumerate(text) if sign.isalnum())


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _members(data: bytes, depth: int) -> Iterator[Piece]:
    if depth >= DEEPEST:
        raise _unreadable("archives within archives")
    read = 0
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if archive.comment:
                yield Piece(_decoded(archive.comment), named=True)
            for number, member in enumerate(archive.infolist(), 1):
                yield Piece(member.filename, number, named=True)
                if member.is_dir():
                    continue
                with archive.open(member) as file:
                    content = file.read(LARGEST - read + 1)
                read += len(content)
                if read > LARGEST:
                    raise _unreadable("an archive that unpacks to more than 1 GiB")
                for piece in pieces(member.filename, content, depth=depth + 1):
                    yield Piece(piece.text, number, piece.named)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        raise _unreadable("a damaged or encrypted archive") from None


def _columns(data: bytes) -> Iterator[str]:
    import pyarrow.parquet as parquet

    try:
        table = parquet.read_table(BytesIO(data))
    except (OSError, ValueError):
        raise _unreadable("a damaged table") from None
    for column in table.columns:
        for value in column.to_pylist():
            yield from _strings(value)
    for key, value in (table.schema.metadata or {}).items():
        yield from (_decoded(key), _decoded(value))


def _texts(suffix: str, text: str) -> Iterator[str]:
    match suffix:
        case ".json":
            yield from _json(text)
        case ".jsonl" | ".ndjson":
            for line in text.splitlines():
                yield from _json(line)
        case ".csv":
            yield from _cells(text)
        case ".html" | ".htm":
            page = _Page()
            page.feed(text)
            page.close()
            yield from page.texts
        case ".xml":
            yield html.unescape(re.sub(r"<[^>]*>", " ", text))
            yield from (html.unescape(value) for value in re.findall(r"=\s*[\"']([^\"']+)[\"']", text))
            yield from re.findall(r"<!--(.*?)-->", text, re.DOTALL)
        case ".srt" | ".vtt":
            yield cues(text)
        case ".ctm":  # its times are numbers too
            rows = [line.split() for line in text.splitlines()]
            yield " ".join(row[4] for row in rows if len(row) > 4)
            yield from (" ".join(row) for row in rows if len(row) not in (5, 6))
        case ".rttm":
            yield from {match[1] if (match := _TURN.fullmatch(line)) else line for line in text.splitlines()}
        case ".tsv" if text.startswith("start\tend\ttext"):
            yield "\n".join(re.sub(r"^\d+\t\d+\t", "", line) for line in text.splitlines()[1:])
        case _:
            yield text


def _cells(text: str) -> Iterator[str]:
    """Cell by cell: what begins in one and ends in the next is nobody's name."""
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            yield from row
    except csv.Error:
        yield text


class _Page(HTMLParser):
    """Every text, attribute, comment and script of a page, each for itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for _, value in attrs if value]

    def handle_comment(self, data: str) -> None:
        self.texts.append(data)

    def handle_decl(self, decl: str) -> None:
        self.texts.append(decl)

    def handle_pi(self, data: str) -> None:
        self.texts.append(data)

    def unknown_decl(self, data: str) -> None:
        self.texts.append(data)


def _json(text: str) -> Iterator[str]:
    try:
        yield from _strings(json.loads(text))
    except (ValueError, RecursionError):
        yield text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 1e5:
        yield str(int(value)) if float(value).is_integer() else str(value)


def _unreadable(what: str) -> FormatError:
    return FormatError("file", what, "it cannot be looked into: take it out")


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
