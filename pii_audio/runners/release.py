"""A release in the making, and read back. It grows in a hidden folder beside OUT/redacted and takes its place
whole, or not.

What the folder holds is described in `formats.release`. Nothing here decides what must go.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from pii_audio import __version__
from pii_audio.archive import pack
from pii_audio.config import RedactConfig
from pii_audio.errors import InputError, OutputError
from pii_audio.files import hash_file, write_json, write_public
from pii_audio.formats.forms import of_recording, of_set, own_form
from pii_audio.formats.release import (
    RELEASE,
    Masked,
    Release,
    ReleasedRecording,
    dump_release,
    load_release,
    located,
)
from pii_audio.redact.voice import WARNING
from pii_audio.types import Recording, Transcript

__all__ = ["UNFINISHED", "Draft", "read_release", "refuse_foreign", "remove_release", "sound_of", "sounding"]

UNFINISHED = ".writing-"  # how the names of what is not finished begin


class Draft:
    """Open with `with`; what is not published by the end is gone, and OUT/redacted is as it was."""

    def __init__(
        self,
        root: Path,
        config: RedactConfig,
        salt: bytes,
        plan: Mapping[str, float | None] | None = None,
    ) -> None:
        """`salt` is that of encrypted words; `plan` the target of the plan by which only a part goes."""
        self._target, self._config, self._plan = root / "redacted", config, plan
        self._salt = salt.hex() if config.uses("encrypt") else None
        self._warnings = (WARNING,) if config.voice == "changed" else ()
        self._released: list[ReleasedRecording] = []
        self._transcripts: list[Transcript] = []
        self._files: dict[str, str] = {}  # name -> sha256; of no single recording
        self.folder = Path(tempfile.mkdtemp(dir=root, prefix=UNFINISHED))

    def add(
        self,
        transcript: Transcript,
        sound: Path | None = None,
        masked: tuple[Masked, ...] = (),
        places: Sequence[str] = (),
    ) -> None:
        """Put in a redacted transcript; `sound` is a file in which `masked` was replaced, and stays.

        `places` are where the sound is to stand, once for each time it came, instead of under its own name; a
        folder whose name ends with .zip becomes one.
        """
        transcript = replace(transcript, speech=None)  # of the original
        own = own_form(transcript)
        paths = self._placed(sound, places) if sound else []
        sound = paths[0] if paths else None
        for name, text in of_recording(transcript, (*self._config.formats, *((own,) if own else ()))):
            paths.append(self.folder / name)
            write_public(paths[-1], text)
        self._transcripts.append(transcript)
        self._released.append(
            ReleasedRecording(
                transcript.recording_id,
                transcript.language,
                transcript.duration_s,
                transcript.model,
                {self._name(path): hash_file(path) for path in paths},
                self._name(sound) if sound else None,
                masked,
            )
        )

    def add_document(self, place: str, content: bytes) -> str:
        """Put in a redacted document of an export; gives its sha256."""
        write_public(self.folder / place, content)
        self._files[place] = hash_file(self.folder / place)
        return self._files[place]

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _placed(self, sound: Path, places: Sequence[str]) -> list[Path]:
        paths = [(self.folder / place).with_suffix(sound.suffix) for place in places or [sound.name]]
        for number, path in enumerate(paths):
            while path.exists():  # its suffix became that of another
                path = paths[number] = path.with_stem(f"{path.stem} 2")
            path.parent.mkdir(parents=True, exist_ok=True)
            _link(sound, path)
        return paths

    def publish(self) -> Path:
        """Let the draft take the place of OUT/redacted."""
        created = datetime.now(UTC).isoformat(timespec="seconds")
        options = self._config.model_dump(mode="json") | ({"plan": dict(self._plan)} if self._plan else {})
        for folder in [path for path in self.folder.iterdir() if path.is_dir()]:  # "export-1.zip"
            folder = folder.rename(folder.with_suffix(".unpacked"))
            pack(folder, target := folder.with_suffix(".zip"))
            shutil.rmtree(folder)
            self._files[target.name] = hash_file(target)
        for name, content in of_set(self._transcripts, self._config.formats, {}):
            write_public(self.folder / name, content)
            self._files[name] = hash_file(self.folder / name)
        release = Release(
            created, __version__, options, tuple(self._released), self._files, self._salt, self._warnings
        )
        write_json(self.folder / RELEASE, dump_release(release), private=False)
        self.folder.chmod(0o755)
        remove_release(self._target.parent)
        self.folder.rename(self._target)
        return self._target

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def refuse_foreign(root: Path) -> None:
    """Raises OutputError where OUT/redacted is no release: a run would put its own in place of it."""
    folder = root / "redacted"
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RELEASE).is_file():
        what = f"holds a folder `redacted` without {RELEASE}, which may be yours"
        raise OutputError("--out", what, "choose another folder, or remove `redacted`")


def remove_release(root: Path) -> None:
    """Take OUT/redacted away at once: whoever is killed here leaves no half of it. Raises OSError."""
    if (folder := root / "redacted").exists():
        away = Path(tempfile.mkdtemp(dir=root, prefix=UNFINISHED))
        folder.replace(away)
        shutil.rmtree(away, ignore_errors=True)


def _link(source: Path, path: Path) -> None:
    """The same file under another name, or a copy of it where the disk knows no such thing."""
    try:
        path.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, path)


def read_release(folder: Path) -> Release:
    """What a release folder says about itself. Raises InputError where it is none."""
    try:
        return load_release(json.loads((folder / RELEASE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        what, todo = "holds no release.json, or a damaged one", "name the folder OUT/redacted"
        raise InputError("RELEASE", what, todo) from None


def sounding(folder: Path, release: Release) -> list[ReleasedRecording]:
    """The recordings whose sound the release has, where it says."""
    return [r for r in release.recordings if r.audio is not None and located(folder, r.audio)[0].is_file()]


def sound_of(folder: Path, released: ReleasedRecording) -> Recording:
    """The redacted sound of a recording, as something to be decoded."""
    path, member = located(folder, str(released.audio))
    return Recording(released.id, "", path, member)
