"""The certificate: what anybody may read, and what stays private."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from pii_audio.formats.release import Masked, Release, ReleasedRecording
from pii_audio.redact.verify import Leak
from pii_audio.report import certificate_words
from pii_audio.report.certificate import Certificate, Residual, certificate_json, render_certificate
from pii_audio.report.certificate_words import Sentences

LEAK = Leak(
    "text", "a removed value stands in a text", "file 1 (.txt)", "rec-0", "PERSON", (3, 9), detail="Sandra"
)
DOUBT = Leak(
    "recognized", "what may be a surrogate", "a.txt", "rec-0", "PERSON", None, (1.5, 2.25), False, "Ida"
)


def certificate(*, leaks: tuple[Leak, ...] = (), known: bool = True) -> Certificate:
    recording = ReleasedRecording(
        "rec-0", "de", 4.0, "base", {"rec-0.wav": "00"}, "rec-0.wav", (Masked(1, 2, "PERSON"),)
    )
    return Certificate(
        created="2026-11-24T19:00:00+00:00",
        package="0.1.0",
        release=Release("2026-11-24T18:00:00+00:00", "0.1.0", {}, (recording,)),
        against=known,
        checks={"every file is listed": "1 file"},
        models={"recognizers": "people"},
        leaks=leaks,
        doubts=(DOUBT,),
        removed=3,
        residual=Residual(1, 0.5, 0.05, 0.05, 0.1, (("PERSON", 3, 0.77),)) if known else None,
    )


def test_it_passes_with_doubts_and_fails_with_a_leak() -> None:
    assert certificate_json(certificate())["result"] == "pass"
    data = certificate_json(certificate(leaks=(LEAK,)))
    assert (data["result"], data["found"]) == ("fail", {"text": 1})
    assert data["leaks"][0]["characters"] == [3, 9]
    assert data["cannot_tell"][0]["seconds"] == [1.5, 2.25]
    assert data["release"]["masked_seconds"] == 1.0
    assert data["residual"]["recall"] == {"PERSON": {"removed": 3, "recall": 0.77}}


def test_no_words_are_in_it() -> None:
    shown = certificate(leaks=(LEAK,))
    both = json.dumps(certificate_json(shown)) + render_certificate(shown) + repr(shown)
    assert not re.search("Sandra|Ida", both)


def test_the_page_says_what_it_does_not_know_and_asks_nobody() -> None:
    page = render_certificate(certificate(known=False))
    assert "was not known what had been taken out" in page
    assert "What may be left" not in page
    assert not re.search(r"(?:src|href)=[\"'](?!data:)", page)
    assert "1 leak was found." in render_certificate(certificate(leaks=(LEAK,)))


def test_the_page_in_german() -> None:
    shown = replace(certificate(leaks=(LEAK, replace(LEAK, kind="tag", what="a zip carries a comment"))))
    page = render_certificate(shown, "de")
    for said in (
        "2 Lecks wurden gefunden.",
        "ein entfernter Wert steht in einem Text",
        "Zeichen 3-9",
        "0,1 Minuten",
    ):
        assert said in page
    assert '<html lang="de">' in page
    rest = replace(shown, checks={"every file is listed and has its sha256": "12 files"})
    assert "Jede Datei ist verzeichnet und hat ihre sha256" in render_certificate(rest, "de")
    assert "12 Dateien" in render_certificate(rest, "de")


def test_every_sentence_has_a_german_one() -> None:
    """Of the page, and of whatever finds leaks."""
    root = Path(certificate_words.__file__).parents[1]
    page = (root / "report/templates/certificate.html").read_text()
    finders = [f"runners/{name}.py" for name in ("verify", "search", "listening", "covers")]
    finders += ["redact/verify.py", "redact/listing.py"]
    code = "".join((root / name).read_text() for name in finders)
    said = [*re.findall(r't\(\s*"([^"]+)"', page), *re.findall(r'what(?:=| = )"([^"]+)"', code)]
    said += re.findall(r'table\(c\.\w+, "([^"]+)", "([^"]+)"\)', page)[0]
    said += re.findall(r'"(?:heard|recognized)": "([^"]+)"', code)
    assert len(said) > 40
    assert [s for s in said if Sentences("de")(s) == s] == []
    assert [s for s in said if Sentences("en")(s) != s] == []
    for english, german in certificate_words.GERMAN.items():
        assert sorted(re.findall(r"\{\w+\}|#", english)) == sorted(re.findall(r"\{\w+\}|#", german))


def test_a_small_risk_is_not_shown_as_none() -> None:
    small = replace(certificate(), residual=Residual(1, 0.5, 0.00004, 0.00004, 0.1, ()))
    assert "&lt;\N{NO-BREAK SPACE}0.01\N{NO-BREAK SPACE}%" in render_certificate(small)
