"""Verifies a release: looks into its files, compares its sound, hears it again, lets recognizers look.

    certificate = verify(Path("out/redacted"), Config(), against=Path("out"))
    assert certificate.passed

Without `against` nobody knows what was removed: then what recognizers find in a release with surrogates
cannot be told from the surrogates, and the certificate says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pii_audio import __version__, pipeline
from pii_audio.config import Config, RedactConfig
from pii_audio.files import write_json, write_public, writing
from pii_audio.formats.release import Release
from pii_audio.layout import DOCUMENTS, VERIFIED
from pii_audio.recognizers.everyday import everyday
from pii_audio.redact.stretches import reach
from pii_audio.redact.verify import Leak, ReleasedText, check_files
from pii_audio.report.certificate import Certificate, Residual, certificate_json, render_certificate
from pii_audio.risk.recall import measured_recall
from pii_audio.runners.covers import covered, tells
from pii_audio.runners.hearing import Hearing
from pii_audio.runners.listening import Listening
from pii_audio.runners.memory import Memory
from pii_audio.runners.private import Private, read_private
from pii_audio.runners.release import read_release, sounding
from pii_audio.runners.search import FOUND, Search
from pii_audio.runners.watch import Silent, Watch
from pii_audio.types import Transcript

if TYPE_CHECKING:
    from pii_audio.report.words import Language

__all__ = ["verify"]

UNKNOWN = "cannot tell: --against was not given"
UNKNOWN_DOCUMENTS = "missing or damaged in OUT, so what went from tables and pages is not known; redact again"


def verify(
    folder: Path,
    config: Config,
    *,
    against: Path | None = None,
    out: Path | None = None,
    hear_again: bool = True,
    thorough: bool = False,
    language: Language = "en",
    watch: Watch | None = None,
    memory: Memory | None = None,
) -> Certificate:
    """Check a release folder and write certificate.json and .html to `out` (default: the folder itself).

    `language` is that of the page.
    With `against`, the private folder it was made from, OUT/verify.json lists what was found with its words.
    `hear_again=False` leaves the transcribing out; `thorough` hears all around masked seconds twice, and not
    only where the first hearing was in doubt. A `memory` that an earlier call has filled knows how the
    recordings sound that have not changed since: what was heard there is only searched again.
    Raises InputError where a folder is not what it should be, OutputError where a file cannot be written,
    ConfigError and ModelError as `run` does.
    """
    certificate = _Verifier(folder, config, against, watch or Silent(), thorough, memory or Memory()).verify(
        hear_again
    )
    with writing("--out"):
        write_json((out or folder) / "certificate.json", certificate_json(certificate), private=False)
        write_public((out or folder) / "certificate.html", render_certificate(certificate, language))
    if against:
        leaks = [*certificate.leaks, *certificate.doubts]
        with writing("--against"):
            write_json(against / VERIFIED, {"leaks": [asdict(leak) for leak in leaks]})
    return certificate


@dataclass
class _Verifier:
    """One release while it is looked at."""

    folder: Path
    config: Config
    against: Path | None
    watch: Watch
    thorough: bool
    memory: Memory
    release: Release = field(init=False)
    known: Private | None = field(init=False)
    search: Search = field(init=False)
    leaks: list[Leak] = field(default_factory=list)
    checks: dict[str, str] = field(default_factory=dict)  # what was checked -> how

    def __post_init__(self) -> None:
        self.release = read_release(self.folder)
        self.known = read_private(self.against) if self.against else None
        self.search = Search.of(self.config, self.release, self.folder, self.known)
        if not self.search.gone.documents:
            self.leaks.append(Leak("unreadable", UNKNOWN_DOCUMENTS, DOCUMENTS))

    def verify(self, hear_again: bool) -> Certificate:
        texts: list[ReleasedText] = []
        self._files(texts)
        self._recognized(texts)
        self._sound()
        model = self._heard() if hear_again and sounding(self.folder, self.release) else ""
        sure = tuple(leak for leak in self.leaks if leak.sure)
        return Certificate(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            package=__version__,
            release=self.release,
            against=self.known is not None,
            checks=self.checks,
            models=self._models(model),
            leaks=sure,
            doubts=tuple(leak for leak in self.leaks if not leak.sure),
            removed=len(self.search.gone.findings),
            residual=self._residual(),
        )

    def _models(self, transcriber: str) -> dict[str, str]:
        made = sorted({r.model for r in self.release.recordings if r.model})
        return {
            "transcribed with": ", ".join(made) or "nothing: the release came as text",
            "heard again with": transcriber or "nothing",
            "recognizers": ", ".join(self.config.recognize.recognizers),
            **{name: version(name) for name in ("openai-whisper", "torch", "spacy", "presidio-analyzer")},
        }

    def _files(self, texts: list[ReleasedText]) -> None:
        count = sum(len(r.files) for r in self.release.recordings) + len(self.release.files)
        self.watch.start("files", count)
        for leak in check_files(self.folder, self.release, self.search.suspect, texts):
            if leak is None:
                self.watch.advance()
            else:
                self.leaks.append(leak)
        self.checks["every file is listed and has its sha256"] = f"{count} files"
        values = len(self.search.gone.findings)
        how = f"{values} removed values" if self.known else UNKNOWN
        self.checks["no removed value in texts, names, tags and bytes of files"] = how

    def _recognized(self, texts: Sequence[ReleasedText]) -> None:
        """What recognizers find in the texts of the release, beside what the release itself wrote."""
        self.watch.start("recognize", len(texts))
        told = self.known is not None or (_marks(self.search.options) and "plan" not in self.release.redact)
        shown = [
            replace(t.transcript, text=t.transcript.text, recording_id=f"{n}") for n, t in enumerate(texts)
        ]
        for text, found in zip(texts, pipeline.recognize(shown, self.config), strict=True):
            name = text.transcript.recording_id
            bare = self.search.suspect.without_own(text.transcript.text, name)
            for f in found:
                if self.search.counts(f) and bare[f.start : f.end] == f.text:
                    recording_id = name if name.startswith("rec-") else ""
                    what = FOUND["recognized"] if told else "a recognizer finds what may be a surrogate"
                    place = (f.start, f.end)
                    leak = Leak("recognized", what, text.file, recording_id, f.entity_type, place)
                    self.leaks.append(replace(leak, sure=told, detail=f.text))
            self.watch.advance()
        self.checks["recognizers find nothing in the texts"] = f"{len(texts)} texts"

    def _sound(self) -> None:
        recordings = sounding(self.folder, self.release)
        self.watch.start("sound", len(recordings))
        sources = {r.id: r for r in self.known.recordings} if self.known else {}
        texts = {t.recording_id: t for t in self.known.transcripts} if self.known else {}
        compared = 0
        for recording in recordings:
            personal = self._personal(texts.get(recording.id))
            source, sha = sources.get(recording.id), recording.files.get(str(recording.audio))
            key = (recording.id, sha, recording.masked, source and source.content_hash, *personal)
            if key not in self.memory.compared:
                options = self.search.options
                self.memory.compared[key] = covered(self.folder, recording, options, source, personal)
            found = self.memory.compared[key]
            self.leaks += found.leaks
            compared += found.compared
            self.watch.advance()
        if not recordings:
            return
        rest = "" if compared == len(recordings) else "; of the others the source is not known"
        self.checks["nothing of the original sounds where something was said"] = (
            f"{compared} of {len(recordings)} recordings{rest}" if self.known else UNKNOWN
        )
        masked = sum(bool(recording.masked) for recording in recordings)
        self.checks["masked seconds hold nothing but the beep or the silence that was put there"] = (
            f"{masked} of {masked} recordings"
            if tells(self.search.options)
            else "cannot tell: noise or another voice was put there"
        )

    def _personal(self, said: Transcript | None) -> list[tuple[float, float]]:
        """Seconds in which what had to go was said."""
        if said is None or self.search.gone.spellings is None:
            return []
        gone = self.search.gone.spellings.beside(said, self.search.gone.findings)
        spans = reach(said, gone, self.search.options, everyday())
        return [times for span in spans if (times := said.seconds(*span))]

    def _heard(self) -> str:
        """Listen to the sound; the model that heard it."""
        hearing = Hearing(self.folder, self.release, self.config, self.watch, self.memory.heard)
        leaks, how = Listening(hearing, self.search, self.known, self.thorough).leaks()
        self.leaks += leaks
        self.checks["no removed value is heard, and recognizers find nothing in what is heard"] = how
        return hearing.model

    def _residual(self) -> Residual | None:
        """DESIGN's formula, from the run that made the release: a fact leaks unless every mention went."""
        if self.known is None or (left := self.known.risk["residual"]) is None:
            return None
        recall = measured_recall()
        kinds = Counter(f.entity_type for f in self.search.gone.findings if f.entity_type in recall)
        return Residual(
            persons=self.known.risk["persons"],
            before=self.known.risk["highest_risk"],
            highest=left["highest_risk"],
            expected=left["expected_identified"],
            register=left["register_highest_risk"],
            recall=tuple((kind, count, recall[kind]) for kind, count in kinds.most_common()),
        )


def _marks(options: RedactConfig) -> bool:
    """Whether what stands in the place of removed words can be told from words."""
    return not (options.uses("surrogate") or options.uses("encrypt"))
