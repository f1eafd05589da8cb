"""Whose number it is: the speaker's, unless somebody else is named right before it."""

from __future__ import annotations

from pii_audio.recognizers.identifiers.speech import Claim, Speech
from pii_audio.recognizers.spoken.tokens import words
from pii_audio.types import Subject

__all__ = ["owner"]

_PARTNERS = words(
    """
    mann mannes frau ehemann ehefrau partner partnerin lebensgefaehrte lebensgefaehrtin lebenspartner
    verlobter verlobte verlobten exmann exfrau liebster liebste schatz wife husband partner fiance fiancee
    boyfriend girlfriend spouse wife's husband's boyfriend's girlfriend's partner's
    """
)
_FAMILY = words(
    """
    mutter mama vater papa oma opa bruder bruders schwester sohn sohnes tochter kind kinder kindes enkel
    enkelin tante onkel cousin cousine neffe nichte eltern schwiegermutter schwiegervater mother mom mum
    father dad son daughter child kid kids brother sister grandma grandpa grandmother grandfather aunt uncle
    cousin nephew niece mother's mom's dad's father's son's daughter's brother's sister's parents
    """
)
_OWN = words("ich mein meine meiner meinem meinen mich mir i i'm im i'll i've my me mine")
_OTHERS = words(
    """
    er sie seine sein seinen ihre ihr ihren he she he's she's his her him their they you your ihnen herr
    frau
    """
)
_BEFORE = 9  # tokens


def owner(speech: Speech, claim: Claim) -> Subject:
    """The nearest word before the claim that names a person decides; kin words win over "mein"."""
    first = next((i for i, token in enumerate(speech.tokens) if token.start >= claim.start), 0)
    keys = speech.keys(first - _BEFORE, first)
    for place in range(len(keys) - 1, -1, -1):
        key, before = keys[place], keys[place - 1] if place else ""
        if key in _PARTNERS and before in _OWN:
            return "partner"
        if key in _FAMILY:
            return "family"
        if key in _OWN:
            return "speaker"
        if key in _OTHERS:
            return "other"
    return "other" if claim.entity_type in ("AGE", "DATE_OF_BIRTH") else "speaker"
