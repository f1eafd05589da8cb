"""The transcripts of a set: brought along, kept from an earlier run, or made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pii_audio import pipeline, plugins
from pii_audio.config import Config, TranscribeConfig
from pii_audio.recognizers import LANGUAGES
from pii_audio.runners.folder import Folder, key_of
from pii_audio.runners.watch import Watch
from pii_audio.types import Failure, Recording, Transcript

if TYPE_CHECKING:
    from pii_audio.asr import Transcriber

__all__ = ["transcripts_of"]


def transcripts_of(
    recordings: Sequence[Recording], folder: Folder, config: Config, watch: Watch
) -> tuple[dict[str, Transcript], list[Failure], int]:
    """Every recording's transcript that can be searched: brought along, kept from an earlier run, or made."""
    transcripts = {recording.id: recording.transcript for recording in recordings if recording.transcript}
    for transcript in transcripts.values():
        folder.keep_transcript(transcript, key_of(transcript.recording_id))
    audio = [recording for recording in recordings if not recording.transcript]
    if not audio:
        return transcripts, _not_understood(transcripts), 0

    watch.start("transcribe", len(audio))
    transcriber: Transcriber = plugins.load("transcribers", config.transcribe.engine)(config.transcribe)
    keys = {
        r.id: key_of(r.content_hash, config.transcribe.fingerprint(), transcriber.fingerprint) for r in audio
    }
    todo = []
    for recording in audio:
        if kept := folder.transcript(recording.id, keys[recording.id]):
            transcripts[recording.id] = kept
            watch.advance()
        else:
            todo.append(recording)
    failures: list[Failure] = []
    for result in _transcribe(todo, transcriber, config.transcribe):
        if isinstance(result, Failure):
            failures.append(result)
        else:
            folder.keep_transcript(result, keys[result.recording_id])
            transcripts[result.recording_id] = result
        watch.advance()
    if config.transcribe.set_language and not config.transcribe.expected_languages:
        _settle_languages(audio, transcripts, keys, folder, config.transcribe, watch)
    return transcripts, [*failures, *_not_understood(transcripts)], len(audio) - len(todo)


def _transcribe(
    todo: Sequence[Recording], transcriber: Transcriber, config: TranscribeConfig
) -> Iterable[Transcript | Failure]:
    from pii_audio.speech import SpeechDetector

    return pipeline.transcribe(todo, transcriber, SpeechDetector(), config) if todo else []


def _settle_languages(
    audio: Sequence[Recording],
    transcripts: dict[str, Transcript],
    keys: Mapping[str, str],
    folder: Folder,
    config: TranscribeConfig,
    watch: Watch,
) -> None:
    """Hear again what was, in doubt, heard in another language than its household mostly speaks."""
    from pii_audio.asr.languages import in_other_languages

    for expected, doubtful in in_other_languages(audio, transcripts):
        told = config.model_copy(update={"expected_languages": expected})
        todo = {r.id: key_of(keys[r.id], told.fingerprint()) for r in doubtful}
        recordings = [r for r in doubtful if not folder.was_heard_in(r.id, todo[r.id])]
        if not recordings:
            continue
        watch.start("hear in the language of the set", len(recordings))
        for result in _transcribe(recordings, plugins.load("transcribers", told.engine)(told), told):
            if isinstance(result, Transcript):
                folder.keep_transcript(result, keys[result.recording_id])
                folder.heard_in(result.recording_id, todo[result.recording_id])
                transcripts[result.recording_id] = result
            watch.advance()


def _not_understood(transcripts: dict[str, Transcript]) -> list[Failure]:
    """Take out what is said in a language without recognizers: finding nothing there would mean nothing."""
    foreign = [t for t in transcripts.values() if t.text and t.language not in LANGUAGES]
    for transcript in foreign:
        del transcripts[transcript.recording_id]
    what = "in a language without recognizers; remove it, or say that it is German or English: --language de"
    return [Failure(t.recording_id, "recognize", f"{t.language!r}: {what}") for t in foreign]
