"""OUT/redacted out of what was heard: texts, sound, tables and pages without what was found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.files import writing
from pii_audio.runners.carried import Carried
from pii_audio.runners.exports import Exports
from pii_audio.runners.folder import Folder, key_of
from pii_audio.runners.heard import Heard
from pii_audio.runners.inputs import Inputs
from pii_audio.runners.release import Draft
from pii_audio.runners.safe import Safe
from pii_audio.runners.watch import Watch
from pii_audio.types import Failure, Finding, Recording, Transcript

if TYPE_CHECKING:
    from pii_audio.formats.release import Masked
    from pii_audio.redact.text import Redaction

__all__ = ["released"]


def released(
    given: Inputs,
    heard: Heard,
    findings: Sequence[Sequence[Finding]],
    plan: Carried | None,
    folder: Folder,
    config: Config,
    safe: Safe,
    watch: Watch,
) -> list[Failure]:
    """OUT/redacted without these findings; what could not be redacted is in it neither as text nor as sound,
    and comes back.
    """
    watch.start("redact", len(heard.transcripts))
    exports = Exports.of([*given.recordings, *given.duplicates])
    everything = [*heard.transcripts, *exports.transcripts]
    going = [*findings, *exports.find(heard.transcripts, config)]
    names = pipeline.pseudonyms(everything, going, config, safe.names)
    left = {f for found in heard.findings for f in found}.difference(*findings)
    redactions = pipeline.redact(everything, going, config, names, left)
    of_recordings, of_documents = redactions[: len(heard.findings)], redactions[len(heard.findings) :]
    swapped = exports.swapped(of_documents)
    places = exports.places(swapped)
    done, failures = [], list(exports.failures)
    target = plan.target if plan else None
    with writing("--out"), Draft(folder.root, config.redact, safe.salt, target) as draft:
        rows = zip(heard.recordings, heard.transcripts, of_recordings, strict=True)
        for recording, transcript, redaction in rows:
            watch.advance()
            if plan and recording.id in plan.recordings:
                continue
            added = _add(
                draft, recording, transcript, redaction, places.get(recording.id, ()), folder, config
            )
            if isinstance(added, Failure):
                failures.append(added)
            else:
                done.append((transcript, added))
        documents = {}
        known = names if safe.vault else None
        for place, content, marked in exports.documents(swapped, of_documents, known):
            sha = draft.add_document(place, content)
            if marked:
                documents[place, sha] = marked
        removed, cells = exports.removed(of_documents)
        folder.keep_documents(removed, exports.written(of_documents))
        safe.keep(names, done, cells, documents)
        draft.publish()
    folder.drop_sounds()
    return failures


def _add(
    draft: Draft,
    recording: Recording,
    transcript: Transcript,
    redaction: Redaction | Failure,
    places: Sequence[str],
    folder: Folder,
    config: Config,
) -> Redaction | Failure:
    """Put one recording into the release, its sound with its text or neither."""
    if isinstance(redaction, Failure):
        return redaction
    write = partial(_sound, folder=folder, config=config)
    sound = pipeline.redact_sound(recording, transcript, redaction, config, write)
    if isinstance(sound, Failure):
        return sound
    draft.add(redaction.transcript, *sound, places)
    return redaction


def _sound(recording: Recording, masked: tuple[Masked, ...], *, folder: Folder, config: Config) -> Path:
    """The recording without its masked seconds; a run that was stopped may have made it already."""
    from pii_audio.redact.audio import redact_audio

    options, limit = config.redact, config.transcribe.max_hours
    names = recording.path.suffix, PurePosixPath(recording.member or "").suffix  # they tell its form
    key = key_of(recording.content_hash, *names, options.audio, options.voice, repr(masked))
    make = partial(redact_audio, recording, masked, options, max_hours=limit)
    return folder.sound(recording.id, key, make)
