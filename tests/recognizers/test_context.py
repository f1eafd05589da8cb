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


def test_a_name_of_the_set_is_found_where_it_was_written_in_one_with_the_next_word() -> None:
    clips = [
        "Ruf Rose an.",
        "RoseDil war da.",
        "Die RosenDil war da.",
        "Ruf Fritz an.",
        "Die FritzBox geht nicht.",
    ]
    assert found(clips) == [["Rose"], ["RoseDil"], [], ["Fritz"], []]


SET = RecognizeConfig(recognizers=("people", "places"))


def test_surnames_towns_and_possessives_of_the_set_are_found_again() -> None:
    clips = [
        "Ich heiße Ylvard Gronheim.",
        "Gronheim am Apparat, wegen gestern.",
        "Ylvards Fahrrad steht hier.",
        "Ich wohne in Zusmarshausen.",
        "Zusmarshausen bekommt ein Schwimmbad.",
        "In der Zeitung stand etwas, Susmarshausen war dabei.",
    ]
    assert found(clips, SET) == [
        *(["Ylvard Gronheim"], ["Gronheim"], ["Ylvards"]),
        *(["Zusmarshausen"], ["Zusmarshausen"], ["Susmarshausen"]),
    ]  # fmt: skip


def test_what_the_set_adds_says_why_and_how_sure_it_is() -> None:
    clips = ["Ich heiße Ylvard Gronheim.", "Der Ilvart war da.", "Ylvards Fahrrad steht hier."]
    transcripts = [Transcript(f"rec-{i}", text, (), "de") for i, text in enumerate(clips)]
    _, (misheard,), (owned,) = Ensemble(SET).find(transcripts)
    assert (misheard.recognizer, misheard.score, misheard.subject) == ("context", 0.55, "speaker")
    assert (misheard.reason, misheard.value) == ("sounds like a name of the set", "Ylvard")
    assert (owned.reason, owned.score, owned.value) == ("a name of the set", 0.75, "Ylvard")


def test_a_town_of_the_set_in_a_question_of_knowledge_is_nobodys() -> None:
    clips = ["Ich wohne in Zusmarshausen.", "Wie hoch liegt eigentlich Zusmarshausen?"]
    assert found(clips, SET)[1] == []
