"""How far off are the times of words? Words are said apart and joined, so their boundaries are known.

    python benchmarks/word_times.py
    python benchmarks/word_times.py --peers openai-whisper,faster-whisper --sentences 10

Speech: SVOX Pico (py-nanotts), German and English. A word counts where its letters are those that were said
(the others are counted as not matched); its begin and end are compared with those of its sound above -50 dB.
"""

from __future__ import annotations

import argparse
import difflib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from py_nanotts import NanoTTS

from pii_audio import plugins
from pii_audio.config import TranscribeConfig
from pii_audio.types import Window

RATE = 16_000
GAPS_S = (0.06, 0.12, 0.25)
AUDIBLE = 10 ** (-50 / 20)  # of the loudest sample
SENTENCES = {
    "de-DE": (
        "Meine Schwester wohnt seit vielen Jahren in Hamburg",
        "Bitte stelle den Wecker morgen auf sieben Uhr",
        "Das Wetter wird am Wochenende wieder schöner",
        "Ruf bitte heute Abend meine Mutter an",
        "Der Zug nach Berlin fährt in wenigen Minuten",
        "Wir treffen uns morgen vor dem Rathaus",
        "Spiele das neue Lied noch einmal von vorne",
        "Mein Nachbar arbeitet im Krankenhaus als Arzt",
    ),
    "en-GB": (
        "My sister has lived in London for many years",
        "Please set the alarm for seven tomorrow morning",
        "The weather will be better at the weekend",
        "Remember to call your mother this evening",
        "The train to Manchester leaves in ten minutes",
        "We will meet tomorrow in front of the station",
        "Play the new song again from the beginning",
        "My neighbour works in the hospital as a doctor",
    ),
}
Spoken = tuple[str, float, float]  # letters, begin and end in seconds


def sentence(tts: NanoTTS, text: str, voice: str, gap_s: float) -> tuple[NDArray[np.float32], list[Spoken]]:
    """Samples, and each word with the time of its sound."""
    parts, words, at = [np.zeros(RATE // 4, np.float32)], [], RATE // 4
    for word in text.split():
        samples = np.frombuffer(tts.speak(word, voice=voice), np.int16).astype(np.float32) / 2**15
        loud = np.flatnonzero(np.abs(samples) > AUDIBLE * np.abs(samples).max())
        samples = samples[loud[0] : loud[-1] + 1]
        words.append((letters(word), at / RATE, (at + len(samples)) / RATE))
        pause = np.zeros(int(gap_s * RATE), np.float32)
        parts += [samples, pause]
        at += len(samples) + len(pause)
    return np.concatenate([*parts, np.zeros(RATE // 4, np.float32)]), words


def letters(word: str) -> str:
    return "".join(filter(str.isalnum, word)).lower()


def errors(said: Sequence[Spoken], heard: Sequence[Spoken]) -> tuple[list[float], list[float]]:
    """Signed errors of begin and end, in milliseconds, of the words that were heard right."""
    matcher = difflib.SequenceMatcher(None, [w[0] for w in said], [w[0] for w in heard], autojunk=False)
    pairs = [
        (said[block.a + i], heard[block.b + i])
        for block in matcher.get_matching_blocks()
        for i in range(block.size)
    ]
    return [1000 * (h[1] - s[1]) for s, h in pairs], [1000 * (h[2] - s[2]) for s, h in pairs]


def transcriber(name: str) -> Callable[[Sequence[Window]], list[list[Spoken]]]:
    engine = {"openai-whisper": "reference"}.get(name, name)
    backend = plugins.load("transcribers", engine)(TranscribeConfig(engine=engine, device="cpu"))

    def run(windows: Sequence[Window]) -> list[list[Spoken]]:
        found = backend.transcribe(windows)
        return [[(letters(t.text[w.start : w.end]), w.begin_s, w.end_s) for w in t.words] for t in found]

    return run


def figures(values: Sequence[float]) -> dict[str, float]:
    absolute = np.abs(values)
    return {
        "median": round(float(np.median(absolute))),
        "p95": round(float(np.percentile(absolute, 95))),
        "bias": round(float(np.median(values))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", default="openai-whisper,faster-whisper")
    parser.add_argument("--sentences", type=int, default=8, help="of each language")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "word_times.json")
    args = parser.parse_args()
    tts = NanoTTS()
    clips = [
        sentence(tts, text, voice, gap)
        for voice, texts in SENTENCES.items()
        for text in texts[: args.sentences]
        for gap in GAPS_S
    ]
    windows = [Window(f"clip-{i}", 0.0, samples) for i, (samples, _) in enumerate(clips)]
    report = {}
    for name in ["core", *filter(None, args.peers.split(","))]:
        heard = transcriber(name)(windows)
        pairs = [errors(said, words) for (_, said), words in zip(clips, heard, strict=True)]
        begins, ends = ([value for pair in pairs for value in pair[side]] for side in (0, 1))
        report[name] = {
            "words": sum(len(said) for _, said in clips),
            "matched": len(begins),
            "untimed": sum(not w[1] < w[2] for words in heard for w in words),
            "begin_ms": figures(begins),
            "end_ms": figures(ends),
        }
        print(name, json.dumps(report[name]))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
