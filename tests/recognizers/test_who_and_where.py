"""People, places, addresses, partners and work: what is found, what is left alone."""

from __future__ import annotations

import time

import pytest

from pii_audio.recognizers import Recognizer
from pii_audio.recognizers.addresses import AddressRecognizer
from pii_audio.recognizers.merge import merge
from pii_audio.recognizers.partner import PartnerRecognizer
from pii_audio.recognizers.people import PeopleRecognizer
from pii_audio.recognizers.places import DESTINATION, PlacesRecognizer
from pii_audio.recognizers.work import WorkRecognizer
from pii_audio.types import Finding, Transcript


def find(recognizer: Recognizer, text: str, language: str) -> list[Finding]:
    return recognizer.find([Transcript("rec-1", text, (), language)])[0]


def texts(recognizer: Recognizer, text: str, language: str) -> list[str]:
    return sorted({f.text for f in merge(find(recognizer, text, language), text)})


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("de", "Ruf bitte mal Ottokar an.", ["Ottokar"]),
        ("de", "Was hat Wiebke Harms geschrieben?", ["Wiebke Harms"]),
        ("de", "Wer hat den Zauberberg geschrieben, Ruth Klüger?", []),
        ("de", "Ich meinte Torsten, nicht Carsten.", ["Carsten", "Torsten"]),
        ("de", "Wie alt wird Mechthild?", ["Mechthild"]),
        ("de", "Blumen für Hedda", ["Hedda"]),
        ("de", "Lade Ortrun zum Grillen ein.", ["Ortrun"]),
        ("de", "Sag den Termin bei Petersens ab.", ["Petersens"]),
        ("de", "Die Frau von Heinz war da.", ["Heinz"]),
        ("de", "Die Frau von Stetten wohnt oben.", ["Frau von Stetten"]),
        ("de", "Schick Kobold zur Ladestation.", []),
        ("de", "Schick Moritz zur Ladestation.", []),
        ("de", "schicke Rover zur Basis zurück", []),
        ("de", "hallo home assistant", []),
        ("de", "Ist ein Mercedes teuer?", []),
        ("de", "bruns helmut bruns", ["bruns", "helmut bruns"]),
        ("de", "schreib aylin dass der kuchen fertig ist", ["aylin"]),
        ("de", "Ich spreche mit Frau Doktor Schreiber.", ["Frau Doktor Schreiber"]),
        ("de", "ich heiße marek dombrowski", ["marek dombrowski"]),
        ("de", "Kannst du Oma Lieselotte anrufen?", ["Oma Lieselotte"]),
        ("de", "Meine Oma hat immer gesungen.", []),
        ("de", "Der Koch brachte das Essen.", []),
        ("de", "Ilse Koch und Gerd waren da.", ["Gerd", "Ilse Koch"]),
        ("de", "R wie Richard, I wie Ida, T wie Theodor", ["R wie Richard, I wie Ida, T wie Theodor"]),
        ("en", "Text Solveig that I'm late.", ["Solveig"]),
        ("en", "Dinner with the Abernathys.", ["Abernathys"]),
        ("en", "Is Will back yet?", ["Will"]),
        ("en", "The play is in May.", []),
        ("en", "There's a robin in the holly.", []),
        ("en", "How old is Desmond turning?", ["Desmond"]),
        ("en", "What did Winifred Shaw write?", ["Winifred Shaw"]),
        ("en", "I wanted Geraldine, not Josephine.", ["Geraldine", "Josephine"]),
        ("en", "jones j as in juliet o n e s", ["j as in juliet o n e s", "jones"]),
        ("en", "Send Dudley back to the dock.", []),
        ("en", "call me a taxi", []),
        ("en", "my name's imogen fairweather", ["imogen fairweather"]),
        ("en", "Dr. Abernathy will see you.", ["Dr. Abernathy"]),
        ("en", "I will mark the date in May.", []),
        ("en", "That's P as in Peter, E, N, N.", ["P as in Peter, E, N, N"]),
    ],
)
def test_people(language: str, text: str, names: list[str]) -> None:
    assert texts(PeopleRecognizer(), text, language) == names


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Spiel das neue Lied von Max Giesinger."),
        ("de", "Wer hat die Zauberflöte geschrieben, Mozart?"),
        ("de", "Wie alt wurde Helmut Schmidt?"),
        ("en", "Play something by Ella Fitzgerald."),
        ("en", "When was Rosa Parks born?"),
        ("en", "I read all of Dickens as a boy."),
    ],
)
def test_public_figures_are_nobody_one_knows(language: str, text: str) -> None:
    assert texts(PeopleRecognizer(), text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "name", "subject", "value"),
    [
        ("de", "ich heiße gundula merkle", "gundula merkle", "speaker", "Gundula Merkle"),
        ("de", "Meine Frau Henrike kommt.", "Henrike", "partner", "Henrike"),
        ("de", "Das ist Ulf, mein Mann.", "Ulf", "partner", "Ulf"),
        ("de", "Unser Sohn Linus ist krank.", "Linus", "family", "Linus"),
        ("de", "Ruf Herrn Petersen an.", "Herrn Petersen", "other", "Petersen"),
        ("en", "It's in my husband's name, Desmond Tully.", "Desmond Tully", "partner", "Desmond Tully"),
        ("en", "Our daughter Freya is six.", "Freya", "family", "Freya"),
        ("en", "Hi, this is Cuthbert from Derby.", "Cuthbert", "speaker", "Cuthbert"),
    ],
)
def test_whose_name_it_is(language: str, text: str, name: str, subject: str, value: str) -> None:
    found = [f for f in find(PeopleRecognizer(), text, language) if f.text == name]
    assert [(f.subject, f.value) for f in found] == [(subject, value)]


@pytest.mark.parametrize(
    ("language", "text", "places"),
    [
        ("de", "Regnet es morgen in Hameln?", ["Hameln"]),
        ("de", "nächster bus nach quakenbrück", ["quakenbrück"]),
        ("de", "Wann fährt die Bahn ab Siegesallee?", []),  # a street
        ("de", "wann fährt der bus ab aegidientor", ["aegidientor"]),
        ("de", "Wir sind nach Hof gezogen.", ["Hof"]),
        ("de", "Auf dem Hof stand ein Trecker.", []),
        ("de", "Das Essen war gut.", []),
        ("de", "Wie viele Einwohner hat Paris?", []),
        ("de", "Was ist in Ungarn passiert?", []),
        ("de", "Wer wohnt im Schloss Bellevue?", []),
        ("de", "Meine Eltern kamen aus Breslau.", ["Breslau"]),
        ("en", "I grew up in Bakersfield.", ["Bakersfield"]),
        ("en", "any rain in duluth tomorrow", ["duluth"]),
        ("en", "I was reading in the bath.", []),
        ("en", "What is the population of Chile?", []),
        ("en", "What's happening in Romania?", []),
        ("en", "We moved here from Romania.", ["Romania"]),
        ("en", "Name three lakes in Cumbria.", []),
        ("en", "The weather in Phoenix, Arizona", ["Phoenix, Arizona"]),
    ],
)
def test_places(language: str, text: str, places: list[str]) -> None:
    assert texts(PlacesRecognizer(), text, language) == places


@pytest.mark.parametrize(
    ("language", "text", "addresses"),
    [
        ("de", "Liefern Sie in die Parkstraße 7, 53111 Bonn.", ["Parkstraße 7, 53111 Bonn"]),
        ("de", "ich wohne im tannengrund neun in 57072 siegen", ["im tannengrund neun in 57072 siegen"]),
        ("de", "Parkallee 3, fünf drei eins eins drei Bonn", ["Parkallee 3, fünf drei eins eins drei Bonn"]),
        ("de", "Rosenweg 3,24.103 Kiel", ["Rosenweg 3,24.103 Kiel"]),  # Whisper's spelling
        ("de", "8.0331 München", ["8.0331 München"]),
        ("de", "Kastanienallee zwölf, nee, vierzehn", ["Kastanienallee zwölf", "vierzehn"]),
        ("de", "Stell den Ventilator ein.", []),
        ("de", "Im Jahr 2003 war das.", []),
        ("de", "Auf dem Heimweg war Stau.", []),
        ("en", "7 Elm Street, Apt 3B, Boise, Idaho 83702", ["7 Elm Street, Apt 3B, Boise, Idaho 83702"]),
        ("en", "we live at nineteen heath crescent", ["nineteen heath crescent"]),
        ("en", "Flat 4, 12 Cowley Road, Oxford OX4 1HZ", ["Flat 4, 12 Cowley Road, Oxford OX4 1HZ"]),
        ("en", "It's two minutes down the road.", []),
        ("en", "He lives across the street.", []),
    ],
)  # fmt: skip
def test_addresses(language: str, text: str, addresses: list[str]) -> None:
    assert texts(AddressRecognizer(), text, language) == addresses


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "Frag meinen Freund.", ["meinen Freund"]),
        ("de", "Ein Freund von mir hilft.", []),
        ("de", "Ein Freund meiner Tochter hilft.", []),
        ("de", "Wir sind seit Jahren verheiratet.", ["verheiratet"]),
        ("de", "Der junge Mann war nett.", []),
        ("de", "Bist du verheiratet?", []),
        ("de", "Ein Geschenk zu unserem Hochzeitstag.", ["Hochzeitstag"]),
        ("de", "Meine Tochter kommt.", []),
        ("de", "Trag ein, dass mein Mannhümmut frei hat.", ["mein Mannhümmut"]),  # Helmut, run into it
        ("de", "Meine Frauenärztin und mein Mannschaftsarzt, mein Mannequin.", []),
        ("en", "tell my husbandjohn that my girlfriends study husbandry", ["my husbandjohn"]),
        ("en", "My ex-wife's car", ["My ex-wife's"]),
        ("en", "my business partner called", []),
        ("en", "We got divorced in May.", ["divorced"]),
        ("en", "The line is engaged.", []),
    ],
)
def test_partners(language: str, text: str, words: list[str]) -> None:
    assert texts(PartnerRecognizer(), text, language) == words


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("de", "Ich bin Zahntechnikerin.", [("OCCUPATION", "Zahntechnikerin")]),
        ("de", "Ich bin Optimist.", []),
        ("de", "Sie arbeitet bei Bosch in Bamberg.", [("ORGANIZATION", "Bosch")]),
        ("de", "Er hat bei Regen gearbeitet.", []),
        (
            "de",
            "Unsere Tochter geht auf die Käthe-Kollwitz-Schule.",
            [("ORGANIZATION", "Käthe-Kollwitz-Schule")],
        ),
        ("de", "Ich gehe zur Apotheke am Montag.", []),
        ("en", "I'm a bus driver in Hull.", [("OCCUPATION", "bus driver")]),
        ("en", "He worked at Lockheed for years.", [("ORGANIZATION", "Lockheed")]),
        ("en", "She works at night.", []),
    ],
)
def test_work(language: str, text: str, found: list[tuple[str, str]]) -> None:
    assert [(f.entity_type, f.text) for f in find(WorkRecognizer(), text, language)] == found


@pytest.mark.parametrize(
    "said",
    [
        "Das Fitnessstudio ist drei Kilometer weg.",
        "nächster weg um nach hause zurückzukehren",
        "stelle einen wecker für einundzwanzig uhr",
    ],
)
def test_distances_and_alarms_are_neither_streets_nor_employers(said: str) -> None:
    transcript = Transcript("rec-1", said, (), "de")
    for recognizer in (AddressRecognizer(), WorkRecognizer()):
        assert recognizer.find([transcript]) == [[]]


@pytest.mark.parametrize(
    ("language", "text", "going"),
    [
        ("de", "Such mir ein Hotel in Lübeck.", True),
        ("de", "Wie komme ich nach Lübeck?", True),
        ("de", "Ich bin nach Lübeck gezogen.", False),
        ("de", "Wie wird das Wetter in Lübeck?", False),
        ("en", "How far is it to Portland?", True),
        ("en", "We moved to Portland.", False),
    ],
)
def test_a_destination_is_not_where_somebody_lives(language: str, text: str, going: bool) -> None:
    [town] = find(PlacesRecognizer(), text, language)
    assert (town.reason == DESTINATION) is going


@pytest.mark.parametrize("kind", [AddressRecognizer, PeopleRecognizer])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_thousand_spaces_are_read_at_once(kind: type[Recognizer], language: str) -> None:
    """They took 22 s and more: every way to share them between two patterns was tried."""
    before = time.process_time()
    kind().find([Transcript("r", "Tulsa" + " " * 1_000 + "Smith", (), language)])
    assert time.process_time() - before < 5
