"""Who belongs to whom, and what becomes a fact."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_audio.risk.address import parse_address
from pii_audio.risk.facts import facts
from pii_audio.risk.link import profiles
from pii_audio.risk.mentions import mentions
from pii_audio.risk.misheard import keys_alike, sounds_alike
from pii_audio.risk.population import Population
from pii_audio.spelling import cologne
from pii_audio.types import Fact, Finding, Profile, Recording, Subject

GERMANY = Population.of("DE")


def say(number: int, entity: str, value: str, subject: Subject = "other", *, score: float = 0.9) -> Finding:
    return Finding(
        id=f"rec-{number:03}-0-{len(value)}-{entity}",
        recording_id=f"rec-{number:03}",
        entity_type=entity,
        start=0,
        end=len(value),
        score=score,
        recognizer="test",
        subject=subject,
        value=value,
        text=value,
    )


def link(said: list[list[Finding]], household: str | None = None) -> list[Profile]:
    recordings = [
        Recording(id=f"rec-{i:03}", content_hash=str(i), path=Path("x"), household=household)
        for i in range(len(said))
    ]
    return profiles(recordings, said, population=GERMANY)


def value(known: tuple[Fact, ...], attribute: str) -> tuple[str, float]:
    best = max((f for f in known if f.attribute == attribute), key=lambda f: f.probability)
    return best.value, best.probability


def test_one_device_is_one_household_whatever_is_said() -> None:
    said = [[say(0, "PERSON", "Jana", "speaker")], [say(1, "PERSON", "Torsten", "speaker")], []]
    assert [len(p.recordings) for p in link(said, "device-1")] == [3]


def test_two_devices_are_two_households_whatever_is_said() -> None:
    recordings = [Recording(f"rec-{i:03}", str(i), Path("x"), household=f"device-{i}") for i in range(2)]
    said = [[say(i, "PERSON", "Quirin Tönnies", "speaker")] for i in range(2)]
    assert len(profiles(recordings, said)) == 2


def test_an_export_without_ids_is_one_household() -> None:
    """Nothing in it contradicts, though no two clips share a fact."""
    said = [
        [say(0, "LOCATION", "Detmold", "speaker")],
        [],
        [say(2, "PERSON", "Wiebke", "partner")],
        [say(3, "PERSON", "Torsten", "speaker")],
        [say(4, "ADDRESS", "Gartenstraße 17", "speaker")],
        [say(5, "PERSON", "Petersen", "speaker")],
        [say(6, "LOCATION", "Detmold", "speaker")],
    ]
    people = link(said)
    assert len(people) == 1
    known = people[0].facts
    assert value(known, "first_name")[0] == "Torsten"
    assert value(known, "surname")[0] == "Petersen"
    assert value(known, "partner_first_name")[0] == "Wiebke"
    assert value(known, "street")[0] == "Gartenstraße"
    assert value(known, "place")[0] == "Detmold"


def test_unrelated_speakers_stay_apart() -> None:
    names = ["Anna Weber", "Jonas Koch", "Petra Lang", "Malte Braun", "Ines Roth", "Uwe Krause", "Lena Vogt"]
    said = [[say(i, "PERSON", name, "speaker")] for i, name in enumerate(names)]
    said += [[] for _ in range(5)] + [[say(12, "LOCATION", "Köln", "speaker")]]
    people = link(said)
    assert len(people) == len(said)
    assert all(len(p.recordings) == 1 for p in people)


def test_a_rare_name_links_where_a_common_one_does_not() -> None:
    surnames = sorted(GERMANY.surnames, key=GERMANY.surnames.__getitem__, reverse=True)[100:900:10]
    firsts = [n for n in sorted(GERMANY.first_names) if not GERMANY.knows_surname(n)][::25]
    names = [f"{f} {n}".title() for f, n in zip(firsts, surnames, strict=False)]
    names += ["Quirin Tönnies", "Quirin Tönnies", "Thomas", "Thomas"]
    people = link([[say(i, "PERSON", name, "speaker")] for i, name in enumerate(names)])
    together = {p.recordings for p in people if len(p.recordings) > 1}
    assert (f"rec-{len(names) - 4:03}", f"rec-{len(names) - 3:03}") in together
    assert (f"rec-{len(names) - 2:03}", f"rec-{len(names) - 1:03}") not in together
    assert len(people) > 0.9 * len(names)


def test_a_shared_number_links() -> None:
    names = ["Anna", "Jonas", "Petra", "Malte", "Ines"]
    said = [[say(i, "PERSON", name, "speaker")] for i, name in enumerate(names)]
    said += [[say(i, "PHONE_NUMBER", "+4917648213907", "speaker")] for i in (5, 6)]
    assert any({"rec-005", "rec-006"} <= set(p.recordings) for p in link(said))


def test_linking_does_not_depend_on_the_order() -> None:
    names = ["Anna Weber", "Jonas Koch", "Anna Weber", "Jonas", "Petra", "Quirin Tönnies", "Tönnies", "Anna"]
    said = [[say(i, "PERSON", name, "speaker")] for i, name in enumerate(names)]
    recordings = [Recording(f"rec-{i:03}", str(i), Path("x")) for i in range(len(said))]
    first = profiles(recordings, said)
    pairs = list(zip(recordings, said, strict=True))
    random.Random(2).shuffle(pairs)
    assert profiles([r for r, _ in pairs], [f for _, f in pairs]) == first


def test_one_clip_more_does_not_turn_everything_over() -> None:
    """A folder is strangers or a household by all its clips: any one of them could be missing."""
    names = ["Anna", "Jonas", "Petra", "Malte", "Ines", "Uwe", "Lena", "Horst", "Gabi", "Kevin", "Ronja"]
    strangers = [[say(i, "PERSON", name, "speaker")] for i, name in enumerate(names)]
    strangers += [[] for _ in range(20)]
    home = [[say(i, "PERSON", name)] for i, name in enumerate(["Malte", "Anna", "Malte", "Jonas", "Anna"])]
    home += [[say(5 + i, "LOCATION", town)] for i, town in enumerate(["Lübeck", "Kiel", "Lübeck", "Lübeck"])]
    home += [[say(9, "PERSON", "Torsten", "speaker")], [say(10, "PERSON", "Tomas", "speaker")], [], []]
    for said, expected in ((strangers, len(strangers)), (home, 1)):
        assert len(link(said)) == expected
        for i in range(len(said)):
            assert len(link([s if j != i else [] for j, s in enumerate(said)])) == expected


def test_who_knows_whose_the_clips_are_can_say_so() -> None:
    said = [[say(0, "PERSON", "Anna", "speaker")], [say(1, "PERSON", "Anna", "speaker")], [], []]
    recordings = [Recording(f"rec-{i:03}", str(i), Path("x")) for i in range(4)]
    assert len(profiles(recordings, said, population=GERMANY, unlabelled="household")) == 1
    assert len(profiles(recordings, said, population=GERMANY, unlabelled="strangers")) == 4


def test_names_misheard_make_no_strangers() -> None:
    said = [[say(i, "PERSON", n, "speaker")] for i, n in enumerate(["Irma", "Larosa", "Laura Zah"])]
    assert len(link([*said, *([] for _ in range(7))])) == 1


def two_speakers() -> list[list[Finding]]:
    return [
        [say(0, "PERSON", "Torsten", "speaker"), say(0, "AGE", "52", "speaker")],
        [say(1, "PERSON", "Torsten", "speaker")],
        [say(2, "PERSON", "Wiebke", "partner")],
        [say(3, "PERSON", "Wiebke", "speaker"), say(3, "DATE_OF_BIRTH", "1975-03-02", "speaker")],
        [say(4, "PERSON", "Petersen", "speaker")],
        *([say(i, "LOCATION", "Lübeck", "speaker")] for i in range(5, 9)),
    ]


def test_two_who_name_themselves_are_two_people_in_the_same_clips() -> None:
    torsten, wiebke = link(two_speakers(), "device-1")
    assert (torsten.speaker, wiebke.speaker) == ("Torsten", "Wiebke")
    assert torsten.recordings == wiebke.recordings
    for person, own, other in ((torsten, "Torsten", "Wiebke"), (wiebke, "Wiebke", "Torsten")):
        assert value(person.facts, "first_name")[0] == own
        assert value(person.facts, "partner_first_name")[0] == other
        assert value(person.facts, "surname")[0] == "Petersen"
        assert value(person.facts, "place")[0] == "Lübeck"
    assert {f.attribute for f in torsten.facts} & {"age", "birth_date"} == {"age"}
    assert {f.attribute for f in wiebke.facts} & {"age", "birth_date"} == {"birth_date"}


def test_a_visitor_who_says_a_name_once_is_no_speaker_of_the_household() -> None:
    said = [*two_speakers(), [say(9, "PERSON", "Oliver", "speaker")]]
    assert [p.speaker for p in link(said, "device-1")] == ["Torsten", "Wiebke"]


def test_a_surname_on_no_list_that_is_said_alone_makes_no_second_speaker() -> None:
    alone = [[say(i, "PERSON", "Kwastenbruch", "speaker")] for i in (9, 10)]
    both = [say(11, "PERSON", "Torsten Kwastenbruch", "speaker")]
    (person,) = link([*two_speakers()[:2], *([] for _ in range(7)), *alone, both], "device-1")
    assert value(person.facts, "first_name")[0] == "Torsten"
    assert value(person.facts, "surname")[0] == "Kwastenbruch"
    assert "household_first_name" not in {f.attribute for f in person.facts}


def test_a_town_is_home_by_how_often_it_is_asked_for() -> None:
    chances = []
    for times in (1, 3, 10):
        _, chance = value(
            facts((say(i, "LOCATION", "Lübeck", "speaker") for i in range(times)), GERMANY), "place"
        )
        chances.append(chance)
    assert chances == pytest.approx([0.35, 0.974, 0.99], abs=0.005)


def test_towns_share_what_is_asked() -> None:
    said = [say(i, "LOCATION", town) for i, town in enumerate(["Lübeck", "Lübeck", "Hamburg", "Kiel"])]
    known = facts(said, GERMANY)
    places = {f.value: f.probability for f in known if f.attribute == "place"}
    assert places["Lübeck"] > places["Hamburg"] == places["Kiel"]
    assert sum(places.values()) < 1


def test_a_town_one_only_goes_to_is_no_home() -> None:
    going = [replace(say(i, "LOCATION", "Kiel"), reason="destination") for i in range(3)]
    assert value(facts(going, GERMANY), "place")[1] < 0.1
    home = value(facts([*going, say(3, "LOCATION", "Lübeck")], GERMANY), "place")
    assert home == ("Lübeck", pytest.approx(0.36, abs=0.03))


def test_a_town_abroad_or_of_the_family_is_no_home() -> None:
    assert facts([say(0, "LOCATION", "Barcelona"), say(1, "LOCATION", "Zittau", "family")], GERMANY) == ()


def test_a_name_at_the_door_is_a_surname() -> None:
    called = say(0, "PERSON", "Thomas")
    assert {f.attribute for f in facts([called], GERMANY)} == {"contact_first_name"}
    rings = replace(called, reason="name at the door or on a parcel")
    assert {f.attribute for f in facts([rings], GERMANY)} == {"contact_surname", "surname"}


def test_a_part_of_a_town_is_in_that_town() -> None:
    asked = [say(0, "LOCATION", "Bochum"), say(1, "LOCATION", "Innenstadt von Bochum")]
    assert value(facts(asked, GERMANY), "place") == ("Bochum", pytest.approx(0.83, abs=0.03))
    assert value(facts([say(0, "LOCATION", "Bad Salzuflen")], GERMANY), "place")[0] == "Bad Salzuflen"


def test_misheard_names_are_one() -> None:
    said = [say(i, "PERSON", n, "partner") for i, n in enumerate(["Wiebke", "Wibke", "Wiebke", "Viebke"])]
    known = [f for f in facts(said, GERMANY) if f.attribute == "partner_first_name"]
    assert [f.value for f in known] == ["Wiebke"]
    assert len(known[0].recordings) == 4


def test_who_is_called_is_a_contact_but_not_who_lives_here() -> None:
    said = [
        say(0, "PERSON", "Torsten", "speaker"),
        say(1, "PERSON", "Wiebke", "partner"),
        say(2, "PERSON", "Torsten"),
        say(3, "PERSON", "Wiebke"),
        say(4, "PERSON", "Oksana Melnyk"),
    ]
    known = facts(said, GERMANY)
    contacts = {f.value for f in known if f.attribute.startswith("contact")}
    assert contacts == {"Oksana", "Melnyk"}
    assert set(next(f for f in known if f.attribute == "first_name").recordings) == {"rec-000", "rec-002"}


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("Wiebke Jansen", "Wiebke", "Jansen"),
        ("Frau Doktor Özdemir", None, "Özdemir"),
        ("Doctor Braithwaite", None, "Braithwaite"),
        ("Kowalski", None, "Kowalski"),
        ("Tante Gisela", "Gisela", None),
        ("Mama", None, None),
        ("Karl-Heinz", "Karl-Heinz", None),
        ("Ursula von der Heide", "Ursula", "von der Heide"),
        ("Gärtners", None, "Gärtner"),
        ("Henrikes", "Henrike", None),
        ("Hannes", "Hannes", None),
    ],
)
def test_names_are_split(said: str, first: str | None, last: str | None) -> None:
    known = {f.attribute: f.value for f in facts([say(0, "PERSON", said, "speaker")], GERMANY)}
    assert (known.get("first_name"), known.get("surname")) == (first, last)


@pytest.mark.parametrize(
    ("subject", "reason", "said", "attribute"),
    [
        ("speaker", "self-naming", "Thies", "first_name"),  # of two equally usual names people give the first
        ("speaker", "self-naming", "Hartmann", "surname"),
        ("partner", "name of the partner", "Albrecht", "partner_first_name"),  # nobody's wife is "Schmidt"
        ("partner", "name of the partner", "Schmidt", "partner_first_name"),
        ("partner", "name of the partner", "Frau Helga", "partner_first_name"),  # "meine Frau Helga"
        ("other", "title and name", "Frau Helga", "contact_surname"),
        ("family", "name of a relative", "Lenz", "household_first_name"),
        ("other", "message command", "Albrecht", "contact_surname"),
        ("other", "family name", "Gröderich", "contact_surname"),  # on no list, and the words say what it is
        ("other", "message command", "Gröderich", "contact_first_name"),
    ],
)
def test_a_name_alone_is_what_people_call_those_by(
    subject: Subject, reason: str, said: str, attribute: str
) -> None:
    finding = replace(say(0, "PERSON", said, subject), reason=reason)
    assert [m.attribute for m in mentions(finding, GERMANY)] == [attribute]


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Kastanienallee 12, 44801 Bochum", ("Kastanienallee", "12", "44801", "Bochum")),
        ("Nürnberger Straße 9", ("Nürnberger Straße", "9", None, None)),
        ("An der Alster 45, 20099 Hamburg", ("An der Alster", "45", "20099", "Hamburg")),
        ("Im Wiesengrund 6 in 35037 Marburg", ("Im Wiesengrund", "6", "35037", "Marburg")),
        ("Gartenstraße siebzehn", ("Gartenstraße", "siebzehn", None, None)),
        ("Rosenweg achtzehn", ("Rosenweg", "achtzehn", None, None)),
        ("bergstraße", ("bergstraße", None, None, None)),
        ("69117 Heidelberg", (None, None, "69117", "Heidelberg")),
        ("2210 Kensington Road", ("Kensington Road", "2210", None, None)),
        ("58 Beechwood Crescent, Swindon SN2 1HQ", ("Beechwood Crescent", "58", "SN2 1HQ", "Swindon")),
        (
            "310 West Pine Street, apartment 4C, Missoula, Montana 59802",
            ("West Pine Street", "310", "59802", "Missoula"),
        ),
        ("eighteen rose lane", ("rose lane", "eighteen", None, None)),
    ],
)
def test_addresses_are_split(said: str, parts: tuple[str | None, ...]) -> None:
    found = parse_address(said)
    assert tuple(part or None for part in found) == parts


def test_a_first_name_on_no_list_is_doubted_until_it_comes_again() -> None:
    def chance(name: str, times: int) -> float:
        said = [say(i, "PERSON", name, "speaker") for i in range(times)]
        return value(facts(said, GERMANY), "first_name")[1]

    assert chance("Torsten", 1) == pytest.approx(0.9)
    assert chance("Dfbix", 1) < 0.5
    assert chance("Dfbix", 1) < chance("Dfbix", 4) < 0.99


def test_strangers_who_call_different_people_are_no_household() -> None:
    names = [
        "Anna",
        "Jonas",
        "Petra",
        "Malte",
        "Ines",
        "Uwe",
        "Lena",
        "Horst",
        "Gabi",
        "Kevin",
        "Ronja",
        "Detlef",
    ]
    towns = [
        "Köln",
        "Bremen",
        "Lübeck",
        "Jena",
        "Ulm",
        "Trier",
        "Kiel",
        "Essen",
        "Mainz",
        "Halle",
        "Hof",
        "Celle",
    ]
    strangers = [[say(i, "PERSON", name)] for i, name in enumerate(names)]
    strangers += [[say(12 + i, "LOCATION", town)] for i, town in enumerate(towns)]
    assert len(link(strangers)) == len(strangers)
    again = [[say(i, "PERSON", names[i % 4])] for i in range(12)]
    again += [[say(12 + i, "LOCATION", towns[i % 3])] for i in range(12)]
    assert len(link(again)) == 1


def test_an_ex_is_no_partner() -> None:
    assert facts([say(0, "PARTNER", "mein Ex-Mann", "partner")], GERMANY) == ()
    assert value(facts([say(0, "PARTNER", "meine Frau", "partner")], GERMANY), "partner_sex")[0] == "f"


def test_facts_keep_what_they_rest_on_and_hide_it_in_repr() -> None:
    known = facts([say(0, "PERSON", "Wiebke", "partner"), say(1, "PERSON", "Wiebke", "partner")], GERMANY)
    assert known[0].findings == ("rec-000-0-6-PERSON", "rec-001-0-6-PERSON")
    assert "Wiebke" not in repr(known)
    assert "Wiebke" not in repr(link([[say(0, "PERSON", "Wiebke", "partner")]]))


def test_what_sounds_alike() -> None:
    assert sounds_alike("Meyer", "Maier")
    assert sounds_alike("Henrike", "Hendrike")
    assert not sounds_alike("Anna", "Jana")
    assert not sounds_alike("Malte", "Marta")
    assert not sounds_alike("Tom", "Tim") or cologne("Tom") == cologne("Tim")


@given(st.text("abemnrtz", min_size=1, max_size=12), st.data())
def test_what_sounds_alike_shares_a_key(name: str, data: st.DataObject) -> None:
    other = list(name)
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(other)))
        other[at : at + data.draw(st.integers(0, 1))] = data.draw(st.sampled_from(["", "e", "t"]))
    changed = "".join(other)
    if sounds_alike(name, changed):
        assert keys_alike(name) & keys_alike(changed)


def test_a_thousand_strangers_are_told_apart_in_seconds() -> None:
    rng = random.Random(1)
    first, last = list(GERMANY.first_names), list(GERMANY.surnames)
    names = [f"{rng.choice(first)} {rng.choice(last)}".title() for _ in range(1000)]
    began = time.perf_counter()
    people = link([[say(i, "PERSON", name, "speaker")] for i, name in enumerate(names)])
    assert time.perf_counter() - began < 10
    assert len(people) > 990


def test_full_names_of_a_small_pool_are_strangers_and_misheard_ones_the_same_person() -> None:
    """Prompts that were written for many speakers have few surnames; nobody is called so twice."""
    first = (
        "Anna",
        "Ben",
        "Clara",
        "David",
        "Emma",
        "Felix",
        "Greta",
        "Hannes",
        "Ida",
        "Jonas",
        "Katrin",
        "Uwe",
    )
    last = (
        "Müller",
        "Kowalski",
        "Brandt",
        "Lindner",
        "Seidel",
        "Albrecht",
        "Winkler",
        "Pohl",
        "Ebert",
        "Rabe",
    )
    names = [f"{a} {b}" for a in first for b in last]
    heard = [*names, "Clara Kowalsky", "Felix Seidl"]
    people = link([[say(i, "PERSON", name, "speaker")] for i, name in enumerate(heard)])
    assert len(people) == len(names)
    assert [len(p.recordings) for p in people[:3]] == [2, 2, 1]
    family = ["Anna Kowalski", "Ben Kowalski", "Anna Kowalski", "Ben Kowalski"]
    at_home = link([[say(i, "PERSON", name, "speaker")] for i, name in enumerate(family)])
    assert len(at_home[0].recordings) == 4
