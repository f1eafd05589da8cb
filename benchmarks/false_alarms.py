"""How often the recognizers find something where there is nothing: the table the score's trust rests on.

    python benchmarks/false_alarms.py [--data ../shared/data/ner] [--out FILE]

Commands of MASSIVE (German), HWU64 (English) and Home Assistant (German) without a slot for people or places
and without the words for partners and birthdays that no slot marks. Counted are different values in sets of
1,700 clips, by kind: entity type, subject and reason. Kinds that are found in the utterances about people but
in none of these stand with 0. To be run again when recognizers change. benchmarks/risk_harmless.py tests the
score on one half with the counts of the other.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from households import households

from pii_audio.config import Config
from pii_audio.pipeline import recognize
from pii_audio.risk.trust import kind_of
from pii_audio.spelling import name_key
from pii_audio.types import Finding, Transcript

SET = 1_700  # clips, as many as c't was sent
ABOUT = {  # slots of MASSIVE and HWU64
    "person", "place_name", "relation", "email_address", "personal_info", "business_name", "transport_agency",
}  # fmt: skip
PERSONAL = re.compile(  # no slot marks these, but they speak of people and of the speaker
    r"geburtstag|ehe(mann|frau)|freund|verlob|hochzeit|mein(e[mnrs]?)? (mann|frau|liebst)|bei der arbeit|"
    r"birth|anniversary|wedding|\bmy (wife|husband|boyfriend|girlfriend|friend)|zip code|postleitzahl",
    re.I,
)
DATA = Path(__file__).parents[1] / ".." / "shared" / "data" / "ner"
TABLE = Path(__file__).parents[1] / "pii_audio" / "risk" / "data" / "false_alarms.json"


def texts(data: Path) -> dict[str, list[str]]:
    """Harmless utterances of each source, every one once, in an order that says nothing."""
    found = {
        "massive-de": [text for text, slots in massive(data) if not ABOUT & slots],
        "hwu64-en": hwu64(data),
        "ha-intents-de": home_assistant(data),
    }
    return {
        name: sorted({text for text in those if not PERSONAL.search(text)}, key=digest)
        for name, those in found.items()
    }


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def massive(data: Path) -> Iterator[tuple[str, set[str]]]:
    for part in ("dev",):  # the tagger has learnt from train
        packed = (data / "massive-de" / f"{part}.txt.xz").read_bytes()
        for block in lzma.decompress(packed).decode().split("\n\n"):
            pairs = [line.split("\t") for line in block.splitlines() if "\t" in line]
            if pairs:
                yield " ".join(token for token, _ in pairs), {slot for _, slot in pairs}


def hwu64(data: Path) -> list[str]:
    packed = json.loads(lzma.decompress((data / "hwu64-en" / "hwu64.json.xz").read_bytes()))
    rows = packed["rasa_nlu_data"]["common_examples"]
    return [row["text"] for row in rows if not ABOUT & {e["entity"] for e in row["entities"]}]


def home_assistant(data: Path) -> list[str]:
    """The sentences of the tests, without those about people and the weather, which names towns."""
    texts: set[str] = set()
    with tarfile.open(data / "ha-intents-de" / "ha-intents-de.tar.xz") as tar:
        for member in tar:
            is_test = "/tests/" in member.name and member.name.endswith(".yaml")
            if file := is_test and "person" not in member.name and tar.extractfile(member):
                tests = (yaml.safe_load(file.read()) or {}).get("tests") or []
                texts |= {sentence for test in tests for sentence in test.get("sentences", [])}
    return sorted(text for text in texts if "wetter" not in text.lower())


def half(those: Sequence[str], which: int) -> list[str]:
    """One of two halves (0, 1) that share no utterance."""
    return [text for text in those if int(digest(text)[-1], 16) % 2 == which]


def find(those: Sequence[str], language: str) -> list[list[Finding]]:
    transcripts = [Transcript(f"rec-{i:012x}", text, (), language) for i, text in enumerate(those)]
    return recognize(transcripts, Config())


def alarms(those: Sequence[str], language: str) -> Counter[str]:
    """Different values by kind, in sets of 1,700 clips."""
    counts: Counter[str] = Counter()
    for at in range(0, len(those), SET):
        found = find(those[at : at + SET], language)
        counts.update(
            kind for kind, _ in {(kind_of(f), name_key(f.value or f.text)) for own in found for f in own}
        )
    return counts


def measure(data: Path, halves: Sequence[int]) -> dict[str, Any]:
    """The table, from one half of the utterances or from both."""
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for name, those in texts(data).items():
        for which in halves:
            counts += alarms(half(those, which), name[-2:])
            sizes[name] += len(half(those, which))
    return {
        "command": "python benchmarks/false_alarms.py",
        "recognizers": list(Config().recognize.recognizers),
        "sources": dict(sizes),
        "utterances": sizes.total(),
        "false_alarms": {kind: counts[kind] for kind in sorted(kinds(data) | set(counts))},
    }


@lru_cache(maxsize=1)
def kinds(data: Path) -> frozenset[str]:
    """What is found where people speak of people: kinds that harmless sets could have shown."""
    said = {"de": [text for text, slots in massive(data) if ABOUT & slots], "en": []}
    for language, those in said.items():
        those += [s.text for home in households(language, 40) for s in home.said]
    found = [own for language, those in said.items() for own in find(sorted(set(those)), language)]
    return frozenset(kind_of(f) for own in found for f in own)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--out", type=Path, default=TABLE)
    given = options.parse_args()
    table = measure(given.data, halves=(0, 1))
    given.out.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    for kind, count in sorted(table["false_alarms"].items(), key=lambda item: -item[1]):
        print(f"{count:5d}  {kind}")


if __name__ == "__main__":
    main()
