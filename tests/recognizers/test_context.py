from __future__ import annotations

from pii_audio.config import RecognizeConfig
from pii_audio.recognizers.ensemble import Ensemble
from pii_audio.types import Transcript

NAMES = RecognizeConfig(recognizers=("people",))


def found(texts: list[str], config: RecognizeConfig = NAMES) -> list[list[str]]:
    transcripts = [Transcript(f"rec-{i}", text, (), "de") for i, text in enumerate(texts)]
    return [[f.text for f in own] for own in Ensemble(config).find(transcripts)]


def test_a_name_of_the_set_is_found_again_and_misheard() -> None:
    clips = ["Ich heiße Ylvard Gronau.", "Der Ilvart war da.", "Gestern war Groneau hier."]
    assert found(clips)[1:] == [["Ilvart"], ["Groneau"]]


def test_one_clip_alone_says_nothing_of_the_others() -> None:
    off = NAMES.model_copy(update={"set_context": False})
    clips = ["Ich heiße Ylvard Gronau.", "Der Ilvart war da."]
    assert found(clips, off)[1] == []


def test_ordinary_words_are_not_misheard_names() -> None:
    clips = [
        "Schreib Rose, dass ich komme.",
        "Die Rose blüht.",
        "Ruf Herrn Stein an.",
        "Der Stein ist schwer.",
    ]
    assert found(clips) == [["Rose"], [], ["Herrn Stein"], []]
