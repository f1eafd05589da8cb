"""The page of a comparison in a real browser: it fits a phone, draws its charts and asks nobody anything."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pii_audio.bench import compare

LOOK = """<script>
  const root = document.documentElement;
  document.querySelectorAll("details").forEach((d) => { d.open = true; });
  const drawn = [...document.querySelectorAll("svg .dot")].filter((e) => e.getBoundingClientRect().width > 0);
  document.title = [root.scrollWidth <= root.clientWidth, drawn.length, document.links.length,
    document.querySelectorAll("figure:not(:has(figcaption))").length].join(" ");
</script>"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_in_a_browser(width: int, tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    marked = tmp_path / "mine.tsv"
    marked.write_text("a\tde\tx\tRuf {PERSON:Swantje} an.\nb\tde\tx\tMach das Licht an.\n", encoding="utf-8")
    results = compare([str(marked)], ["people", "places"], forms=["gold"], out=tmp_path).results
    page = tmp_path / "report.html"
    text = page.read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!#)', text)
    page.write_text(text.replace("</body>", LOOK + "</body>"), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"]
    flags += [f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"]
    command = [browser, *flags, page.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    title = re.search(r"<title>(.*?)</title>", run.stdout)
    assert title is not None
    charts = sum(
        len(
            {"entity_recall", "precision", "span_f1", "false_alarms", "all_mentions"}
            & r.figures.totals.keys()
        )
        for r in results
    )
    assert title.group(1) == f"true {charts} 1 0"
