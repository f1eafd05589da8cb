"""A plan that is carried out: plan.json read back, and kept in OUT with what a proof heard or found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pii_audio.errors import InputError
from pii_audio.files import write_json, writing
from pii_audio.layout import RELEASED_PLAN
from pii_audio.types import Finding

__all__ = ["FORMAT", "VERSION", "By", "Carried", "add_to_plan", "follow", "read_plan"]

By = Literal["facts", "clips"]
FORMAT, VERSION = "pii-audio/plan", 1


@dataclass(frozen=True, slots=True)
class Carried:
    """What carrying out a plan needs: which findings go, which recordings are not released at all."""

    target: dict[str, float | None]
    by: By
    findings: frozenset[str]
    recordings: frozenset[str]

    def going(self, findings: Sequence[Sequence[Finding]]) -> list[list[Finding]]:
        """Of all findings of a set those that go. Raises InputError where the plan is of another set."""
        known = {f.id for found in findings for f in found} | {
            f.recording_id for found in findings for f in found
        }
        if not self.findings | self.recordings <= known:
            raise InputError(
                "--plan", "made for other findings than these", "make it again: pii-audio plan OUT"
            )
        return [[f for f in found if f.id in self.findings] for found in findings]


def read_plan(path: Path) -> Carried:
    """Raises InputError where the file is no plan.json."""
    data = _load(path)
    return Carried(data["target"], data["by"], frozenset(data["findings"]), frozenset(data["recordings"]))


def follow(path: Path, out: Path) -> Carried:
    """A plan that is carried out in OUT, where it is kept for `verify`.

    What a proof heard or found in an earlier release by the same plan goes with it. Raises InputError as
    `read_plan`.
    """
    kept, data = out / RELEASED_PLAN, _load(path)
    with suppress(InputError):
        earlier = _load(kept)
        if _unheard(earlier) == _unheard(data):
            return read_plan(kept)
    with writing("--out"):
        write_json(kept, data)
    return read_plan(kept)


def add_to_plan(path: Path, heard: Iterable[str]) -> None:
    """Let these findings go too: `verify` heard or found them in what the plan had left."""
    data = _load(path)
    data["heard"] = sorted({*data.get("heard", ()), *heard})
    data["findings"] = sorted({*data["findings"], *heard})
    with writing("--out"):
        write_json(path, data)


def _unheard(data: Mapping[str, Any]) -> dict[str, Any]:
    heard = set(data.get("heard", ()))
    return {**data, "heard": [], "findings": [i for i in data["findings"] if i not in heard]}


def _load(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if (data["format"], data["version"]) != (FORMAT, VERSION):
            raise ValueError
        lists = (data["findings"], data["recordings"], data.get("heard", []))
        if not all(isinstance(i, str) for ids in lists for i in ids) or not {"target", "by"} <= data.keys():
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError("--plan", "not a plan", "make one: pii-audio plan OUT --k 11") from None
    return data
