"""One frozen configuration, read from YAML. The defaults are the benchmarked ones.

Unknown keys are refused, so a misspelt option is an error and not a surprise.
"""

from __future__ import annotations

import hashlib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pii_audio.errors import ConfigError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["AudioOperator", "Config", "RecognizeConfig", "RedactConfig", "RiskConfig", "TranscribeConfig"]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def fingerprint(self) -> str:
        """12 hex digits that change when any option does: the cache key of a stage."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


_CODES = (  # Whisper's languages, here because whisper itself imports torch
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi "
    "hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no "
    "oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo "
    "yue zh"
)
WHISPER_LANGUAGES = frozenset(_CODES.split())
ENTITY_TYPES = frozenset({  # what findings are called, but for those of recognizers that others add
    "ACCOUNT_ID", "ADDRESS", "AGE", "CREDIT_CARD", "CRYPTO", "DATE_OF_BIRTH", "DE_HEALTH_INSURANCE",
    "DE_ID_CARD", "DE_KFZ", "DE_PASSPORT", "DE_SOCIAL_SECURITY", "DE_TAX_ID", "EMAIL_ADDRESS", "IBAN_CODE",
    "IP_ADDRESS", "LICENSE_PLATE", "LOCATION", "OCCUPATION", "ORGANIZATION", "PARTNER", "PERSON",
    "PHONE_NUMBER", "TAX_ID", "UK_NHS", "UK_NINO", "UK_PASSPORT", "US_BANK_NUMBER", "US_DRIVER_LICENSE",
    "US_ITIN", "US_PASSPORT", "US_SSN",
})  # fmt: skip


class TranscribeConfig(_Frozen):
    model: str = "base"  # a name in models/registry.toml, a .pt file, a Hugging Face or CTranslate2 folder
    engine: str = "core"  # entry point in pii_audio.transcribers
    languages: tuple[str, ...] = ("de", "en")  # decided per window among these; () is all of Whisper's
    expected_languages: dict[str, float] = Field(default_factory=dict)  # how often each; {}: equally often
    set_language: bool = True  # in doubt a window is in the language that its household mostly speaks
    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"  # auto: the fastest the device has
    hotwords: tuple[str, ...] = ()  # names to expect, spelt as they are written: heard more readily
    beam_size: int = Field(default=1, ge=1, le=16)  # hypotheses at once; 1 takes the likeliest token
    exact: bool = False  # encode all 30 s of every window, as openai-whisper does, instead of what was said
    fallback: bool = True  # what was heard with doubt is heard again in all 30 s (core)
    max_hours: float = Field(default=10.0, gt=0)  # a longer recording is refused, not half done

    @field_validator("languages")
    @classmethod
    def _known(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := sorted(set(languages) - WHISPER_LANGUAGES):
            raise ValueError(f"{unknown[0]} is no language code of Whisper; write de, en ...")
        return languages

    @model_validator(mode="after")
    def _expected(self) -> TranscribeConfig:
        self._known(tuple(self.expected_languages))
        if any(share <= 0 for share in self.expected_languages.values()):
            raise ValueError("expected_languages: every share must be above 0")
        return self

    @property
    def prompt(self) -> str:
        """What Whisper is told was said before, so that it expects the hotwords; "" without any."""
        return ", ".join(self.hotwords)


Style = Literal["spoken", "news", "commands"]


class RecognizeConfig(_Frozen):
    recognizers: tuple[str, ...] = Field(  # entry points in pii_audio.recognizers; none would find nothing
        default=("identifiers", "addresses", "people", "places", "partner", "work", "presidio", "tagger"),
        min_length=1,
    )
    style: Style = (
        "spoken"  # news: written text; commands: to an assistant; both find public figures and far places too
    )
    entities: tuple[str, ...] = ()  # () is all
    min_score: float = Field(default=0.4, ge=0, le=1)
    set_context: bool = True  # a name found once with confidence is looked for in every clip of the set


Operator = Literal["placeholder", "pseudonym", "surrogate", "mask", "hash", "encrypt", "remove"]
AudioOperator = Literal["beep", "silence", "noise", "none"]
Format = Literal[
    "txt", "json", "srt", "vtt", "tsv", "ctm", "rttm", "whisper", "verbose_json", "whisperx", "presidio",
    "jsonl", "parquet", "label-studio",
]  # fmt: skip


class RedactConfig(_Frozen):
    operator: Operator = "placeholder"  # what stands in the place of words
    per_entity: dict[str, Literal[Operator, "keep"]] = Field(default_factory=dict)
    formats: tuple[Format, ...] = ("txt", "json", "srt", "vtt")  # and the one a transcript was read from
    audio: AudioOperator = "beep"  # what takes the place of the masked seconds; none: no sound is released
    # more is masked on either side of what was said; where the word at the edge is very unsure, so much
    padding_s: float = Field(default=0.1, ge=0, allow_inf_nan=False)
    doubtful_padding_s: float = Field(default=0.25, ge=0, allow_inf_nan=False)

    unheard: bool = True  # speech that is in no word of the transcript is masked too

    voice: Literal["kept", "changed"] = "kept"  # changed in pitch and formants: no anonymity of the voice

    def uses(self, operator: str) -> bool:
        return operator == self.operator or operator in self.per_entity.values()

    def keeps(self, entity_type: str) -> bool:
        """Whether what is of this type stays."""
        return self.per_entity.get(entity_type) == "keep"


class RiskConfig(_Frozen):
    country: Literal["DE", "AT", "CH", "GB", "US"] | None = None  # None: as languages and towns suggest
    population: int | None = Field(default=None, gt=1)  # None: the country's
    unlabelled: Literal["auto", "household", "strangers"] = "auto"  # whose recordings without an id are
    tastes: bool = False  # what is asked to be played again and again counts, not only shows


class Config(_Frozen):
    transcribe: TranscribeConfig = TranscribeConfig()
    recognize: RecognizeConfig = RecognizeConfig()
    redact: RedactConfig = RedactConfig()
    risk: RiskConfig = RiskConfig()

    @model_validator(mode="after")
    def _kinds(self) -> Config:
        """A misspelt type would keep nothing; what an added recognizer calls its own is not known."""
        if set(self.recognize.recognizers) <= {*RecognizeConfig().recognizers, "spacy"}:
            named = {
                "recognize.entities": self.recognize.entities,
                "redact.per_entity": self.redact.per_entity,
            }
            wrong = [
                (key, kind) for key, kinds in named.items() for kind in kinds if kind not in ENTITY_TYPES
            ]
            if wrong:
                raise ValueError("; ".join(f"{key}: {_no_such(kind)}" for key, kind in wrong))
        return self

    def shown(self) -> dict[str, Any]:
        """Every option, for a report that anybody may read: how many hotwords there are, not which."""
        data = self.model_dump()
        data["transcribe"]["hotwords"] = len(self.transcribe.hotwords)
        return data

    @classmethod
    def read(cls, path: Path) -> Config:
        """Read a recipe. Raises ConfigError naming every key that is wrong and what is allowed there."""
        import yaml

        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(path.name, f"cannot be read ({error.strerror})", "check the path") from None
        except (UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f" (line {mark.line + 1})" if mark else ""
            raise ConfigError(path.name, f"is not YAML{line}", _EVERY) from None
        return cls.parse({} if data is None else data, who=path.name)

    @classmethod
    def parse(cls, data: Any, *, who: str = "config") -> Config:
        """Raises ConfigError as `read` does."""
        if not isinstance(data, dict):
            raise ConfigError(who, "is no table of options", _EVERY)
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            wrong = "; ".join(_trouble(detail) for detail in error.errors())
            raise ConfigError(who, wrong, _EVERY) from None


_EVERY = "see pipelines/score.yaml for every option"


def _no_such(kind: str) -> str:
    near = get_close_matches(kind.upper(), ENTITY_TYPES, n=1)
    known = f"is it {near[0]}?" if near else f"there are {', '.join(sorted(ENTITY_TYPES))}"
    return f"no type of finding is called {kind!r}, {known}"


def _trouble(detail: ErrorDetails) -> str:
    """One of pydantic's errors in the words of somebody who writes a recipe."""
    if not detail["loc"]:
        return detail["msg"].removeprefix("Value error, ")
    *parts, name = map(str, detail["loc"])
    key = ".".join((*parts, name))
    if detail["type"] == "extra_forbidden":
        known = list(type(getattr(Config(), parts[0]) if parts else Config()).model_fields)
        near = get_close_matches(name, known, n=1)
        return f"{key}: no such option, " + (f"is it {near[0]}?" if near else f"there are {', '.join(known)}")
    if detail["type"] == "tuple_type":
        return f"{key}: write a list, [...]"
    return f"{key}: {detail['msg'].removeprefix('Value error, ')}"
