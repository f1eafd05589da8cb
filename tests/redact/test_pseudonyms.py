"""One number for one person, place or number in the whole set."""

from __future__ import annotations

import pytest

from pii_audio.redact.pseudonyms import Pseudonyms, name_words
from pii_audio.types import Finding


def said(
    text: str, entity_type: str = "PERSON", *, recording: str = "rec-1", value: str | None = None
) -> Finding:
    return Finding("f", recording, entity_type, 0, len(text), 0.9, "test", value=value, text=text)


def numbered(*findings: Finding) -> list[str]:
    """The placeholders of findings, each in a recording of its own."""
    pseudonyms = Pseudonyms.of({f"rec-{n:03}": [finding] for n, finding in enumerate(findings)})
    return [pseudonyms.placeholder(finding) for finding in findings]


def people(*names: str) -> list[int]:
    return [int(p.removeprefix("<PERSON_").removesuffix(">")) for p in numbered(*map(said, names))]


@pytest.mark.parametrize(
    "names",
    [
        ("Müller", "müller", "MUELLER", "Frau Müller", "Müller's"),
        ("Henrike", "Henrikes", "henrike"),
        ("Friederike Ostermann", "Friederike", "Frau Ostermann", "Ostermanns", "Tante Friederike"),
        ("Anna Meier", "Anna Maria Meier", "Anna"),
        ("Meier", "Meier", "Maier"),
        ("Anna-Lena", "anna-lena"),
        ("Hans", "Hans"),
        ("Oma", "oma"),
    ],
)
def test_one_person(names: tuple[str, ...]) -> None:
    assert set(people(*names)) == {1}


def test_people_who_share_a_first_name_stay_apart_and_the_bare_name_is_neither() -> None:
    assert people("Anna Meier", "Anna Kowalski", "Anna", "Kowalski") == [1, 2, 3, 2]


def test_a_surname_that_ends_in_s_is_not_a_genitive() -> None:
    assert people("Peter Brandt", "Sebastian Peters", "Peters", "Peter") == [1, 2, 2, 1]


def test_mr_and_mrs_are_two_but_a_title_alone_does_not_count() -> None:
    assert people("Frau Meier", "Herr Meier", "Meier") == [1, 2, 3]
    assert people("Frau Meier", "Meier", "Doktor Meier") == [1, 1, 1]


def test_titles_count_after_normalisation_too() -> None:
    assert numbered(said("Frau Meier", value="Meier"), said("Herr Meier", value="Meier")) == [
        "<PERSON_1>",
        "<PERSON_2>",
    ]


def test_men_and_women_whose_names_sound_alike_stay_apart() -> None:
    assert people("Paul", "Paula", "Daniel", "Daniela") == [1, 2, 3, 4]


def test_each_entity_type_counts_for_itself() -> None:
    assert numbered(said("Bremen", "LOCATION"), said("Bremen", "PERSON"), said("Soest", "LOCATION")) == [
        "<LOCATION_1>",
        "<PERSON_1>",
        "<LOCATION_2>",
    ]


def test_numbers_are_compared_without_their_spacing_and_by_value() -> None:
    assert numbered(
        said("0176 482 13907", "PHONE_NUMBER"),
        said("017648213907", "PHONE_NUMBER"),
        said("null eins sieben", "PHONE_NUMBER", value="017648213907"),
        said("0176 482 13908", "PHONE_NUMBER"),
    ) == ["<PHONE_NUMBER_1>", "<PHONE_NUMBER_1>", "<PHONE_NUMBER_1>", "<PHONE_NUMBER_2>"]


def test_my_wife_is_one_partner_in_every_case() -> None:
    assert len(set(numbered(said("meine Frau", "PARTNER"), said("meiner Frau", "PARTNER")))) == 1


def test_places_that_differ_in_a_number_stay_apart() -> None:
    assert len(set(numbered(said("Kaiserstraße 31", "ADDRESS"), said("Kaiserstraße 32", "ADDRESS")))) == 2


def test_numbers_follow_recording_ids_and_positions_whatever_the_order_of_arrival() -> None:
    first, second, third = said("Malte"), said("Cem"), said("Oksana")
    assert Pseudonyms.of({"rec-b": [third], "rec-a": [first, second]}) == Pseudonyms.of(
        {"rec-a": [first, second], "rec-b": [third]}
    )
    pseudonyms = Pseudonyms.of({"rec-b": [third], "rec-a": [first, second]})
    assert pseudonyms.placeholder(third) == "<PERSON_3>"


def test_a_value_that_was_not_in_the_set_gets_no_number() -> None:
    assert Pseudonyms.of({"rec-1": [said("Malte")]}).placeholder(said("Cem")) == "<PERSON>"


def test_nothing_that_was_said_is_in_the_repr() -> None:
    assert "Malte" not in repr(Pseudonyms.of({"rec-1": [said("Malte")]}))


def test_name_words() -> None:
    assert name_words("Frau Dr. Anna-Lena Özdemir") == ["Anna-Lena", "Özdemir"]
    assert name_words("O'Neill's") == ["O'Neill"]
    assert name_words("Mama") == ["Mama"]


def test_thousands_of_names_are_numbered_in_seconds() -> None:
    names = [f"{first}{i} {last}{i % 97}" for i in range(3000) for first, last in [("Anna", "Meier")]]
    letters = str.maketrans("0123456789", "bdfghklmnr")
    assert len(set(people(*(name.translate(letters) for name in names)))) > 1000
