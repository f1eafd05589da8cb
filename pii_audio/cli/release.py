"""Commands about what leaves the house: redact, plan, verify; and the vault that remembers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pii_audio.cli.options import (
    BeamSize,
    CarryOut,
    Engine,
    Hotwords,
    Inputs,
    Json,
    Languages,
    Model,
    Operator,
    Out,
    Recipe,
    ReportLanguage,
    SetContext,
    Sound,
    Style,
    VaultFile,
    Voice,
    configured,
    named,
)
from pii_audio.cli.screen import bars, errors, list_failures, table
from pii_audio.cli.sets import finish, run_set, show_failures, summarize
from pii_audio.layout import PLAN, VERIFIED

if TYPE_CHECKING:
    from pii_audio.redact.vault import Lock
    from pii_audio.report.certificate import Certificate
    from pii_audio.runners.local import Outcome
    from pii_audio.runners.plan import Plan

__all__ = ["forget", "make_plan", "redact", "restore", "verify_release"]

PASSPHRASE = "PII_AUDIO_PASSPHRASE"


def redact(
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
    operator: Operator = None,
    audio: Sound = None,
    plan: CarryOut = None,
    vault: VaultFile = None,
    verify: Annotated[bool, typer.Option("--verify", help="Verify it, and take out what is heard.")] = False,
    voice: Voice = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Score, and write text and sound to hand on to OUT/redacted."""
    changes = {"operator": operator, "audio": audio, "voice": voice}
    context = {"set_context": set_context, "style": style}
    settings = configured(
        config,
        "release.yaml",
        model,
        engine,
        language,
        hotwords,
        beam_size,
        recognize=context,
        redact=changes,
    )
    lock = lock_of(vault, out)
    if not verify:
        outcome = run_set(
            inputs, out, settings, release=True, report_language=report_language, vault=lock, plan=plan
        )
        finish(outcome, as_json=json)
    from pii_audio.runners.proof import prove

    with errors(), bars() as watch:
        outcome, certificate = prove(
            inputs, out, settings, plan=plan, language=report_language, watch=watch, vault=lock
        )
    code = _show(certificate, out / "redacted", out, outcome, as_json=json)
    raise typer.Exit(1 if outcome.failures else code)


def make_plan(
    out: Annotated[
        Path, typer.Argument(parser=named, metavar="OUT", help="Folder that `score` or `redact` wrote to.")
    ],
    k: Annotated[
        float | None, typer.Option("--k", metavar="N", help="Everybody is to be one of so many.")
    ] = None,
    max_risk: Annotated[
        float | None,
        typer.Option("--max-risk", metavar="P", help="Nobody's expected risk is to be higher, 0 to 1."),
    ] = None,
    by: Annotated[Literal["facts", "clips"], typer.Option("--by", help="Take out facts or clips.")] = "facts",
    config: Recipe = None,
    json: Json = False,
) -> None:
    """Propose the smallest redaction that reaches a target.

    `redact --plan` carries it out.
    """
    from pii_audio.runners.plan import make_plan as plan_for

    settings = configured(config, "release.yaml")
    with errors():
        plan = plan_for(out, settings, k=k, max_risk=max_risk, by=by)
    if json:
        typer.echo((out / PLAN).read_text(encoding="utf-8"))
    else:
        _show_plan(plan)
        typer.echo(f"to carry it out: pii-audio redact INPUT... --out OUT --plan {out / PLAN}")
    raise typer.Exit(0 if plan.reached else 1)


def verify_release(
    release: Annotated[
        Path, typer.Argument(parser=named, metavar="RELEASE", help="The folder to hand on: OUT/redacted.")
    ],
    against: Annotated[
        Path | None,
        typer.Option("--against", parser=named, metavar="OUT", help="The private folder it was made from."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=named, metavar="DIR", help="For the certificate; else RELEASE itself."),
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Hear everything around masked seconds twice.")
    ] = False,
    config: Recipe = None,
    model: Model = None,
    engine: Engine = None,
    language: Languages = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Check that nothing is left in a release, its sound included."""
    settings = configured(config, "release.yaml", model, engine, language)
    from pii_audio.runners.verify import verify

    with errors(), bars() as watch:
        certificate = verify(
            release,
            settings,
            against=against,
            out=out,
            thorough=thorough,
            language=report_language,
            watch=watch,
        )
    raise typer.Exit(_show(certificate, out or release, against, as_json=json))


def restore(
    release: Annotated[
        Path, typer.Argument(parser=named, metavar="RELEASE", help="The folder `redacted` of a release.")
    ],
    out: Annotated[
        Path, typer.Option("--out", parser=named, metavar="OUT", help="Folder for transcripts and tables.")
    ],
    vault: VaultFile = None,
) -> None:
    """Give a release its words back, for you alone.

    They come from the vault; what was encrypted needs its passphrase only.
    """
    from pii_audio.runners.safe import may_restore, restore

    with errors():
        may_restore(release, out, vault)
        failures = restore(release, out, passphrase(), vault)
    list_failures(failures)
    raise typer.Exit(1 if failures else 0)


def forget(
    vault: Annotated[
        Path, typer.Option("--vault", parser=named, metavar="FILE", help="The vault to delete from.")
    ],
    person: Annotated[
        list[str] | None,
        typer.Option("--person", metavar="NAME", help="Whose words go: a name, or a placeholder."),
    ] = None,
    recording: Annotated[
        list[str] | None,
        typer.Option("--recording", metavar="ID", help="All words of a recording go, but not from tables."),
    ] = None,
) -> None:
    """Delete a person's words from the vault for good.

    No release gets them back.
    """
    from pii_audio.redact.vault import Lock
    from pii_audio.runners.safe import forget, may_forget

    labels, ids = person or [], recording or []
    with errors():
        may_forget(vault, labels, ids)
        forget(Lock(vault, passphrase()), labels, ids)


def _show(
    certificate: Certificate,
    folder: Path,
    against: Path | None,
    outcome: Outcome | None = None,
    *,
    as_json: bool,
) -> int:
    """The summary of a certificate, after that of `outcome` where `redact` made it; 1 for something found."""
    from pii_audio.report.certificate import certificate_json

    if as_json:
        from json import dumps

        data = certificate_json(certificate)
        both = {**outcome.summary(), "certificate": data} if outcome else data
        typer.echo(dumps(both, indent=2))
        if outcome:
            show_failures(outcome)
        return 0 if certificate.passed else 1
    if outcome:
        summarize(outcome)
        if heard := sum(f.recognizer == "verify" for found in outcome.findings for f in found):
            typer.echo(f"found in the release and taken out too: {heard}")
    table("", ("checked", "how much"), list(certificate.checks.items()))
    rows = [
        (leak.kind, leak.recording_id or leak.file, leak.entity_type, leak.place, leak.what)
        for leak in (*certificate.leaks, *certificate.doubts)
    ]
    if rows:
        table("Found", ("kind", "where", "type", "place", "what"), rows)
    typer.echo(f"{'pass' if certificate.passed else 'FAIL'}: {folder / 'certificate.html'}")
    if against and rows:
        typer.echo(f"with the words, private: {against / VERIFIED}")
    return 0 if certificate.passed else 1


def _show_plan(plan: Plan) -> None:
    """The units of a plan without their values, what each costs, and what it all comes to."""
    from pii_audio.report.words import Words

    words = Words("en")
    costs = [(unit.name, len(unit.findings), *plan.cost[n]) for n, unit in enumerate(plan.units)]
    rows = [(name, str(found), str(gone), f"{seconds:.1f}") for name, found, gone, seconds in costs]
    lost = (f"{plan.words} of {plan.of_words}", f"{plan.seconds:.1f} of {plan.of_seconds:.1f}")
    gone = len({finding for unit in plan.units for finding in unit.findings})
    table("", ("take out", "findings", "words", "seconds"), [*rows, ("together", str(gone), *lost)])
    (k, risk), (new_k, new_risk) = plan.before, plan.after
    crowds = f"{words.crowd(k)} -> {words.crowd(new_k)}"
    typer.echo(f"smallest crowd: {crowds}; highest risk: {words.percent(risk)} -> {words.percent(new_risk)}")
    choice = "no cheaper choice exists" if plan.proven else "chosen greedily, a cheaper choice may exist"
    typer.echo(
        "if no mention is missed; what is expected to be missed counts in the risk that `redact` shows"
    )
    always = "numbers, mail addresses and plates always go; of the rest"
    typer.echo(f"{always} {choice}" if plan.reached else "not even taking out every fact reaches the target")


def lock_of(vault: Path | None, out: Path) -> Lock | None:
    """The vault of a release: the one that is named, or OUT/vault.pii where a passphrase is set."""
    from pii_audio.redact.vault import Lock

    if vault is None and not os.environ.get(PASSPHRASE):
        return None
    with errors():
        path = vault or out / "vault.pii"
        return Lock(path, passphrase(new=not path.exists()))


def passphrase(*, new: bool = False) -> str:
    """From the environment, or asked for, twice where it is new. Raises ConfigError where nobody can be."""
    from pii_audio.errors import ConfigError

    if given := os.environ.get(PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise ConfigError("passphrase", "there is none", f"set {PASSPHRASE}")
    return str(typer.prompt("Passphrase of the vault", hide_input=True, confirmation_prompt=new, err=True))
