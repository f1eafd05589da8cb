"""An export of a voice assistant: a zip with recordings, which are read where they lie.

One account asked for it, so its recordings are of one household. Tables and transcripts beside them are not
recordings; `redact` takes care of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pii_audio.archive import Archive, Member
from pii_audio.errors import InputError
from pii_audio.sources.audio_file import AUDIO_SUFFIXES, Hasher, failure, recording_id
from pii_audio.types import Failure, Recording

__all__ = ["archive_recordings", "sounds"]


def archive_recordings(
    path: Path, hasher: Hasher, *, skip_unknown: bool = False
) -> Iterator[Recording | Failure]:
    """Every sound in a zip, and a Failure for each member that is not safe to touch."""
    try:
        household = f"export-{hasher(path)[:12]}"
        with Archive(path) as archive:
            for place, wrong in archive.refused:
                yield failure(path, wrong, "it is left out", f"member {place}")
            heard = 0
            for member in filter(sounds, archive.members):
                heard += 1
                yield _recording(path, archive, member, household)
            if not heard and not archive.refused and not skip_unknown:
                yield failure(path, "the archive holds no recordings", "name one with audio in it")
    except InputError as error:
        yield failure(path, error.what, error.todo)


def sounds(member: Member) -> bool:
    """Whether a member is a recording, by its name; what macOS packs beside the files is none."""
    name = PurePosixPath(member.name)
    hidden = name.name.startswith(".") or name.parts[0] == "__MACOSX"
    return name.suffix.lower() in AUDIO_SUFFIXES and not hidden


def _recording(path: Path, archive: Archive, member: Member, household: str) -> Recording | Failure:
    digest = hashlib.sha256()
    try:
        for chunk in archive.chunks(member.name):
            digest.update(chunk)
    except InputError as error:
        return failure(path, error.what, error.todo, f"member {member.place}")
    content_hash = digest.hexdigest()
    return Recording(recording_id(content_hash), content_hash, path, member.name, household=household)
