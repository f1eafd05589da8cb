"""The straight line: recordings become transcripts, findings, a redacted set and a risk report.

Pure of files and progress bars: a runner feeds it, keeps what it makes and decides what is still to do.
What goes wrong with one recording comes back as a Failure in its place, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pii_audio.decoder import Decoder, End
from pii_audio.errors import OutputError, PiiAudioError
from pii_audio.spans import united
from pii_audio.types import Failure, Finding, Recording, RiskReport, Transcript, Window

if TYPE_CHECKING:
    from pathlib import Path

    from pii_audio.asr import Transcriber
    from pii_audio.config import Config, TranscribeConfig
    from pii_audio.formats.release import Masked
    from pii_audio.redact.pseudonyms import Pseudonyms
    from pii_audio.redact.text import Redaction
    from pii_audio.speech import SpeechDetector

__all__ = [
    "masked",
    "pseudonyms",
    "recognize",
    "redact",
    "redact_sound",
    "score",
    "score_redacted",
    "settled",
    "transcribe",
]


def transcribe(
    recordings: Iterable[Recording],
    transcriber: Transcriber,
    detector: SpeechDetector,
    config: TranscribeConfig,
    *,
    muted: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> Iterator[Transcript | Failure]:
    """One transcript or failure a recording, in order. Decoding runs beside it, a little ahead.

    `muted`: seconds that are not to be heard, by recording id.
    """
    with Decoder(recordings, detector, config, muted or {}) as pieces:
        said: list[Transcript] = []
        speech: list[tuple[float, float]] = []
        failed: Failure | None = None
        for batch in _batches(pieces, transcriber.batch_s):
            heard = iter(_transcribe_windows(transcriber, [p for p in batch if isinstance(p, Window)]))
            for piece in batch:
                if isinstance(piece, Window):
                    speech += piece.speech
                    result = next(heard)
                    if isinstance(result, Failure):
                        failed = failed or result
                    else:
                        said.append(result)
                else:
                    yield piece.failure or failed or _join(piece, said, speech)
                    said, speech, failed = [], [], None


def recognize(transcripts: Sequence[Transcript], config: Config) -> list[list[Finding]]:
    """The findings of each transcript, merged; the whole set at once: a name in one clip helps in all."""
    from pii_audio.recognizers.ensemble import Ensemble

    return Ensemble(config.recognize).find(transcripts)


def pseudonyms(
    transcripts: Sequence[Transcript],
    findings: Sequence[Sequence[Finding]],
    config: Config,
    earlier: Pseudonyms | None = None,
) -> Pseudonyms:
    """Who is called what in this set; those whom `earlier` knows keep what they had."""
    from pii_audio.redact.pseudonyms import Pseudonyms
    from pii_audio.redact.surrogates import draw

    found = {t.recording_id: own for t, own in zip(transcripts, findings, strict=True)}
    names = Pseudonyms.of(found, earlier)
    languages = {transcript.recording_id: transcript.language for transcript in transcripts}
    options = config.redact
    drawn = draw(names, languages, lambda kind: options.per_entity.get(kind, options.operator) == "surrogate")
    return replace(names, surrogates=drawn)


def redact(
    transcripts: Sequence[Transcript],
    findings: Sequence[Sequence[Finding]],
    config: Config,
    names: Pseudonyms | None = None,
    left: Iterable[Finding] = (),
) -> list[Redaction | Failure]:
    """The transcripts without the findings; the same person has the same placeholder in the whole set.

    `names` is what `pseudonyms` gave for this set, where it was asked before; `left` are findings of the
    set that stay on purpose. What sounds like a name that goes is taken out too, as `verify` would fail it.

    A transcript in which a value still stands afterwards comes back as a Failure: it must not leave.
    """
    from pii_audio.recognizers.everyday import everyday
    from pii_audio.redact.spellings import Spellings
    from pii_audio.redact.stretches import leaks
    from pii_audio.redact.text import redact as redact_text

    names = names or pseudonyms(transcripts, findings, config)
    every = [f for found in findings for f in found]
    going = [f for f in every if not config.redact.keeps(f.entity_type)]
    stays = [f for f in every if config.redact.keeps(f.entity_type)]
    spellings = Spellings(going, everyday(), [*left, *stays])
    redacted: list[Redaction | Failure] = []
    for transcript, found in zip(transcripts, findings, strict=True):
        also = spellings.beside(transcript, found)
        redaction = redact_text(transcript, also, names, config.redact, everyday())
        if leaks(redaction.transcript, found, config.redact, names.mentions):
            what = "a value that was removed still stands in the redacted text; withheld, please report it"
            redacted.append(Failure(transcript.recording_id, "redact", what))
        else:
            redacted.append(redaction)
    return redacted


def redact_sound(
    recording: Recording,
    transcript: Transcript,
    redaction: Redaction,
    config: Config,
    write: Callable[[Recording, tuple[Masked, ...]], Path],
) -> tuple[Path | None, tuple[Masked, ...]] | Failure:
    """Have `write` write the sound of a recording without the seconds of what went from its text.

    Gives the file and the seconds that were replaced; no file where the recording is a transcript already,
    or no sound is wanted. A Failure means that its text must not leave either.
    """
    if recording.transcript or config.redact.audio == "none":
        return None, ()
    try:
        gone = masked(recording, transcript, redaction, config)
        return write(recording, gone), gone
    except OutputError:
        raise
    except PiiAudioError as error:
        return Failure(recording.id, "redact", error.advice, recording.path)
    except Exception as error:  # noqa: BLE001 - one recording must not stop the others
        return Failure.unexpected(recording.id, "redact", error)


def masked(
    recording: Recording, transcript: Transcript, redaction: Redaction, config: Config
) -> tuple[Masked, ...]:
    """The seconds of a recording to be replaced, given what went from its text. Raises AudioError."""
    from pii_audio.audio import stream
    from pii_audio.loudness import silences
    from pii_audio.redact.masks import masks
    from pii_audio.speech import SpeechDetector

    limit = config.transcribe.max_hours
    speech: Sequence[tuple[float, float]] | None = transcript.speech if config.redact.unheard else ()
    if speech is None:
        speech = SpeechDetector().spoken(stream(recording, max_hours=limit))
    silent = silences(stream(recording, max_hours=limit)) if redaction.removed else ()
    return masks(transcript, redaction.removed, config.redact, speech, silent)


def score(
    recordings: Sequence[Recording],
    findings: Sequence[Sequence[Finding]],
    config: Config,
    transcripts: Sequence[Transcript] = (),
) -> RiskReport:
    """How identifiable the people in these recordings are.

    The transcripts tell how sure it is that a name was heard right, and tastes as well; with the findings
    also the country, where `config` does not.
    """
    from pii_audio.risk.heard import heard_right
    from pii_audio.risk.link import profiles
    from pii_audio.risk.missed import measured_rates
    from pii_audio.risk.population import Population
    from pii_audio.risk.score import score as score_profiles
    from pii_audio.risk.tastes import asked

    risk = settled(config, transcripts, findings).risk
    population = Population.of(risk.country or "", risk.population)
    tastes = {transcript.recording_id: asked(transcript) for transcript in transcripts}
    sure = heard_right(transcripts, findings)
    people = profiles(
        recordings,
        findings,
        population=population,
        unlabelled=risk.unlabelled,
        asked=tastes,
        sure=sure,
    )
    counted = tastes if risk.tastes else None
    return score_profiles(
        people,
        recordings,
        findings,
        population,
        tastes=counted,
        sure=sure,
        rates=measured_rates(heard=bool(sure)),
    )


def settled(
    config: Config, transcripts: Sequence[Transcript], findings: Sequence[Sequence[Finding]]
) -> Config:
    """With the country where these recordings come from, as far as they tell, where `config` does not say."""
    from pii_audio.risk.origin import origin

    if config.risk.country:
        return config
    risk = config.risk.model_copy(update={"country": origin(transcripts, findings)})
    return config.model_copy(update={"risk": risk})


def score_redacted(risk: RiskReport, going: Sequence[Sequence[Finding]], config: Config) -> RiskReport:
    """The report with what is left of the risk when the findings `going` are taken out of the set."""
    from pii_audio.risk.population import Population
    from pii_audio.risk.recall import measured_recall
    from pii_audio.risk.score import after_redaction

    population = Population.of(risk.country, config.risk.population)
    gone = [f for own in going for f in own if not config.redact.keeps(f.entity_type)]
    return after_redaction(risk, gone, population, recall=measured_recall(), tastes=config.risk.tastes)


def _batches(pieces: Iterable[Window | End], batch_s: float) -> Iterator[list[Window | End]]:
    """The first ones are short: somebody is watching, and may stop it."""
    batch: list[Window | End] = []
    seconds, enough = 0.0, batch_s / 5
    for piece in pieces:
        batch.append(piece)
        seconds += piece.duration_s if isinstance(piece, Window) else 0.0
        if seconds >= enough:
            yield batch
            batch, seconds, enough = [], 0.0, min(2 * enough, batch_s)
    if batch:
        yield batch


def _transcribe_windows(transcriber: Transcriber, windows: list[Window]) -> list[Transcript | Failure]:
    """All at once; where that fails one by one, so that only the recording at fault is lost."""
    if not windows:
        return []
    try:
        return list(transcriber.transcribe(windows))
    except Exception as error:  # noqa: BLE001 - one recording must not stop the others
        if len(windows) > 1:
            return [result for window in windows for result in _transcribe_windows(transcriber, [window])]
        if isinstance(error, PiiAudioError):
            return [Failure(windows[0].recording_id, "transcribe", error.advice)]
        return [Failure.unexpected(windows[0].recording_id, "transcribe", error)]


def _join(end: End, said: Sequence[Transcript], speech: Sequence[tuple[float, float]]) -> Transcript:
    from pii_audio.asr.join import join

    return replace(join(end.recording.id, end.duration_s, said), speech=tuple(united(speech)))
