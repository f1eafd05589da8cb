"""Pictures that say what the numbers say, to eyes and to screen readers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from pii_audio.report import charts
from pii_audio.report.words import Words

EN = Words("en")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


@pytest.mark.parametrize(
    ("k", "solid"), [(1, 1), (1.4, 1), (16, 16), (100, 100), (5e6, 100), (float("inf"), 100)]
)
def test_a_crowd_of_k(k: float, solid: int) -> None:
    figures = [use.get("class") for use in parsed(charts.crowd(k, EN)).iter("use")]
    assert len(figures) == 100
    assert figures.count("gone") == 100 - solid
    assert figures.count("marked") == 1


def test_the_growth_curve_rises_from_left_to_right() -> None:
    svg = parsed(charts.growth(((1, 0.1), (2, 0.3), (4, 0.95)), "Person 1", 2, EN))
    dots = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in svg.iter("circle")]
    assert dots == sorted(dots)
    assert [y for _, y in dots] == sorted((y for _, y in dots), reverse=True)
    assert svg.findtext("title") == "Expected risk of Person 1 by number of clips"
    assert "10 % on average" in (svg.findtext("desc") or "")
    assert {"0 %", "100 %", "1", "4"} <= {t.text for t in svg.iter("text")}


@pytest.mark.parametrize("curve", [((1, 0.0), (2, 0.0)), ((1, 1e-9), (1700, 3e-4)), ((1, 1.0), (2, 1.0))])
def test_growth_stays_inside_its_frame(curve: tuple[tuple[int, float], ...]) -> None:
    for circle in parsed(charts.growth(curve, "Person 1", None, EN)).iter("circle"):
        assert 0 <= float(circle.get("cx", "")) <= charts.WIDTH
        assert 0 <= float(circle.get("cy", "")) <= charts.HEIGHT


def test_a_clip_that_tells_more_hangs_lower() -> None:
    svg = parsed(charts.alone((80e6, 40_000, 12, float("inf")), 1.2, "Person 1", EN))
    heights = [float(c.get("cy", "")) for c in svg.iter("circle")]
    assert heights[0] < heights[1] < heights[2]
    assert heights[3] == min(heights)
    assert "about 12 people" in (svg.findtext("desc") or "")


def test_a_name_in_a_title_cannot_break_out() -> None:
    svg = charts.growth(((1, 0.1), (2, 0.2)), "<script>alert(1)</script>", None, EN)
    assert "<script>" not in svg


def test_a_timeline_shows_every_clip_even_when_there_are_thousands() -> None:
    few = parsed(charts.strip([1, 5, 20], 20, EN))
    assert [rect.get("x") for rect in few.iter("rect")][1:] == ["1", "41", "191"]
    assert few.get("aria-label") == "Clips 1, 5, 20 of 20"
    many = charts.strip(range(1, 1701), 1700, EN)
    assert len(re.findall("<rect", many)) == charts.BINS + 1


def test_the_label_of_the_line_hides_as_few_clips_as_it_can() -> None:
    def end(ks: list[float]) -> float:
        picture = str(charts.alone(ks, 1.0, "Person 1", Words("en")))
        return float(re.findall(r'class="label" x="(\d+)"', picture)[0])

    assert end([1e6] * 40) == 386, "at the right, where nothing lies"
    assert end([1e6] * 30 + [2.0] * 10) < 300
    assert end([2.0] * 30 + [1e6] * 10) == 386
