"""Exports of voice assistants come out as they went in: a zip with the same folders, redacted.

What it was called may name somebody: in the release it is "export-1.zip", and what lies in it is named
"export-1.zip/folder/file". What is neither sound nor a document that can be read is left out, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from pii_audio import pipeline
from pii_audio.archive import Archive, Member, is_archive
from pii_audio.config import Config
from pii_audio.errors import InputError, PiiAudioError
from pii_audio.formats.documents import is_document, rewrite
from pii_audio.formats.timing import languages_of
from pii_audio.recognizers import LANGUAGES
from pii_audio.redact.cells import Cell, by_column, cell
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.tables import Marked, marked
from pii_audio.redact.text import Redaction
from pii_audio.sources.archive import sounds
from pii_audio.types import Failure, Finding, Recording, Transcript

__all__ = ["Exports"]

DOCUMENT_BYTES = 256 << 20  # a larger document is left out: it is held in memory
WITHHELD = "<REDACTED>"  # where a cell cannot be redacted


@dataclass(frozen=True, slots=True)
class Exports:
    """The documents of all the archives of a set: what they say, and later, how it is said without names."""

    paths: tuple[Path, ...] = field(repr=False)
    recordings: tuple[Recording, ...] = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)
    failures: tuple[Failure, ...] = ()

    @classmethod
    def of(cls, recordings: Sequence[Recording]) -> Exports:
        """Read every document of the archives that the recordings lie in."""
        archived = tuple(r for r in recordings if r.member and _is_archive(r.path))
        paths = tuple(dict.fromkeys(recording.path for recording in archived))
        cells: dict[str, Cell] = {}
        failures: list[Failure] = []

        def keep(column: str, text: str) -> str:
            if found := cell(column, text):
                cells.setdefault(found.transcript.recording_id, found)
            return text

        for path in paths:
            with Archive(path) as archive:
                for member in archive.members:
                    for part in PurePosixPath(member.name).parts:
                        keep("", PurePosixPath(part).stem)
                    if sounds(member):
                        continue
                    try:
                        rewrite(member.name, _read(archive, member), keep)
                    except PiiAudioError as error:
                        what = f"member {member.place}: {error.what}; it is left out"
                        failures.append(Failure("export", "redact", what, path))
        return cls(paths, archived, tuple(cells.values()), tuple(failures))

    @property
    def transcripts(self) -> list[Transcript]:
        return [item.transcript for item in self.cells]

    def find(self, transcripts: Sequence[Transcript], config: Config) -> list[list[Finding]]:
        """The findings of each cell; a name that a recording is sure of is one in a table too."""
        if not self.cells:
            return []
        found = by_column(self.cells)
        for language in LANGUAGES:  # many cells are too short to tell theirs
            asked = [n for n, t in enumerate(self.transcripts) if language in languages_of(t.text)]
            cells = [replace(self.cells[n].transcript, language=language) for n in asked]
            heard = pipeline.recognize([*transcripts, *cells], config)[len(transcripts) :]
            for n, own in zip(asked, heard, strict=True):
                if not (known := self.cells[n]).entity_type:
                    found[n] += [f for f in own if not _is_label(f, known)]
        return found

    def swapped(self, redactions: Sequence[Redaction | Failure]) -> Mapping[str, str]:
        """Cell -> what stands in its place, given the redactions of `transcripts`."""
        return {
            item.transcript.recording_id: WITHHELD if isinstance(new, Failure) else new.transcript.text
            for item, new in zip(self.cells, redactions, strict=True)
        }

    def written(self, redactions: Sequence[Redaction | Failure]) -> list[str]:
        """What stands in the cells in the place of what went, each once: surrogates and placeholders."""
        done = [new for new in redactions if not isinstance(new, Failure)]
        put = {new.transcript.text[r.new_start : r.new_end] for new in done for r in new.removed}
        return sorted(put - {""})

    def removed(
        self, redactions: Sequence[Redaction | Failure]
    ) -> tuple[list[Finding], list[tuple[Transcript, Redaction]]]:
        """What went from the cells, each value once; and those cells, before and after."""
        pairs = zip(self.transcripts, redactions, strict=True)
        changed = [(cell, new) for cell, new in pairs if not isinstance(new, Failure) and new.removed]
        found = {
            (r.finding.entity_type, r.finding.text): r.finding for _, new in changed for r in new.removed
        }
        return list(found.values()), changed

    def places(self, swapped: Mapping[str, str]) -> dict[str, list[str]]:
        """Recording -> where its sound stands in the release, once for each time it came."""
        names = self._names(swapped)
        found: dict[str, list[str]] = {}
        for recording in self.recordings:
            found.setdefault(recording.id, []).append(names[recording.path, recording.member or ""])
        return found

    def documents(
        self,
        swapped: Mapping[str, str],
        redactions: Sequence[Redaction | Failure],
        names: Pseudonyms | None = None,
    ) -> Iterator[tuple[str, bytes, Marked | None]]:
        """(place in the release, redacted content) of every document that could be read.

        With `names` also the document as the vault keeps it, where it can.
        """
        known = dict(zip(swapped, redactions, strict=True))
        places = self._names(swapped)
        for path in self.paths:
            own = {name: place for (of, name), place in places.items() if of == path}
            swap = _Swap(swapped, {PurePosixPath(n).name: PurePosixPath(p).name for n, p in own.items()})
            with Archive(path) as archive:
                for member in archive.members:
                    if not sounds(member) and is_document(member.name):
                        try:
                            data = _read(archive, member)
                            content = rewrite(member.name, data, swap)
                            kept = marked(member.name, data, swap, known, names) if names else None
                        except PiiAudioError:
                            continue  # is among the failures
                        yield own[member.name], content, kept

    def _names(self, swapped: Mapping[str, str]) -> dict[tuple[Path, str], str]:
        """(archive, member) -> its name in the release, in which the names of people no longer stand."""
        found: dict[tuple[Path, str], str] = {}
        taken: set[str] = set()
        for number, path in enumerate(self.paths, start=1):
            with Archive(path) as archive:
                for member in archive.members:
                    parts = [_part(part, swapped) for part in PurePosixPath(member.name).parts]
                    place = _free(PurePosixPath(f"export-{number}.zip", *parts), taken)
                    taken.add(place.casefold())
                    found[path, member.name] = place
        return found


@dataclass(frozen=True, slots=True)
class _Swap:
    """What stands in the place of a text: the redacted cell, or the new name of a file that it names."""

    cells: Mapping[str, str] = field(repr=False)
    files: Mapping[str, str] = field(repr=False)

    def __call__(self, column: str, text: str) -> str:
        path = PurePosixPath(text)
        if path.name in self.files:  # tables name the recordings
            return str(PurePosixPath(*(_part(p, self.cells) for p in path.parts[:-1]), self.files[path.name]))
        known = cell(column, text)
        return self.cells.get(known.transcript.recording_id, WITHHELD) if known else text


def _is_label(finding: Finding, item: Cell) -> bool:
    """ "Assistant", "Driver": alone in a cell or a file name it is a label of the export, nobody's job."""
    return finding.entity_type == "OCCUPATION" and finding.text == item.transcript.text.strip()


def _is_archive(path: Path) -> bool:
    try:
        return is_archive(path)
    except OSError:
        return False


def _read(archive: Archive, member: Member) -> bytes:
    if not is_document(member.name):
        raise InputError("export", "neither sound nor a document that can be read")
    held = bytearray()
    for chunk in archive.chunks(member.name):
        held += chunk
        if len(held) > DOCUMENT_BYTES:
            raise InputError("export", "a document too large to read")
    return bytes(held)


def _part(part: str, swapped: Mapping[str, str]) -> str:
    """One part of a path. Only what changed is cleaned of signs that a file name should not have."""
    stem, suffix = PurePosixPath(part).stem, PurePosixPath(part).suffix
    known = cell("", stem)
    new = swapped.get(known.transcript.recording_id, stem) if known else stem
    if new == stem:
        return part
    return (re.sub(r"[^\w.() +-]", "", new).strip(". ") or "redacted") + suffix


def _free(place: PurePosixPath, taken: set[str]) -> str:
    name, count = place, 1
    while str(name).casefold() in taken:
        count += 1
        name = place.with_stem(f"{place.stem} {count}")
    return str(name)
