"""The command line: the one place that prints. It knows options, progress bars and exit codes, nothing else.

Exit codes: 0 all is well, 1 some recordings failed (they are listed), 2 the command or its configuration
is wrong, 3 this program is.
"""

from __future__ import annotations

import sys
import traceback
from errno import EDQUOT, EIO, ENOSPC
from pathlib import Path
from typing import Annotated

import typer

from pii_audio.cli import models, release, sets, side_by_side

__all__ = ["app", "main"]

app = typer.Typer(
    help="How identifiable is a set of recordings, and what must go before it leaves the house?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables would print what was said
    rich_markup_mode=None,
)
app.command()(sets.score)
app.command()(release.redact)
app.command("verify")(release.verify_release)
app.command("plan")(release.make_plan)
app.command("compare")(side_by_side.compare_sets)
app.command()(release.restore)
app.command()(release.forget)
app.command()(sets.find)
app.command()(sets.export)
app.command()(sets.demo)

weights = typer.Typer(
    help="Whisper weights: list, verify, path.", no_args_is_help=False, invoke_without_command=True
)
weights.callback()(models.models_default)
weights.command("list")(models.list_models)
weights.command("verify")(models.verify_models)
weights.command("path")(models.model_path)
app.add_typer(weights, name="models")

bench = typer.Typer(help="Which recognizer is best? Several side by side.", no_args_is_help=True)
bench.command("recognizers")(side_by_side.bench_recognizers)
app.add_typer(bench, name="bench")


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from pii_audio import __version__

        typer.echo(f"pii-audio {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line. What nobody foresaw is named in one line: its message may hold what was said."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - a traceback would print that message
        if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EIO) and not error.filename:
            typer.echo(f"pii-audio: cannot print: {error.strerror}; send the output elsewhere", err=True)
            sys.exit(2)
        typer.echo(
            f"pii-audio: unexpected {type(error).__name__} {_where(error)}; please report it", err=True
        )
        sys.exit(3)


def _where(error: Exception) -> str:
    """The lines of this package that led to it, the last one first."""
    package = Path(__file__).parents[1]
    frames = [(Path(f.filename), f.lineno) for f in traceback.extract_tb(error.__traceback__)]
    own = [f"{path.relative_to(package)}:{line}" for path, line in frames if path.is_relative_to(package)]
    return "in " + ", ".join(reversed(own))
