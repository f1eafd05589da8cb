"""British postcodes and American zip codes that stand without a street, written and spoken.

A written postcode is one by its form; five digits and spoken ones need the word or a town and state beside
them. It does not know which codes exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.stretches import Stretch
from pii_audio.recognizers.tokens import Utterance

__all__ = ["postcodes"]

_I = re.IGNORECASE
_DIGIT = r"(?:oh|o|zero|nought|one|two|three|four|five|six|seven|eight|nine)"
_TENS = (
    r"(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|"
    r"nine)ty|hundred|thousand|double|triple|dash)"
)
_LETTER = (
    r"(?:[a-z]|double\s?(?:u|you)|zed|zee|bee|cee|dee|ess|tee|vee|jay|kay|ell|em|en|pee|cue|queue|ar|ex|why)"
)
_NATO = (
    r"(?:alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november|"
    r"oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whisk[e]?y|x-?ray|yankee|zulu)"
)
_PART = (
    rf"(?:{_DIGIT}|{_TENS}|{_NATO}|{_LETTER}(?:\s(?:for|as\sin)\s[a-z]+)?|"
    rf"[a-z]{{0,3}}\d[a-z\d]{{0,4}}(?:-\d{{4}})?)"
)
_RUN = rf"(?P<code>(?<!['’])\b{_PART}(?:[\s,.-]{{1,3}}{_PART}){{0,13}}\b)"
_UK = r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}|GIR\s?0AA)\b"
_WORD = r"(?:post\s?codes?|postal\s(?:code|address)|zip(?:\s?codes?)?|area\scode(?=\sis\s[a-z]\d))"
_NAMED = re.compile(
    rf"\b{_WORD}\b(?:'s|[?:,.]|\s(?:is|was|here|there|for|me|us|would|be|should|will|it's|it|that's|um|uh|er|to|"
    rf"number|now|changed|as|the|my|our|of|in|{_WORD}))*[\s,:]+{_RUN}",
    _I,
)
_THEN_NAMED = re.compile(
    rf"{_RUN}(?:,\s|\.\s|\s)(?:that's|that\sis|is|as|for)\s(?:(?:my|the|our|your|his|her)\s)?(?:\w+\s)?{_WORD}\b",
    _I,
)
_ASKED = re.compile(rf"\b{_WORD}\b", _I)
_POSTCODE = re.compile(_UK, _I)
_ZIP = re.compile(
    rf"(?<!\s)(?:\s*+,)?\s++(?P<code>\d{{5}}(?:-\d{{4}})?|{_DIGIT}(?:[\s,]+{_DIGIT}){{4}})\b", _I
)


def postcodes(utterance: Utterance) -> Iterator[Stretch]:
    text = utterance.text
    for match in _POSTCODE.finditer(text):
        yield match.start(), match.end(), 0.85, "postcode"
    for pattern in (_NAMED, _THEN_NAMED) if _ASKED.search(text) else ():
        for match in pattern.finditer(text):
            start, end = match.span("code")
            end = start + len(text[start:end].rstrip(" ,.-"))
            if _is_code(text[start:end]):
                yield start, end, 0.9, "postcode after its word"
    yield from _after_a_town(utterance)


def _is_code(said: str) -> bool:
    """Long enough, with a figure in it, and not "a two minute" or "in a"."""
    parts = re.findall(r"\w+", said.lower())
    figures = [p for p in parts if re.search(r"\d", p) or re.fullmatch(rf"{_DIGIT}|{_TENS}", p)]
    return len(figures) >= 1 and (
        len(parts) >= 3 or any(re.search(r"\d\w{3}", p) for p in parts) or _short(said)
    )


def _short(said: str) -> bool:
    return (
        re.fullmatch(
            r"[a-z]{1,2}\d[a-z\d]?(?:\s\d[a-z]{2})?|\d{4,5}|\d{3}-\d\d|[a-z]{2,3}\d[a-z]{2}", said.strip(), _I
        )
        is not None
    )


def _after_a_town(utterance: Utterance) -> Iterator[Stretch]:
    """ "Tulsa, Oklahoma 74104", "boise idaho eight three seven oh two": one address."""
    i = 0 if _ZIP.search(utterance.text) else len(utterance.tokens)
    while i < len(utterance.tokens):
        end = utterance.place_end(i)
        last = end
        while end > i and last < len(utterance.tokens):  # further places: county, state, USA
            k = last + (utterance.tokens[last].lower == ",")
            more = utterance.place_end(k) if k < len(utterance.tokens) else k
            if k < len(utterance.tokens) and re.fullmatch(r"[A-Z]{2}", utterance.tokens[k].text):
                more = k + 1
            if more <= k:
                break
            last = more
        if end > i and (code := _ZIP.match(utterance.text, utterance.tokens[last - 1].end)):
            yield utterance.tokens[i].start, code.end(), 0.85, "town and zip code"
        i = max(last, i + 1)
