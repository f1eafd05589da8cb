"""Documents beside recordings, CSV, JSON, HTML and plain text: each text in them swapped, all else kept.

What is to stand in the place of a text is decided elsewhere. Scripts and comments of pages are dropped.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

from pii_audio.errors import FormatError

__all__ = ["Number", "Swap", "is_document", "rewrite"]

Swap = Callable[[str, str], str]  # (column, key or attribute; the text) -> what stands in its place


class Number(str):
    """A number of JSON as it is written there. A swap that gives one has a number written."""

    __slots__ = ()


_KEPT = frozenset({  # attributes that hold no text
    "charset", "class", "colspan", "controls", "dir", "http-equiv", "lang", "rel", "rowspan", "style", "type",
})  # fmt: skip
_EMPTY = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip


def is_document(name: str) -> bool:
    """Whether a file of this name is one that `rewrite` knows."""
    return PurePosixPath(name).suffix.lower() in _KINDS


def rewrite(name: str, data: bytes, swap: Swap) -> bytes:
    """The document with every text in it swapped; encoding, separators and structure stay.

    Raises FormatError where it is not what its suffix says, or of no known kind.
    """
    suffix = PurePosixPath(name).suffix.lower()
    try:
        encoding = _encoding(data)
        return _KINDS[suffix](data.decode(encoding), swap).encode(encoding, "replace")
    except (ValueError, KeyError, RecursionError, csv.Error):
        raise FormatError("document", "it is not what its suffix says", "it is left out") from None


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"


def _table(text: str, swap: Swap) -> str:
    """The first line names the columns, and is text like the others: not every table has such a line."""
    dialect = _dialect(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
    header = rows[0] if rows else []
    out = io.StringIO(newline="")
    writer = csv.writer(out, dialect)
    for number, row in enumerate(rows):
        keys = [""] * len(row) if number == 0 else [*header, *[""] * (len(row) - len(header))]
        writer.writerow([swap(key, cell) for key, cell in zip(keys, row, strict=False)])
    return out.getvalue()


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.split("\n", 1)[0]
    ends = "\r\n" if first.endswith("\r") else "\n"
    separator = max(",;\t", key=first.count)

    class Found(csv.excel):
        delimiter = separator
        lineterminator = ends
        quoting = csv.QUOTE_ALL if first.startswith('"') else csv.QUOTE_MINIMAL

    return Found


def _json(text: str, swap: Swap) -> str:
    indent = 2 if "\n" in text.strip() else None
    return json.dumps(_swapped("", json.loads(text), swap), ensure_ascii=False, indent=indent)


def _lines(text: str, swap: Swap) -> str:
    """JSON, one value a line."""
    lines = text.split("\n")
    return "\n".join(_json(line, swap) if line.strip() else line for line in lines)


def _swapped(key: str, value: Any, swap: Swap) -> Any:
    """Keys are texts too: people name things. A number that is swapped becomes a text."""
    match value:
        case str():
            other = swap(key, value)
            return json.loads(other) if isinstance(other, Number) else other
        case bool() | None:
            return value
        case int() | float():
            said = Number(json.dumps(value))
            other = swap(key, said)
            return value if other == said else other
        case list():
            return [_swapped(key, item, swap) for item in value]
    fields: dict[str, Any] = {}
    for name, item in value.items():
        base = other = swap("", name)
        count = 1
        while other in fields:
            count += 1
            other = f"{base} {count}"
        fields[other] = _swapped(name, item, swap)
    return fields


def _plain(text: str, swap: Swap) -> str:
    """Line by line, line ends kept."""
    return "".join(
        swap("", line.rstrip("\r\n")) + line[len(line.rstrip("\r\n")) :]
        for line in text.splitlines(keepends=True)
    )


def _page(text: str, swap: Swap) -> str:
    page = _Page(swap)
    page.feed(text)
    page.close()
    return "".join(page.out)


class _Page(HTMLParser):
    """Writes what it reads, texts and attributes swapped."""

    def __init__(self, swap: Swap) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._swap, self._script = swap, False

    def handle_decl(self, decl: str) -> None:
        if decl.lower().startswith("doctype"):
            self.out.append("<!DOCTYPE html>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        if self._script:
            return
        held = [
            (name, value if value is None or name in _KEPT else self._swap(name, value))
            for name, value in attrs
            if not name.startswith("on")
        ]
        written = "".join(f" {n}" if v is None else f' {n}="{escape(v)}"' for n, v in held)
        self.out.append(f"<{tag}{written}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "script":
            self.out.append(f"</{tag}>")
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script:
            return
        said = data.strip()
        before, after = data[: len(data) - len(data.lstrip())], data[len(data.rstrip()) :]
        style = self.cdata_elem is not None  # of CSS, where an entity would be no entity
        swapped = self._swap("", said) if said else ""
        self.out.append((before if said else data) + (swapped if style else escape(swapped, quote=False)))
        self.out.append(after if said else "")


_KINDS: dict[str, Callable[[str, Swap], str]] = {
    ".csv": _table,
    ".tsv": _table,
    ".json": _json,
    ".jsonl": _lines,
    ".html": _page,
    ".htm": _page,
    ".txt": _plain,
    ".md": _plain,
    ".srt": _plain,
    ".vtt": _plain,
}
