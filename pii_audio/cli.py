"""The command line: the one place that prints. It knows options, progress bars and exit codes, nothing else.

Exit codes: 0 all is well, 1 some recordings failed (they are listed), 2 the command or its configuration
is wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from pii_audio.bench import Comparison, Result
    from pii_audio.bench.measure import Estimate
    from pii_audio.config import Config
    from pii_audio.redact.vault import Lock
    from pii_audio.runners.local import Outcome, Watch
    from pii_audio.runners.plan import Plan
    from pii_audio.types import Failure

__all__ = ["app", "main"]

PASSPHRASE = "PII_AUDIO_PASSPHRASE"

app = typer.Typer(
    help="How identifiable is a set of recordings, and what must go before it leaves the house?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables would print what was said
    rich_markup_mode=None,
)

Inputs = Annotated[
    list[Path],
    typer.Argument(
        metavar="INPUT...",
        help="Audio files, folders, NeMo manifests, or transcripts (JSON of Whisper and others, SRT, VTT).",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="OUT", help="Folder for everything that is written.")]
Recipe = Annotated[Path | None, typer.Option("--config", metavar="YAML", help="A recipe, see pipelines/.")]
Model = Annotated[
    str | None,
    typer.Option("--model", help="Whisper weights: a name of `pii-audio models`, a file or a folder."),
]
Engine = Annotated[str | None, typer.Option("--engine", help="core, reference or faster-whisper.")]
Languages = Annotated[
    str | None,
    typer.Option("--language", help="Decide among these: de,en; or all of Whisper's: any.", metavar="CODES"),
]
Hotwords = Annotated[
    str | None,
    typer.Option("--hotwords", help="Names to expect: 'Hannelore Meier,Gutenbergstraße'.", metavar="NAMES"),
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
SetContext = Annotated[
    bool | None,
    typer.Option(
        "--set-context/--no-set-context",
        help="Look in every clip for the names and towns that one clip is sure of.",
        show_default="yes",
    ),
]
Voice = Annotated[
    str | None,
    typer.Option(
        "--voice", help="changed: other pitch and formants; this makes nobody anonymous.", metavar="NAME"
    ),
]
CarryOut = Annotated[
    Path | None,
    typer.Option("--plan", help="Take out only what this plan names: see `pii-audio plan`.", metavar="FILE"),
]
VaultFile = Annotated[
    Path | None,
    typer.Option("--vault", help="Encrypted file of pseudonyms and originals; its passphrase is asked for."),
]
ReportLanguage = Annotated[
    Literal["en", "de"], typer.Option("--report-language", help="Language of the report: en or de.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


@app.command()
def score(
    inputs: Inputs,
    out: Out,
    config: Recipe = None,
    model: Model = None,
    engine: Engine = None,
    language: Languages = None,
    hotwords: Hotwords = None,
    set_context: SetContext = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Say how identifiable the people in a set of recordings are."""
    context = {"set_context": set_context}
    settings = _settings(config, "score.yaml", model, engine, language, hotwords, recognize=context)
    _finish(_run(inputs, out, settings, release=False, report_language=report_language), as_json=json)


@app.command()
def redact(
    inputs: Inputs,
    out: Out,
    config: Recipe = None,
    model: Model = None,
    engine: Engine = None,
    language: Languages = None,
    hotwords: Hotwords = None,
    set_context: SetContext = None,
    operator: Operator = None,
    audio: Sound = None,
    plan: CarryOut = None,
    vault: VaultFile = None,
    verify: Annotated[bool, typer.Option("--verify", help="Verify the release straight after.")] = False,
    voice: Voice = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Score, and write text and sound without the personal information to OUT/redacted."""
    changes = {"operator": operator, "audio": audio, "voice": voice}
    context = {"set_context": set_context}
    settings = _settings(
        config, "release.yaml", model, engine, language, hotwords, recognize=context, redact=changes
    )
    lock = _lock(vault, out)
    outcome = _run(
        inputs, out, settings, release=True, report_language=report_language, vault=lock, plan=plan
    )
    if verify:
        code = _verified(out / "redacted", settings, out, None, as_json=json)
        raise typer.Exit(1 if outcome.failures else code)
    _finish(outcome, as_json=json)


@app.command()
def restore(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="The folder `redacted` of a release.")],
    out: Annotated[Path, typer.Option("--out", metavar="OUT", help="Folder for the transcripts.")],
    vault: VaultFile = None,
) -> None:
    """Give a release its words back: its texts from the vault, or what was encrypted from the passphrase."""
    from pii_audio.runners.safe import restore

    with _errors():
        failures = restore(release, out, _passphrase(), vault)
    _list_failures(failures)
    raise typer.Exit(1 if failures else 0)


@app.command()
def forget(
    vault: Annotated[Path, typer.Option("--vault", metavar="FILE", help="The vault to delete from.")],
    person: Annotated[
        list[str] | None,
        typer.Option("--person", metavar="PERSON_3", help="Whose words go; any placeholder."),
    ] = None,
    recording: Annotated[
        list[str] | None, typer.Option("--recording", metavar="ID", help="All words of a recording go.")
    ] = None,
) -> None:
    """Delete a person's words from the vault for good: no release gets them back."""
    from pii_audio.redact.vault import Lock
    from pii_audio.runners.safe import forget

    with _errors():
        forget(Lock(vault, _passphrase()), person or [], recording or [])


@app.command("verify")
def verify_release(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="The folder to hand on: OUT/redacted.")],
    against: Annotated[
        Path | None, typer.Option("--against", metavar="OUT", help="The private folder it was made from.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="For the certificate; else RELEASE itself.")
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Hear everything around masked seconds twice.")
    ] = False,
    config: Recipe = None,
    model: Model = None,
    engine: Engine = None,
    language: Languages = None,
    json: Json = False,
) -> None:
    """Check that nothing is left in a release: files, tags and sound, which is transcribed again."""
    settings = _settings(config, "release.yaml", model, engine, language)
    raise typer.Exit(_verified(release, settings, against, out, thorough=thorough, as_json=json))


@app.command("plan")
def make_plan(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `score` or `redact` wrote to.")],
    k: Annotated[float | None, typer.Option("--k", help="Everybody is to be one of so many.")] = None,
    max_risk: Annotated[
        float | None, typer.Option("--max-risk", help="Nobody's expected risk is to be higher, 0 to 1.")
    ] = None,
    by: Annotated[Literal["facts", "clips"], typer.Option("--by", help="Take out facts or clips.")] = "facts",
    config: Recipe = None,
    json: Json = False,
) -> None:
    """Propose the smallest redaction that reaches a target; `redact --plan` carries it out."""
    from pii_audio.runners.plan import make_plan as plan_for

    settings = _settings(config, "release.yaml")
    with _errors():
        plan = plan_for(out, settings, k=k, max_risk=max_risk, by=by)
    if json:
        typer.echo((out / "plan.json").read_text(encoding="utf-8"))
    else:
        _planned(plan)
        typer.echo(f"to carry it out: pii-audio redact INPUT... --out OUT --plan {out / 'plan.json'}")
    raise typer.Exit(0 if plan.reached else 1)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `score` or `redact` wrote to.")],
    formats: Annotated[
        list[str], typer.Option("--format", metavar="FORM,...", help="label-studio, presidio, srt, ctm ...")
    ],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Folder to write into; OUT/export.")
    ] = None,
) -> None:
    """Write transcripts and findings, unredacted, in the forms of other tools: to review them there."""
    from pii_audio.runners.export import export as write_forms

    target = to or out / "export"
    with _errors():
        count = write_forms(out, target, _listed(formats))
    typer.echo(f"{count} files, as private as what was said: {target}")


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Folder for the clips and the result.")
    ] = Path("demo-out"),
) -> None:
    """Let the machine speak a small German household and find out who they are."""
    from pii_audio.config import Config
    from pii_audio.demo import speak

    with _errors():
        clips = speak(out / "clips")
    _finish(_run([clips], out / "result", Config(), release=True, report_language="en"), as_json=False)


@app.command("compare")
def compare_sets(
    before: Annotated[Path, typer.Argument(metavar="OUT1", help="Folder that `score` or `redact` wrote to.")],
    after: Annotated[Path, typer.Argument(metavar="OUT2", help="Another one.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page, without what was said.")
    ] = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Two scored sets side by side: before and after redaction, two exports, two models."""
    from pii_audio.runners.compare import compare_outputs

    with _errors():
        comparison = compare_outputs(before, after, page=html, language=report_language)
    if json:
        from json import dumps

        typer.echo(dumps(comparison.as_json(), indent=2))
        return
    rows = [*comparison.figures, *comparison.findings]
    _table("", ("", "OUT1", "OUT2"), [(_plain(r.name), _either(r.before), _either(r.after)) for r in rows])
    people = [
        (
            *(p.before or "-", p.after or "-", _either(p.risk.before), _either(p.risk.after)),
            *(", ".join(map(_plain, facts)) for facts in (p.gone, p.new)),
        )
        for p in comparison.persons
    ]
    header = ("OUT1", "OUT2", "risk", "risk", "facts only in OUT1", "facts only in OUT2")
    _table("People", header, people)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _either(value: float | None) -> str:
    return "-" if value is None else _figure(value)


@app.command()
def find(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help='One {"id","language","text"} a line; - is stdin.')
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FOUND.jsonl", help="One line for each line; - is stdout.")
    ],
    config: Recipe = None,
) -> None:
    """Find personal information in text alone: no audio, no Whisper."""
    from pii_audio.runners.text import find_lines

    settings = _settings(config, "score.yaml")
    with _errors():
        failures = find_lines(file, out, settings)
    _list_failures(failures)
    raise typer.Exit(1 if failures else 0)


models = typer.Typer(
    help="Whisper weights: list, verify, path.", no_args_is_help=False, invoke_without_command=True
)
app.add_typer(models, name="models")


@models.callback()
def models_default(context: typer.Context) -> None:
    """Whisper weights known by name; without a command: list."""
    if context.invoked_subcommand is None:
        list_models()


@models.command("list")
def list_models() -> None:
    """List the weights known by name and whether they are on this machine."""
    from pii_audio.asr.weights import listing

    with _errors():
        rows = [
            (m.name, m.kind, "yes" if m.path else "no", m.licence, ", ".join(m.languages)) for m in listing()
        ]
    _table("", ("name", "kind", "here", "licence", "languages"), rows)


@models.command("verify")
def verify_models() -> None:
    """Check the sha256 of every model on this machine; converts the embedded one on first use."""
    from pii_audio.asr.weights import verify

    with _errors():
        states = verify()
    _table("", ("name", "state"), [(n, s) for n, s in states.items() if s != "absent"])
    raise typer.Exit(1 if "damaged" in states.values() else 0)


@models.command("path")
def model_path(name: Annotated[str, typer.Argument(help="A name of `pii-audio models list`.")]) -> None:
    """Print where a model's file is."""
    from pii_audio.asr.weights import resolve

    with _errors():
        typer.echo(str(resolve(name).path))


bench = typer.Typer(help="Which recognizer is best? Several side by side.", no_args_is_help=True)
app.add_typer(bench, name="bench")


@bench.command("recognizers")
def bench_recognizers(
    data: Annotated[
        list[str],
        typer.Option("--data", metavar="NAME|FILE,...", help="Data sets by name, or marked utterances."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for results.json, report.html.")],
    recognizers: Annotated[
        list[str], typer.Option("--recognizers", metavar="NAME,...", help="Who is compared; `ours` is ours.")
    ] = ["ours,presidio"],  # noqa: B006 - typer wants a list
    forms: Annotated[
        str, typer.Option("--form", metavar="FORM,...", help="Of gold, lower, spoken: how the text comes.")
    ] = "gold,lower",
    entities: Annotated[str, typer.Option("--entities", metavar="TYPE,...", help="Count only these.")] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most so many of each data set.")
    ] = None,
    data_root: Annotated[
        Path | None,
        typer.Option("--data-root", envvar="PII_AUDIO_DATA", help="Where the named data sets lie."),
    ] = None,
    errors: Annotated[bool, typer.Option(help="List the errors in the report: it then holds text.")] = True,
    config: Recipe = None,
) -> None:
    """Compare recognizers on marked utterances: as written, in lower case, spoken and transcribed."""
    from pii_audio.bench import compare

    settings = _settings(config, "score.yaml")
    with _errors(), _bars() as watch:
        comparison = compare(
            _listed(data),
            _listed(recognizers),
            forms=_listed([forms]),
            entities=_listed([entities]),
            limit=limit,
            data_root=data_root,
            out=out,
            show_errors=errors,
            config=settings,
            watch=watch,
        )
    _compared(comparison)
    typer.echo(f"report: {out / 'report.html'}")


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from pii_audio import __version__

        typer.echo(f"pii-audio {__version__}")
        raise typer.Exit


def main() -> None:
    app()


def _settings(
    recipe: Path | None,
    default: str,
    model: str | None = None,
    engine: str | None = None,
    language: str | None = None,
    hotwords: str | None = None,
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
        changes["languages"] = () if language == "any" else tuple(language.split(","))
    if hotwords:
        changes["hotwords"] = tuple(name.strip() for name in hotwords.split(",") if name.strip())
    with _errors():
        config = Config.read(recipe or shipped("pipelines", default))
        data = config.model_dump()
        data["transcribe"] |= changes
        for part, given in (("recognize", recognize), ("redact", redact)):
            data[part] |= {name: value for name, value in (given or {}).items() if value is not None}
        return Config.parse(data, who="options")


def _run(
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

    with _errors(), _bars() as watch:
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


def _lock(vault: Path | None, out: Path) -> Lock | None:
    """The vault of a release: the one that is named, or OUT/vault.pii where a passphrase is set."""
    from pii_audio.redact.vault import Lock

    if vault is None and not os.environ.get(PASSPHRASE):
        return None
    with _errors():
        path = vault or out / "vault.pii"
        return Lock(path, _passphrase(new=not path.exists()))


def _passphrase(*, new: bool = False) -> str:
    """From the environment, or asked for, twice where it is new. Raises ConfigError where nobody can be."""
    from pii_audio.errors import ConfigError

    if given := os.environ.get(PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise ConfigError("passphrase", "there is none", f"set {PASSPHRASE}")
    return str(typer.prompt("Passphrase of the vault", hide_input=True, confirmation_prompt=new, err=True))


@contextmanager
def _errors() -> Iterator[None]:
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
def _bars() -> Iterator[Watch]:
    """A progress bar with the time that is left, a stage after another, on stderr."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    class Bars:
        def start(self, stage: str, total: int | None) -> None:
            self.task = progress.add_task(stage, total=total)

        def advance(self, count: int = 1) -> None:
            progress.advance(self.task, count)

        def finish(self) -> None:
            task = progress.tasks[self.task]
            progress.update(self.task, total=task.completed, completed=task.completed)

    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        yield Bars()


def _finish(outcome: Outcome, *, as_json: bool) -> None:
    """The summary: how many, what was found, how identifiable, where the report is."""
    if as_json:
        from json import dumps

        typer.echo(dumps(outcome.summary(), indent=2))
    else:
        summary = outcome.summary()
        _table("", ("", ""), [(name.replace("_", " "), _figure(value)) for name, value in summary.items()])
        typer.echo(f"report: {outcome.out / 'report.html'}")
        if outcome.released:
            typer.echo(f"redacted, to hand on: {outcome.out / 'redacted'}")
            typer.echo(f"to check it: pii-audio verify {outcome.out / 'redacted'} --against {outcome.out}")
    _list_failures(outcome.failures)
    if outcome.failures:
        typer.echo(f"which file is which: {outcome.out / 'sources.jsonl'}", err=True)
    raise typer.Exit(1 if outcome.failures else 0)


def _listed(values: Sequence[str]) -> list[str]:
    """Comma-separated, or the option given again."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _compared(comparison: Comparison) -> None:
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
        _table(", ".join(where), ("recognizer", *shown, "a second"), rows)


def _speed(result: Result) -> str:
    return f"{result.utterances_per_s:,.0f}"


def _percent(figure: Estimate | None) -> str:
    return f"{100 * figure.value:.1f}" if figure else ""


def _verified(
    release: Path,
    config: Config,
    against: Path | None,
    out: Path | None,
    *,
    thorough: bool = False,
    as_json: bool,
) -> int:
    """Verify and show the summary; 1 where something was found."""
    from pii_audio.report.certificate import certificate_json
    from pii_audio.runners.verify import verify

    with _errors(), _bars() as watch:
        certificate = verify(release, config, against=against, out=out, thorough=thorough, watch=watch)
    if as_json:
        from json import dumps

        typer.echo(dumps(certificate_json(certificate), indent=2))
        return 0 if certificate.passed else 1
    _table("", ("checked", "how much"), list(certificate.checks.items()))
    rows = [
        (leak.kind, leak.recording_id or leak.file, leak.entity_type, leak.place, leak.what)
        for leak in (*certificate.leaks, *certificate.doubts)
    ]
    if rows:
        _table("Found", ("kind", "where", "type", "place", "what"), rows)
    typer.echo(f"{'pass' if certificate.passed else 'FAIL'}: {(out or release) / 'certificate.html'}")
    if against and rows:
        typer.echo(f"with the words, private: {against / 'verify.json'}")
    return 0 if certificate.passed else 1


def _planned(plan: Plan) -> None:
    """The units of a plan without their values, what each costs, and what it all comes to."""
    costs = [(unit.name, len(unit.findings), *plan.cost[n]) for n, unit in enumerate(plan.units)]
    rows = [(name, str(found), str(words), f"{seconds:.1f}") for name, found, words, seconds in costs]
    lost = (f"{plan.words} of {plan.of_words}", f"{plan.seconds:.1f} of {plan.of_seconds:.1f}")
    gone = len({finding for unit in plan.units for finding in unit.findings})
    _table("", ("take out", "findings", "words", "seconds"), [*rows, ("together", str(gone), *lost)])
    (k, risk), (new_k, new_risk) = plan.before, plan.after
    typer.echo(f"smallest crowd: {k:,.1f} -> {new_k:,.1f}; highest risk: {risk:.3f} -> {new_risk:.3f}")
    choice = "no cheaper choice exists" if plan.proven else "chosen greedily: a cheaper choice may exist"
    typer.echo(choice if plan.reached else "not even taking out every fact reaches the target")


def _list_failures(failures: Sequence[Failure]) -> None:
    if failures:
        rows = [(failure.recording_id, failure.stage, failure.message) for failure in failures]
        _table("Not processed", ("recording", "stage", "what to do"), rows, err=True)


def _figure(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, err: bool = False) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*header, title=title or None, box=box.SIMPLE, show_header=any(header), title_justify="left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(stderr=err).print(table)
