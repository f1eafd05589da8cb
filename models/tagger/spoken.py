"""Sentences as Whisper hears them: written from templates, synthesised, transcribed, the spans carried over.

    python models/tagger/spoken.py --language de --count 800 --seed 1 --shared ../shared/data
    python models/tagger/spoken.py --language de --count 15000 --seed 9 --shared ../shared/data --workers 16

appends `language TAB text` lines with `{LABEL:...}` spans to heard.tsv. Spans are carried over in two ways,
by words and by letters; where they differ the words are marked UNSURE and not learnt from, and what cannot be
carried over at all is left out. `--held` speaks what nobody trains on, as rows for `pii-audio bench
recognizers --data`. About a third of a second of one core a sentence; on a GPU the voices take longer than
Whisper, and `--workers` of them speak at a time.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path

import corpora
import forms
import numpy as np
import templates
from corpora import UNSURE, Marked, Span
from fillers import Fillers
from py_nanotts import NanoTTS

from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.bench import align
from pii_audio.bench.rows import Row
from pii_audio.config import TranscribeConfig
from pii_audio.spelling import distance
from pii_audio.types import Transcript, Window

HERE = Path(__file__).parent
DOUBTFUL = "UNSURE"  # no label of the tagger, so nothing is learnt from these words
VOICES = {"de": ("de-DE",), "en": ("en-GB", "en-US")}
NOISE = (0, 0, 0, 0, 0.003, 0.01)  # root mean square of full scale
GROUP = 64  # sentences that a worker speaks between two looks at the file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--language", choices=("de", "en"), required=True)
    parser.add_argument("--count", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE / "heard.tsv")
    parser.add_argument("--held", action="store_true", help="what nobody trains on, each sentence once")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(f"{options.language}{options.seed}")
    written = sentences(options.language, options.count, options.shared, rng, held=options.held)
    kept, many = 0, GROUP * options.workers
    with Pool(options.workers) as pool, options.out.open("a", encoding="utf-8") as file:
        transcriber = CoreTranscriber(TranscribeConfig(languages=(options.language,)))
        for at in range(0, len(written), many):
            group = written[at : at + many]
            spoken = pool.starmap(said, [(marked, rng.getrandbits(32)) for marked in group])
            transcripts = transcriber.transcribe([Window("said", 0.0, samples) for samples in spoken])
            texts = [transcript.text for transcript in transcripts]
            for heard in pool.starmap(agreed, zip(group, texts, strict=True)):
                if heard is None or (options.held and not sure(heard)):
                    continue
                cells = [options.language, templates.show(heard)]
                if options.held:
                    cells = [f"heard-{options.language}-{kept}", options.language, "heard", cells[-1]]
                file.write("\t".join(cells) + "\n")
                kept += 1
            file.flush()
    print(f"{kept} of {len(written)} kept")


def sentences(
    language: str, count: int, shared: Path, rng: random.Random, *, held: bool = False
) -> list[Marked]:
    """Half of them harmless, three of five of these commands; nine in ten of the others are templates."""
    training, unread = templates.split(templates.load(HERE / f"templates-{language}.tsv"))
    texts = unread if held else training
    writer = templates.Writer(training, Fillers(language, shared, rng))
    commands = [m for m in corpora.commands(language, shared / "ner", held=held) if sure(m)]
    harmless = [m for m in commands if not m.spans]
    personal = [writer.renamed(m) for m in commands if m.spans]
    own = [t for t in texts if not templates.MARK.search(t)]
    others = [t for t in texts if templates.MARK.search(t)]
    made = rng.sample(harmless, min(count * 30 // 100, len(harmless)))
    made += rng.sample(personal, min(count * 5 // 100, len(personal)))
    for group, share in ((own, 20), (others, 45)):
        many = count * share // 100
        chosen = rng.sample(group, len(group)) if held else rng.choices(group, k=many)
        made += [writer.write(t, exchange=not held) for t in chosen[:many]]
    rng.shuffle(made)
    return [forms.written(m) if m.text[:1].islower() else m for m in made if len(m.text) < 220]


def sure(marked: Marked) -> bool:
    return all(label not in {UNSURE, DOUBTFUL} for *_, label in marked.spans)


def said(marked: Marked, seed: int) -> np.ndarray:
    """[samples] at 16 kHz, at most 29 s."""
    rng = random.Random(seed)
    speech = NanoTTS().speak(
        marked.text,
        voice=rng.choice(VOICES[marked.language]),
        speed=rng.uniform(0.85, 1.2),
        pitch=rng.uniform(0.85, 1.2),
    )
    samples = np.frombuffer(speech, np.int16).astype(np.float32) / 32768
    noise = np.random.default_rng(rng.getrandbits(32)).standard_normal(len(samples)).astype(np.float32)
    return samples[: 16_000 * 29] + noise[: 16_000 * 29] * rng.choice(NOISE)


def agreed(marked: Marked, heard: str) -> Marked | None:
    """The spans over what was heard; where two ways of carrying one over differ, its words are UNSURE."""
    words = carried(marked, heard)
    row = align.carried(
        Row.of("said", marked.language, marked.text, marked.spans),
        Transcript("said", heard, (), marked.language),
    )
    if words is None or row.lost or len(row.spans) != len(words.spans):
        return None
    spans = list[Span]()
    for one, other in zip(words.spans, row.spans, strict=True):
        if one == other:
            spans.append(one)
        elif one[2] == other[2]:
            spans.append((min(one[0], other[0]), max(one[1], other[1]), DOUBTFUL))
        else:
            return None
    if any(a[1] > b[0] for a, b in pairwise(spans)):
        return None
    return replace(words, spans=tuple(spans))


def carried(marked: Marked, heard: str) -> Marked | None:
    """The spans over what was heard, between the words on both sides that were heard right."""
    gold, new = _words(marked.text), _words(heard)
    if not new or heard.count("{") or len(new) > 2 * len(gold) + 4:
        return None
    pairs = _align([w.lower() for *_, w in gold], [w.lower() for *_, w in new])
    spans: list[Span] = []
    for start, end, label in marked.spans:
        inside = [i for i, (a, b, _) in enumerate(gold) if a < end and start < b]
        if not inside:
            return None
        own = [pairs[i] for i in inside if i in pairs]
        before, after = pairs.get(inside[0] - 1), pairs.get(inside[-1] + 1)
        if inside[0] == 0:
            before = -1
        if inside[-1] == len(gold) - 1:
            after = len(new)
        first = before + 1 if before is not None else (own[0] if own else None)
        last = after - 1 if after is not None else (own[-1] if own else None)
        if first is None or last is None or last < first or last - first > 2 * len(inside) + 6:
            return None
        spans.append((new[first][0], new[last][1], label))
    if any(a[1] > b[0] for a, b in pairwise(spans)):
        return None
    return Marked(heard, tuple(spans), marked.language)


def _words(text: str) -> list[tuple[int, int, str]]:
    words, at = [], 0
    for piece in text.split():
        start = text.index(piece, at)
        at = start + len(piece)
        bare = piece.strip(".,?!:;\"'„“-")
        if bare:
            left = start + piece.index(bare)
            words.append((left, left + len(bare), bare))
    return words


def _align(gold: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Gold word -> heard word, monotone, where at least half of the letters agree."""
    cost = np.zeros((len(gold) + 1, len(new) + 1))
    cost[:, 0], cost[0] = np.arange(len(gold) + 1) * 0.6, np.arange(len(new) + 1) * 0.6
    match = np.array([[distance(g, n) / max(len(g), len(n)) for n in new] for g in gold])
    for i in range(1, len(gold) + 1):
        for j in range(1, len(new) + 1):
            cost[i, j] = min(
                cost[i - 1, j - 1] + match[i - 1, j - 1], cost[i - 1, j] + 0.6, cost[i, j - 1] + 0.6
            )
    pairs, i, j = {}, len(gold), len(new)
    while i and j:
        if np.isclose(cost[i, j], cost[i - 1, j - 1] + match[i - 1, j - 1]):
            if match[i - 1, j - 1] <= 0.5:
                pairs[i - 1] = j - 1
            i, j = i - 1, j - 1
        elif np.isclose(cost[i, j], cost[i - 1, j] + 0.6):
            i -= 1
        else:
            j -= 1
    return pairs


if __name__ == "__main__":
    main()
