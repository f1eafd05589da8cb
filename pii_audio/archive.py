"""Zip files: those of strangers, opened with suspicion (names, sizes and ratios are not believed), and ours.

Members are unpacked one at a time into memory, large ones into a file that has no name and is gone when it is
closed or the process dies. Nothing here knows what the members hold.
"""

from __future__ import annotations

import re
import shutil
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from pii_audio.errors import InputError

__all__ = ["Archive", "Member", "is_archive", "opened_member", "pack"]

MEMBERS = 200_000
MEMBER_BYTES = 4 << 30
TOTAL_BYTES = 64 << 30  # of all that is unpacked of one archive
RATIO, RATIO_FROM = 200, 16 << 20  # so many times its packed size no member may be, where it is that large
IN_MEMORY = 32 << 20
CHUNK = 1 << 20
NESTED = frozenset({".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip", ".zst"})


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. `name` is relative, with "/" between parts, and stays below its folder."""

    place: int  # in the archive, from 1: what an error calls it
    name: str = field(repr=False)


def is_archive(path: Path) -> bool:
    """Whether the file begins as a zip does. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


class Archive:
    """Open with `with`. `refused` are members that are not touched: (place, what is wrong).

    Raises InputError where it is no zip, or a bomb by the number of its members.
    """

    def __init__(self, path: Path) -> None:
        self.members: list[Member] = []
        self.refused: list[tuple[int, str]] = []
        self._left = TOTAL_BYTES
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            what = f"the archive cannot be read ({type(error).__name__})"
            raise InputError("archive", what, "download it again") from None
        if len(self._zip.infolist()) > MEMBERS:
            self._zip.close()
            raise InputError("archive", f"more than {MEMBERS} members", "split it")
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._sort()

    def _sort(self) -> None:
        seen: set[str] = set()
        for place, info in enumerate(self._zip.infolist(), start=1):
            if info.is_dir():
                continue
            name = info.filename
            folded = unicodedata.normalize("NFC", name).casefold()
            wrong = _wrong(info) or (
                "its name comes twice, or differs in case only" if folded in seen else ""
            )
            seen.add(folded)
            if wrong:
                self.refused.append((place, wrong))
            else:
                self._infos[name] = info
                self.members.append(Member(place, name))

    @property
    def comment(self) -> bytes:
        return self._zip.comment

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, a piece at a time. Raises InputError where it is damaged or a bomb."""
        info = self._infos.get(name)
        if info is None:
            raise InputError("archive", "no such member", "name one that is there")
        size = 0
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(CHUNK):
                    size += len(chunk)
                    self._left -= len(chunk)
                    if size > MEMBER_BYTES or size > max(RATIO_FROM, RATIO * info.compress_size):
                        raise InputError("archive", "a member unpacks to far too much", "remove it")
                    if self._left < 0:
                        raise InputError("archive", "it unpacks to far too much", "split it")
                    yield chunk
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ) as error:
            what = f"a member cannot be unpacked ({type(error).__name__})"
            raise InputError("archive", what, "download it again") from None

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A member as a file in which one can seek."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            for chunk in self.chunks(name):
                file.write(chunk)
            file.seek(0)
            yield file

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()


@contextmanager
def opened_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """One member of an archive, as `Archive.opened` gives it."""
    with Archive(path) as archive, archive.opened(name) as file:
        yield file


def pack(folder: Path, target: Path) -> None:
    """Everything below a folder as a new zip: sorted and without dates, the same files give the same bytes.

    What is large is not compressed, so that no reader takes an hour of silence for a bomb.
    """
    with zipfile.ZipFile(target, "x") as out:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix())  # of 1980
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            size = path.stat().st_size
            info.compress_type = zipfile.ZIP_DEFLATED if size < RATIO_FROM else zipfile.ZIP_STORED
            with path.open("rb") as source, out.open(info, "w", force_zip64=size >= 1 << 31) as member:
                shutil.copyfileobj(source, member, CHUNK)


def _wrong(info: zipfile.ZipInfo) -> str:
    """Why a member is not touched; "" where nothing speaks against it."""
    name = info.orig_filename  # as it stands there
    parts = PurePosixPath(name).parts
    if "\0" in name or "\\" in name or re.search(r"[\x00-\x1f]", name) or re.match(r"[A-Za-z]:", name):
        return "its name is no relative path"
    if name.startswith("/") or ".." in parts or not parts:
        return "its name leads out of the archive"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link or a device"
    if info.flag_bits & 1:
        return "it is encrypted"
    if PurePosixPath(name).suffix.lower() in NESTED:
        return "it is an archive itself"
    return ""
