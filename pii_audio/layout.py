"""What the files of an output folder are called. `runners/folder.py` says what is in them."""

from __future__ import annotations

__all__ = [
    "DOCUMENTS",
    "FINDINGS_TABLE",
    "LEDGER",
    "LOCK",
    "PLAN",
    "RECORDINGS_TABLE",
    "RELEASED_PLAN",
    "REPORT",
    "REPORT_PAGE",
    "REPORT_WITHOUT_TEXT",
    "SOURCES",
    "VERIFIED",
    "WRITTEN",
]

LEDGER = "ledger.sqlite"  # what an output folder is known by
LOCK = "ledger.lock"
SOURCES = "sources.jsonl"
DOCUMENTS = "documents.json"
PLAN = "plan.json"
RELEASED_PLAN = "released-plan.json"
REPORT = "report.json"
REPORT_PAGE = "report.html"
REPORT_WITHOUT_TEXT = "report-without-text.html"
RECORDINGS_TABLE = "recordings.parquet"
FINDINGS_TABLE = "findings.parquet"
VERIFIED = "verify.json"
WRITTEN = (
    *(LEDGER, LOCK, SOURCES, DOCUMENTS, PLAN, RELEASED_PLAN, REPORT, REPORT_PAGE, REPORT_WITHOUT_TEXT),
    *(RECORDINGS_TABLE, FINDINGS_TABLE, VERIFIED),
)  # beside the folders recordings/ and redacted/
