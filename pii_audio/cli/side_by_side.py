"""Commands that put things side by side: two sets, several recognizers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pii_audio.cli.options import Json, Recipe, ReportLanguage, configured, listed, named
from pii_audio.cli.screen import bars, errors, table

if TYPE_CHECKING:
    from pii_audio.bench import Comparison, Result
    from pii_audio.bench.measure import Estimate
    from pii_audio.report.compare import Comparison as SetComparison
    from pii_audio.report.compare import Row

__all__ = ["bench_recognizers", "compare_sets"]

DataRoot = Annotated[
    Path | None,
    typer.Option(
        "--data-root", metavar="DIR", envvar="PII_AUDIO_DATA", help="Where the named data sets lie."
    ),
]


def compare_sets(
    before: Annotated[
        Path, typer.Argument(parser=named, metavar="OUT1", help="Folder that `score` or `redact` wrote to.")
    ],
    after: Annotated[Path, typer.Argument(parser=named, metavar="OUT2", help="Another one.")],
    html: Annotated[
        Path | None,
        typer.Option("--html", parser=named, metavar="FILE", help="Write a page, without what was said."),
    ] = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Put two scored sets side by side.

    Before and after redaction, two exports, two models.
    """
    from pii_audio.runners.compare import compare_outputs

    with errors():
        comparison = compare_outputs(before, after, page=html, language=report_language)
    if json:
        from json import dumps

        typer.echo(dumps(comparison.as_json(), indent=2))
        return
    _show_comparison(comparison)


def bench_recognizers(
    data: Annotated[
        list[str],
        typer.Option("--data", metavar="NAME|FILE,...", help="Data sets by name, or marked utterances."),
    ],
    out: Annotated[
        Path, typer.Option("--out", parser=named, metavar="DIR", help="Folder for results.json, report.html.")
    ],
    recognizers: Annotated[
        list[str], typer.Option("--recognizers", metavar="NAME,...", help="Who is compared; `ours` is ours.")
    ] = ["ours,presidio"],  # noqa: B006 - typer wants a list
    forms: Annotated[
        str, typer.Option("--form", metavar="FORM,...", help="Of gold, lower, spoken: how the text comes.")
    ] = "gold,lower",
    entities: Annotated[str, typer.Option("--entities", metavar="TYPE,...", help="Count only these.")] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="At most so many of each data set.")
    ] = None,
    data_root: DataRoot = None,
    show_errors: Annotated[
        bool, typer.Option("--errors/--no-errors", help="List the errors in the report: it then holds text.")
    ] = True,
    config: Recipe = None,
) -> None:
    """Compare recognizers on marked utterances.

    As they are written, in lower case, spoken and transcribed.
    """
    from pii_audio.bench import compare

    settings = configured(config, "score.yaml")
    with errors(), bars() as watch:
        comparison = compare(
            listed(data),
            listed(recognizers),
            forms=listed([forms]),
            entities=listed([entities]),
            limit=limit,
            data_root=data_root,
            out=out,
            show_errors=show_errors,
            config=settings,
            watch=watch,
        )
    _show_bench(comparison)
    typer.echo(f"report: {out / 'report.html'}")


def _show_bench(comparison: Comparison) -> None:
    """In percent, a table for each language of each form of each data set; intervals are in the report."""
    from itertools import groupby

    columns = {
        "recall": "entity_recall",
        "leak": "leak_rate",
        "precision": "precision",
        "alarms": "false_alarms",
        "seconds": "seconds_covered",
    }
    for where, results in groupby(comparison.results, key=lambda r: (r.data, r.form, r.language)):
        own = list(results)
        shown = [name for name, figure in columns.items() if any(r[figure] for r in own)]
        rows = [(r.recognizer, *(_percent(r[columns[name]]) for name in shown), _speed(r)) for r in own]
        table(", ".join(where), ("recognizer", *shown, "a second"), rows)


def _speed(result: Result) -> str:
    return f"{result.utterances_per_s:,.0f}"


def _percent(figure: Estimate | None) -> str:
    return f"{100 * figure.value:.1f}" if figure else ""


def _show_comparison(comparison: SetComparison) -> None:
    """The figures of both sets as the page calls and writes them."""
    from pii_audio.report.compare import figure
    from pii_audio.report.words import Words

    words = Words("en")

    def both(row: Row) -> Iterator[str]:
        values = (row.before, row.after)
        return ("-" if value is None else figure(row, value, words) for value in values)

    def names(facts: Sequence[str]) -> str:
        return ", ".join(map(words.name, facts))

    rows = [(words(f"compare_{row.name}"), *both(row)) for row in comparison.figures]
    rows += [(words.name(row.name), *both(row)) for row in comparison.findings]
    table("", ("", "OUT1", "OUT2"), rows)
    header = ("OUT1", "OUT2", "risk", "risk", "facts only in OUT1", "facts only in OUT2")
    people = [
        (
            p.before or "-",
            p.after or "-",
            *both(p.risk),
            names(p.gone),
            names(p.new),
        )
        for p in comparison.persons
    ]
    table("People", header, people)
