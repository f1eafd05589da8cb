"""The ledger: which stage of which recording is done, and with what. It lets a run be stopped and continued.

One SQLite file (write-ahead log, mode 0600) in the output folder. A stage is done when the ledger holds the
key it would be done with now: content hash, configuration and model together. It knows ids, keys and stages,
never a text or a file name. One run at a time may hold it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path
from types import TracebackType

from pii_audio.errors import OutputError
from pii_audio.files import writing
from pii_audio.layout import LEDGER, LOCK

__all__ = ["Ledger"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS done (
    recording_id TEXT NOT NULL,
    stage        TEXT NOT NULL,
    key          TEXT NOT NULL,
    at           TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (recording_id, stage)
)
"""


class Ledger:
    """Open with `with`; raises OutputError when another run holds it or the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        with writing("--out"):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / LEDGER
            self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            todo = "wait for it to end, or choose another folder"
            raise OutputError("--out", "another run is writing there", todo) from None
        try:
            with writing("--out"):
                self._db = self._open_or_renew(path)
        except sqlite3.OperationalError as error:
            os.close(self._lock)
            raise _full(error) from None

    def _open_or_renew(self, path: Path) -> sqlite3.Connection:
        try:
            return self._open(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            path.unlink()  # damaged: everything is done again, nothing is lost
            return self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # private before its first byte
        db = sqlite3.connect(path, isolation_level=None)
        if db.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(SCHEMA)
        return db

    def is_done(self, recording_id: str, stage: str, key: str) -> bool:
        query = "SELECT 1 FROM done WHERE recording_id = ? AND stage = ? AND key = ?"
        return self._db.execute(query, (recording_id, stage, key)).fetchone() is not None

    def record(self, recording_id: str, stage: str, key: str) -> None:
        """Raises OutputError when the disk is full or gone."""
        query = "INSERT OR REPLACE INTO done (recording_id, stage, key) VALUES (?, ?, ?)"
        try:
            self._db.execute(query, (recording_id, stage, key))
        except sqlite3.OperationalError as error:
            raise _full(error) from None

    def close(self) -> None:
        self._db.close()
        os.close(self._lock)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _full(error: sqlite3.OperationalError) -> OutputError:
    return OutputError("--out", str(error), "make room and run it again")
