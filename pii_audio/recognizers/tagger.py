"""The neural tagger: which words of an utterance are personal, by a small text encoder trained on speech.

It reads German and English, with and without capitals. The model stands in `models/tagger`; its card
(`models/pii-tagger.md`) says what it was trained on and how far its probabilities can be trusted. It tags
words and checks nothing: whether a number is a telephone number is for the rules beside it.

One encoder has an output for each of its styles: "spoken" is for what people say, where a singer or the
capital of a quiz question is nobody's; "news" marks every person, place and organization of a written text;
"commands" those of commands to an assistant, and has upper blocks of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from safetensors import safe_open
from tokenizers import Tokenizer
from torch import Tensor

from pii_audio.config import Style
from pii_audio.engine.device import choose
from pii_audio.engine.encoder import EncoderShape, TextEncoder
from pii_audio.engine.int8 import from_int8
from pii_audio.engine.ragged import RaggedEncoder
from pii_audio.errors import ModelError
from pii_audio.files import shipped
from pii_audio.recognizers import owner, partner
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.names import plain_name
from pii_audio.recognizers.places import DESTINATION, is_destination, whose
from pii_audio.recognizers.spoken.dates import dates
from pii_audio.recognizers.spoken.tokens import tokenize
from pii_audio.recognizers.stretches import said_again
from pii_audio.recognizers.tokens import Utterance, read
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["LABELS", "TAGS", "Calibration", "Pieces", "TaggerRecognizer", "spans"]

LABELS = (
    *("PERSON", "LOCATION", "ADDRESS", "ORGANIZATION", "OCCUPATION", "PARTNER", "AGE", "DATE_OF_BIRTH"),
    *("PHONE_NUMBER", "EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD", "TAX_ID", "US_SSN", "LICENSE_PLATE"),
)
TAGS = ("O", *(f"{part}-{label}" for label in LABELS for part in "BI"))
_OUTPUTS: Mapping[Style, str] = {"spoken": "head", "news": "news", "commands": "commands"}
_PREFIXES: Mapping[Style, str] = {  # of what the weights' metadata hold
    "spoken": "",
    "news": "news_",
    "commands": "commands_",
}
_BRANCHED = frozenset({"commands"})  # styles with blocks of their own in place of the encoder's upper ones
_SURE = 0.45  # from here on a word belongs to what it is most likely part of
_REVIEWED = frozenset({"PERSON", "LOCATION", "ADDRESS", "ORGANIZATION", "OCCUPATION", "AGE"})
_SELF_NAMING = "self-naming"  # a rule's reason: who says "my name is" is believed
_NAMES = frozenset({"PERSON", "LOCATION"})  # what the style "commands" is about
_CONFIRMED = 0.7  # another's score for these, both opinions together, from which on it stays
_LONG = frozenset({"ORGANIZATION", "ADDRESS"})
_LINKS = frozenset(
    ["und", "and", "of", "the", "von", "der", "am", "an", "im", "in", "&", "'", "-", "für", "for"]
)
_ENDINGS = frozenset(["'s", "’s", "'", "’"])
_TRUSTED = 0.6  # a rule of this score is believed about the type
_WEIGHT = 1.0  # of the tagger's log-odds beside a rule's
_WINDOW = 64  # pieces read at once, about what was trained on; longer texts are read in overlapping windows
_OVERLAP = 24
_BATCH = {"cpu": 1024, "cuda": 8192}  # pieces in one pass


class TaggerRecognizer:
    name = "tagger"

    def __init__(self, style: Style = "spoken") -> None:
        self.style: Style = style
        self._tagged: tuple[list[str], list[Tensor]] = ([], [])  # of the last call: found, then reviewed

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        """Raises ModelError where the model's files are not there."""
        utterances = [read(t) for t in transcripts]
        return [list(_findings(u, p)) for u, p in zip(utterances, self._tag(utterances), strict=True)]

    def review(
        self, transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]
    ) -> list[list[Finding]]:
        """The findings of others with the scores they deserve after a second opinion.

        Its own give way to a rule's over the same words: a rule knows better what they are and whose. In
        commands it is the other way about: persons and places are what this style has learnt, and those of
        others stay where it has found nothing and doubts little.
        """
        if self.style == "commands":
            found = [_uncontested(own) for own in found]
        utterances = [read(t) for t in transcripts]
        reviewed = []
        for utterance, tagged, own in zip(utterances, self._tag(utterances), found, strict=True):
            known = {(f.start, f.end) for f in own if f.recognizer != self.name and f.score >= _TRUSTED}
            kept = (f for f in own if f.recognizer != self.name or (f.start, f.end) not in known)
            reviewed.append([_reviewed(utterance, tagged, f) for f in kept])
        if self.style == "commands":
            reviewed = [[f for f in own if _confirmed(f)] for own in reviewed]
        return reviewed

    def _tag(self, utterances: Sequence[Utterance]) -> list[Tensor]:
        """[words, tags] of each utterance."""
        texts = [u.text for u in utterances]
        if self._tagged[0] != texts:
            words = [[(t.start, t.end) for t in u.tokens] for u in utterances]
            self._tagged = texts, _model(self.style).probabilities(texts, words)
        return self._tagged[1]


class Pieces:
    """Words to piece ids, each word alone: what a word is made of does not depend on its neighbours."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, tuple[int, ...]] = {}
        specials = (tokenizer.token_to_id(piece) for piece in ("<s>", "</s>", "<pad>", "<unk>"))
        self.start, self.end, self.pad, self.unknown = (int(i or 0) for i in specials)

    def of(self, text: str, words: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
        """Ids of each word, at least one; a word behind a space begins with the tokenizer's space."""
        found = []
        for start, end in words:
            word = (" " if start == 0 or text[start - 1].isspace() else "") + text[start:end]
            ids = self._known.get(word)
            if ids is None:
                ids = tuple(self._tokenizer.encode(word, add_special_tokens=False).ids[:24])
                if len(self._known) < 100_000:
                    self._known[word] = ids
            found.append(ids)
        return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logits to probabilities that can be believed: fitted on held-out texts, kept beside the weights."""

    temperature: float
    outside: float  # added to the logit of "no personal information"
    shares: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))  # so sure, so often right; rising

    @classmethod
    def of(cls, about: Mapping[str, str], style: Style = "spoken") -> Calibration:
        """As `metadata` wrote it."""
        name = _PREFIXES[style]
        pairs = (pair.split(":") for pair in about[f"{name}shares"].split())
        shares = tuple((float(sure), float(right)) for sure, right in pairs)
        return cls(float(about[f"{name}temperature"]), float(about[f"{name}outside"]), shares)

    def probabilities(self, logits: Tensor) -> Tensor:
        """[words, tags] -> [words, tags]"""
        shift = torch.zeros(logits.shape[-1])
        shift[0] = self.outside
        tagged = (logits / self.temperature + shift).softmax(-1)
        sure = 1 - tagged[:, 0].clamp(max=1 - 1e-6)  # [words], that it is personal
        points, shares = zip(*self.shares, strict=True)
        right = torch.from_numpy(np.interp(sure.numpy(), points, shares)).float()
        return torch.cat([(1 - right)[:, None], tagged[:, 1:] * (right / sure)[:, None]], 1)

    def metadata(self, style: Style = "spoken") -> dict[str, str]:
        name, shares = _PREFIXES[style], " ".join(f"{sure:.4f}:{right:.4f}" for sure, right in self.shares)
        return {
            f"{name}temperature": f"{self.temperature:.4f}",
            f"{name}outside": f"{self.outside:.4f}",
            f"{name}shares": shares,
        }


@dataclass(frozen=True, slots=True)
class _Part:
    """Words [first, last) of one text, read at once; only those in [begin, end) are taken from here."""

    row: int
    first: int
    begin: int
    end: int
    ids: list[int]
    heads: list[int]  # where each word's first piece stands


class _Model:
    def __init__(
        self,
        encoder: TextEncoder | RaggedEncoder,
        head: torch.nn.Linear,
        pieces: Pieces,
        calibration: Calibration,
    ) -> None:
        self.encoder, self.head, self.pieces, self.calibration = encoder, head, pieces, calibration

    def probabilities(self, texts: Sequence[str], words: Sequence[Sequence[tuple[int, int]]]) -> list[Tensor]:
        """[words, tags] of each text, float32."""
        parts = [
            part
            for row, (text, own) in enumerate(zip(texts, words, strict=True))
            for part in self._parts(row, self.pieces.of(text, own))
        ]
        found = [torch.zeros(len(own), len(TAGS)) for own in words]
        for batch in _batches(parts, _BATCH[self.head.weight.device.type]):
            known = torch.split(self._tagged(batch), [len(p.heads) for p in batch])
            for part, own in zip(batch, known, strict=True):
                found[part.row][part.begin : part.end] = own[part.begin - part.first : part.end - part.first]
        return found

    def _parts(self, row: int, pieces: Sequence[tuple[int, ...]]) -> Iterator[_Part]:
        """Windows over one text; where two overlap, each gives the words it sees more of both sides of."""
        first, begin = 0, 0
        while begin < len(pieces):
            ids, heads, last = [self.pieces.start], list[int](), first
            while last < len(pieces) and len(ids) + len(pieces[last]) <= _WINDOW:
                heads.append(len(ids))
                ids.extend(pieces[last])
                last += 1
            back, size = last, 0
            while back > begin + 1 and size < _OVERLAP and last < len(pieces):
                back -= 1
                size += len(pieces[back])
            end = (back + last) // 2 if last < len(pieces) else last
            yield _Part(row, first, begin, end, [*ids, self.pieces.end], heads)
            first, begin = back, end

    def _tagged(self, batch: Sequence[_Part]) -> Tensor:
        """[words of all parts, tags]"""
        with torch.inference_mode():
            words = self.encoder.vectors([p.ids for p in batch], [p.heads for p in batch])
            return self.calibration.probabilities(self.head(words).float().cpu())


def _batches(parts: Iterable[_Part], most: int) -> Iterator[list[_Part]]:
    """At most so many pieces at once, of parts of about one length."""
    batch, size = list[_Part](), 0
    for part in sorted(parts, key=lambda p: len(p.ids)):
        if batch and size + len(part.ids) > most:
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += len(part.ids)
    if batch:
        yield batch


@lru_cache(maxsize=3)
def _model(style: Style = "spoken") -> _Model:
    encoder, pieces, about = _read(style if style in _BRANCHED else "")
    choice, name = choose(), _OUTPUTS[style]
    head = torch.nn.Linear(int(about["width"]), len(TAGS))
    head.load_state_dict(_weights(f"{name}.weight", f"{name}.bias", without=f"{name}."))
    head.eval().to(choice.device, torch.float32 if choice.integers else choice.dtype)
    return _Model(encoder, head, pieces, Calibration.of(about, style))


@lru_cache(maxsize=2)
def _read(branch: str) -> tuple[TextEncoder | RaggedEncoder, Pieces, dict[str, str]]:
    """What styles read with, and the metadata of the file.

    branch: the style whose own blocks take the place of the encoder's, or none.
    """
    path = shipped("models", "tagger", "weights.safetensors")
    if not path.exists():
        raise ModelError("tagger", "its weights are missing from the installation", "reinstall pii-audio")
    with safe_open(path, framework="pt") as file:
        about = dict(file.metadata())
    sizes = {key: int(about[key]) for key in ("pieces", "positions", "width", "layers", "heads", "hidden")}
    weights = _weights("pieces.", "positions.", "norm.", "blocks.")
    if branch:
        weights |= _weights(f"{branch}.blocks.", without=f"{branch}.")
    pieces = Pieces(Tokenizer.from_file(str(shipped("models", "tagger", "tokenizer.json"))))
    choice = choose()
    if choice.integers:
        return RaggedEncoder(weights), pieces, about
    encoder = TextEncoder(EncoderShape(**sizes))
    encoder.load_state_dict(weights)
    return encoder.eval().to(choice.device, choice.dtype), pieces, about


def _weights(*beginnings: str, without: str = "") -> dict[str, Tensor]:
    """Those whose names begin so, in float32; `without`: what is left off the names."""
    with safe_open(shipped("models", "tagger", "weights.safetensors"), framework="pt") as file:
        names = [name for name in file.keys() if name.startswith(beginnings)]  # noqa: SIM118
        return from_int8({name.removeprefix(without): file.get_tensor(name) for name in names})


# from probabilities to findings ----------------------------------------------------------------------------


def _findings(utterance: Utterance, tagged: Tensor) -> Iterator[Finding]:
    for label, i, j, score in _bridged(utterance, spans(tagged)):
        tokens = utterance.tokens
        while j > i and not tokens[j - 1].text[0].isalnum():
            j -= 1
        while i < j and not tokens[i].text[0].isalnum():
            i += 1
        if label == "PERSON" and i < j and _genitive(utterance, j):
            j += 1
        for a, b in _said(utterance, label, i, j):
            yield _finding(utterance, label, a, b, score)


def _genitive(utterance: Utterance, j: int) -> bool:
    """Whether word j is the ending of a German name, as in "Tom's Auto"; in English it may be "is"."""
    if utterance.language != "de" or j >= len(utterance.tokens):
        return False
    ending = utterance.tokens[j]
    return ending.start == utterance.tokens[j - 1].end and ending.lower in _ENDINGS


def _said(utterance: Utterance, label: str, i: int, j: int) -> Iterator[tuple[int, int]]:
    """Words [i, j) as one finding, or one for each time that an address was said."""
    if i < j and label == "ADDRESS":
        start = utterance.tokens[i].start
        for a, b in said_again(utterance.text[start : utterance.tokens[j - 1].end], utterance.language):
            yield utterance.index(start + a), utterance.index(start + b)
    elif i < j:
        yield i, j


def _bridged(
    utterance: Utterance, found: Iterable[tuple[str, int, int, float]]
) -> Iterator[tuple[str, int, int, float]]:
    """ "Kanzlei Maurer und Söhne", "School of Dance": one place, whatever was thought of the word between."""
    last: tuple[str, int, int, float] | None = None
    for label, i, j, score in found:
        between = [t.lower for t in utterance.tokens[last[2] : i]] if last else []
        if last and last[0] == label and label in _LONG and len(between) == 1 and between[0] in _LINKS:
            last = label, last[1], j, min(last[3], score)
            continue
        if last:
            yield last
        last = label, i, j, score
    if last:
        yield last


def spans(tagged: Tensor) -> Iterator[tuple[str, int, int, float]]:
    """(label, first word, word behind the last, probability that they are personal) out of [words, tags]."""
    if not len(tagged):
        return
    parts = tagged[:, 1:].reshape(len(tagged), len(LABELS), 2)  # begin and inside of each label
    best = parts.sum(2).argmax(1).tolist()  # [words]
    personal = (1 - tagged[:, 0]).tolist()
    begins = parts.argmax(2).eq(0)  # [words, labels]
    i = 0
    while i < len(best):
        j = i + 1
        if personal[i] >= _SURE:
            while j < len(best) and personal[j] >= _SURE and best[j] == best[i] and not begins[j, best[i]]:
                j += 1
            yield LABELS[best[i]], i, j, sum(personal[i:j]) / (j - i)
        i = j


def _uncontested(found: Sequence[Finding]) -> list[Finding]:
    """Without what others say about the words of the tagger's findings: their persons, their places."""
    own = [(f.start, f.end) for f in found if f.recognizer == TaggerRecognizer.name]
    return [
        f
        for f in found
        if f.recognizer == TaggerRecognizer.name
        or f.reason == _SELF_NAMING
        or f.entity_type not in _REVIEWED
        or not ((f.start, f.end) in own or (f.entity_type in _NAMES and _overlaps(f, own)))
    ]


def _overlaps(finding: Finding, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < finding.end and finding.start < end for start, end in spans)


def _confirmed(finding: Finding) -> bool:
    """Whether a person or place of another recognizer is left standing in commands."""
    other = finding.recognizer != TaggerRecognizer.name and finding.entity_type in _NAMES
    return not other or finding.reason == _SELF_NAMING or finding.score >= _CONFIRMED


def _reviewed(utterance: Utterance, tagged: Tensor, finding: Finding) -> Finding:
    """Two opinions on the same words are added as log-odds, ours weighing what it was found to be worth."""
    if finding.recognizer == TaggerRecognizer.name or finding.entity_type not in _REVIEWED:
        return finding
    if finding.reason == _SELF_NAMING:
        return finding  # never wrong in 22,000 harmless utterances
    i, j = utterance.index(finding.start), utterance.index(finding.end)
    words = [k for k in range(i, j) if utterance.tokens[k].alpha]
    if not words:
        return finding
    personal = float((1 - tagged[words, 0]).mean())
    score = _sigmoid(_logit(finding.score) + _WEIGHT * _logit(personal))
    return replace(finding, score=round(min(max(score, 0.01), 0.99), 3))


def _logit(p: float) -> float:
    return math.log(min(max(p, 0.01), 0.99) / (1 - min(max(p, 0.01), 0.99)))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _finding(utterance: Utterance, label: str, i: int, j: int, score: float) -> Finding:
    start, end = utterance.tokens[i].start, utterance.tokens[j - 1].end
    going = label == "LOCATION" and is_destination(utterance, start)
    return utterance.finding(
        label,
        start,
        end,
        score=round(min(score, 0.99), 3),
        recognizer=TaggerRecognizer.name,
        reason=DESTINATION if going else "neural tagger",
        subject=_subject(utterance, label, start, end),
        value=_value(utterance, label, i, j),
    )


def _value(utterance: Utterance, label: str, i: int, j: int) -> str | None:
    """A name without what belongs to it, a date as ISO 8601."""
    if label == "PERSON":
        return plain_name(utterance, cues(utterance.language), i, j)
    if label != "DATE_OF_BIRTH":
        return None
    said = utterance.text[utterance.tokens[i].start : utterance.tokens[j - 1].end]
    return next((date.iso for date in dates(tokenize(said), utterance.language)), None)


def _subject(utterance: Utterance, label: str, start: int, end: int) -> Subject:
    if label == "PARTNER":
        return "partner" if partner.is_person(utterance, (start, end)) else "speaker"
    if label == "PERSON":
        own_name = owner.is_own(utterance, start, end)
        return partner.subject_of_name(utterance, start, end) or ("speaker" if own_name else "other")
    return whose(utterance, start)
