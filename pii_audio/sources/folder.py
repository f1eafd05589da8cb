"""Walking a folder without getting lost: links in circles, pipes, closed doors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pii_audio.layout import LEDGER, WRITTEN
from pii_audio.sources.audio_file import AUDIO_SUFFIXES, failure
from pii_audio.types import Failure

__all__ = ["walk"]


def walk(root: Path) -> Iterator[Path | Failure]:
    """Regular files below `root`, sorted by name, each folder once however many links lead to it.

    Hidden entries and output folders of this program are passed over, and so are pipes and devices. A folder
    that may not be read is a Failure, and so is a link into nowhere with the name of an audio file.
    """
    yield from _walk(root, set(), _written(root))


def _written(root: Path) -> set[Path]:
    """What an earlier run wrote into `root`, where that was its output folder too."""
    if not (root / LEDGER).is_file():
        return set()
    release = [root / "redacted"] if (root / "redacted" / "release.json").is_file() else []
    kept = (path.parent for path in root.glob("recordings/rec-*/transcript.json"))
    return {*release, *kept, *(root / name for name in WRITTEN)}


def _walk(folder: Path, seen: set[tuple[int, int]], written: set[Path]) -> Iterator[Path | Failure]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        names = sorted(os.listdir(folder), key=os.fsencode)  # noqa: PTH208 - names, quicker
    except OSError:
        yield failure(folder, "a folder may not be read", "grant permission to read it")
        return
    if LEDGER in names and len(seen) > 1:  # below the folder that the user named
        return
    for path in (folder / name for name in names if not name.startswith(".")):
        if path in written:
            continue
        try:
            if path.is_dir():
                yield from _walk(path, seen, written)
            elif path.is_file():
                yield path
            elif path.suffix.lower() in AUDIO_SUFFIXES and not path.exists():
                yield failure(path, "a link that leads nowhere", "mend it or remove it")
        except OSError:
            yield failure(path, "it cannot be read", "check its permissions")
