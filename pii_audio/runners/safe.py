"""The vault beside a run: opened before the work, so that a wrong passphrase costs nothing, kept after it.

Also what can be done with a vault alone: give a release its words back, forget somebody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pii_audio.archive import opened_member
from pii_audio.errors import ConfigError, InputError
from pii_audio.files import write_json, write_private, writing
from pii_audio.formats.documents import is_document, rewrite
from pii_audio.formats.native import dump_transcript, load_transcript
from pii_audio.formats.release import Release, ReleasedRecording, located
from pii_audio.formats.text import write as write_text
from pii_audio.redact.originals import decrypted
from pii_audio.redact.tables import put_back
from pii_audio.redact.vault import Lock, Vault, derived_key, document_key, load, save
from pii_audio.runners.release import read_release
from pii_audio.types import Failure, Transcript

if TYPE_CHECKING:
    from pii_audio.config import RedactConfig
    from pii_audio.redact.pseudonyms import Pseudonyms
    from pii_audio.redact.tables import Marked
    from pii_audio.redact.text import Redaction

__all__ = ["Safe", "forget", "may_forget", "may_restore", "restore"]

UNKNOWN = "the vault knows no release of it with this text"


@dataclass(frozen=True, slots=True)
class Safe:
    """An open vault and where it goes; without a vault, nothing."""

    lock: Lock | None = None
    vault: Vault | None = field(default=None, repr=False)
    names: Pseudonyms | None = field(default=None, repr=False)  # of earlier releases

    @classmethod
    def opened(cls, lock: Lock | None, out: Path, config: RedactConfig) -> Safe:
        """Raises ConfigError for a vault within the release, or for encryption without one; VaultError."""
        if lock is None:
            if config.uses("encrypt"):
                todo = "give --vault FILE and a passphrase in PII_AUDIO_PASSPHRASE"
                raise ConfigError("redact.operator", "encrypt needs a passphrase", todo)
            return cls()
        if lock.path.resolve().is_relative_to((out / "redacted").resolve()):
            raise ConfigError("--vault", "it would be handed on with the release", "name a file elsewhere")
        vault = load(lock)
        cipher = derived_key(lock.passphrase, vault.salt) if config.uses("encrypt") else None
        return cls(lock, vault, replace(vault.pseudonyms, cipher=cipher))

    @property
    def salt(self) -> bytes:
        return self.vault.salt if self.vault else b""

    def keep(
        self,
        names: Pseudonyms,
        released: Sequence[tuple[Transcript, Redaction]],
        cells: Sequence[tuple[Transcript, Redaction]],
        documents: Mapping[tuple[str, str], Marked],
    ) -> None:
        """Write what was taken out of a release, before it appears; documents by place and sha256."""
        if self.lock and self.vault:
            ids = [transcript.recording_id for transcript, _ in released]
            keyed = {document_key(ids, *where): document for where, document in documents.items()}
            both = [*released, *cells]
            save(self.vault.with_release(names, [t for t, _ in both], [r for _, r in both], keyed), self.lock)


def may_restore(folder: Path, out: Path, vault: Path | None) -> Release:
    """What `restore` needs beside a passphrase, to be seen before anybody is asked for one.

    Raises InputError where `folder` is no release or the vault is missing, ConfigError where there is nothing
    that could be restored, or a place where it must not stand.
    """
    release = read_release(folder)
    if out.resolve().is_relative_to(folder.resolve()):
        raise ConfigError("--out", "it would be handed on with the release", "name a folder elsewhere")
    if vault:
        _refuse_missing(vault)
    elif not release.salt:
        raise ConfigError("--vault", "is missing: no words of this release are encrypted", "name the vault")
    return release


def restore(folder: Path, out: Path, passphrase: str, vault: Path | None = None) -> list[Failure]:
    """Write <id>.txt and <id>.json of a release with their words into `out`, private; sound stays as it is.

    Tables and pages of an export come back as export-1/folder/file. Without a vault, only words that were
    encrypted come back. Gives a failure for each recording of which nothing is known, and for each document
    of which nothing is known or that was changed. Raises as `may_restore` does, VaultError or OutputError.
    """
    release = may_restore(folder, out, vault)
    known = load(Lock(vault, passphrase)) if vault else None
    cipher = derived_key(passphrase, bytes.fromhex(release.salt)) if release.salt else None
    failures = []
    for recording in release.recordings:
        released = _transcript(folder, recording)
        whole = known.restore(released) if known else decrypted(released, cipher) if cipher else None
        if whole is None:
            what = f"{UNKNOWN}; use the vault that belongs to the release"
            failures.append(Failure(recording.id, "restore", what))
            continue
        with writing("--out"):
            write_private(out / f"{recording.id}.txt", write_text(whole))
            write_json(out / f"{recording.id}.json", dump_transcript(whole))
    return [*failures, *_restore_documents(folder, out, release, known, cipher)]


def forget(lock: Lock, labels: Sequence[str], recordings: Sequence[str]) -> None:
    """Delete what the vault holds of these. Raises as `may_forget` does, VaultError or OutputError."""
    may_forget(lock.path, labels, recordings)
    save(load(lock).forget(labels, recordings), lock)


def may_forget(vault: Path, labels: Sequence[str], recordings: Sequence[str]) -> None:
    """Raises InputError where the vault is missing, ConfigError where nothing is named."""
    _refuse_missing(vault)
    if not labels and not recordings:
        raise ConfigError("--person", "nothing to forget", "name a placeholder: --person PERSON_3")


def _refuse_missing(vault: Path) -> None:
    if not vault.is_file():
        raise InputError("--vault", "there is no such file", "check the path")


def _transcript(folder: Path, recording: ReleasedRecording) -> Transcript:
    name = f"{recording.id}.json"
    if name not in recording.files:
        what = "it was released without `json` among its formats, which restoring reads"
        raise InputError(recording.id, what, "redact again with formats: [json, ...] and the same vault")
    try:
        return load_transcript(json.loads((folder / name).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError(recording.id, "its JSON is missing or damaged", "copy the release again") from None


def _restore_documents(
    folder: Path, out: Path, release: Release, known: Vault | None, cipher: bytes | None
) -> Iterator[Failure]:
    ids = [recording.id for recording in release.recordings]
    for place, sha in release.files.items():
        if "/" not in place or not is_document(place):
            continue
        kept = known.documents.get(document_key(ids, place, sha)) if known else None
        try:
            data = _unchanged(folder, place, sha)
            if known:
                data = _restored(place, kept)
            elif cipher:
                data = rewrite(place, data, lambda _, text: decrypted(_line(text), cipher).text)
        except InputError as error:
            yield Failure(place, "restore", error.advice)
            continue
        if kept and kept.withheld:
            what = "texts that could not be redacted are not in the vault, the rest is back; see the source"
            yield Failure(place, "restore", what)
        archive, _, member = place.partition("/")
        with writing("--out"):
            write_private(out / PurePosixPath(archive).stem / member, data)


def _unchanged(folder: Path, place: str, sha: str) -> bytes:
    """A document as it was released. Raises InputError where it is another one."""
    path, member = located(folder, place)
    if member is None:
        raise InputError(place, "the archive that it is in is missing", "copy the release again")
    with opened_member(path, member) as file:
        data = file.read()
    if sha256(data).hexdigest() != sha:
        raise InputError(place, "it was changed since it was released", "copy the release again")
    return data


def _restored(place: str, kept: Marked | None) -> bytes:
    if kept is None:
        raise InputError(place, UNKNOWN, "use the vault that belongs to the release")
    return put_back(place, kept)


def _line(text: str) -> Transcript:
    return Transcript("", text, (), "")
