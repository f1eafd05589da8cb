"""One marked utterance, and the same one as a plain speech recognizer writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pii_audio.types import Transcript

__all__ = ["Row", "Span", "lower"]

Span = tuple[int, int, str]  # characters [start, end), label


@dataclass(frozen=True, slots=True)
class Row:
    transcript: Transcript = field(repr=False)
    spans: tuple[Span, ...] = field(repr=False)  # personal information, sorted
    aside: tuple[tuple[int, int], ...] = field(default=(), repr=False)  # neither right nor wrong to find
    group: str = ""  # the document or household whose names belong together
    language: str = ""  # "de" or "en"; a transcript may take it for the other
    lost: int = 0  # spans of which no word was left when the row was transcribed

    @classmethod
    def of(
        cls,
        id_: str,
        language: str,
        text: str,
        spans: Iterable[Span],
        aside: Iterable[tuple[int, int]] = (),
        group: str = "",
    ) -> Row:
        transcript = Transcript(id_, text, (), language, model="text")
        return cls(transcript, tuple(sorted(spans)), tuple(sorted(aside)), group, language)

    @property
    def id(self) -> str:
        return self.transcript.recording_id

    @property
    def text(self) -> str:
        return self.transcript.text

    @property
    def clean(self) -> bool:
        """Nothing in it is personal, so whatever is found is a false alarm."""
        return not self.spans and not self.aside and not self.lost


def lower(row: Row) -> Row:
    """Lower case, without punctuation, as a plain speech recognizer writes."""
    kept = [i for i, c in enumerate(row.text) if c not in ".,?!:;" or _inside_word(row.text, i)]
    text = "".join(row.text[i].lower() if len(row.text[i].lower()) == 1 else row.text[i] for i in kept)
    at = {old: new for new, old in enumerate(kept)}
    spans = [(*bounds, label) for s, e, label in row.spans if (bounds := _moved(s, e, at))]
    aside = [bounds for s, e in row.aside if (bounds := _moved(s, e, at))]
    return Row.of(row.id, row.language, text, spans, aside, row.group)


def _moved(start: int, end: int, at: dict[int, int]) -> tuple[int, int] | None:
    inside: Sequence[int] = [at[i] for i in range(start, end) if i in at]
    return (inside[0], inside[-1] + 1) if inside else None


def _inside_word(text: str, i: int) -> bool:
    return 0 < i < len(text) - 1 and text[i - 1].isalnum() and text[i + 1].isalnum()
