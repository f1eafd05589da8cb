"""Tables for those who go on with the results in pandas, DuckDB or Spark. Private: they hold what was said.

recordings.parquet has a row a recording, findings.parquet a row a finding. A column missing in a row is null;
a column that is not in the schema is an error, so that the tables stay what they are documented to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pii_audio.files import write_private

__all__ = ["FINDINGS", "RECORDINGS", "write_findings", "write_recordings"]

RECORDINGS = pa.schema([
    ("id", pa.string()),
    ("content_hash", pa.string()),  # sha256, hex
    ("household", pa.string()),
    ("language", pa.string()),  # ISO 639-1
    ("duration_s", pa.float64()),
    ("words", pa.int64()),
    ("findings", pa.int64()),
    ("k", pa.float64()),  # expected size of the crowd, public sources
    ("risk", pa.float64()),  # expected chance of being singled out, public sources
    ("register_k", pa.float64()),  # the same for an attacker with registers
    ("register_risk", pa.float64()),
    ("model", pa.string()),
    ("text", pa.string()),
])  # fmt: skip

FINDINGS = pa.schema([
    ("id", pa.string()),
    ("recording_id", pa.string()),
    ("entity_type", pa.string()),
    ("start", pa.int64()),  # characters of the recording's text
    ("end", pa.int64()),
    ("begin_s", pa.float64()),  # seconds from the start of the recording
    ("end_s", pa.float64()),
    ("score", pa.float64()),
    ("recognizer", pa.string()),
    ("subject", pa.string()),
    ("value", pa.string()),
    ("text", pa.string()),
    ("reason", pa.string()),
])  # fmt: skip


def write_recordings(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Raises ValueError for a column that is not in RECORDINGS."""
    _write(path, rows, RECORDINGS)


def write_findings(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Raises ValueError for a column that is not in FINDINGS."""
    _write(path, rows, FINDINGS)


def _write(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> None:
    rows = [dict(row) for row in rows]
    if unknown := {column for row in rows for column in row} - set(schema.names):
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
    held = BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), held, compression="zstd")
    write_private(path, held.getvalue())
