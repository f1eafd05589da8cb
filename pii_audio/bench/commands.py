"""MASSIVE, SLURP and HWU64: commands to an assistant, whose 55 slots mark every person and every place.

Three slots are types of ours and are taken as they were published: `person`, `place_name`, `email_address`.
They mark public figures, the places of general knowledge and places without a name ("nach hause") too, which
the guidelines leave out: the style "commands" is made to find them, "spoken" is not. What is found of another
type (a firm, a partner) does not count; a person or a place in any other slot ("oma" is a `relation`, "abba"
an `artist_name`) is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pii_audio.bench.columns import Map, blocks, mapped, row, unpacked
from pii_audio.bench.rows import Row, Span

__all__ = ["SLOTS", "hwu64", "massive", "slurp"]

SLOTS: Map = {"person": "PERSON", "place_name": "LOCATION", "email_address": "EMAIL_ADDRESS"}


def massive(path: Path) -> Iterator[Row]:
    """Token TAB slot; neighbours with the same slot are one span."""
    for n, block in enumerate(blocks(path)):
        pairs = [line.split("\t") for line in block if "\t" in line]
        tags = ["O" if slot == "-" else f"I-{slot}" for _, slot in pairs]
        yield row(f"massive-{n}", "de", [token for token, _ in pairs], tags, SLOTS)


def slurp(path: Path) -> Iterator[Row]:
    """ "wake me up at [time : ten]" """
    for line in unpacked(path).splitlines():
        data = json.loads(line)
        text, found, at = "", list[Span](), 0
        marked = data["sentence_annotation"]
        for match in re.finditer(r"\[(\w+) : ([^\]]*)\]", marked):
            text += marked[at : match.start()]
            found.append((len(text), len(text) + len(match[2].strip()), match[1]))
            text += match[2].strip()
            at = match.end()
        yield _english(f"slurp-{data['slurp_id']}", text + marked[at:], found)


def hwu64(path: Path) -> Iterator[Row]:
    for n, data in enumerate(json.loads(unpacked(path))["rasa_nlu_data"]["common_examples"]):
        found = [(e["start"], e["end"], e["entity"]) for e in data["entities"]]
        yield _english(f"hwu64-{n}", data["text"], found)


def _english(id_: str, text: str, found: Iterable[Span]) -> Row:
    return Row.of(id_, "en", text, *mapped(found, SLOTS))
