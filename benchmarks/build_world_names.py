"""Builds `pii_audio/recognizers/data/world-names.tsv.xz`: names of people from elsewhere who speak English.

    python benchmarks/build_world_names.py       # needs `pip install faker`

Given names and surnames of the locales of Faker (MIT) in Latin script, without those that the other tables
list, English words and larger towns. Columns: name, 1 if a given name, 1 if a surname.
"""

from __future__ import annotations

import importlib
import lzma
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from pii_audio.recognizers.lexicon import lexicon

LOCALES = """
en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US en_TH ga_IE ha_NG ig_NG yo_NG tw_GH zu_ZA sw id_ID es es_AR
es_CL es_CO es_ES es_MX fr_FR fr_CA fr_DZ it_IT pt_BR pt_PT pl_PL cs_CZ sk_SK hr_HR sl_SI hu_HU ro_RO lt_LT
lv_LV et_EE nl_NL no_NO sv_SE da_DK fi_FI tr_TR az_AZ vi_VN zh_CN zh_TW ja_JP bn_BD hi_IN el_GR
"""
OUT = Path(__file__).parents[1] / "pii_audio" / "recognizers" / "data" / "world-names.tsv.xz"
NAME = re.compile(r"[^\W\d_]{3,}(?:['’-][^\W\d_]+)*")
TOWN = 4.5  # log10 of the people of a town that is no name here
COMMON = 2.5  # Zipf frequency from which on an English word is no name here


def main() -> None:
    given: set[str] = set()
    family: set[str] = set()
    for locale in LOCALES.split():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for field in vars(provider):
            if field.startswith(("first_names", "first_romanized", "last_names", "last_romanized")):
                names = given if field.startswith("first") else family
                listed = getattr(provider, field)
                names.update(latin(listed if isinstance(listed, Iterable) else ()))
    known = lexicon("en")
    both = known.first.keys() & known.last.keys()
    words = {w for w, zipf in known.words.items() if zipf >= COMMON}
    towns = {t for t, size in known.places.items() if size >= TOWN}
    rows = sorted((given | family) - both - words - towns)
    text = "\n".join(f"{n}\t{int(n in given)}\t{int(n in family)}" for n in rows)
    OUT.write_bytes(lzma.compress(text.encode(), preset=9))
    print(len(rows), "names,", OUT.stat().st_size, "bytes")


def latin(names: Iterable[str]) -> set[str]:
    """Lower case, as written and without accents."""
    found = set()
    for name in names:
        if isinstance(name, str) and NAME.fullmatch(name):
            plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
            if plain.isascii():
                found |= {name.lower(), plain.lower()}
    return found


if __name__ == "__main__":
    main()
