"""The tagger's model: words of a text in, the probability of each tag out.

One encoder has an output for each of its styles; "commands" has upper blocks of its own too. The weights
stand in `models/tagger`. It knows words, pieces and tags; what a tag says of somebody is for `tagger.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

__all__ = ["LABELS", "TAGS", "Calibration", "Pieces", "TagModel", "model_of", "spans"]

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
SURE = 0.45  # from here on a word belongs to what it is most likely part of
_WINDOW = 64  # pieces read at once, about what was trained on; longer texts are read in overlapping windows
_OVERLAP = 24
_BATCH = {"cpu": 1024, "cuda": 8192}  # pieces in one pass


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
                ids = tuple(self._tokenizer.encode(_whole(word), add_special_tokens=False).ids[:24])
                if len(self._known) < 100_000:
                    self._known[word] = ids
            found.append(ids)
        return found


def _whole(word: str) -> str:
    """Half a surrogate pair, as JSON may hold one, is no text to the tokenizer: "?" stands for it."""
    return word.encode("utf-8", "replace").decode("utf-8")


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


class TagModel:
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
def model_of(style: Style = "spoken") -> TagModel:
    encoder, pieces, about = _read(style if style in _BRANCHED else "")
    choice, name = choose(), _OUTPUTS[style]
    head = torch.nn.Linear(int(about["width"]), len(TAGS))
    head.load_state_dict(_weights(f"{name}.weight", f"{name}.bias", without=f"{name}."))
    head.eval().to(choice.device, torch.float32 if choice.integers else choice.dtype)
    return TagModel(encoder, head, pieces, Calibration.of(about, style))


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
        if personal[i] >= SURE:
            while j < len(best) and personal[j] >= SURE and best[j] == best[i] and not begins[j, best[i]]:
                j += 1
            yield LABELS[best[i]], i, j, sum(personal[i:j]) / (j - i)
        i = j
