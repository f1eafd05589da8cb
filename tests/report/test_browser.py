"""The page in a real browser: no request leaves, no error, and its controls do what they say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pii_audio.formats.release import Masked, Release, ReleasedRecording
from pii_audio.redact.verify import Leak
from pii_audio.report import Report
from pii_audio.report.certificate import Certificate, Residual, render_certificate
from pii_audio.report.html import render
from pii_audio.report.words import Language

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-dev-shm-usage", "--enable-logging=stderr", "--virtual-time-budget=2000",
    "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves here
]  # fmt: skip

# Presses the controls as a reader would and leaves what happened in the page's title.
PRESS = """<script>
  const seen = {};
  const opened = () => document.querySelectorAll("details.said[open]").length;
  const rows = () => [...document.querySelectorAll("tr[data-types]")].filter((row) => !row.hidden).length;
  seen.closed = opened();
  const reveal = document.querySelector("button.reveal");
  reveal.click();
  seen.revealed = opened();
  seen.label = reveal.textContent;
  reveal.click();
  seen.hidden = opened();
  seen.all = rows();
  document.querySelector('button[data-type="LOCATION"]').click();
  seen.places = rows();
  seen.status = document.querySelector("[role=status]").textContent;
  document.querySelector('a[href="#clip-4"]').click();
  seen.after_link = rows();
  const focusable = [...document.querySelectorAll("a[href], button, summary, [tabindex]")];
  const shown = focusable.filter((e) => e.offsetParent && !e.closest("details:not([open]) > :not(summary)"));
  seen.unreachable = shown.filter((e) => (e.focus(), document.activeElement !== e)).length;
  seen.too_wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  seen.unlabelled = focusable.filter((e) => !(e.textContent.trim() || e.ariaLabel)).length;
  document.title = JSON.stringify(seen);
</script>"""


@pytest.fixture(scope="module")
def browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on this machine: apt-get install chromium")


# The certificate has nothing to press: a reader moves through it by keyboard, and it must fit.
READ = """<script>
  const seen = {};
  const wide = [...document.querySelectorAll(".scroll")].filter((e) => e.scrollWidth > e.clientWidth);
  seen.headings = document.querySelectorAll("h1, h2").length;
  seen.tables = [...document.querySelectorAll("table")].filter((e) => e.querySelector("th[scope]")).length;
  seen.language = document.documentElement.lang;
  seen.scrolled_by_mouse_only = wide.filter((e) => (e.focus(), document.activeElement !== e)).length;
  seen.too_wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  window.scrollTo(0, 1e6);
  seen.main = !!document.querySelector("main#content");
  document.title = JSON.stringify(seen);
</script>"""


def opened(
    browser: str, page: str, folder: Path, *, width: int = 1280, script: str = PRESS
) -> tuple[dict[str, Any], str, str]:
    """What PRESS saw, what the browser said on stderr, and its net log without the constants."""
    file, net = folder / "report.html", folder / "net.json"
    file.write_text(page.replace("</body>", script + "</body>"), encoding="utf-8")
    run = subprocess.run(
        [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={net}",
         f"--window-size={width},900", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    title = re.search(r"<title>(.*?)</title>", run.stdout)
    assert title
    log = net.read_text(encoding="utf-8")
    return json.loads(title.group(1).replace("&quot;", '"')), run.stderr, log[log.index('"events"') :]


def hosts(net_log: str) -> set[str]:
    """Whom anything was asked of, but for Chromium's own maker, whom it calls without being told to.

    The log ends abruptly when the browser does, so it is no JSON.
    """
    asked = re.findall(r'"url":"(?:https?|wss?|ftp)://([^/:"]+)', net_log)
    return {host for host in asked if not host.endswith((".google.com", ".googleapis.com"))}


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_in_chromium(browser: str, household: Report, tmp_path: Path, width: int) -> None:
    seen, stderr, net_log = opened(browser, render(household, show_text=True), tmp_path, width=width)
    assert (seen["closed"], seen["revealed"], seen["hidden"]) == (0, 28, 0)
    assert seen["label"] == "Hide what was said"
    assert (seen["all"], seen["places"], seen["after_link"]) == (20, 4, 20)
    assert seen["status"] == "Clips shown: 4"
    assert (seen["unreachable"], seen["unlabelled"], seen["too_wide"]) == (0, 0, False)
    assert "CONSOLE" not in stderr
    assert hosts(net_log) == set()


@pytest.mark.parametrize(("width", "language"), [(390, "de"), (1280, "en")])
def test_the_certificate_in_chromium(browser: str, tmp_path: Path, width: int, language: Language) -> None:
    found = [
        Leak("text", "a removed value stands in a text", f"file {n} (.txt)", "rec-0", "PERSON")
        for n in range(9)
    ]
    one = ReleasedRecording(
        "rec-0", "de", 4.0, "base", {"rec-0.wav": "00"}, "rec-0.wav", (Masked(1, 2, "PERSON"),)
    )
    release = Release("2026-11-24T18:00:00+00:00", "0.1.0", {}, (one,))
    left = Residual(1, 0.5, 0.05, 0.05, 0.1, (("PERSON", 3, 0.77), ("DATE_OF_BIRTH", 1, 0.9)))
    checks = {"every file is listed and has its sha256": "12 files"}
    page = render_certificate(
        Certificate(release.created, "0.1.0", release, True, checks, {}, tuple(found), (), 3, left), language
    )
    page = page.replace(
        "default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';"
    )  # for READ alone
    seen, stderr, net_log = opened(browser, page, tmp_path, width=width, script=READ)
    assert (seen["headings"], seen["tables"], seen["main"], seen["language"]) == (5, 2, True, language)
    assert (seen["scrolled_by_mouse_only"], seen["too_wide"]) == (0, False)
    assert "CONSOLE" not in stderr
    assert hosts(net_log) == set()


def test_a_request_and_an_error_would_be_seen(browser: str, household: Report, tmp_path: Path) -> None:
    page = re.sub("<meta http-equiv=.Content-Security-Policy.*?>", "", render(household, show_text=True))
    planted = '<img src="http://127.0.0.1:9/pixel.png"><script>throw new Error("planted")</script></main>'
    _, stderr, net_log = opened(browser, page.replace("</main>", planted), tmp_path)
    assert hosts(net_log) == {"127.0.0.1"}
    assert "planted" in stderr
    assert "CONSOLE" in stderr


def test_the_page_forbids_requests_itself(browser: str, household: Report, tmp_path: Path) -> None:
    planted = '<img src="http://127.0.0.1:9/pixel.png"></main>'
    page = render(household, show_text=True).replace("</main>", planted)
    _, stderr, net_log = opened(browser, page, tmp_path)
    assert hosts(net_log) == set()
    assert "CONSOLE" in stderr
