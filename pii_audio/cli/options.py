"""The options that several commands share, and the configuration that comes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pii_audio.cli.screen import errors

if TYPE_CHECKING:
    from pii_audio.config import Config

__all__ = [
    "BeamSize",
    "CarryOut",
    "Engine",
    "Hotwords",
    "Inputs",
    "Json",
    "Languages",
    "Model",
    "Operator",
    "Out",
    "Recipe",
    "ReportLanguage",
    "SetContext",
    "Sound",
    "Style",
    "VaultFile",
    "Voice",
    "configured",
    "listed",
    "named",
]


def named(value: str) -> Path:
    """A file or folder; an empty name, as of a variable that is not set, is none."""
    if not value:
        raise typer.BadParameter("an empty name; write . for the folder you are in")
    return Path(value)


Inputs = Annotated[
    list[Path],
    typer.Argument(
        parser=named,
        metavar="INPUT",
        help="Audio files, folders, zips, NeMo manifests or transcripts (JSON, SRT, VTT ...).",
        show_default=False,
    ),
]
Out = Annotated[
    Path, typer.Option("--out", parser=named, metavar="OUT", help="Folder for everything that is written.")
]
Recipe = Annotated[
    Path | None, typer.Option("--config", parser=named, metavar="YAML", help="A recipe, see pipelines/.")
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="NAME", help="Whisper weights: a name of `pii-audio models`, a file or a folder."
    ),
]
Engine = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="core, reference or faster-whisper.")
]
Languages = Annotated[
    str | None,
    typer.Option("--language", help="Decide among these: de,en; or all of Whisper's: any.", metavar="CODES"),
]
Hotwords = Annotated[
    str | None,
    typer.Option("--hotwords", help="Names to expect: 'Hannelore Meier,Gutenbergstraße'.", metavar="NAMES"),
]
BeamSize = Annotated[
    int | None,
    typer.Option(
        "--beam-size", help="Hypotheses weighed at once; 1, unless said: the likeliest token.", metavar="N"
    ),
]
SetContext = Annotated[
    bool | None,
    typer.Option(
        "--set-context/--no-set-context",
        help="Look in every clip for the names and towns that one clip is sure of; yes, unless said.",
    ),
]
Style = Annotated[
    str | None,
    typer.Option(
        "--style",
        help="spoken; news, commands: public figures are found too.",
        show_default="spoken",
        metavar="NAME",
    ),
]
Operator = Annotated[
    str | None,
    typer.Option(
        "--operator",
        help="In place of words: placeholder, surrogate, mask, ... (pipelines/).",
        metavar="NAME",
    ),
]
Sound = Annotated[
    str | None,
    typer.Option("--audio", help="In place of sound: beep, silence, noise; none: no sound.", metavar="NAME"),
]
Voice = Annotated[
    str | None,
    typer.Option(
        "--voice", help="changed: other pitch and formants; this makes nobody anonymous.", metavar="NAME"
    ),
]
CarryOut = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        parser=named,
        help="Take out only what this plan names: see `pii-audio plan`.",
        metavar="FILE",
    ),
]
VaultFile = Annotated[
    Path | None,
    typer.Option(
        "--vault",
        parser=named,
        help="Encrypted file of pseudonyms and originals; its passphrase is asked for.",
        metavar="FILE",
    ),
]
ReportLanguage = Annotated[
    Literal["en", "de"], typer.Option("--report-language", help="Language of the report: en or de.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


def configured(
    recipe: Path | None,
    default: str,
    model: str | None = None,
    engine: str | None = None,
    language: str | None = None,
    hotwords: str | None = None,
    beam_size: int | None = None,
    *,
    recognize: Mapping[str, Any] | None = None,
    redact: Mapping[str, Any] | None = None,
) -> Config:
    """The recipe, overruled by the options that were given."""
    from pii_audio.config import Config
    from pii_audio.files import shipped

    changes: dict[str, Any] = {}
    if model:
        changes["model"] = model
    if engine:
        changes["engine"] = engine
    if language:
        changes["languages"] = () if language == "any" else tuple(listed([language]))
    if hotwords:
        changes["hotwords"] = tuple(name.strip() for name in hotwords.split(",") if name.strip())
    if beam_size is not None:
        changes["beam_size"] = beam_size
    with errors():
        config = Config.read(recipe or shipped("pipelines", default))
        data = config.model_dump()
        data["transcribe"] |= changes
        for part, given in (("recognize", recognize), ("redact", redact)):
            data[part] |= {name: value for name, value in (given or {}).items() if value is not None}
        return Config.parse(data, who="options")


def listed(values: Sequence[str]) -> list[str]:
    """Comma-separated, or the option given again."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
