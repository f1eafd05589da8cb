"""The page in a real browser: no request leaves, no error, and its controls do what they say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pii_audio.report import Report
from pii_audio.report.html import render

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


def opened(browser: str, page: str, folder: Path, *, width: int = 1280) -> tuple[dict[str, Any], str, str]:
    """What PRESS saw, what the browser said on stderr, and its net log without the constants."""
    file, net = folder / "report.html", folder / "net.json"
    file.write_text(page.replace("</body>", PRESS + "</body>"), encoding="utf-8")
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
    assert seen["status"] == "4 clips shown"
    assert (seen["unreachable"], seen["unlabelled"], seen["too_wide"]) == (0, 0, False)
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
