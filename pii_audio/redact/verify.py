"""Is it really gone? The files of a release, looked into without trust: hashes, names, texts, tags, sound.

Works on files and samples; what is heard in the sound, and what recognizers find, is looked at by the runner
with the same `Suspect`. A `Leak` says where, and what kind of value, never which: but for `detail`, which is
private, it may be published.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path, PurePosixPath
from typing import Any

from pii_audio.archive import Archive
from pii_audio.errors import FormatError
from pii_audio.formats.release import PLACEHOLDER, Release, ReleasedRecording
from pii_audio.formats.timing import language_of
from pii_audio.plain import Plain
from pii_audio.redact.contents import cues, pieces, readable, words_disagree
from pii_audio.redact.listing import OWN, ReleasedFile, files_of, labels_of, listed_in, sounds
from pii_audio.redact.spellings import Hit, Spellings, squeezed, without_machine
from pii_audio.types import Recording, Transcript

__all__ = ["Leak", "ReleasedText", "Suspect", "check_files"]


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that should not be there. `sure`: it fails the release; else it is only to be looked at."""

    kind: str
    what: str  # one sentence, the same for everything of its kind
    file: str = ""  # as the certificate calls it
    recording_id: str = ""
    entity_type: str = ""
    characters: tuple[int, int] | None = None
    seconds: tuple[float, float] | None = None
    sure: bool = True
    detail: str = field(default="", repr=False)  # private: the words

    @property
    def place(self) -> str:
        """Seconds of the sound or characters of the text, for readers."""
        if self.seconds:
            return f"{self.seconds[0]:.2f}-{self.seconds[1]:.2f} s"
        return f"characters {self.characters[0]}-{self.characters[1]}" if self.characters else ""


@dataclass(frozen=True, slots=True)
class ReleasedText:
    """A text of the release, for those who recognize: one for all files of a recording that say the same."""

    file: str
    transcript: Transcript = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """Looks for removed values in a text. `write` puts what was dictated in writing: (text, language)."""

    spellings: Spellings | None = field(repr=False)  # None: what was removed is not known
    write: Callable[[str, str], str] = field(repr=False)
    inserted: Mapping[str, frozenset[str]] = field(
        default_factory=dict, repr=False
    )  # by recording, "" for documents

    @lru_cache(maxsize=1 << 14)  # noqa: B019 - the files of a recording say the same, and have the same keys
    def hits(self, text: str, recording_id: str, language: str, *, said: bool = True) -> tuple[Hit, ...]:
        """`said`: somebody said it; what is not speech sounds like nobody: "json" is no Jason."""
        if self.spellings is None:
            return ()
        bare = self.without_own(text, recording_id)
        hits = self.spellings.find(bare, recording_id, self.write(Plain.of(bare).text, language))
        return tuple(hit for hit in hits if said or hit.how != "sounds alike")

    def without_own(self, text: str, recording_id: str) -> str:
        """Blanks in place of what the release itself wrote: placeholders, surrogates, ids and hashes."""
        bare = without_machine(PLACEHOLDER.sub(lambda m: " " * len(m.group()), text))
        own = self.inserted.get(recording_id)
        every = frozenset[str]().union(*self.inserted.values()) if own is None else own
        pattern = _any_of(every)
        return pattern.sub(lambda m: " " * len(m.group()), bare) if pattern else bare


@lru_cache(maxsize=4096)
def _any_of(values: frozenset[str]) -> re.Pattern[str] | None:
    """Each of the values where a word begins; compiled once: every text of a recording is searched."""
    pattern = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{pattern})") if pattern else None


def check_files(
    folder: Path, release: Release, suspect: Suspect, texts: list[ReleasedText]
) -> Iterator[Leak | None]:
    """Every leak in the files, and None after each that is listed; `texts` is filled for the recognizers."""
    listed = listed_in(release)
    files = files_of(folder, listed)
    labels = labels_of(files, listed)
    yield from (
        Leak("missing", "a listed file is missing", labels.get(n, ""), r.id if r else "")
        for n, (_, r) in listed.items()
        if n not in files
    )
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)  # by recording: (file, letters)
    for name, file in files.items():
        sha, recording = listed.get(name, ("", None))
        known = replace(_BLANK, file=labels[name], recording_id=recording.id if recording else "")
        if name not in listed and name not in OWN:
            yield replace(known, kind="unlisted", what="a file that the release does not list")
        if file.path.is_symlink() or not file.path.is_file():
            yield replace(known, kind="unlisted", what="a link or device, not a file")
            continue
        try:
            if sha and file.sha256() != sha:
                what = "a file is not what was released: its sha256 differs"
                yield replace(known, kind="changed", what=what)
            yield from _check(name, file, known, recording, suspect, texts, said)
        except FormatError as error:
            yield replace(known, kind="unreadable", what=error.what)
        if name in listed:
            yield None
    yield from _disagreeing(said)


_BLANK = Leak("", "")


def _check(
    name: str,
    file: ReleasedFile,
    known: Leak,
    recording: ReleasedRecording | None,
    suspect: Suspect,
    texts: list[ReleasedText],
    said: dict[str, list[tuple[str, str]]],
) -> Iterator[Leak]:
    language = recording.language if recording else "de"
    yield from _named(name, known, suspect, language)
    if file.zipped:
        yield from _outside(file.path, known, suspect)
        return
    data = file.read()
    found = False
    if recording is not None and sounds(recording, name):
        yield from _tags(file, data, known, suspect, language)
        if recording.files[name] != recording.files.get(str(recording.audio)):
            what = "the copies of a sound are not the same"
            yield replace(known, kind="disagreement", what=what)
    else:
        try:
            for piece in pieces(name, data):
                said_so = name not in OWN and not piece.named
                for leak in _in_text(piece.text, known, suspect, language, said=said_so):
                    found = True
                    inner = f", member {piece.inner}" if piece.inner else ""
                    yield replace(leak, file=known.file + inner, kind="file name" if piece.named else "text")
                if name not in OWN:
                    own = recording.language if recording else language_of(None, piece.text)
                    _keep(piece.text, known, own, texts)
        except FormatError as error:
            yield replace(known, kind="unreadable", what=error.what)
        yield from _shape(name, data, known, said)
    if not found and suspect.spellings:
        yield from _in_bytes(data, known, suspect.spellings)


def _outside(path: Path, known: Leak, suspect: Suspect) -> Iterator[Leak]:
    """What a zip holds beside its members, which are looked at as files."""
    with Archive(path) as archive:
        if archive.comment:
            yield replace(known, kind="tag", what="a zip carries a comment", detail=str(archive.comment))
        for _ in archive.refused:
            yield replace(known, kind="unreadable", what="a zip holds a member that is not safe to unpack")
    if suspect.spellings:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            yield from _in_bytes(data, known, suspect.spellings)


def _named(name: str, known: Leak, suspect: Suspect, language: str) -> Iterator[Leak]:
    bare = re.sub(r"[_.-]+", " ", re.sub(r"rec-[0-9a-f]{12}", " ", name))
    if hit := next(iter(suspect.hits(bare, known.recording_id, language, said=False)), None):
        what = "a removed value stands in the name of a file"
        yield replace(known, kind="file name", what=what, entity_type=hit.finding.entity_type, detail=name)


def _in_text(text: str, known: Leak, suspect: Suspect, language: str, *, said: bool) -> Iterator[Leak]:
    for hit in suspect.hits(text, known.recording_id, language, said=said):
        yield replace(
            known,
            what="a removed value stands in a text" if hit.how != "sounds alike" else _ALIKE,
            entity_type=hit.finding.entity_type,
            characters=(hit.start, hit.end),
            detail=text[hit.start : hit.end],
        )


_ALIKE = "a text holds what sounds like a removed value"


def _in_bytes(data: bytes | mmap, known: Leak, spellings: Spellings) -> Iterator[Leak]:
    """Values in what nobody read as text: pictures, sound, unknown tags, what holds texts together.

    Bytes that are text have words: there "Janus" is not in "Janusihalprunter".
    """
    text = readable(data) if isinstance(data, bytes) else None
    if text is not None:
        value = next(iter(spellings.verbatim(text, known.recording_id)), None)
    else:
        pattern, needles = _needles(spellings)
        match = pattern.search(data) if pattern else None
        value = needles[match.group()] if match else None
    if value is not None:
        entity = spellings.raw[value].entity_type
        what = "a removed value stands in the bytes of a file"
        yield replace(known, kind="bytes", what=what, entity_type=entity, detail=value)


@lru_cache(maxsize=1)
def _needles(spellings: Spellings) -> tuple[re.Pattern[bytes] | None, dict[bytes, str]]:
    """What is looked for in bytes, and what it is; compiled once, every file is searched."""
    needles = {
        value.encode(encoding, "ignore"): value
        for encoding in ("utf-16-le", "latin-1", "utf-8")
        for value in spellings.raw
    }
    needles.pop(b"", None)
    return re.compile(_any(list(needles))) if needles else None, needles


def _any(needles: Sequence[bytes]) -> bytes:
    """A pattern of all of them, the longest first. Those that begin alike are one branch: thousands of
    branches side by side would be tried at every byte.
    """
    first, last = min(needles), max(needles)  # what these two share all share
    differ = (i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1])
    shared = first[: next(differ, len(first))]
    rests: dict[bytes, list[bytes]] = defaultdict(list)
    for needle in needles:
        rest = needle[len(shared) :]
        rests[rest[:1]].append(rest)
    optional = b"?" if rests.pop(b"", None) else b""
    if not rests:
        return re.escape(shared)
    return re.escape(shared) + b"(?:" + b"|".join(map(_any, rests.values())) + b")" + optional


def _tags(file: ReleasedFile, data: bytes, known: Leak, suspect: Suspect, language: str) -> Iterator[Leak]:
    from pii_audio.errors import AudioError
    from pii_audio.redact.leftover import tags

    try:
        for kind, text in tags(Recording("release", "", file.path, file.member), data):
            hit = next(iter(suspect.hits(text, known.recording_id, language, said=False)), None)
            what = "a sound file carries a picture" if kind == "picture" else f"a sound file carries a {kind}"
            entity = hit.finding.entity_type if hit else ""
            yield replace(known, kind="tag", what=what, entity_type=entity, detail=text)
    except AudioError:
        yield replace(known, kind="unreadable", what="a sound file that cannot be decoded")


def _shape(name: str, data: bytes, known: Leak, said: dict[str, list[tuple[str, str]]]) -> Iterator[Leak]:
    """Words that disagree with their text; what the forms of one recording say is kept to be compared."""
    suffix = PurePosixPath(name).suffix.lower()
    text = data.decode("utf-8", "replace")
    content: Any = None
    if suffix == ".json":
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            yield replace(known, kind="unreadable", what="not valid JSON")
            return
        if words_disagree(content):
            yield replace(known, kind="words", what="the words of a file disagree with its text")
    if known.recording_id:
        match suffix:
            case ".json" if isinstance(content, dict) and isinstance(content.get("text"), str):
                said[known.recording_id].append((known.file, squeezed(content["text"])))
            case ".txt":
                said[known.recording_id].append((known.file, squeezed(text)))
            case ".srt" | ".vtt":
                said[known.recording_id].append((known.file, squeezed(cues(text))))


def _disagreeing(said: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[Leak]:
    """Files of one recording that do not say the same: one of them was not redacted like the others."""
    for recording_id, forms in said.items():
        counts: dict[str, int] = defaultdict(int)
        for _, letters in forms:
            counts[letters] += 1
        usual = max(counts, key=lambda letters: (counts[letters], -len(letters)))
        for file, letters in forms:
            if letters != usual:
                what = "a file of a recording says something else than its other files"
                yield Leak("disagreement", what, file, recording_id)


def _keep(text: str, known: Leak, language: str, texts: list[ReleasedText]) -> None:
    """Put a text on the list for the recognizers, unless a text of the same recording holds it already."""
    if re.fullmatch(r"[\w:.@/+-]*", text.strip()):  # an id, a key, a name of a type
        return
    letters = squeezed(text)
    held = (t for t in texts[-12:] if t.transcript.recording_id == (known.recording_id or known.file))
    if any(letters in squeezed(t.transcript.text) for t in held):
        return
    name = known.recording_id or known.file
    texts.append(ReleasedText(known.file, Transcript(name, text, (), language)))
