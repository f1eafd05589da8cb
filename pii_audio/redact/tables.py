"""What was taken out of the tables and pages of an export, and how it is put back. For those who may know it.

Kept is the document with a mark wherever the release says something else: a released page does not tell where
a text stood of which nothing is left, nor a table which of its texts was a number. Between the marks is what
the release has too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from pii_audio.errors import FormatError
from pii_audio.formats.documents import Number, Swap, rewrite
from pii_audio.redact.cells import cell
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.text import Redaction, Removed
from pii_audio.types import Failure

__all__ = ["Marked", "Taken", "marked", "put_back"]

_MARK = re.compile("\ue000([0-9]+)\ue001")  # for private use in Unicode


@dataclass(frozen=True, slots=True)
class Taken:
    """What stood behind a mark, what the release has there, and whose it was."""

    text: str = field(repr=False)
    released: str = field(repr=False)
    labels: tuple[str, ...]  # "PERSON_3"; none for what an address of the web said beyond its host
    number: bool = False  # a number of JSON


@dataclass(frozen=True, slots=True)
class Marked:
    """A document with marks; the number in a mark is a place in `taken`."""

    content: bytes = field(repr=False)
    taken: tuple[Taken, ...] = field(repr=False)
    withheld: bool = False  # there are texts in it that could not be redacted: they are not kept

    def without(self, gone: Callable[[Taken], bool]) -> Marked:
        """With what was released in the place of what is to be forgotten."""
        left = (replace(t, text=t.released, labels=(), number=False) if gone(t) else t for t in self.taken)
        return replace(self, taken=tuple(left))


def marked(
    name: str, data: bytes, swap: Swap, redactions: Mapping[str, Redaction | Failure], names: Pseudonyms
) -> Marked | None:
    """The document with marks where `swap` changes it; `redactions` are those of its cells, by their id.

    A text that could not be redacted is not kept: nobody knows whose it is. None where the document would not
    come back as it was: in a table, marks in the first line can hide what separates its columns.
    """
    marks = _Marks(swap, redactions, names)
    try:
        made = Marked(rewrite(name, data, marks), tuple(marks.taken), bool(marks.withheld))
        source = rewrite(name, data, lambda *said: swap(*said) if said in marks.withheld else said[1])
        return made if put_back(name, made) == source else None
    except FormatError:
        return None


def put_back(name: str, document: Marked) -> bytes:
    """The document as it came, but for what `rewrite` drops: cells, values and texts are the same."""

    def back(_: str, text: str) -> str:
        alone = _MARK.fullmatch(text)
        if alone and document.taken[int(alone[1])].number:
            return Number(document.taken[int(alone[1])].text)
        return _MARK.sub(lambda mark: document.taken[int(mark[1])].text, text)

    return rewrite(name, document.content, back)


class _Marks:
    """A swap that marks what another one changes: `taken` has each value once, `withheld` what is lost."""

    def __init__(self, swap: Swap, redactions: Mapping[str, Redaction | Failure], names: Pseudonyms) -> None:
        self._swap, self._redactions, self._names = swap, redactions, names
        self.taken: dict[Taken, int] = {}
        self.withheld: set[tuple[str, str]] = set()  # column, text

    def __call__(self, column: str, text: str) -> str:
        new = self._swap(column, text)
        if new == text and "\ue000" not in text:
            return text
        redactions = self._of(column, text)
        if any(isinstance(redaction, Failure) for redaction in redactions):
            self.withheld.add((column, text))
            return new.replace("\ue000", "")
        known = cell(column, text)
        own = self._redactions.get(known.transcript.recording_id) if known else None
        plain = known and known.transcript.text == text and "\ue000" not in text
        if plain and isinstance(own, Redaction) and own.transcript.text == new and type(text) is str:
            return "".join(self._stretches(text, own))
        labels = {label for r in redactions if isinstance(r, Redaction) for label in self._labels(*r.removed)}
        said, stands = (t.encode("utf-8", "replace").decode() for t in (text, new))
        return self._mark(Taken(said, stands, tuple(sorted(labels)), isinstance(text, Number)))

    def _of(self, column: str, text: str) -> list[Redaction | Failure | None]:
        """What is known of a text, and of the parts of the path that it may be."""
        parts = [cell("", PurePosixPath(part).stem) for part in PurePosixPath(text).parts]
        return [self._redactions.get(c.transcript.recording_id) for c in (cell(column, text), *parts) if c]

    def _stretches(self, text: str, redaction: Redaction) -> Iterator[str]:
        """The text with a mark for each stretch that went from it."""
        at, new = 0, redaction.transcript.text
        for removed in redaction.removed:
            yield text[at : removed.start]
            said, stands = text[removed.start : removed.end], new[removed.new_start : removed.new_end]
            yield self._mark(Taken(said, stands, tuple(sorted(self._labels(removed)))))
            at = removed.end
        yield text[at:]

    def _labels(self, *removed: Removed) -> set[str]:
        return {self._names.label(f) for r in removed for f in (r.finding, *r.finding.nested)}

    def _mark(self, taken: Taken) -> str:
        return f"\ue000{self.taken.setdefault(taken, len(self.taken))}\ue001"
