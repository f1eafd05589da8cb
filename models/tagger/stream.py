"""What the tagger learns from and is measured on: texts without end, mixed by SHARES, and held-out ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import corpora
import forms
import templates
from corpora import UNSURE, Marked
from fillers import Fillers
from words import WORDS

from pii_audio.bench import data
from pii_audio.recognizers.lexicon import lexicon

HERE = Path(__file__).parent
# texts per source, relative to each other
SHARES = {"de": 0.29, "en": 0.26, "massive": 0.15, "slurp": 0.1, "heard": 0.45, "news": 0.06}


class Stream:
    """Marked texts without end, mixed by SHARES."""

    def __init__(self, shared: Path, sources: Sequence[str], rng: random.Random) -> None:
        self.rng, ner = rng, shared / "ner"
        self.writers: dict[str, tuple[templates.Writer, list[str]]] = {}
        for language in {"de", "en"} & set(sources):
            training, _ = templates.split(templates.load(HERE / f"templates-{language}.tsv"))
            self.writers[language] = (templates.Writer(training, Fillers(language, shared, rng)), training)
        self.fixed = {
            "massive": corpora.commands("de", ner, held=False),
            "slurp": corpora.commands("en", ner, held=False),
            "news": news(shared, held=False),
            "heard": heard(),
        }
        self.shares = {name: SHARES[name] for name in sources if name in self.writers or self.fixed.get(name)}

    def __iter__(self) -> Iterator[Marked]:
        names, weights = list(self.shares), list(self.shares.values())
        while True:
            name = self.rng.choices(names, weights)[0]
            parts = [self._one(name)]
            while self.rng.random() < 0.15:
                parts.append(self._one(name))
            if len(parts) > 1 and all(p.style == "spoken" for p in parts):
                parts = [forms.written(p) if p.text[:1].islower() else p for p in parts]
            yield forms.vary(forms.joined(parts), self.rng, misheard=0.05 if name == "heard" else 0.15)

    def _one(self, name: str) -> Marked:
        if name in self.writers:
            writer, texts = self.writers[name]
            return writer.write(self.rng.choice(texts))
        marked = self.rng.choice(self.fixed[name])
        if name in {"massive", "slurp"}:
            return self.writers[marked.language][0].renamed(marked)
        return marked


def news(shared: Path, *, held: bool) -> list[Marked]:
    """Every fifth sentence is held out."""
    ner = shared / "ner"
    rows = [
        *corpora.germeval(ner / "germeval2014-de" / "dev.tsv.xz"),
        *corpora.universal(ner / "uner-en" / "dev.iob2.xz"),
    ]
    rows = [m for i, m in enumerate(rows) if (i % 5 == 0) == held]
    return rows if held else rows + list(corpora.mobie(ner / "mobie-de" / "train.conll2003.xz"))[::2]


def unread_news(shared: Path) -> list[Marked]:
    """The other half of MobIE, which is not trained on."""
    return list(corpora.mobie(shared / "ner" / "mobie-de" / "train.conll2003.xz"))[1::2]


def heard() -> list[Marked]:
    """A name that came back as ordinary words alone ("um das") is not learnt from."""
    rows = []
    for line in (HERE / "heard.tsv").read_text(encoding="utf-8").splitlines():
        language, text = line.split("\t")
        marked = parse(text, language)
        spans = [(a, b, UNSURE if gone(marked, a, b, label) else label) for a, b, label in marked.spans]
        rows.append(replace(marked, spans=tuple(spans)))
    return rows


def gone(marked: Marked, start: int, end: int, label: str) -> bool:
    names, words = lexicon(marked.language), marked.text[start:end].lower().split()
    kept = {*WORDS[marked.language]["kin"], *WORDS[marked.language]["titles"]}
    if label not in {"PERSON", "LOCATION"} or (len(words) > 1 and words[0] in kept) or words[-1] in kept:
        return False
    return all(
        names.words.get(w, 0) > 4.5
        and max(names.first.get(w, 0), names.last.get(w, 0), names.places.get(w, 0)) < 4.5
        for w in words
    )


def parse(marked: str, language: str) -> Marked:
    text, spans, at = "", [], 0
    for match in templates.MARK.finditer(marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        at = match.end()
    return Marked(text + marked[at:], tuple(spans), language)


def held_out(shared: Path) -> dict[str, list[Marked]]:
    """What is only measured: templates nobody trained on, three times each, what was heard, dev sets."""
    sets: dict[str, list[Marked]] = {}
    for language in ("de", "en"):
        written = templates.held_out(language, shared)
        sets[f"templates {language}"] = written
        sets[f"templates {language}, lower"] = [forms.plain(m) for m in written]
    for row in data.read(str(HERE / "heard-held.tsv")).rows:
        sets.setdefault(f"heard {row.language}", []).append(Marked(row.text, row.spans, row.language))
    sets["MASSIVE dev"] = list(corpora.massive(shared / "ner" / "massive-de" / "dev.txt.xz"))
    sets["news de"] = [m for m in news(shared, held=True) if m.language == "de"]
    sets["news en"] = [m for m in news(shared, held=True) if m.language == "en"]
    sets["news de, lower"] = [forms.plain(m) for m in sets["news de"]]
    return sets
