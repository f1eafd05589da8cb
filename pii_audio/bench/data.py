"""Marked utterances: what a row is, and the one format of our own. Other corpora are read in `corpora`.

A file has one utterance a line, `id <TAB> language <TAB> scene <TAB> text`, personal information marked as
`{LABEL:text}`. A file named `unread-*` is a held-out set: its errors are never collected, so that nobody who
writes recognizers has read them.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pii_audio.bench import corpora
from pii_audio.bench.rows import Row, Span
from pii_audio.errors import ConfigError, FormatError, InputError

__all__ = ["Dataset", "names", "read", "unmarked"]

_MARK = re.compile(r"\{([A-Z_]+):([^}]*)\}")
SPOKEN = "spoken-pii"  # our own development set; the others' names are in corpora.CORPORA


@dataclass(frozen=True, slots=True)
class Dataset:
    """Marked rows. `labels`: the types that are marked throughout, None for all of ours; what a recognizer
    finds of another type is then neither right nor wrong."""

    name: str
    rows: tuple[Row, ...] = field(repr=False)
    labels: frozenset[str] | None = None
    unread: bool = False  # held out: measured, never shown

    @property
    def sha256(self) -> str:
        """Of the texts and what is marked in them, in order."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update(repr((row.id, row.text, row.spans, row.aside)).encode())
        return digest.hexdigest()


def names() -> list[str]:
    return [SPOKEN, *corpora.CORPORA]


def read(name: str, root: Path | None = None, *, limit: int | None = None) -> Dataset:
    """A data set by name, or a file in the format above. `limit`: at most so many rows, each time the same.

    The named ones lie under `root`, else under $PII_AUDIO_DATA. Raises ConfigError where they do not, or for
    a name that is none; InputError for a file that cannot be read; FormatError for one of another format.
    """
    if name in names():
        dataset = _named(name, _root(root))
    elif Path(name).is_file():
        dataset = _file(Path(name))
    else:
        raise ConfigError("--data", "no such data set or file", f"name a file, or {', '.join(names())}")
    if limit is None or len(dataset.rows) <= limit:
        return dataset
    kept = sorted(random.Random(1).sample(range(len(dataset.rows)), limit))
    return replace(dataset, rows=tuple(dataset.rows[i] for i in kept))


def _root(root: Path | None) -> Path:
    chosen = root or os.environ.get("PII_AUDIO_DATA")
    if not chosen:
        raise ConfigError(
            "--data", "a data set was named, not a file", "say where it lies: --data-root, or PII_AUDIO_DATA"
        )
    return Path(chosen)


def _named(name: str, root: Path) -> Dataset:
    try:
        if name == SPOKEN:
            return replace(_file(root / SPOKEN / "dev.tsv"), name=SPOKEN)
        corpus = corpora.CORPORA[name]
        return Dataset(name, tuple(corpus.rows(root / corpus.path)), corpus.labels)
    except OSError as error:
        what = f"the data set is not under --data-root ({error.strerror})"
        raise ConfigError(name, what, "get it, or name another") from None


def _file(path: Path) -> Dataset:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise FormatError("--data", "a file is not UTF-8 text", "see `pii_audio.bench.data`") from None
    except OSError as error:
        raise InputError("--data", f"cannot be read ({error.strerror})", "name another file") from None
    rows = tuple(_row(line, number) for number, line in enumerate(lines, 1) if line.strip())
    return Dataset(path.name, rows, unread=path.name.startswith("unread-"))


def _row(line: str, number: int) -> Row:
    cells = line.split("\t")
    if len(cells) != 4:
        raise FormatError(
            f"line {number}", "not `id, language, scene, text` between tabs", "see `pii_audio.bench.data`"
        )
    id_, language, _scene, marked = cells
    text, spans = unmarked(marked)
    return Row.of(id_, language, text, spans)


def unmarked(marked: str) -> tuple[str, Sequence[Span]]:
    """ "Ruf {PERSON:Sandra} an" -> "Ruf Sandra an" and its spans."""
    text, spans, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        at = match.end()
    return text + marked[at:], spans
