"""Commands about Whisper's weights."""

from __future__ import annotations

from typing import Annotated

import typer

from pii_audio.cli.screen import errors, table

__all__ = ["list_models", "model_path", "models_default", "verify_models"]


def models_default(context: typer.Context) -> None:
    """Whisper weights known by name; without a command: list."""
    if context.invoked_subcommand is None:
        list_models()


def list_models() -> None:
    """List the weights known by name and which are here."""
    from pii_audio.asr.weights import listing

    with errors():
        rows = [
            (m.name, m.kind, "yes" if m.path else "no", m.licence, ", ".join(m.languages)) for m in listing()
        ]
    table("", ("name", "kind", "here", "licence", "languages"), rows)


def verify_models() -> None:
    """Check the sha256 of every model on this machine.

    Converts the embedded one on first use.
    """
    from pii_audio.asr.weights import verify

    with errors():
        states = verify()
    table("", ("name", "state"), [(n, s) for n, s in states.items() if s != "absent"])
    raise typer.Exit(1 if "damaged" in states.values() else 0)


def model_path(name: Annotated[str, typer.Argument(help="A name of `pii-audio models list`.")]) -> None:
    """Print where a model's file is."""
    from pii_audio.asr.weights import place

    with errors():
        typer.echo(str(place(name)))
