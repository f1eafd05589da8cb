"""Tables for those who go on with the results in pandas, DuckDB or Spark. Private: they hold what was said.

recordings.parquet has a row a recording, findings.parquet a row a finding. A column missing in a row is null;
a column that is not in the schema is an error, so that the tables stay what they are documented to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pii_audio.files import write_private
from pii_audio.types import Transcript

__all__ = [
    "COLUMNS",
    "FINDINGS",
    "RECORDINGS",
    "TRANSCRIPTS",
    "read_rows",
    "write_findings",
    "write_recordings",
    "write_transcripts",
]

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

TRANSCRIPTS = pa.schema([
    ("recording_id", pa.string()),
    ("language", pa.string()),  # ISO 639-1
    ("duration_s", pa.float64()),
    ("model", pa.string()),
    ("text", pa.string()),
    ("words", pa.list_(pa.struct([
        ("start", pa.int64()),  # characters of the text
        ("end", pa.int64()),
        ("begin_s", pa.float64()),  # seconds from the start of the recording
        ("end_s", pa.float64()),
        ("confidence", pa.float64()),
        ("language", pa.string()),
    ]))),
])  # fmt: skip


COLUMNS = frozenset(TRANSCRIPTS.names)


def write_transcripts(transcripts: Sequence[Transcript]) -> bytes:
    """A table with a row a transcript, words and all; nothing is lost."""
    return _bytes([asdict(transcript) for transcript in transcripts], TRANSCRIPTS)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of any table, a thousand at a time in memory. Raises ValueError where it is no table."""
    try:
        table = pq.ParquetFile(path)
        for batch in table.iter_batches(1000):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"not a table ({type(error).__name__})") from None


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
    write_private(path, _bytes(rows, schema))


def _bytes(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> bytes:
    held = BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema), held, compression="zstd")
    return held.getvalue()
