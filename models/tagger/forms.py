"""The same text as other recognizers of speech would write it: case, punctuation, misheard words, neighbours.

Every form keeps the spans over the characters they covered.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpora import Marked
from words import WORDS

# what Whisper base makes of sounds
HEARD = {language: [tuple(pair.split(">")) for pair in WORDS[language]["heard"]] for language in ("de", "en")}


def vary(marked: Marked, rng: random.Random, *, misheard: float = 0.15) -> Marked:
    """One of the forms in which the text may come; half of them lower case without punctuation."""
    if marked.style == "spoken":
        if marked.text[:1].islower() and rng.random() < 0.3:
            marked = written(marked)
        if rng.random() < 0.1:
            marked = cropped(marked, rng)
        if rng.random() < 0.06:
            marked = opened(marked, rng)
        if rng.random() < misheard:
            marked = misheard_words(marked, rng)
    chance = rng.random()
    if chance < 0.5:
        return plain(marked)
    if chance < 0.56:
        return mapped(marked, lambda text: text.lower())
    if chance < 0.62:
        return unpunctuated(marked)
    return marked


def plain(marked: Marked) -> Marked:
    """Lower case, no punctuation but inside words: as a plain speech recognizer writes."""
    return mapped(unpunctuated(marked), lambda text: text.lower())


def written(marked: Marked) -> Marked:
    """A lower-case command with a capital at its start and a full stop at its end."""
    text = marked.text[:1].upper() + marked.text[1:] + "."
    return replace(marked, text=text)


def mapped(marked: Marked, change: Callable[[str], str]) -> Marked:
    """`change` keeps the number of characters, or the text stays as it is ("İ".lower() has two)."""
    changed = change(marked.text)
    return replace(marked, text=changed) if len(changed) == len(marked.text) else marked


def unpunctuated(marked: Marked) -> Marked:
    text = marked.text
    drop = [
        m.start()
        for m in re.finditer(r"[.,?!:;\"„“”]", text)
        if not (
            0 < m.start() < len(text) - 1 and text[m.start() - 1].isalnum() and text[m.start() + 1].isalnum()
        )
    ]
    return edited(marked, [(i, i + 1, "") for i in drop])


def cropped(marked: Marked, rng: random.Random) -> Marked:
    """A stretch of words out of the middle, cut where no span is."""
    cuts = [m.start() for m in re.finditer(" ", marked.text)]
    cuts = [c for c in cuts if not any(a <= c < b for a, b, _ in marked.spans)]
    if len(cuts) < 5:
        return marked
    left, right = sorted(rng.sample(cuts, 2))
    if right - left < 20:
        return marked
    if rng.random() < 0.5:
        left = -1
    kept = edited(marked, [(0, left + 1, ""), (right, len(marked.text), "")])
    return replace(kept, text=kept.text.strip(" ,"))


def opened(marked: Marked, rng: random.Random) -> Marked:
    opener = rng.choice(WORDS[marked.language]["openers"])
    return edited(marked, [(0, 0, opener + " ")])


def joined(parts: Sequence[Marked]) -> Marked:
    """Utterances of one speaker, one behind the other."""
    text, spans = "", []
    for part in parts:
        shift = len(text) + (1 if text else 0)
        spans += [(a + shift, b + shift, label) for a, b, label in part.spans]
        text += (" " if text else "") + part.text
    return replace(parts[0], text=text, spans=tuple(spans))


def misheard_words(marked: Marked, rng: random.Random) -> Marked:
    """Names above all are misheard: a sound changed, a capital lost, words run together or cut in two."""
    edits = []
    for match in re.finditer(r"[^\W\d_]{3,}", marked.text):
        inside = any(a <= match.start() < b for a, b, _ in marked.spans)
        if rng.random() > (0.45 if inside else 0.08):
            continue
        edits.append((*match.span(), _misheard(match.group(), marked.language, rng)))
    spaces = [
        m.start()
        for m in re.finditer(r"(?<=[^\W\d_]{2}) (?=[^\W\d_]{2})", marked.text)
        if any(a < m.start() < b for a, b, _ in marked.spans)
    ]
    edits += [(i, i + 1, "") for i in spaces if rng.random() < 0.06]
    return edited(marked, sorted(edits))


def _misheard(word: str, language: str, rng: random.Random) -> str:
    chance, lower = rng.random(), word.lower()
    if chance < 0.12:
        return lower
    if chance < 0.17 and len(word) > 6:
        cut = rng.randint(3, len(word) - 3)
        return f"{word[:cut]} {word[cut:]}"
    fits = [(old, new) for old, new in HEARD[language] if old in lower[1:]]
    if not fits:
        return word
    for old, new in rng.sample(fits, min(len(fits), 1 if rng.random() < 0.6 else 2)):
        at = lower.find(old, 1)
        if at > 0:
            word = word[:at] + new + word[at + len(old) :]
            lower = word.lower()
    return word


def edited(marked: Marked, edits: Sequence[tuple[int, int, str]]) -> Marked:
    """Replace character ranges (sorted, apart); spans move with what they covered, empty ones fall away."""
    text, at, where = "", 0, []
    for start, end, new in edits:
        if start < at:
            continue
        where += range(len(text), len(text) + start - at)
        text += marked.text[at:start]
        where += [len(text)] * (end - start)
        text += new
        at = end
    where += range(len(text), len(text) + len(marked.text) - at)
    text += marked.text[at:]
    where.append(len(text))
    spans = [(where[a], where[b], label) for a, b, label in marked.spans]
    squeezed = re.sub(r"  +", " ", text)
    result = replace(marked, text=text, spans=tuple(s for s in spans if s[0] < s[1]))
    if squeezed != text:
        doubles = [(m.start() + 1, m.end(), "") for m in re.finditer(r"  +", text)]
        return edited(result, doubles)
    return result
