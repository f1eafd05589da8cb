"""How far off are the times of words? Words are said apart and joined, so their boundaries are known.

    python benchmarks/word_times.py --peers-every 5
    python benchmarks/word_times.py --noise 10 --peers "" --out benchmarks/results/word_times-noise.json

Speech: SVOX Pico (py-nanotts), German, British and American English, three pairs of speed and pitch.
Between the words of a clip lie gaps of 0 to 60 ms, or of 150 to 300 ms. A word counts where its letters are
those that were said (the others are counted as not matched); its begin and end are compared with those of
its sound above -50 dB of its loudest sample. Untimed: words that do not end after they begin. The peers are
called as their authors show it, are told the language, and keep their own word times; ours finds out the
language.

The constants in pii_audio/asr/boundaries.py were chosen on the sentences of `--split chosen`; what is
reported are others.
"""

from __future__ import annotations

import argparse
import difflib
import json
import platform
import shlex
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py_nanotts import NanoTTS

from pii_audio.asr.weights import ctranslate2_folder, load, resolve
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.types import Window

RATE = 16_000
GAPS_MS = ((0, 60), (150, 300))
VOICES = {"de": ("de-DE",), "en": ("en-GB", "en-US")}
MANNERS = ((1.0, 1.0), (0.8, 0.85), (1.25, 1.2))  # speed and pitch
AUDIBLE = 10 ** (-50 / 20)  # of the loudest sample
SENTENCES = {
    ("de", "chosen"): (
        "Meine Schwester wohnt seit vielen Jahren in Hamburg",
        "Bitte stelle den Wecker morgen auf sieben Uhr",
        "Das Wetter wird am Wochenende wieder schöner",
        "Ruf bitte heute Abend meine Mutter an",
        "Der Zug nach Berlin fährt in wenigen Minuten",
        "Wir treffen uns morgen vor dem Rathaus",
        "Spiele das neue Lied noch einmal von vorne",
        "Mein Nachbar arbeitet im Krankenhaus als Arzt",
    ),
    ("en", "chosen"): (
        "My sister has lived in London for many years",
        "Please set the alarm for seven tomorrow morning",
        "The weather will be better at the weekend",
        "Remember to call your mother this evening",
        "The train to Manchester leaves in ten minutes",
        "We will meet tomorrow in front of the station",
        "Play the new song again from the beginning",
        "My neighbour works in the hospital as a doctor",
    ),
    ("de", "reported"): (
        "Am Freitag gehe ich mit meinem Bruder ins Kino",
        "Schalte im Wohnzimmer bitte das große Licht aus",
        "Der Termin beim Zahnarzt ist erst nächste Woche",
        "Kannst du mir den Weg zum Bahnhof zeigen",
        "Unsere Tochter studiert seit dem Herbst in Leipzig",
        "Ich habe gestern das alte Fahrrad verkauft",
        "Schreibe Milch und Butter auf die Liste",
        "Die Nachbarn fahren im Sommer wieder ans Meer",
    ),
    ("en", "reported"): (
        "On Friday I am going to the cinema with my brother",
        "Please turn off the big light in the living room",
        "The appointment with the dentist is next week",
        "Can you show me the way to the nearest bus stop",
        "Our daughter has studied in Edinburgh since autumn",
        "Yesterday I sold my old bicycle to a friend",
        "Add milk and butter to the shopping list",
        "The children are spending the summer by the sea",
    ),
}
Spoken = tuple[str, float, float]  # letters, begin and end in seconds
Hear = Callable[[Sequence["Clip"]], list[list[Spoken]]]


@dataclass(frozen=True, slots=True)
class Clip:
    language: str
    gaps_ms: tuple[int, int]
    samples: NDArray[np.float32]
    said: list[Spoken]


def clips(split: str, noise_db: float | None) -> Iterator[Clip]:
    """Each sentence in each manner and with short and long gaps; voices take turns."""
    tts, rng = NanoTTS(), np.random.default_rng(["chosen", "reported"].index(split))
    for (language, held), sentences in SENTENCES.items():
        for number, text in enumerate(sentences if held == split else ()):
            voice = VOICES[language][number % len(VOICES[language])]
            for speed, pitch in MANNERS:
                said = [(letters(word), trimmed(tts, word, voice, speed, pitch)) for word in text.split()]
                for gaps in GAPS_MS:
                    yield joined(language, gaps, said, noise_db, rng)


def joined(
    language: str,
    gaps_ms: tuple[int, int],
    said: Sequence[tuple[str, NDArray[np.float32]]],
    noise_db: float | None,
    rng: np.random.Generator,
) -> Clip:
    """The words, one gap after each, a quarter second of silence around; noise so far below the speech."""
    parts, words, at = [np.zeros(RATE // 4, np.float32)], [], RATE // 4
    for word, sound in said:
        words.append((word, at / RATE, (at + len(sound)) / RATE))
        gap = np.zeros(int(rng.uniform(*gaps_ms) * RATE / 1000), np.float32)
        parts += [sound, gap]
        at += len(sound) + len(gap)
    samples = np.concatenate([*parts, np.zeros(RATE // 4, np.float32)])
    if noise_db is not None:
        loudness = np.sqrt(np.mean(np.square(np.concatenate([sound for _, sound in said]))))
        samples += loudness * 10 ** (-noise_db / 20) * pink(len(samples), rng)
    return Clip(language, gaps_ms, samples, words)


def trimmed(tts: NanoTTS, word: str, voice: str, speed: float, pitch: float) -> NDArray[np.float32]:
    sound = np.frombuffer(tts.speak(word, voice=voice, speed=speed, pitch=pitch), np.int16) / np.float32(
        2**15
    )
    loud = np.flatnonzero(np.abs(sound) > AUDIBLE * np.abs(sound).max())
    return sound[loud[0] : loud[-1] + 1]


def pink(length: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Noise of equal energy an octave and mean square 1, [length]."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    sound = np.fft.irfft(spectrum, length)
    return (sound / np.sqrt(np.mean(np.square(sound)))).astype(np.float32)


def letters(word: str) -> str:
    return "".join(filter(str.isalnum, word)).lower()


def errors(said: Sequence[Spoken], heard: Sequence[Spoken]) -> list[tuple[float, float]]:
    """Signed errors of begin and end, in milliseconds, of the words that were heard right."""
    matcher = difflib.SequenceMatcher(None, [w[0] for w in said], [w[0] for w in heard], autojunk=False)
    pairs = [
        (said[block.a + i], heard[block.b + i])
        for block in matcher.get_matching_blocks()
        for i in range(block.size)
    ]
    return [(1000 * (h[1] - s[1]), 1000 * (h[2] - s[2])) for s, h in pairs]


def core() -> Hear:
    engine = CoreTranscriber(TranscribeConfig(device="cpu", languages=tuple(VOICES)))

    def hear(clips: Sequence[Clip]) -> list[list[Spoken]]:
        found = engine.transcribe([Window("clip", 0.0, clip.samples) for clip in clips])
        return [[(letters(t.text[w.start : w.end]), w.begin_s, w.end_s) for w in t.words] for t in found]

    return hear


def openai_whisper() -> Hear:
    model = load(resolve("base"), "cpu")

    def one(clip: Clip) -> list[Spoken]:
        found = model.transcribe(clip.samples, language=clip.language, word_timestamps=True, fp16=False)
        words = [word for segment in found["segments"] for word in segment["words"]]
        return [(letters(word["word"]), float(word["start"]), float(word["end"])) for word in words]

    return lambda clips: [one(clip) for clip in clips]


def faster_whisper() -> Hear:
    from faster_whisper import WhisperModel

    folder = str(ctranslate2_folder(resolve("base")))
    model = WhisperModel(folder, device="cpu", compute_type="int8", local_files_only=True)

    def one(clip: Clip) -> list[Spoken]:
        segments, _ = model.transcribe(clip.samples, language=clip.language, word_timestamps=True)
        words = [word for segment in segments for word in segment.words or ()]
        return [(letters(word.word), word.start, word.end) for word in words]

    return lambda clips: [one(clip) for clip in clips]


ENGINES = {"core": core, "openai-whisper": openai_whisper, "faster-whisper": faster_whisper}


def measured(clips: Sequence[Clip], heard: Sequence[Sequence[Spoken]]) -> dict[str, Any]:
    """Counts, and the errors of each language and each kind of gap."""
    groups = defaultdict[str, list[tuple[float, float]]](list)
    for clip, words in zip(clips, heard, strict=True):
        least, most = clip.gaps_ms
        groups[f"{clip.language}, gaps of {least} to {most} ms"] += errors(clip.said, words)
    return {
        "clips": len(clips),
        "seconds": round(sum(len(clip.samples) for clip in clips) / RATE, 1),
        "words": sum(len(clip.said) for clip in clips),
        "matched": sum(map(len, groups.values())),
        "untimed": sum(not begin < end for words in heard for _, begin, end in words),
    } | {
        group: {"begin_ms": figures([b for b, _ in pairs]), "end_ms": figures([e for _, e in pairs])}
        for group, pairs in groups.items()
    }


def figures(values: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile of the absolute errors, and the median of the signed ones."""
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
    parser.add_argument("--split", choices=["chosen", "reported"], default="reported")
    parser.add_argument("--noise", type=float, metavar="DB", help="pink noise so far below the speech")
    parser.add_argument("--peers-every", type=int, default=1, help="only every nth clip for the peers")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "word_times.json")
    args = parser.parse_args()
    said = list(clips(args.split, args.noise))
    report: dict[str, Any] = {
        "command": shlex.join(sys.argv),
        "machine": f"{platform.machine()}, {platform.processor() or platform.system()}",
    }
    for name in ["core", *filter(None, args.peers.split(","))]:
        heard = said if name == "core" else said[:: args.peers_every]
        report[name] = measured(heard, ENGINES[name]()(heard))
        print(name, json.dumps(report[name]), flush=True)
    args.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
