"""Writing files so that nothing is ever half written, and finding the files the package ships.

Everything is written to a temporary name in the same folder and renamed; private files get mode 0600
before their first byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any

import platformdirs

from pii_audio.errors import OutputError

__all__ = [
    "cache_folder",
    "hash_file",
    "shipped",
    "write_json",
    "write_private",
    "write_public",
    "writing",
]


@contextmanager
def writing(who: str, todo: str = "choose another folder") -> Iterator[None]:
    """Raise OutputError where what is written inside cannot be; `who` is the option that says where to."""
    try:
        yield
    except OSError as error:
        full = error.errno in (ENOSPC, EDQUOT)
        what = "the disk is full" if full else f"cannot be written ({error.strerror or type(error).__name__})"
        raise OutputError(who, what, "make room and run it again" if full else todo) from None


def write_private(path: Path, data: bytes | str) -> None:
    """Write a file that holds what was said, or names who said it: mode 0600."""
    _write(path, data, mode=0o600)


def write_public(path: Path, data: bytes | str) -> None:
    """Write a file that may be handed on: mode 0644."""
    _write(path, data, mode=0o644)


def write_json(path: Path, data: Any, *, private: bool = True) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    (write_private if private else write_public)(path, text)


def cache_folder() -> Path:
    """Where what can be made again is kept: $PII_AUDIO_CACHE, or the user's cache."""
    chosen = os.environ.get("PII_AUDIO_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("pii-audio"))


def hash_file(path: Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shipped(*parts: str) -> Path:
    """A file that comes with the package: from the wheel, or from the checkout it is developed in."""
    package = Path(__file__).parent
    installed = package.joinpath("shipped", *parts)
    return installed if installed.exists() else package.parent.joinpath(*parts)


def _write(path: Path, data: bytes | str, *, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
