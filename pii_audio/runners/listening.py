"""What is heard in the sound of a release, and whether it is a leak: three hearings, and that of the source.

Whisper mishears. What a single hearing shows must be confirmed by another to fail a release, but for a
removed value in the first; and where the source surely has other words, it is a doubt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from pii_audio.formats.release import Masked
from pii_audio.recognizers.everyday import everyday
from pii_audio.redact.verify import Leak
from pii_audio.runners.hearing import Hearing
from pii_audio.runners.private import Private
from pii_audio.runners.search import Search
from pii_audio.runners.witness import plain, words_within
from pii_audio.spelling import fold
from pii_audio.types import Transcript

__all__ = ["Listening"]

SURE = 0.75  # confidence of a word that was surely heard right the first time
SURE_OF_CUT = 0.5  # mean confidence of words of which a mask took a part
NEAR_S = 0.3  # word times of two hearings differ by so much


@dataclass(frozen=True, slots=True)
class Listening:
    """To the sound of one release; `thorough`: all around masked seconds twice."""

    hearing: Hearing
    search: Search
    known: Private | None = field(repr=False)
    thorough: bool

    def leaks(self) -> tuple[list[Leak], str]:
        """Hear the sound twice; what only one of two hearings shows is heard a third time, closely.

        What that does not confirm is no leak but a doubt, nor is what the source denies: Whisper mishears.
        A removed value in the first, unprompted hearing needs no other to confirm it.
        """
        hearing = self.hearing
        whole = hearing.whole()
        around = hearing.around(self._names(), None if self.thorough else whole)
        first, second = self.search.heard(whole), self.search.heard(around)
        open_ = [leak for leak in first if leak.kind != "heard" and not _near(leak, second, NEAR_S)]
        open_ += [leak for leak in second if not _near(leak, first, NEAR_S)]
        close = hearing.closely([(leak.recording_id, *leak.seconds) for leak in open_ if leak.seconds])
        third = self.search.heard(close)
        found = list[Leak]()
        for leak in (*first, *(leak for leak in second if not _near(leak, first, NEAR_S))):
            sure = leak not in open_ or _near(leak, third, NEAR_S)
            what = leak.what if sure else f"{leak.what}, in one of three hearings"
            if leak.kind == "recognized" and self._everyday(leak):
                sure, what = False, f"{leak.what} where everyday words were surely said"
            found.append(replace(leak, sure=leak.sure and sure, what=what))
        leaks = self._witnessed(found, hearing)
        for failure in hearing.failures:
            leaks.append(Leak("unreadable", "a sound cannot be heard again", "", failure.recording_id))
        how = f"all sound; stretches around masked seconds, twice: {len(around)}; closely: {len(close)}"
        return leaks, how

    def _witnessed(self, found: Sequence[Leak], hearing: Hearing) -> list[Leak]:
        """The same, as doubts where the source has other words, in its transcript and heard closely.

        The sound is the same there, and nothing around it is masked. A value that the source has there, or
        a word that is in no dictionary, may be the name that was heard: that stays a leak.
        """
        sources = {r.id: r for r in self.known.recordings} if self.known else {}
        first = {t.recording_id: t for t in self.known.transcripts} if self.known else {}
        open_ = [leak for leak in found if leak.sure]
        heard = hearing.source([(o.recording_id, *o.seconds) for o in open_ if o.seconds], sources)
        shown = self.search.heard(heard, masked=False)

        def denied(leak: Leak) -> bool:
            if leak.seconds is None or _near(leak, shown, 0.0):
                return False
            own = (t for t in heard if t.recording_id == leak.recording_id)
            there = [t for t in own if words_within(t, leak.seconds)]
            return bool(there) and plain([first.get(leak.recording_id), *there], leak.seconds)

        return [
            replace(leak, sure=False, what=f"{leak.what} where its source has words of nobody")
            if leak in open_ and denied(leak)
            else leak
            for leak in found
        ]

    def _everyday(self, leak: Leak) -> bool:
        """Whether the original transcript is sure of everyday words there, so that a name is a mishearing.

        What a mask leaves of a word cannot be heard right: that it was one, the hearing of the whole tells.
        """
        transcripts = self.known.transcripts if self.known else ()
        original = next((t for t in transcripts if t.recording_id == leak.recording_id), None)
        if original is None or leak.seconds is None:
            return False
        masked = next(r.masked for r in self.search.release.recordings if r.id == leak.recording_id)
        return _everyday_words(original, leak.seconds, masked)

    def _names(self) -> tuple[str, ...]:
        """Removed names that Whisper is told to expect, the most frequent first."""
        names = Counter(
            f.value or f.text for f in self.search.gone.findings if f.entity_type in ("PERSON", "LOCATION")
        )
        return tuple(name for name, _ in names.most_common(8))


def _near(leak: Leak, others: Sequence[Leak], within_s: float) -> bool:
    """Whether something else was found in the same recording, no more than so many seconds away.

    A leak without a place may be anywhere; others without one are nowhere.
    """
    begin_s, end_s = leak.seconds or (0.0, float("inf"))
    return any(
        other.recording_id == leak.recording_id
        and other.seconds is not None
        and other.seconds[0] < end_s + within_s
        and begin_s < other.seconds[1] + within_s
        for other in others
    )


def _everyday_words(said: Transcript, seconds: tuple[float, float], masked: Sequence[Masked]) -> bool:
    """Whether these seconds hold everyday words, each of them sure; where a mask cuts one, on average."""
    words = words_within(said, seconds)
    letters = [re.sub(r"[\W_]+", "", fold(said.text[word.start : word.end])) for word in words]
    if not words or not all(map(everyday(), letters)):
        return False
    edges = [edge for mask in masked for edge in mask[:2]]
    cut = any(word.begin_s < edge < word.end_s for word in words for edge in edges)
    confidence = [word.confidence for word in words]
    return fmean(confidence) >= SURE_OF_CUT if cut else min(confidence) >= SURE
