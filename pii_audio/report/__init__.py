"""What was found and how identifiable it makes people, for a reader: `report.html` and `report.json`."""

from __future__ import annotations

from pii_audio.report.data import Report, report_json

__all__ = ["Report", "report_json"]
