"""What stands where the words stood: one presidio-anonymizer operator for each stretch.

placeholder  <PERSON_1>, the same for one person in the whole set
pseudonym    <PERSON_K7Q2M4XW>, drawn with a key: tells nothing of how many there are, or in which order
surrogate    another name, town or number that looks right (`surrogates`); where none fits, a placeholder
mask         an asterisk for each character
hash         <PERSON_3f9a...>, an HMAC of the value with a key: equal for equal values only
encrypt      AES of the words, with a key from the passphrase
remove       nothing
keep         the words themselves; only for single entity types
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import TYPE_CHECKING, Any

from pii_audio.config import RedactConfig
from pii_audio.errors import ConfigError
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.surrogates import rendered
from pii_audio.spelling import fold
from pii_audio.types import Finding

if TYPE_CHECKING:
    from presidio_anonymizer.entities import OperatorConfig

__all__ = ["operator"]


def operator(finding: Finding, said: str, pseudonyms: Pseudonyms, config: RedactConfig) -> OperatorConfig:
    """The operator for a stretch of text; `said` is the whole of it, words around the finding included.

    Raises ConfigError where something is to be encrypted and there is no passphrase.
    """
    from presidio_anonymizer.entities import OperatorConfig

    match config.per_entity.get(finding.entity_type, config.operator):
        case "mask":
            return OperatorConfig(
                "mask", {"masking_char": "*", "chars_to_mask": len(said), "from_end": False}
            )
        case "remove":
            return OperatorConfig("redact")
        case "encrypt":
            if pseudonyms.cipher is None:
                todo = "give --vault FILE and a passphrase in PII_AUDIO_PASSPHRASE"
                raise ConfigError("redact.operator", "encrypt needs a passphrase", todo)
            return OperatorConfig("encrypt", {"key": pseudonyms.cipher})
        case "hash":
            return _replace(f"<{finding.entity_type}_{_digest(pseudonyms, *_value(finding)).hex()[:32]}>")
        case "pseudonym":
            code = b32encode(_digest(pseudonyms, "pseudonym", pseudonyms.label(finding))).decode()
            return _replace(f"<{finding.entity_type}_{code[:8]}>")
        case "surrogate":
            return _replace(_surrogate(finding, said, pseudonyms))
    return _replace(pseudonyms.placeholder(finding))


def _replace(text: str) -> Any:
    from presidio_anonymizer.entities import OperatorConfig

    return OperatorConfig("replace", {"new_value": text})


def _digest(pseudonyms: Pseudonyms, *parts: str) -> bytes:
    return hmac.digest(pseudonyms.key, "\0".join(parts).encode(), "sha256")


def _value(finding: Finding) -> tuple[str, str, str]:
    squeezed = "".join(filter(str.isalnum, fold(finding.value or finding.text)))
    return "hash", finding.entity_type, squeezed


def _surrogate(finding: Finding, said: str, pseudonyms: Pseudonyms) -> str:
    drawn = pseudonyms.surrogates.get(pseudonyms.label(finding))
    return rendered(finding, said, drawn) if drawn else pseudonyms.placeholder(finding)
