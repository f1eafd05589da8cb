"""One offline page: everything in it, nothing spoken unless asked, small enough for a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from pii_audio.report import Report
from pii_audio.report.html import render
from pii_audio.report.words import Language
from pii_audio.risk.countries import COUNTRIES
from pii_audio.types import Exposure, Finding, PersonRisk, RiskReport, SetRisk, Transcript, Word
from tests.report.conftest import fact

SPOKEN = ("Friederike", "Ostermann", "Henrike", "Wilhelmshaven", "Gartenstraße", "13907", "Eiffelturm")


class Outline(HTMLParser):
    """What a browser would have to make sense of: ids, links, open elements, texts hidden in details."""

    VOID = frozenset({"meta", "link", "br", "use", "rect", "line", "circle", "path"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.visible = ""
        self.feed(page)
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "details" not in self.open and not {"style", "script"} & set(self.open):
            self.visible += data


@pytest.mark.parametrize("language", ["en", "de"])
def test_text_is_behind_a_click(household: Report, language: Language) -> None:
    page = render(household, show_text=True, language=language)
    assert [word for word in SPOKEN if word in page] == list(SPOKEN)
    assert not [word for word in SPOKEN if word in Outline(page).visible]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "In 95 of 100 such cases at most 1.8 people"), ("de", "werden höchstens 1,8 Personen erkannt")],
)
def test_it_says_how_far_the_mean_may_be_off(household: Report, language: Language, said: str) -> None:
    total = replace(household.risk.set, upper_identified=1.8)
    report = replace(household, risk=replace(household.risk, set=total))
    assert said in Outline(render(report, show_text=False, language=language)).visible


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_version_to_hand_on_holds_nothing_spoken(household: Report, language: Language) -> None:
    page = render(household, show_text=False, language=language)
    assert not [word for word in SPOKEN if word.lower() in page.lower()]
    Outline(page)


def test_the_headline_says_it_in_a_sentence(household: Report) -> None:
    assert (
        "5 of 20 clips name someone; together they are expected to single out 1.0 of 2 people."
        in Outline(render(household, show_text=False)).visible
    )
    assert "5 von 20 Clips nennen jemanden" in render(household, show_text=False, language="de")


def test_every_link_leads_somewhere_and_no_id_stands_twice(household: Report) -> None:
    outline = Outline(render(household, show_text=True))
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.links
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)


def test_nothing_is_fetched(household: Report) -> None:
    page = render(household, show_text=True)
    assert not re.findall(r"""(?:src|href|url|@import)\s*[=(]\s*["']?(?:https?:|//)""", page)
    assert "default-src 'none'" in page


def test_facts_show_which_clip_gave_them(household: Report) -> None:
    page = render(household, show_text=False)
    row = re.search(r'<tr><th scope="row">home town</th>.*?</tr>', page, re.DOTALL)
    assert row
    assert re.findall(r"#clip-(\d+)", row.group()) == ["1", "5", "16"]
    row = re.search(r'<tr><th scope="row">surname</th><td class="num">6.1</td>.*?</tr>', page, re.DOTALL)
    assert row
    assert ">70</td>" in row.group(), "people who match without the surname: 1.02 x 2 ** 6.1"


def test_tables_are_tables(household: Report) -> None:
    page = render(household, show_text=True)
    assert page.count("<table") == page.count("<caption") == page.count("</thead>")
    assert not re.search(r"<th(?! scope)[ >]", page)


def test_what_was_said_cannot_become_markup(household: Report) -> None:
    said = "<script>alert(1)</script> & <b>"
    first, *rest = household.transcripts
    name = Finding("f", first.recording_id, "PERSON", 0, 8, 0.9, "test", text=said[:8])
    report = replace(
        household,
        transcripts=(replace(first, text=said), *rest),
        findings=((name,), *household.findings[1:]),
    )
    page = render(report, show_text=True)
    assert "<script>alert" not in page
    assert "<mark>&lt;script&gt;<span> name</span></mark>" in page


def test_a_folder_in_the_configuration_is_not_shown(household: Report) -> None:
    report = replace(household, config={"transcribe": {"model": "/home/henrike/models/base.pt"}})
    page = render(report, show_text=False)
    assert "base.pt" in page
    assert "henrike" not in page


def test_1700_clips_stay_under_two_megabytes(large: Report) -> None:
    page = render(large, show_text=True)
    assert len(large.transcripts) == 1700
    assert len(page.encode()) < 2_000_000
    outline = Outline(page)
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert "The 300 clips with the highest risk of 1,700" in page


def test_long_recordings_are_shown_around_their_first_finding(household: Report) -> None:
    first, *rest = household.transcripts
    text = "ja gut " * 20_000 + "Hier ist Friederike. " + "ja gut " * 20_000
    start = text.index("Friederike")
    name = Finding("f", first.recording_id, "PERSON", start, start + 10, 0.9, "test", text="Friederike")
    report = replace(
        household, transcripts=(replace(first, text=text), *rest), findings=((name,), *household.findings[1:])
    )
    page = render(report, show_text=True)
    assert "Hier ist <mark>Friederike<span> name</span></mark>." in page
    assert len(page) < 100_000


def household_of(report: Report, person: PersonRisk, **total: float) -> Report:
    risk = replace(report.risk, persons=(person,), set=replace(report.risk.set, **total))
    return replace(report, risk=risk)


def test_one_clip_is_one_clip_and_makes_no_crowd_of_clips(household: Report) -> None:
    first = household.risk.persons[0]
    profile = replace(first.profile, recordings=first.profile.recordings[:1])
    person = replace(first, profile=profile, curve=((1, 0.985),), clips_until_11=None)
    report = replace(
        household_of(household, person),
        transcripts=household.transcripts[:1],
        findings=household.findings[:1],
    )
    said = Outline(render(report, show_text=False, language="de")).visible
    assert "0 von 1 Clip nennen" in said
    assert "Aus 1 Clip. " in said
    assert said.count("allein lässt") == said.count("Clips zusammen lassen") == 0
    assert said.count("Der Clip lässt") == 1
    one_of_many = Outline(render(household_of(household, person), show_text=False, language="de")).visible
    assert (one_of_many.count("Der Clip lässt"), one_of_many.count("Clip allein lässt")) == (0, 1)
    assert one_of_many.index("Mittelwert") < one_of_many.index("nachschlagen kann"), "whose mean it is"


def test_a_crowd_without_something_is_that_of_who_sees_it(household: Report) -> None:
    nobody = Exposure(83.5e6, 1.2e-8, ())
    profile = replace(household.risk.persons[0].profile, facts=(fact("phone", "01761", 0.95, 14),))
    person = replace(
        household.risk.persons[0],
        profile=profile,
        public=nobody,
        register=Exposure(1.0526, 0.95, ()),
        bits=(("phone", 26.241),),
        entity_bits=(("PHONE_NUMBER", 26.241),),
        clip_bits=(("rec-00000000000e", 26.241),),
    )
    report = household_of(
        household, person, expected_identified=0.0, highest_risk=0.0, register_expected_identified=0.95
    )
    page = render(report, show_text=False)
    assert "whoever can look up numbers is expected to single out 0.9 of 1 person." in page
    assert "What to take out first" in page
    assert re.findall(r'>26\.2</td>.*?<td class="num"(?: data-label="[^"]+")?>([^<]+)<', page) == 3 * [
        "84 million"
    ]


def test_the_first_to_go_may_leave_more_people_than_any_clip(household: Report) -> None:
    person = replace(household.risk.persons[0], entity_bits=(("PERSON", 20.0),), clip_bits=())
    clips = tuple(replace(r, public=Exposure(2.0, 0.5, ())) for r in household.risk.recordings)
    risk = replace(household.risk, persons=(person,), recordings=clips)
    page = render(replace(household, risk=risk), show_text=False)
    assert '<td class="num">20.0</td><td class="num">1.1 million</td>' in page


@pytest.mark.parametrize("country", COUNTRIES)
def test_it_says_among_whom_the_crowd_is_counted(household: Report, country: str) -> None:
    risk = replace(household.risk, country=country)
    there = replace(household, risk=risk, config={"risk": {"country": country}})
    names = {"DE": "in Deutschland", "AT": "in Österreich", "CH": "in der Schweiz"}
    names |= {"GB": "im Vereinigten Königreich", "US": "in den Vereinigten Staaten"}
    said = " ".join(Outline(render(there, show_text=False, language="de")).visible.split())
    assert f"auf wie viele Menschen {names[country]} alles passt" in said
    assert "geschlossen; risk.country sagt es" not in said
    assumed = replace(there, config={"risk": {"country": None}})
    said = " ".join(Outline(render(assumed, show_text=False, language="de")).visible.split())
    assert "geschlossen; risk.country sagt es" in said


def test_an_upper_line_of_everybody_says_so(household: Report) -> None:
    total = replace(household.risk.set, upper_identified=2.0)
    said = Outline(
        render(replace(household, risk=replace(household.risk, set=total)), show_text=False)
    ).visible
    assert "In 5 of 100 such cases or more everybody in the set is singled out." in said
    assert "at most 2.0 people" not in said
    sure = replace(household, risk=replace(household.risk, set=replace(total, expected_identified=1.99)))
    assert "such cases" not in Outline(render(sure, show_text=False)).visible


EMPTY = RiskReport((), (), SetRisk(0.0, 0.0, 0.0, 0.0, 0.0, 0.0))


def test_an_empty_set_and_a_silent_clip_have_a_page_too() -> None:
    assert "No recording could be read." in render(Report(EMPTY, (), ()), show_text=True)
    silent = Report(EMPTY, (Transcript("rec-1", "", (), "de"),), ((),))
    page = render(silent, show_text=True)
    assert "Nothing was found that points at a person." in page
    assert "at most" not in Outline(page).visible
    assert "(no speech)" in page
    Outline(page)


def test_a_person_without_a_curve(household: Report) -> None:
    person = replace(household.risk.persons[0], curve=(), clips_until_11=None)
    report = replace(household, risk=replace(household.risk, persons=(person,)))
    assert "Expected risk of Person 1 by number of clips" not in render(report, show_text=False)


def test_many_people_are_shown_in_order_of_risk_and_then_counted(household: Report) -> None:
    person = household.risk.persons[0]
    persons = tuple(
        replace(
            person,
            profile=replace(person.profile, id=f"person-{n}"),
            public=replace(person.public, risk=n / 100, k=100 / n),
        )
        for n in range(1, 31)
    )
    page = render(replace(household, risk=replace(household.risk, persons=persons)), show_text=False)
    assert page.count("<article") == 12
    assert page.index('id="person-30"') < page.index('id="person-29"')
    assert "Not shown: 18 people, with an expected risk of 18\N{NO-BREAK SPACE}% or less" in page


def test_where_no_fact_alone_matters_no_table_pretends_it_does(household: Report) -> None:
    first = replace(
        household.risk.persons[0],
        bits=(("surname", 0.1), ("place", 0.0)),
        clip_bits=(("rec-000000000001", 0.1),),
        entity_bits=(("PERSON", 2.5),),
    )
    page = render(replace(household, risk=replace(household.risk, persons=(first,))), show_text=False)
    assert 'class="bits"' not in page
    assert "No single fact: the others say as much without it." in page
    assert page.count('class="first"') == 1, "the kinds of information; no clip"
    assert "No single one: the others say as much without it." in page
    Outline(page)


def test_a_clip_says_in_which_seconds_something_was_found(household: Report) -> None:
    first = household.transcripts[0]
    start = household.findings[0][0].start
    words = (Word(0, start, 0.0, 1.25, 0.9, "de"), Word(start, len(first.text), 1.25, 2.5, 0.9, "de"))
    timed = replace(household, transcripts=(replace(first, words=words), *household.transcripts[1:]))
    assert "1.2–2.5 s</small>" in render(timed, show_text=False)
    assert "2.5 s</small></span>" not in render(household, show_text=False)
