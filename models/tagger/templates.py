"""Household sentences out of templates: slots filled, numbers thrown anew, mentions exchanged.

A template is `scene TAB text` with spans `{LABEL:...}` and slots `<town>`; see fillers.py for the slots.

    python models/tagger/templates.py --shared ../shared/data --out held.tsv

writes the held-out ones, three times each, as marked utterances for `pii-audio bench recognizers --data`.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
from collections import defaultdict
from pathlib import Path

from corpora import Marked
from fillers import Fillers
from forms import edited
from words import WORDS, spoken

MARK = re.compile(r"\{([A-Z_]+):([^{}]*)\}")
SLOT = re.compile(r"<(\w+)>")
DIGITS = {"PHONE_NUMBER", "IBAN_CODE", "CREDIT_CARD", "TAX_ID", "US_SSN", "LICENSE_PLATE", "EMAIL_ADDRESS"}
EXCHANGED = {"ORGANIZATION": 0.35, "OCCUPATION": 0.5, "PARTNER": 0.3, "AGE": 0.3}
HERE = Path(__file__).parent
JOBS = Path(__file__).parents[2] / "pii_audio" / "recognizers" / "data"


def load(path: Path) -> list[str]:
    """The texts; those with an unknown slot or an open brace are refused by line."""
    texts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            scene, _, text = line.partition("\t")
            if not text or re.search(r"[{}]", MARK.sub("", text)):
                raise SystemExit(
                    f"{path.name}:{number}: not `scene TAB text` with closed spans ({scene[:20]})"
                )
            texts.append(text.strip())
    return texts


def split(texts: list[str]) -> tuple[list[str], list[str]]:
    """(training, held out): one template in ten by its hash, so that it stays there when others come."""
    held = {t for t in texts if int(hashlib.sha256(t.encode()).hexdigest(), 16) % 10 == 0}
    return sorted(set(texts) - held), sorted(held)


def held_out(language: str, shared: Path) -> list[Marked]:
    """Templates nobody trained on, written out three times each, the same every time."""
    training, held = split(load(HERE / f"templates-{language}.tsv"))
    writer = Writer(training, Fillers(language, shared, random.Random(f"held{language}")))
    return [writer.write(t, exchange=False) for t in held for _ in range(3)]


def show(marked: Marked) -> str:
    """With its spans as `{LABEL:...}`."""
    text = marked.text
    for start, end, label in sorted(marked.spans, reverse=True):
        text = f"{text[:start]}{{{label}:{text[start:end]}}}{text[end:]}"
    return " ".join(text.split())


class Writer:
    """Writes a template out, another way each time."""

    def __init__(self, texts: list[str], fillers: Fillers) -> None:
        self.fillers, self.rng, self.language = fillers, fillers.rng, fillers.language
        self.mentions: dict[tuple[str, str], list[str]] = defaultdict(list)
        for text in texts:
            for label, said in MARK.findall(text):
                if label in EXCHANGED:
                    self.mentions[self._kind(label, said)].append(said)
        lines = (JOBS / f"jobs-{self.language}.txt").read_text(encoding="utf-8").splitlines()
        self.jobs = [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    def write(self, template: str, *, exchange: bool = True) -> Marked:
        text, spans, at = "", [], 0
        for match in MARK.finditer(template):
            text += self._filled(template[at : match.start()])
            label, said = match.groups()
            if exchange and self.rng.random() < EXCHANGED.get(label, 0):
                said = self._another(label, said)
            said = self._filled(said)
            if label in DIGITS:
                said = self._thrown(said)
            elif label == "AGE":
                said = self._aged(said)
            spans.append((len(text), len(text) + len(said), label))
            text += said
            at = match.end()
        return Marked(text + self._filled(template[at:]), tuple(spans), self.language)

    def renamed(self, marked: Marked) -> Marked:
        """A command of a data set with other names and towns in it, most of the times."""
        edits = []
        for start, end, label in marked.spans:
            said = marked.text[start:end]
            if label == "PERSON" and said not in WORDS[self.language]["kin"] and self.rng.random() < 0.6:
                owner = re.search(r" ?'s$", said)
                name = self.fillers.fill("first" if self.rng.random() < 0.6 or owner else "last")
                if " " in said and not owner:
                    name = f"{self.fillers.fill('first')} {self.fillers.fill('last')}"
                edits.append((start, end, name.lower() + (owner.group() if owner else "")))
            elif label == "LOCATION" and self.rng.random() < 0.6:
                edits.append(
                    (start, end, self.fillers.fill(self.rng.choice(["town", "town", "district"])).lower())
                )
        return edited(marked, edits)

    def _filled(self, text: str) -> str:
        return SLOT.sub(lambda m: self.fillers.fill(m[1]), text)

    def _kind(self, label: str, said: str) -> tuple[str, str]:
        """Only what fits the sentence is exchanged: "meiner Frau" for "meiner Freundin", a job for a job."""
        words = said.split()
        if label in {"PARTNER", "ORGANIZATION"}:
            head = words[0].lower() if label == "PARTNER" or words[0][0].islower() else ""
            ending = words[-1][-2:].lower() if label == "PARTNER" and len(words) == 1 else ""
            return label, head if len(words) > 1 else ending
        return label, str(len(words)) if label == "AGE" else ""

    def _another(self, label: str, said: str) -> str:
        if label == "OCCUPATION" and self.rng.random() < 0.5 and " " not in said:
            job = self.rng.choice(self.jobs)
            return job.title() if self.language == "de" else job
        return self.rng.choice(self.mentions.get(self._kind(label, said), [said]))

    def _thrown(self, said: str) -> str:
        """Other digits, written or said."""
        units = WORDS[self.language]["units"][:10]
        word = re.compile(rf"\b(?:{'|'.join(units)})\b", re.IGNORECASE)
        said = re.sub(r"\d", lambda _: str(self.rng.randint(0, 9)), said)
        return word.sub(lambda _: self.rng.choice(units), said)

    def _aged(self, said: str) -> str:
        return re.sub(
            r"\d+",
            lambda _: (
                str(self.rng.randint(1, 99))
                if self.rng.random() < 0.5
                else spoken(self.rng.randint(2, 99), self.language)
            ),
            said,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = [m for language in ("de", "en") for m in held_out(language, options.shared)]
    lines = [f"held-{i}\t{m.language}\tassistant\t{show(m)}\n" for i, m in enumerate(rows)]
    options.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
