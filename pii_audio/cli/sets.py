"""Commands about a set of recordings: what it says of whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pii_audio.cli.options import (
    BeamSize,
    Engine,
    Hotwords,
    Inputs,
    Json,
    Languages,
    Model,
    Out,
    Recipe,
    ReportLanguage,
    SetContext,
    Style,
    configured,
    listed,
    named,
)
from pii_audio.cli.screen import bars, errors, list_failures, table
from pii_audio.layout import SOURCES

if TYPE_CHECKING:
    from pii_audio.config import Config
    from pii_audio.redact.vault import Lock
    from pii_audio.runners.local import Outcome

__all__ = ["demo", "export", "find", "finish", "run_set", "score", "show_failures", "summarize"]


def score(
    inputs: Inputs,
    out: Out,
    config: Recipe = None,
    model: Model = None,
    engine: Engine = None,
    language: Languages = None,
    hotwords: Hotwords = None,
    beam_size: BeamSize = None,
    set_context: SetContext = None,
    style: Style = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Say how identifiable the people in a set of recordings are."""
    context = {"set_context": set_context, "style": style}
    settings = configured(
        config, "score.yaml", model, engine, language, hotwords, beam_size, recognize=context
    )
    finish(run_set(inputs, out, settings, release=False, report_language=report_language), as_json=json)


def demo(
    out: Annotated[
        Path, typer.Option("--out", parser=named, metavar="OUT", help="Folder for the clips and the result.")
    ] = Path("demo-out"),
) -> None:
    """Speak a small household and find out who they are."""
    from pii_audio.config import Config
    from pii_audio.demo import speak

    with errors():
        clips = speak(out / "clips")
    finish(run_set([clips], out / "result", Config(), release=True, report_language="en"), as_json=False)


def find(
    file: Annotated[
        Path,
        typer.Argument(
            parser=named, metavar="FILE.jsonl", help='One {"id","language","text"} a line; - is stdin.'
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", parser=named, metavar="FOUND.jsonl", help="One line for each line; - is stdout."
        ),
    ],
    config: Recipe = None,
    style: Style = None,
) -> None:
    """Find personal information in text alone: no audio, no Whisper."""
    from pii_audio.runners.text import find_lines

    settings = configured(config, "score.yaml", recognize={"style": style})
    with errors():
        failures = find_lines(file, out, settings)
    list_failures(failures)
    raise typer.Exit(1 if failures else 0)


def export(
    out: Annotated[
        Path, typer.Argument(parser=named, metavar="OUT", help="Folder that `score` or `redact` wrote to.")
    ],
    formats: Annotated[
        list[str], typer.Option("--format", metavar="FORM,...", help="label-studio, presidio, srt, ctm ...")
    ],
    to: Annotated[
        Path | None,
        typer.Option("--to", parser=named, metavar="DIR", help="Folder to write into; OUT/export."),
    ] = None,
) -> None:
    """Write transcripts and findings for other tools, unredacted."""
    from pii_audio.runners.export import export as write_forms

    target = to or out / "export"
    with errors():
        count = write_forms(out, target, listed(formats))
    typer.echo(f"{count} files, as private as what was said: {target}")


def run_set(
    inputs: list[Path],
    out: Path,
    config: Config,
    *,
    release: bool,
    report_language: Literal["en", "de"],
    plan: Path | None = None,
    vault: Lock | None = None,
) -> Outcome:
    from pii_audio.runners.local import run

    with errors(), bars() as watch:
        return run(
            inputs,
            out,
            config,
            release=release,
            plan=plan,
            language=report_language,
            watch=watch,
            vault=vault,
        )


def finish(outcome: Outcome, *, as_json: bool) -> None:
    """The summary: how many, what was found, how identifiable, where the report is."""
    if as_json:
        from json import dumps

        typer.echo(dumps(outcome.summary(), indent=2))
        show_failures(outcome)
    else:
        summarize(outcome)
        if outcome.released:
            typer.echo(f"to check it: pii-audio verify {outcome.out / 'redacted'} --against {outcome.out}")
    raise typer.Exit(1 if outcome.failures else 0)


def summarize(outcome: Outcome) -> None:
    table("", ("", ""), _rows(outcome.summary()))
    typer.echo(f"report: {outcome.out / 'report.html'}")
    if outcome.released:
        typer.echo(f"redacted, to hand on: {outcome.out / 'redacted'}")
    show_failures(outcome)


def show_failures(outcome: Outcome) -> None:
    list_failures(outcome.failures, outcome.out / SOURCES)


def _rows(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The figures of a set as its report calls and writes them."""
    from pii_audio.report.words import Words

    words = Words("en")
    yield "recordings", words.number(summary["recordings"])
    yield "not processed", words.number(summary["failed"])
    if summary["duplicates"]:
        yield "left out, the same content again", words.number(summary["duplicates"])
    if summary["other_files"]:
        yield "other files in folders, left out", words.number(summary["other_files"])
    if summary["continued"]:
        yield "transcribed by an earlier run", words.number(summary["continued"])
    yield "minutes of sound", words.number(summary["audio_minutes"], 1)
    found = (f"{words.name(kind)} {words.number(count)}" for kind, count in summary["findings"].items())
    yield "findings", ", ".join(found) or "none"
    yield "people", words.number(summary["persons"])
    yield "expected to be identified", words.number(summary["expected_identified"], 1)
    yield "highest expected risk", words.percent(summary["highest_risk"])
    yield "of one clip alone", words.percent(summary["highest_risk_of_one_clip"])
    yield "gained by combining clips", f"+{words.points(summary['aggregation_gain'])} points"
    yield "people in a crowd below 11", words.percent(summary["share_k_below_11"])
    if (left := summary.get("highest_risk_after_redaction")) is not None:
        yield "highest risk after redaction", words.percent(left)
