"""Where a set comes from, when nobody says."""

from __future__ import annotations

from pathlib import Path

import pytest

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.risk.origin import origin
from pii_audio.types import Finding, Recording, Transcript


def said(language: str, *towns: str) -> tuple[list[Transcript], list[list[Finding]]]:
    clips = [
        Transcript(f"rec-{n:03}", f"Weather in {town}", (), language) for n, town in enumerate(towns or ("",))
    ]
    found = [
        [Finding(f"{clip.recording_id}-f", clip.recording_id, "LOCATION", 0, 1, 0.9, "test", value=town)]
        for clip, town in zip(clips, towns, strict=False)
    ]
    return clips, found or [[]]


@pytest.mark.parametrize(
    ("language", "towns", "country"),
    [
        ("de", (), "DE"),
        ("en", (), "US"),
        ("fr", (), "DE"),
        ("de", ("Lübeck", "Hamburg"), "DE"),
        ("de", ("Zürich",), "DE"),  # once is a journey
        ("de", ("Zürich", "Zürich", "Winterthur"), "CH"),
        ("de", ("Graz", "Wien", "Leoben"), "AT"),
        ("en", ("Leeds", "London", "Bradford"), "GB"),
        ("en", ("Boston", "Chicago"), "US"),
        ("en", ("Potsdam", "Berlin", "Cottbus"), "DE"),
        ("de", ("Nirgendwo", "Überall"), "DE"),
    ],
)
def test_languages_and_towns_tell(language: str, towns: tuple[str, ...], country: str) -> None:
    assert origin(*said(language, *towns)) == country


def test_who_knows_better_says_so_and_crowds_are_of_that_country() -> None:
    clips, found = said("en", "Boston", "Chicago")
    recordings = [Recording(c.recording_id, c.recording_id, Path("x")) for c in clips]
    assert pipeline.score(recordings, found, Config(), clips).country == "US"
    british = Config.parse({"risk": {"country": "GB"}})
    assert pipeline.score(recordings, found, british, clips).country == "GB"


def test_nothing_is_assumed_of_an_empty_set() -> None:
    assert origin([], []) == "DE"
