"""Which seconds go: all that was said of it, more in doubt, everything where nothing is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pii_audio.config import RedactConfig
from pii_audio.redact.masks import AROUND_S, EARLY_S, LATE_S, masks
from pii_audio.redact.text import Removed
from pii_audio.types import Finding, Transcript, Word

CONFIG = RedactConfig(padding_s=0.1, doubtful_padding_s=0.3)
TEXT = "Ruf bitte Sandra Hartmann an und sag ihr danke"


def transcript(
    times: dict[int, tuple[float, float]] | None = None, *, confidence: float = 0.9, timed: bool = True
) -> Transcript:
    """A word each second, half a second long; `times` changes those of single words. 20 s."""
    times = times or {}
    words = tuple(
        Word(m.start(), m.end(), *times.get(n, (float(n), n + 0.5)), confidence, "de")
        for n, m in enumerate(re.finditer(r"\S+", TEXT))
    )
    return Transcript("rec-1", TEXT, words if timed else (), "de", 20.0)


def removed(part: str, entity_type: str = "PERSON") -> Removed:
    start = TEXT.index(part)
    end = start + len(part)
    return Removed(start, end, start, start, Finding("f", "rec-1", entity_type, start, end, 0.9, "test"))


def spans(
    said: Transcript,
    gone: list[Removed],
    spoken: Sequence[tuple[float, float]] = (),
    silent: Sequence[tuple[float, float]] = (),
) -> list[tuple[float, float, str]]:
    return [tuple(mask) for mask in masks(said, gone, CONFIG, spoken, silent)]


def test_the_words_go_with_their_padding() -> None:
    begin_s, end_s = 2.0 - CONFIG.padding_s - EARLY_S, 3.5 + CONFIG.padding_s + LATE_S
    assert spans(transcript(), [removed("Sandra Hartmann")]) == [
        (round(begin_s, 3), round(end_s, 3), "PERSON")
    ]


def test_padding_that_ends_in_silence_ends_with_what_sounds() -> None:
    """Sandra Hartmann from 2.0 to 3.5 s, padded from 1.85 to 3.85 s."""
    gone = [removed("Sandra Hartmann")]
    both = [(1.0, 1.95), (3.6, 4.5)]
    assert spans(transcript(), gone, silent=both) == [(1.95, 3.6, "PERSON")]
    assert spans(transcript(), gone, silent=[(1.9, 1.95), (3.6, 3.8)]) == [(1.85, 3.85, "PERSON")]
    words = [(1.0, 2.2), (2.4, 2.9), (3.2, 20.0)]
    assert spans(transcript(), gone, silent=words) == [(2.0, 3.5, "PERSON")], "words go whole"
    doubted = spans(transcript(confidence=0.01), gone)
    assert spans(transcript(confidence=0.01), gone, silent=both) == doubted


def test_a_part_of_a_word_takes_the_whole_word() -> None:
    assert spans(transcript(), [removed("andr")]) == spans(transcript(), [removed("Sandra")])


def test_the_less_sure_a_word_the_more_goes() -> None:
    lengths = [
        sum(end - begin for begin, end, _ in spans(transcript(confidence=c), [removed("Sandra")]))
        for c in (0.9, 0.5, 0.4, 0.2, 0.06)
    ]
    assert lengths == sorted(lengths)
    assert lengths[0] == lengths[1] < lengths[2]
    assert lengths[-1] < 0.5 + 2 * CONFIG.doubtful_padding_s + EARLY_S + LATE_S


def test_what_nearly_touches_is_one_named_after_the_longest() -> None:
    near = transcript({2: (2.0, 2.5), 3: (2.7, 3.9)})
    assert spans(near, [removed("Sandra"), removed("Hartmann", "LOCATION")]) == [(1.85, 4.25, "LOCATION")]
    assert len(spans(transcript(), [removed("Ruf"), removed("danke")])) == 2


def test_times_that_cannot_be_believed_take_the_passage_around() -> None:
    for times in ({2: (2.2, 2.2)}, {2: (2.3, 2.2)}, {2: (2.2, 2.21)}, {2: (19.9, 30.0)}):
        gaps = {n: (float(n), n + 0.8) for n in range(9)} | {4: (4.9, 5.0), 3: (3.0, 3.2)}
        (begin_s, end_s, _), *rest = spans(transcript(gaps | times), [removed("Sandra")])
        assert rest == []
        assert begin_s <= max(0.0, min(times[2]) - AROUND_S)
        assert end_s >= 3.2, "to the pause before the fifth word"
    (begin_s, end_s, _), *_ = spans(transcript(confidence=0.01), [removed("Sandra")])
    assert (begin_s, end_s) == (0.0, 2.5 + AROUND_S)


def test_what_has_no_time_at_all_takes_the_whole_recording() -> None:
    assert spans(transcript(timed=False), [removed("Sandra")]) == [(0.0, 20.0, "PERSON")]


def test_nothing_removed_is_nothing_masked() -> None:
    assert spans(transcript(timed=False), []) == []


@given(
    st.dictionaries(st.integers(0, 8), st.tuples(st.floats(-1, 25), st.floats(-1, 25))),
    st.lists(st.sampled_from([word for word in TEXT.split() if word != "an"])),
    st.floats(0, 1),
    st.lists(st.floats(-1, 25), unique=True).map(sorted),
)
def test_masks_are_ordered_apart_within_the_recording_and_hold_every_word_that_went(
    times: dict[int, tuple[float, float]], gone: list[str], confidence: float, edges: list[float]
) -> None:
    said = transcript(times, confidence=confidence)
    silent = list(zip(edges[::2], edges[1::2], strict=False))
    found = masks(said, [removed(part) for part in gone], CONFIG, silent=silent)
    assert all(0 <= m.begin_s < m.end_s <= said.duration_s for m in found)
    assert all(a.end_s < b.begin_s for a, b in pairwise(found))
    for part in gone:
        word = said.words[TEXT.split().index(part)]
        begin_s, end_s = max(0.0, word.begin_s), min(word.end_s, said.duration_s)
        if begin_s < end_s:
            assert any(m.begin_s <= begin_s and end_s <= m.end_s for m in found)


def test_speech_without_words_goes_too() -> None:
    """Words stand at 0 to 8.5 s: what is spoken around them is theirs, the rest is nobody's."""
    spoken = [(0.0, 8.9), (9.5, 9.8), (12.0, 13.0), (13.2, 14.5)]
    assert spans(transcript(), [], spoken) == [(12.0, 13.0, "UNHEARD"), (13.2, 14.5, "UNHEARD")]
    gap = transcript(
        {n: (float(n), n + 0.9) for n in range(4)} | {n: (n + 3.0, n + 3.9) for n in range(4, 9)}
    )
    assert spans(gap, [], [(0.0, 12.0)]) == [(4.4, 6.7, "UNHEARD")]
    assert spans(transcript(timed=False), [], [(3.0, 4.0)]) == [(3.0, 4.0, "UNHEARD")]
