"""What every command shows: progress, tables, failures, and what is wrong in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pii_audio.runners.watch import Watch
    from pii_audio.types import Failure

__all__ = ["bars", "errors", "list_failures", "table"]


@contextmanager
def errors() -> Iterator[None]:
    """Say what is wrong in one line, exit code 2."""
    from pii_audio.errors import PiiAudioError

    try:
        yield
    except PiiAudioError as error:
        typer.echo(f"pii-audio: {error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo("pii-audio: stopped; run the same command again to continue", err=True)
        raise typer.Exit(130) from None


@contextmanager
def bars() -> Iterator[Watch]:
    """A progress bar with the time that is left, a stage after another, on stderr."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    class Bars:
        task: TaskID | None = None

        def start(self, stage: str, total: int | None) -> None:
            if self.task is None:
                progress.start()  # not before: an error in front of the first stage stands alone
            self.end()
            self.task = progress.add_task(stage, total=total)

        def advance(self, count: int = 1) -> None:
            if self.task is not None:
                progress.advance(self.task, count)

        def end(self) -> None:
            if self.task is not None:
                task = progress.tasks[self.task]
                progress.update(self.task, total=task.total or task.completed)
                progress.stop_task(self.task)

    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))
    watch = Bars()
    try:
        yield watch
        watch.end()
    finally:
        if watch.task is not None:
            progress.stop()


def list_failures(failures: Sequence[Failure], sources: Path | None = None) -> None:
    """What is wrong with which recording; `sources` is the file that says which file that is."""
    if failures:
        rows = [(failure.recording_id, failure.stage, failure.message) for failure in failures]
        table("Not processed", ("recording", "stage", "what to do"), rows, err=True)
        if sources:
            typer.echo(f"which file is which: {sources}", err=True)


def table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, err: bool = False) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*header, title=title or None, box=box.SIMPLE, show_header=any(header), title_justify="left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(stderr=err).print(table)
