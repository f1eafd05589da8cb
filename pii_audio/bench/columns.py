"""What the readers of corpora share: packed text, tokens in columns, labels that become ours."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pii_audio.bench.rows import Row, Span

__all__ = ["Map", "blocks", "conll", "mapped", "row", "unpacked"]

Map = Mapping[str, str | None]


def mapped(found: Iterable[Span], labels: Map) -> tuple[list[Span], list[tuple[int, int]]]:
    """(what is personal under our labels, what is set aside)"""
    known = [(s, e, labels[label]) for s, e, label in found if label in labels]
    return [(s, e, to) for s, e, to in known if to], [(s, e) for s, e, to in known if not to]


def unpacked(path: Path) -> str:
    return lzma.decompress(path.read_bytes()).decode("utf-8")


def blocks(path: Path) -> Iterator[list[str]]:
    for block in re.split(r"\n\s*\n", unpacked(path)):
        if lines := [line for line in block.split("\n") if line.strip()]:
            yield lines


def conll(
    path: Path, name: str, language: str, *, columns: int, token: int, tag: int, labels: Map, most: int = 1000
) -> Iterator[Row]:
    """Columns between tabs, a sentence of at most `most` tokens a block, B- and I- before a label.

    A comment has fewer columns, or # in the first.
    """
    for n, block in enumerate(blocks(path)):
        lines = [cells for cells in (line.split("\t") for line in block) if len(cells) == columns]
        lines = [cells for cells in lines if cells[0] != "#"]
        if 0 < len(lines) <= most:
            yield row(f"{name}-{n}", language, [c[token] for c in lines], [c[tag] for c in lines], labels)


def row(
    id_: str, language: str, tokens: Sequence[str], tags: Sequence[str], labels: Map | None = None
) -> Row:
    """A row out of tokens with B-, I- or O; no space before a mark that closes. No `labels`: as they are."""
    text, found = "", list[Span]()
    before = "O"
    for token, tag in zip(tokens, tags, strict=True):
        text += " " if text and not re.fullmatch(r"[.,;:!?)\]%]+", token) else ""
        start, text = len(text), text + token
        kind, _, label = tag.partition("-")
        if label and kind == "I" and before.partition("-")[2] == label:
            found[-1] = (found[-1][0], len(text), label)
        elif label:
            found.append((start, len(text), label))
        before = tag
    if labels is None:
        return Row.of(id_, language, text, found)
    return Row.of(id_, language, text, *mapped(found, labels))
