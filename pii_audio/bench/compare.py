"""Data sets x forms x recognizers: each looks at each, and what came out is measured and written.

    compare(["spoken-pii"], ["ours", "presidio"], data_root=..., out=...) -> Comparison

Several sets of one language are measured each and all together, as the set `all`: few utterances say little.
In `out`: `results.json` (figures, machine, versions, hashes; nothing that was said) and `report.html`, which
lists the errors for reading and so is private, unless errors are left out.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pii_audio import __version__
from pii_audio.bench import data as datasets
from pii_audio.bench.data import Dataset
from pii_audio.bench.measure import counted, measure, spans_missed
from pii_audio.bench.page import render
from pii_audio.bench.peers import Peer, peer
from pii_audio.bench.results import Comparison, Miss, Result
from pii_audio.bench.rows import Row, lower
from pii_audio.config import Config
from pii_audio.errors import ConfigError
from pii_audio.files import write_private, write_public, writing
from pii_audio.recognizers import LANGUAGES
from pii_audio.runners.watch import Silent, Watch
from pii_audio.types import Finding, Transcript

__all__ = ["ALL", "FORMS", "compare"]

FORMS = ("gold", "lower", "spoken")
ALL = "all"  # the data of a result over several sets
WARM = 8  # rows looked at before the clock starts: what is loaded once is loaded then
NUMBERS = "Anna Weber, 0151 23456789, anna.weber@example.org"  # and so is what only figures need


def compare(
    data: Sequence[str],
    recognizers: Sequence[str] = ("ours", "presidio"),
    *,
    forms: Sequence[str] = ("gold", "lower"),
    entities: Sequence[str] = (),
    limit: int | None = None,
    data_root: Path | None = None,
    out: Path | None = None,
    show_errors: bool = True,
    config: Config | None = None,
    watch: Watch | None = None,
) -> Comparison:
    """Run every recognizer over every form of every data set.

    data: names of `pii_audio.bench.data`, or files. recognizers: names of `pii_audio.bench.peers`.
    entities: only these types count (default: all that a data set marks). Raises ConfigError before anything
    is run where a name is wrong or a package is missing, OutputError where `out` cannot be written.
    """
    config, watch = config or Config(), watch or Silent()
    if wrong := set(forms) - set(FORMS):
        raise ConfigError(
            "--form", f"no such form: {', '.join(sorted(wrong))}", f"choose of {', '.join(FORMS)}"
        )
    peers = [peer(name, config.recognize) for name in dict.fromkeys(recognizers)]
    chosen = [datasets.read(name, data_root, limit=limit) for name in dict.fromkeys(data)]
    shaped = [
        (dataset, form, _shaped(dataset, form, config, watch))
        for dataset in chosen
        for form in dict.fromkeys(forms)
    ]
    watch.start("recognize", len(shaped) * len(peers))
    looks = list[_Look]()
    for dataset, form, rows in shaped:
        for one in peers:
            looks += _looked(dataset, form, _marked(rows, entities), one, _labels(dataset, entities))
            watch.advance()
    results = [_result(look.dataset.name, [look], show_errors) for look in looks]
    results += [_result(ALL, own, show_errors=False) for own in _together(looks)]
    results.sort(key=lambda r: (r.data == ALL, r.data, forms.index(r.form), r.language))
    comparison = Comparison(tuple(results), _about(chosen, shaped, peers, entities))
    if out is not None:
        _write(comparison, out)
    return comparison


def _shaped(dataset: Dataset, form: str, config: Config, watch: Watch) -> tuple[Row, ...]:
    if form == "spoken":
        from pii_audio.bench.spoken import spoken

        return spoken(dataset.rows, config.transcribe, watch)
    return dataset.rows if form == "gold" else tuple(lower(row) for row in dataset.rows)


def _labels(dataset: Dataset, entities: Sequence[str]) -> frozenset[str] | None:
    if not entities:
        return dataset.labels
    return frozenset(entities) & dataset.labels if dataset.labels else frozenset(entities)


def _marked(rows: Sequence[Row], entities: Sequence[str]) -> list[Row]:
    """The rows with only the wanted types marked; the others are set aside."""
    if not entities:
        return list(rows)
    return [
        replace(
            row,
            spans=tuple(s for s in row.spans if s[2] in entities),
            aside=(*row.aside, *((s, e) for s, e, label in row.spans if label not in entities)),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Look:
    """What one recognizer found in the rows of one language, of one form of a data set."""

    dataset: Dataset
    form: str
    language: str
    recognizer: str
    labels: frozenset[str] | None
    rows: Sequence[Row] = field(repr=False)
    found: Sequence[Sequence[Finding]] = field(repr=False)
    seconds: float
    cpu_s: float


def _looked(
    dataset: Dataset, form: str, rows: Sequence[Row], one: Peer, labels: frozenset[str] | None
) -> Iterator[_Look]:
    for language in LANGUAGES:
        own = [row for row in rows if row.language == language]
        if not own:
            continue
        transcripts = [row.transcript for row in own]
        one.find([*transcripts[:WARM], Transcript("warm", NUMBERS, (), language)])
        begin, cpu = time.perf_counter(), time.process_time()
        found = one.find(transcripts)
        seconds, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
        yield _Look(dataset, form, language, one.name, labels, own, found, seconds, cpu_s)


def _together(looks: Sequence[_Look]) -> Iterator[list[_Look]]:
    """Those of several sets that mark the same types, in the same form and language."""
    groups: dict[tuple[object, ...], list[_Look]] = {}
    for look in looks:
        groups.setdefault((look.form, look.language, look.recognizer, look.labels), []).append(look)
    yield from (own for own in groups.values() if len(own) > 1)


def _result(data: str, looks: Sequence[_Look], show_errors: bool) -> Result:
    """Of one look, or of several as if their sets were one; nobody is the same person in two sets."""
    first = looks[0]
    rows = [replace(row, group=f"{look.dataset.name} {row.group}") for look in looks for row in look.rows]
    found = [own for look in looks for own in look.found]
    shown = show_errors and not any(look.dataset.unread for look in looks)
    return Result(
        data=data,
        form=first.form,
        language=first.language,
        recognizer=first.recognizer,
        utterances=len(rows),
        figures=measure(rows, found, first.labels),
        utterances_per_s=round(len(rows) / sum(look.seconds for look in looks), 1),
        cpu_ms=round(1000 * sum(look.cpu_s for look in looks) / len(rows), 3),
        errors=tuple(_misses(rows, found, first.labels)) if shown else (),
    )


def _misses(
    rows: Sequence[Row], found: Sequence[Sequence[Finding]], labels: frozenset[str] | None
) -> Iterator[Miss]:
    for row, own in zip(rows, found, strict=True):
        missed = tuple(spans_missed(row, own))
        wrong = tuple(
            f
            for f in counted(row, own, labels)
            if not any(s < f.end and f.start < e for s, e, _ in row.spans)
        )
        if missed or wrong:
            yield Miss(row, missed, wrong)


def _about(
    chosen: Sequence[Dataset],
    shaped: Sequence[tuple[Dataset, str, Sequence[Row]]],
    peers: Sequence[Peer],
    entities: Sequence[str],
) -> dict[str, Any]:
    heard = {row.transcript.model for _, form, rows in shaped if form == "spoken" for row in rows}
    return {
        "command": _command(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "python": platform.python_version(),
        "versions": {
            "pii-audio": __version__,
            **{name: version(name) for name in ("torch", "spacy", "presidio-analyzer", "onnxruntime")},
        },
        "data": {d.name: {"rows": len(d.rows), "sha256": d.sha256[:16], "unread": d.unread} for d in chosen},
        "recognizers": {one.name: one.made_of for one in peers},
        "transcribed_with": sorted(heard - {""}),
        "entities": list(entities) or "all",
    }


def _command() -> str:
    """Without folders: they can name people."""
    parts = (",".join(Path(name).name for name in part.split(",")) for part in sys.argv)
    return " ".join(parts).replace("__main__.py", "pii-audio")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _json(comparison: Comparison) -> str:
    """A result a line, so that two runs can be compared by eye."""
    data = comparison.dump()
    rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in data["results"])
    about = json.dumps(data["about"], ensure_ascii=False, indent=2).replace("\n", "\n ")
    return f'{{\n "about": {about},\n "results": [\n  {rows}\n ]\n}}\n'


def _write(comparison: Comparison, out: Path) -> None:
    with writing("--out"):
        write_public(out / "results.json", _json(comparison))
        with_text = any(result.errors for result in comparison.results)
        (write_private if with_text else write_public)(out / "report.html", render(comparison))
