"""Sentences as Whisper hears them: written from templates, synthesised, transcribed, the spans carried over.

    python models/tagger/spoken.py --language de --count 800 --seed 1 --shared ../shared/data

appends `language TAB text` lines with `{LABEL:...}` spans to heard.tsv; what cannot be carried over for
certain is left out. About a third of a second of one core a sentence.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import templates
from corpora import Marked, Span, massive, slurp
from fillers import Fillers
from py_nanotts import NanoTTS

from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.spelling import distance
from pii_audio.types import Window

HERE = Path(__file__).parent
VOICES = {"de": ("de-DE",), "en": ("en-GB", "en-US")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--language", choices=("de", "en"), required=True)
    parser.add_argument("--count", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE / "heard.tsv")
    parser.add_argument("--behind", type=int, default=0, help="only templates behind this line of their file")
    options = parser.parse_args()
    rng = random.Random(f"{options.language}{options.seed}")
    written = sentences(options.language, options.count, options.shared, rng, options.behind)
    transcriber = CoreTranscriber(TranscribeConfig(languages=(options.language,)))
    kept = 0
    with options.out.open("a", encoding="utf-8") as file:
        for at in range(0, len(written), 32):
            group = written[at : at + 32]
            windows = [Window("said", 0.0, said(m, rng)) for m in group]
            for marked, transcript in zip(group, transcriber.transcribe(windows), strict=True):
                if (heard := carried(marked, transcript.text)) is not None:
                    file.write(f"{options.language}\t{templates.show(heard)}\n")
                    kept += 1
            file.flush()
    print(f"{kept} of {len(written)} kept")


def sentences(language: str, count: int, shared: Path, rng: random.Random, behind: int = 0) -> list[Marked]:
    """Four of five from templates, the rest commands, half of them with a name or a place in them."""
    texts = templates.load(HERE / f"templates-{language}.tsv")
    training, _ = templates.split(texts)
    newer, _ = templates.split(texts[behind:])
    writer = templates.Writer(training, Fillers(language, shared, rng))
    read = massive(shared / "ner" / "massive-de" / "train.txt.xz")
    if language == "en":
        read = slurp(shared / "ner" / "slurp-en" / "devel.jsonl.xz")
    commands = [m for m in read if all(label != "?" for *_, label in m.spans)]
    made = [writer.write(rng.choice(newer)) for _ in range(count * 4 // 5)]
    for own in ([m for m in commands if m.spans], [m for m in commands if not m.spans]):
        made += rng.sample(own, min(count // 10, len(own)))
    rng.shuffle(made)
    return [m for m in made if len(m.text) < 220]


def said(marked: Marked, rng: random.Random) -> np.ndarray:
    speech = NanoTTS().speak(
        marked.text,
        voice=rng.choice(VOICES[marked.language]),
        speed=rng.uniform(0.85, 1.2),
        pitch=rng.uniform(0.85, 1.2),
    )
    samples = np.frombuffer(speech, np.int16).astype(np.float32) / 32768
    noise = np.random.default_rng(rng.getrandbits(32)).standard_normal(len(samples)).astype(np.float32)
    return samples[: 16_000 * 29] + noise[: 16_000 * 29] * rng.choice([0, 0, 0, 0.003])


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
