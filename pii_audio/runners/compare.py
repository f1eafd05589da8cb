"""Two output folders side by side: reads their report.json, writes nothing but the page that is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pii_audio.errors import InputError
from pii_audio.files import write_public, writing
from pii_audio.layout import REPORT
from pii_audio.report.compare import Comparison, compare, render_comparison
from pii_audio.report.data import SCHEMA
from pii_audio.report.words import Language

__all__ = ["compare_outputs"]


def compare_outputs(
    before: Path, after: Path, *, page: Path | None = None, language: Language = "en"
) -> Comparison:
    """Compare what `score` or `redact` wrote to two folders; with `page`, write an HTML page there too.

    The page holds no spoken word, nor the names of the folders. Raises InputError where a folder has no
    report, or one of another version; OutputError where the page cannot be written.
    """
    comparison = compare(_report(before, "OUT1"), _report(after, "OUT2"))
    if page:
        with writing("--html", "choose another file"):
            write_public(page, render_comparison(comparison, language=language))
    return comparison


def _report(folder: Path, name: str) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InputError(name, "no report.json in it", "name a folder that `pii-audio score` wrote") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise InputError(name, "its report.json is of another version", "score it again: nothing is redone")
    return data
