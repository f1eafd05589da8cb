"""Whose a name is where the sentence says it, behind the name or in front of it."""

from __future__ import annotations

import pytest

from pii_audio.recognizers.owner import HOUSE
from pii_audio.recognizers.people import PeopleRecognizer
from pii_audio.types import Finding, Transcript


def named(text: str, language: str) -> Finding:
    [found] = PeopleRecognizer().find([Transcript("rec-1", text, (), language)])
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Du kannst in Zukunft mit mir reden, ich bin's, Wiebke."),
        ("de", "Rede mich bitte mit Wiebke an."),
        ("de", "Im Büro kennen mich alle als Wiebke."),
        ("de", "Reserviere einen Tisch auf Schneider."),
        ("de", "Am Briefkasten steht Schneider."),
        ("de", "Herr Schneider ist in zehn Minuten da, sag das der Praxis, also ich."),
        ("de", "Speicher meine Stimme unter Wiebke."),
        ("de", "Leg ein Profil für mich an, Wiebke."),
        ("de", "Unser Name wird so geschrieben: Schneider."),
        ("de", "Melde uns an, Familie Schneider."),
        ("en", "It's only me, Wendy."),
        ("en", "Put me on the guest list as Wendy."),
        ("en", "Save my voice as Wendy."),
        ("en", "Make a profile for me, Wendy."),
        ("en", "Best wishes, Wendy."),
        ("en", "Our name is spelled like this: Miller."),
        ("en", "The bank has me down as Wendy."),
        ("en", "The letterbox says Miller."),
        ("en", "Mister Miller will be late, meaning me."),
    ],
)
def test_a_name_is_the_speakers_where_the_sentence_says_so(language: str, text: str) -> None:
    assert named(text, language).subject == "speaker"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Verbinde mich mit Wiebke."),
        ("de", "Herr Schneider ist in zehn Minuten da, also mach Kaffee."),
        ("de", "Leg ein Profil für Wiebke an."),
        ("de", "Ruf für mich Wiebke an."),
        ("en", "Put Wendy on the guest list."),
        ("en", "I'm Wendy's sister."),
        ("en", "Remind me to call Wendy."),
    ],
)
def test_a_name_beside_me_is_not_mine(language: str, text: str) -> None:
    assert named(text, language).subject == "other"


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Ist das Paket für Schneider da?"), ("en", "Is the parcel for Miller here?")],
)
def test_a_name_on_a_parcel_may_be_anybodys_in_the_house(language: str, text: str) -> None:
    found = named(text, language)
    assert (found.subject, found.reason) == ("other", HOUSE)


def test_a_partner_named_before_the_word_for_one() -> None:
    assert named("Sag Wiebke Bescheid, also meiner Frau.", "de").subject == "partner"
