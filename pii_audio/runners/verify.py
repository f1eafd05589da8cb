"""Verifies a release: looks into its files, compares its sound, hears it again, lets recognizers look.

    certificate = verify(Path("out/redacted"), Config(), against=Path("out"))
    assert certificate.passed

Without `against` nobody knows what was removed: then what recognizers find in a release with surrogates
cannot be told from the surrogates, and the certificate says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from pii_audio import __version__, pipeline
from pii_audio.config import Config, RedactConfig
from pii_audio.files import write_json, write_public, writing
from pii_audio.formats.release import Masked, Release
from pii_audio.recognizers.everyday import everyday
from pii_audio.redact.spellings import squeezed
from pii_audio.redact.text import reach
from pii_audio.redact.verify import Leak, ReleasedText, Suspect, check_files
from pii_audio.report.certificate import Certificate, Residual, certificate_json, render_certificate
from pii_audio.risk.recall import measured_recall
from pii_audio.runners.covers import covered, label, tells
from pii_audio.runners.hearing import Hearing, Memory
from pii_audio.runners.known import Gone, gone_of, options_of
from pii_audio.runners.private import Private, read_private
from pii_audio.runners.release import read_release, sounds
from pii_audio.runners.watch import Silent, Watch
from pii_audio.runners.witness import plain, words_within
from pii_audio.spelling import fold
from pii_audio.types import Finding, Transcript

if TYPE_CHECKING:
    from pii_audio.report.words import Language

__all__ = ["verify"]

UNKNOWN = "cannot tell: --against was not given"
CONFIDENT = 0.7  # score from which on a recognizer's finding fails a release without surrogates
SURE = 0.75  # confidence of a word that was surely heard right the first time
SURE_OF_CUT = 0.5  # mean confidence of words of which a mask took a part
NEAR_S = 0.3  # word times of two hearings differ by so much
WITHIN = 0.5  # share of a word's time that lies in masked seconds: it was not said, whatever was heard


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
    recordings sounded that have not changed since: they are not heard again, only searched again.
    Raises InputError where a folder is not what it should be, OutputError where a file cannot be written,
    ConfigError and ModelError as `run` does.
    """
    certificate = _Verifier(
        folder, config, against, watch or Silent(), thorough, {} if memory is None else memory
    ).verify(hear_again)
    with writing("--out"):
        write_json((out or folder) / "certificate.json", certificate_json(certificate), private=False)
        write_public((out or folder) / "certificate.html", render_certificate(certificate, language))
    if against:
        leaks = [*certificate.leaks, *certificate.doubts]
        with writing("--against"):
            write_json(against / "verify.json", {"leaks": [asdict(leak) for leak in leaks]})
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
    options: RedactConfig = field(init=False)
    gone: Gone = field(init=False)
    suspect: Suspect = field(init=False)
    leaks: list[Leak] = field(default_factory=list)
    checks: dict[str, str] = field(default_factory=dict)  # what was checked -> how

    def __post_init__(self) -> None:
        self.release = read_release(self.folder)
        self.known = read_private(self.against) if self.against else None
        self.options = options_of(self.release)
        self.gone = gone_of(self.known, self.release, self.folder) if self.known else Gone()
        self.suspect = Suspect(self.gone.spellings, _written, self.gone.surrogates)

    def verify(self, hear_again: bool) -> Certificate:
        texts: list[ReleasedText] = []
        self._files(texts)
        self._recognized(texts)
        self._sound()
        model = self._heard() if hear_again else ""
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
            removed=len(self.gone.findings),
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
        for leak in check_files(self.folder, self.release, self.suspect, texts):
            if leak is None:
                self.watch.advance()
            else:
                self.leaks.append(leak)
        self.checks["every file is listed and has its sha256"] = f"{count} files"
        values = len(self.gone.findings)
        how = f"{values} removed values" if self.known else UNKNOWN
        self.checks["no removed value in texts, names, tags and bytes of files"] = how

    def _recognized(self, texts: Sequence[ReleasedText]) -> None:
        """What recognizers find in the texts of the release, beside what the release itself wrote."""
        self.watch.start("recognize", len(texts))
        told = self.known is not None or (_marks(self.options) and "plan" not in self.release.redact)
        shown = [
            replace(t.transcript, text=t.transcript.text, recording_id=f"{n}") for n, t in enumerate(texts)
        ]
        for text, found in zip(texts, pipeline.recognize(shown, self.config), strict=True):
            name = text.transcript.recording_id
            bare = self.suspect.without_own(text.transcript.text, name)
            for f in found:
                if self._counts(f) and bare[f.start : f.end] == f.text:
                    recording_id = name if name.startswith("rec-") else ""
                    what = _WHAT["recognized"] if told else "a recognizer finds what may be a surrogate"
                    place = (f.start, f.end)
                    leak = Leak("recognized", what, text.file, recording_id, f.entity_type, place)
                    self.leaks.append(replace(leak, sure=told, detail=f.text))
            self.watch.advance()
        self.checks["recognizers find nothing in the texts"] = f"{len(texts)} texts"

    def _counts(self, finding: Finding) -> bool:
        """Whether a finding is confident, and of what had to go."""
        keep = self.options.per_entity.get(finding.entity_type) == "keep"
        return finding.score >= CONFIDENT and not keep and squeezed(finding.text) not in self.gone.kept

    def _sound(self) -> None:
        sounding = [r for r in self.release.recordings if sounds(self.folder, r)]
        self.watch.start("sound", len(sounding))
        sources = {r.id: r for r in self.known.recordings} if self.known else {}
        texts = {t.recording_id: t for t in self.known.transcripts} if self.known else {}
        compared = 0
        for recording in sounding:
            personal = self._personal(texts.get(recording.id))
            found = covered(self.folder, recording, self.options, sources.get(recording.id), personal)
            self.leaks += found.leaks
            compared += found.compared
            self.watch.advance()
        if not sounding:
            return
        rest = "" if compared == len(sounding) else "; of the others the source is not known"
        self.checks["nothing of the original sounds where something was said"] = (
            f"{compared} of {len(sounding)} recordings{rest}" if self.known else UNKNOWN
        )
        masked = sum(bool(recording.masked) for recording in sounding)
        self.checks["masked seconds hold nothing but the beep or the silence that was put there"] = (
            f"{masked} of {masked} recordings"
            if tells(self.options)
            else "cannot tell: noise or another voice was put there"
        )

    def _personal(self, said: Transcript | None) -> list[tuple[float, float]]:
        """Seconds in which what had to go was said."""
        if said is None or self.gone.spellings is None:
            return []
        gone = self.gone.spellings.beside(said, self.gone.findings)
        spans = reach(said, gone, self.options, everyday())
        return [times for span in spans if (times := said.seconds(*span))]

    def _heard(self) -> str:
        """Hear the sound twice; what only one of two hearings shows is heard a third time, closely.

        What that does not confirm is no leak but a doubt, nor is what the source denies: Whisper mishears.
        A removed value in the first, unprompted hearing needs no other to confirm it.
        """
        hearing = Hearing(self.folder, self.release, self.config, self.watch, self.memory)
        whole = hearing.whole()
        around = hearing.around(self._names(), None if self.thorough else whole)
        first, second = self._shown(whole), self._shown(around)
        open_ = [leak for leak in first if leak.kind != "heard" and not _agrees(leak, second)]
        open_ += [leak for leak in second if not _agrees(leak, first)]
        close = hearing.closely([(leak.recording_id, *leak.seconds) for leak in open_ if leak.seconds])
        third = self._shown(close)
        found = list[Leak]()
        for leak in (*first, *(leak for leak in second if not _agrees(leak, first))):
            sure = leak not in open_ or _agrees(leak, third)
            what = leak.what if sure else f"{leak.what}, in one of three hearings"
            if leak.kind == "recognized" and self._everyday(leak):
                sure, what = False, f"{leak.what} where everyday words were surely said"
            found.append(replace(leak, sure=leak.sure and sure, what=what))
        self.leaks += self._witnessed(found, hearing)
        for failure in hearing.failures:
            self.leaks.append(Leak("unreadable", "a sound cannot be heard again", "", failure.recording_id))
        self.checks["no removed value is heard, and recognizers find nothing in what is heard"] = (
            f"all sound; stretches around masked seconds, twice: {len(around)}; closely: {len(close)}"
        )
        return hearing.model

    def _witnessed(self, found: Sequence[Leak], hearing: Hearing) -> list[Leak]:
        """The same, as doubts where the source has other words, in its transcript and heard closely.

        The sound is the same there, and nothing around it is masked. A value that the source has there, or
        a word that is in no dictionary, may be the name that was heard: that stays a leak.
        """
        sources = {r.id: r for r in self.known.recordings} if self.known else {}
        first = {t.recording_id: t for t in self.known.transcripts} if self.known else {}
        open_ = [leak for leak in found if leak.sure]
        heard = hearing.source([(o.recording_id, *o.seconds) for o in open_ if o.seconds], sources)
        shown = self._shown(heard, masked=False)

        def denied(leak: Leak) -> bool:
            if leak.seconds is None or any(_overlap(leak, other) for other in shown):
                return False
            own = (t for t in heard if t.recording_id == leak.recording_id)
            there = [t for t in own if words_within(t, leak.seconds)]
            return bool(there) and plain([first.get(leak.recording_id), *there], leak.seconds)

        return [
            replace(leak, sure=False, what=f"{leak.what} where its source has words of nobody")
            if leak in open_ and denied(leak)
            else leak
            for leak in found
        ]

    def _everyday(self, leak: Leak) -> bool:
        """Whether the original transcript is sure of everyday words there, so that a name is a mishearing.

        What a mask leaves of a word cannot be heard right: that it was one, the hearing of the whole tells.
        """
        transcripts = self.known.transcripts if self.known else ()
        original = next((t for t in transcripts if t.recording_id == leak.recording_id), None)
        if original is None or leak.seconds is None:
            return False
        masked = next(r.masked for r in self.release.recordings if r.id == leak.recording_id)
        return _everyday_words(original, leak.seconds, masked)

    def _shown(self, spoken: Sequence[Transcript], *, masked: bool = True) -> list[Leak]:
        """Removed values and recognizers' findings in what was heard, but for what masks make impossible."""
        named = [replace(t, recording_id=f"{n}") for n, t in enumerate(spoken)]
        released = {r.id: r for r in self.release.recordings}
        shown = []
        for transcript, findings in zip(spoken, pipeline.recognize(named, self.config), strict=True):
            recording = released[transcript.recording_id]
            found = [f for f in findings if self._counts(f)]
            hits = self.suspect.hits(transcript.text, recording.id, transcript.language)
            for kind, start, end, entity in [
                *(("heard", hit.start, hit.end, hit.finding.entity_type) for hit in hits),
                *(("recognized", f.start, f.end, f.entity_type) for f in found),
            ]:
                seconds = transcript.seconds(start, end)
                if _audible(seconds, recording.masked if masked else ()):
                    said = transcript.text[start:end]
                    leak = Leak(kind, _WHAT[kind], label(recording), recording.id, entity)
                    shown.append(replace(leak, seconds=seconds, detail=said))
        return shown

    def _names(self) -> tuple[str, ...]:
        """Removed names that Whisper is told to expect, the most frequent first."""
        names = Counter(
            f.value or f.text for f in self.gone.findings if f.entity_type in ("PERSON", "LOCATION")
        )
        return tuple(name for name, _ in names.most_common(8))

    def _residual(self) -> Residual | None:
        """DESIGN's formula, from the run that made the release: a fact leaks unless every mention went."""
        if self.known is None or (left := self.known.risk["residual"]) is None:
            return None
        recall = measured_recall()
        kinds = Counter(f.entity_type for f in self.gone.findings if f.entity_type in recall)
        return Residual(
            persons=self.known.risk["persons"],
            before=self.known.risk["highest_risk"],
            highest=left["highest_risk"],
            expected=left["expected_identified"],
            register=left["register_highest_risk"],
            recall=tuple((kind, count, recall[kind]) for kind, count in kinds.most_common()),
        )


_WHAT = {
    "heard": "a removed value is heard in the sound",
    "recognized": "a recognizer finds personal information",
}


def _agrees(leak: Leak, others: Sequence[Leak]) -> bool:
    """Whether another hearing shows something in the same place."""
    begin, end = leak.seconds or (0.0, float("inf"))
    near = (other for other in others if other.recording_id == leak.recording_id and other.seconds)
    return any(other.seconds[0] < end + NEAR_S and begin < other.seconds[1] + NEAR_S for other in near)  # type: ignore[index]


def _overlap(leak: Leak, other: Leak) -> bool:
    if other.recording_id != leak.recording_id or not (leak.seconds and other.seconds):
        return False
    return leak.seconds[0] < other.seconds[1] and other.seconds[0] < leak.seconds[1]


def _everyday_words(said: Transcript, seconds: tuple[float, float], masked: Sequence[Masked]) -> bool:
    """Whether these seconds hold everyday words, each of them sure; where a mask cuts one, on average."""
    words = words_within(said, seconds)
    letters = [re.sub(r"[\W_]+", "", fold(said.text[word.start : word.end])) for word in words]
    if not words or not all(map(everyday(), letters)):
        return False
    edges = [edge for mask in masked for edge in mask[:2]]
    cut = any(word.begin_s < edge < word.end_s for word in words for edge in edges)
    confidence = [word.confidence for word in words]
    return fmean(confidence) >= SURE_OF_CUT if cut else min(confidence) >= SURE


def _audible(seconds: tuple[float, float] | None, masked: Sequence[Masked]) -> bool:
    """Whether what was heard can have been said: not where most of its time is masked."""
    if seconds is None:
        return True
    begin, end = seconds
    inside = sum(max(0.0, min(end, m[1]) - max(begin, m[0])) for m in masked)
    return inside < WITHIN * max(end - begin, 1e-3)


def _marks(options: RedactConfig) -> bool:
    """Whether what stands in the place of removed words can be told from words."""
    return not (options.uses("surrogate") or options.uses("encrypt"))


@lru_cache(maxsize=4096)  # the files of a recording say the same
def _written(text: str, language: str) -> str:
    from pii_audio.recognizers.spoken import write

    return write(text, language).text
