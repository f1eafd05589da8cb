"""Other people's models as recognizers: token classifiers (ONNX, or by transformers) and GLiNER.

Their labels are kept where they are no kin of ours. Spans of one type that only a space, a comma or a hyphen
keeps apart are one: a first name and a surname are a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pii_audio.errors import ConfigError
from pii_audio.types import Finding, Transcript, finding_id

__all__ = ["gliner", "token_classifier"]

Find = Callable[[Sequence[Transcript]], list[list[Finding]]]
Piece = tuple[int, int, str, float]  # characters [start, end), label, probability

THRESHOLD = 0.5
_KIN = {
    **dict.fromkeys(
        ("PER", "PERSON", "GIVEN_NAME", "GIVENNAME", "SURNAME", "LAST_NAME", "FIRST_NAME"), "PERSON"
    ),
    **dict.fromkeys(("LOC", "GPE", "CITY", "STATE", "LOCATION"), "LOCATION"),
    **dict.fromkeys(
        (
            *("STREET", "STREET_NAME", "STREETNAME", "BUILDING_NUMBER", "BUILDINGNUM"),
            *("SECONDARY_ADDRESS", "ZIP_CODE", "ZIPCODE", "ADDRESS"),
        ),
        "ADDRESS",
    ),
    **dict.fromkeys(("ORG", "ORGANISATION"), "ORGANIZATION"),
    **dict.fromkeys(("PHONE", "TELEPHONENUM", "PHONE_NUMBER"), "PHONE_NUMBER"),
    **dict.fromkeys(("EMAIL", "EMAIL_ADDRESS"), "EMAIL_ADDRESS"),
    **dict.fromkeys(("BANK_ACCOUNT", "IBAN"), "IBAN_CODE"),
}
_GLINER_ASKED = {  # what a GLiNER model is asked for, in words
    "person": "PERSON",
    "street address": "ADDRESS",
    "location": "LOCATION",
    "phone number": "PHONE_NUMBER",
    "email": "EMAIL_ADDRESS",
    "iban": "IBAN_CODE",
    "date of birth": "DATE_OF_BIRTH",
    "age": "AGE",
    "organization": "ORGANIZATION",
    "occupation": "OCCUPATION",
    "license plate": "LICENSE_PLATE",
}


def token_classifier(folder: Path) -> Find:
    """A Hugging Face folder. Raises ConfigError where it holds no such model, or transformers is missing."""
    weights = sorted(folder.rglob("*.onnx"))
    pieces = _onnx(folder, weights[0]) if weights else _transformers(folder)
    return lambda transcripts: [_findings(t, pieces(t.text), folder.name) for t in transcripts]


def gliner(folder: Path) -> Find:
    """A GLiNER folder, asked for our types. Raises ConfigError where the package is missing."""
    try:
        from gliner import GLiNER
    except ModuleNotFoundError:
        raise ConfigError("gliner", "the package is not installed", "pip install gliner") from None
    model = GLiNER.from_pretrained(str(folder), local_files_only=True)

    def pieces(text: str) -> list[Piece]:
        found = model.predict_entities(text, list(_GLINER_ASKED), threshold=THRESHOLD)
        return [(f["start"], f["end"], _GLINER_ASKED[f["label"]], float(f["score"])) for f in found]

    return lambda transcripts: [_findings(t, pieces(t.text), folder.name) for t in transcripts]


def _onnx(folder: Path, weights: Path) -> Callable[[str], list[Piece]]:
    """Through ONNX Runtime, in windows of the model's length that overlap by half."""
    import onnxruntime
    from tokenizers import Tokenizer

    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        labels = {int(number): label for number, label in config["id2label"].items()}
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except (OSError, KeyError, ValueError) as error:
        what = f"no token classification model ({type(error).__name__})"
        raise ConfigError(f"hf:{folder.name}", what, "config.json and tokenizer.json belong to it") from None
    length = min(int(config.get("max_position_embeddings", 512)), 512)
    tokenizer.no_padding()
    tokenizer.enable_truncation(length, stride=length // 2)
    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    wanted = {given.name for given in session.get_inputs()}

    def pieces(text: str) -> list[Piece]:
        first = tokenizer.encode(text)
        return [piece for window in (first, *first.overflowing) for piece in _window(window)]

    def _window(window: Any) -> Iterable[Piece]:
        given = {
            "input_ids": window.ids,
            "attention_mask": window.attention_mask,
            "token_type_ids": window.type_ids,
        }
        feed = {name: np.array([row], np.int64) for name, row in given.items() if name in wanted}
        logits = session.run(None, feed)[0][0].astype(np.float64)  # [tokens, labels]
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        odds /= odds.sum(axis=-1, keepdims=True)
        for (start, end), row in zip(window.offsets, odds, strict=True):
            if start < end and row.max() >= THRESHOLD:
                yield start, end, labels[int(row.argmax())], float(row.max())

    return pieces


def _transformers(folder: Path) -> Callable[[str], list[Piece]]:
    try:
        from transformers import pipeline
    except ModuleNotFoundError:
        raise ConfigError(
            f"hf:{folder.name}",
            "no ONNX model in it, and the package transformers is not installed",
            "pip install transformers",
        ) from None
    try:
        classify = pipeline("token-classification", model=str(folder), tokenizer=str(folder))
    except (OSError, ValueError) as error:
        what = f"no token classification model ({type(error).__name__})"
        raise ConfigError(f"hf:{folder.name}", what, "name a folder with one") from None

    def pieces(text: str) -> list[Piece]:
        found = classify(text)
        return [
            (f["start"], f["end"], f["entity"], float(f["score"])) for f in found if f["score"] >= THRESHOLD
        ]

    return pieces


def _findings(transcript: Transcript, pieces: Iterable[Piece], recognizer: str) -> list[Finding]:
    """Neighbouring pieces of one type joined, whatever says that a new one begins."""
    spans: list[Piece] = []
    for start, end, label, score in sorted(pieces):
        kind = _kind(label)
        if kind == "O":
            continue
        last = spans[-1] if spans else None
        between = transcript.text[last[1] : start] if last else ""
        if last and last[2] == kind and re.fullmatch(r"[\s,'’-]*", between):
            spans[-1] = (last[0], max(last[1], end), kind, max(last[3], score))
        else:
            spans.append((start, end, kind, score))
    return [
        Finding(
            id=finding_id(transcript.recording_id, start, end, kind),
            recording_id=transcript.recording_id,
            entity_type=kind,
            start=start,
            end=end,
            score=score,
            recognizer=recognizer,
            text=transcript.text[start:end],
            reason="model",
        )
        for start, end, kind, score in spans
    ]


def _kind(label: str) -> str:
    name = re.sub(r"^[BIESU]-", "", label).upper()
    return _KIN.get(name, name)
