"""Known anchors, and the promises of the tables."""

from __future__ import annotations

import lzma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_audio.errors import ConfigError
from pii_audio.files import shipped
from pii_audio.risk.countries import COHORTS, COUNTRIES
from pii_audio.risk.population import Population

GERMANY = Population.of("DE")
TABLES = shipped("pii_audio", "risk", "data")


def test_the_commonest_surnames_are_about_as_common_as_known() -> None:
    assert 0.006 < GERMANY.share("surname", "Müller") < 0.011
    assert 0.7 < GERMANY.share("surname", "Schmidt") / GERMANY.share("surname", "Müller") < 0.8
    assert 0.008 < Population.of("US").share("surname", "Smith") < 0.012
    assert GERMANY.share("surname", "Mueller") == GERMANY.share("surname", "müller")


def test_an_unlisted_surname_is_rarer_than_every_listed_one() -> None:
    unlisted = GERMANY.share("surname", "Quittenbaum")
    assert 20 < unlisted * GERMANY.size < 1_000
    assert unlisted < min(GERMANY.surnames.values())


def test_names_belong_to_their_time() -> None:
    assert GERMANY.share("first_name", "Thomas") > 5 * GERMANY.share("first_name", "Malte")
    old, young = {"birth_date": "1963"}, {"birth_date": "1997"}
    assert GERMANY.share("first_name", "Thomas", given=old) > 5 * GERMANY.share(
        "first_name", "Thomas", given=young
    )
    assert GERMANY.share("first_name", "Malte", given=young) > 5 * GERMANY.share(
        "first_name", "Malte", given=old
    )
    america = Population.of("US")
    assert america.share("first_name", "Linda", given={"birth_date": "1948"}) > 0.01
    assert america.share("first_name", "Linda", given={"birth_date": "2014"}) < 0.001


def test_partners_are_of_an_age() -> None:
    thomas = GERMANY.share("partner_first_name", "Kerstin", given={"first_name": "Thomas"})
    leon = GERMANY.share("partner_first_name", "Kerstin", given={"first_name": "Leon"})
    assert thomas > 5 * leon
    assert GERMANY.share("partner_sex", "f", given={"first_name": "Thomas"}) > 0.5


def test_a_partners_name_says_that_there_is_a_partner() -> None:
    known = {"partner_first_name": "Kerstin"}
    assert GERMANY.share("partner", "yes", given=known) == pytest.approx(1)
    assert GERMANY.share("partner_sex", "f", given=known) == pytest.approx(1)


def test_berlin_is_larger_than_bad_salzuflen() -> None:
    assert GERMANY.share("place", "Berlin") * GERMANY.size == pytest.approx(3_600_000, rel=0.1)
    assert GERMANY.share("place", "Bad Salzuflen") * GERMANY.size == pytest.approx(54_000, rel=0.1)
    assert GERMANY.share("place", "Munich") == GERMANY.share("place", "München")


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_towns_do_not_count_twice(country: str) -> None:
    population = Population.of(country)
    assert 0.7 < sum(population.towns.values()) / COUNTRIES[country].size <= 1.0


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_first_names_of_a_cohort_add_up(country: str) -> None:
    population = Population.of(country)
    for sex in range(2):
        for cohort in range(len(COHORTS)):
            total = sum(cells[sex, cohort] for cells in population.first_names.values())
            assert 0.75 < total < 1.06
    assert 0.3 < sum(population.surnames.values()) <= 1.0
    assert population.cells.sum() == pytest.approx(1)


def test_a_street_lies_in_its_town() -> None:
    bochum = GERMANY.match({"place": "Bochum"})
    street = GERMANY.match({"place": "Bochum", "street": "Kastanienallee"})
    house = GERMANY.match({"place": "Bochum", "street": "Kastanienallee", "house_number": "12"})
    assert bochum / 5_000 < street < bochum / 500
    assert 2 < house * GERMANY.size < 30
    both = GERMANY.match({"place": "Bochum", "postal_code": "44801"})
    assert both == GERMANY.match({"postal_code": "44801"}) < bochum
    assert GERMANY.share("street", "Hauptstr.") == GERMANY.share("street", "Hauptstraße") > 0.003


def test_a_town_abroad_is_no_home() -> None:
    assert GERMANY.is_abroad("Barcelona")
    assert not GERMANY.is_abroad("Berlin")
    assert GERMANY.share("place", "Barcelona") == 1
    assert Population.of("US").is_abroad("Bochum")


def test_a_birth_date_is_one_in_about_twenty_thousand() -> None:
    share = GERMANY.share("birth_date", "1985-11-03")
    assert 2_000 < share * GERMANY.size < 4_500
    assert GERMANY.share("age", "39") == pytest.approx(365.25 * share, rel=0.05)
    assert GERMANY.share("birth_date", "--11-03") == pytest.approx(1 / 365.25)


@given(
    st.dictionaries(
        st.sampled_from(
            ["first_name", "surname", "place", "street", "house_number", "age", "partner", "taste"]
        ),
        st.text(max_size=12),
    ),
    st.sampled_from(
        ["first_name", "surname", "place", "postal_code", "street", "birth_date", "age", "employer"]
    ),
    st.text(max_size=12),
)
def test_one_fact_more_never_fits_more_people(known: dict[str, str], attribute: str, value: str) -> None:
    without = {k: v for k, v in known.items() if k != attribute}
    assert 0 <= GERMANY.match({**without, attribute: value}) <= GERMANY.match(without) * (1 + 1e-9)


def test_a_sample_has_the_shares_of_its_country() -> None:
    sample = Population.of("DE", 10_000)
    assert sample.size == 10_000
    assert sample.share("surname", "Müller") == GERMANY.share("surname", "Müller")


@pytest.mark.parametrize(("country", "size"), [("FR", None), ("DE", 1)])
def test_what_there_are_no_tables_for_is_refused(country: str, size: int | None) -> None:
    with pytest.raises(ConfigError, match="risk"):
        Population.of(country, size)


def test_every_table_names_its_source_and_all_are_small() -> None:
    files = sorted(TABLES.glob("*.xz"))
    assert len(files) >= 15
    for file in files:
        assert lzma.decompress(file.read_bytes()).startswith(b"# "), file.name
    assert sum(f.stat().st_size for f in files) < 5_000_000


def test_likelihoods_are_probabilities() -> None:
    for attribute in (
        "first_name",
        "partner_first_name",
        "household_first_name",
        "contact_first_name",
        "partner",
    ):
        cells = GERMANY.likelihood(attribute, "Maria")
        assert cells.shape == (2, len(COHORTS))
        assert np.all((cells >= 0) & (cells <= 1))
