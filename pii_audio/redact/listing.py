"""The files of a release by name, with what lies in its zips, and what a certificate calls them.

Nothing here looks for people.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pii_audio.archive import Archive, opened_member
from pii_audio.errors import FormatError, InputError
from pii_audio.files import hash_file
from pii_audio.formats.release import RELEASE, Release, ReleasedRecording

__all__ = ["OWN", "ReleasedFile", "files_of", "labels_of", "listed_in", "sounds"]

OWN = frozenset({RELEASE, "certificate.json", "certificate.html"})  # not listed: they speak of the release
_PLAIN = re.compile(
    r"rec-[0-9a-f]{12}(?:\.[a-z0-9_.]{1,24})?|[a-z-]{1,20}\.(?:csv|html|json|jsonl|parquet|txt)"
    r"|export-\d+\.zip"
)


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """A file of a release, or what lies in a zip of it."""

    path: Path
    member: str | None = None
    zipped: bool = False  # a zip whose members are files of the release

    def read(self) -> bytes:
        """Raises FormatError where a member cannot be unpacked."""
        if self.member is None:
            return self.path.read_bytes()
        try:
            with opened_member(self.path, self.member) as file:
                return file.read()
        except InputError:
            what = "a member of a zip cannot be unpacked"
            raise FormatError("file", what, "take it out") from None

    def sha256(self) -> str:
        """Raises FormatError as `read` does."""
        return hash_file(self.path) if self.member is None else hashlib.sha256(self.read()).hexdigest()


def files_of(folder: Path, listed: Iterable[str]) -> dict[str, ReleasedFile]:
    """Every file below a release folder by its name, links, hidden ones and members of zips included.

    A zip of which no member is listed is a file like any other.
    """
    paths = (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())
    found = {path.relative_to(folder).as_posix(): ReleasedFile(path) for path in paths}
    for name in sorted({name.partition("/")[0] for name in listed if "/" in name} & found.keys()):
        path = found[name].path
        with suppress(InputError), Archive(path) as archive:  # damaged: its members are missing
            found |= {f"{name}/{m.name}": ReleasedFile(path, m.name) for m in archive.members}
            found[name] = ReleasedFile(path, zipped=True)
    return found


def listed_in(release: Release) -> dict[str, tuple[str, ReleasedRecording | None]]:
    """Name -> sha256, and the recording that it belongs to."""
    own = {name: (sha, r) for r in release.recordings for name, sha in r.files.items()}
    return own | {name: (sha, None) for name, sha in release.files.items()}


def labels_of(files: Iterable[str], listed: Mapping[str, object]) -> dict[str, str]:
    """What the certificate calls the files: by name where it is one of ours and cannot say anything."""
    every = sorted({*files, *listed})
    plain = {n for n in every if _PLAIN.fullmatch(n) and (n in listed or n in OWN)}
    return {n: n if n in plain else f"file {i} ({_kind(n)})" for i, n in enumerate(every, 1)}


def sounds(recording: ReleasedRecording, name: str) -> bool:
    """Whether a file of a recording is its sound, or a copy of that."""
    return recording.audio is not None and _kind(name) == _kind(recording.audio)


def _kind(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else "no suffix"
