"""Identifiers made of digits: telephones, bank accounts, cards, tax and security numbers, IP addresses.

A check digit or a word around the digits makes a claim sure; a bare shape makes it likely. Prices, times and
numbers of orders are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from pii_audio.recognizers.identifiers.checks import is_iban, is_luhn, is_pension_number, is_tax_id
from pii_audio.recognizers.identifiers.codes import Code, codes
from pii_audio.recognizers.identifiers.context import Context, nearest
from pii_audio.recognizers.identifiers.speech import Claim, Speech
from pii_audio.recognizers.spoken.digits import DigitRun
from pii_audio.recognizers.spoken.tokens import whole_words

__all__ = ["number_claims"]

_REGIONS = {"de": ("DE", "AT", "CH"), "en": ("US", "GB")}
_SERVICES = frozenset(
    [
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
    ]
)
_OWN = frozenset(["mein", "meine", "meiner", "unsere", "unserer", "my", "our"])
_IBAN_COUNTRIES = frozenset(
    ["de", "at", "ch", "li", "gb", "nl", "fr", "it", "es", "pl", "lu", "be", "tr", "ie"]
)
_IP = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)")
_AMOUNT = re.compile(r"(?:(?:\d{1,3}(?:[.,]\d{3})+|\d+[.,]\d{1,2}|(?:19|20)\d\d)(?:[ ,–-]+|$))+")
_COUNTED = 9  # digits of the longest number that somebody counts with
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]000")
_IBAN_SHAPE = re.compile(r"(?:AT|BE|CH|DE|ES|FR|GB|IE|IT|NL|PL|PT)\d{2}[A-Z0-9]{13,28}")  # spoken: no check
_IBAN_WRITTEN = re.compile(r"\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){3,7}(?:\s?\d{1,3})?\b", re.IGNORECASE)
# "die E12 5001 ...", "DE 89.3.744.532.133.0": what a machine hears of a German IBAN
_IBAN_HEARD = re.compile(
    r"\b(?:(?:d\s?|die\s|der\s)?e|de)[\s.,]*(?P<digits>\d\d(?:[\s.,-]{0,2}\d){10,20})(?!\d)", re.IGNORECASE
)
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")


def number_claims(speech: Speech) -> Iterator[Claim]:
    """What each run of digits is, the surest reading only."""
    mixed = codes(speech)
    yield from _code_claims(speech, mixed)
    for match in _IP.finditer(speech.text):
        yield Claim("IP_ADDRESS", match.start(), match.end(), 0.9, "shape", match.group())
    dated = [(date.start, date.end) for date in speech.dates if date.day and (date.year or date.spoken)]
    dated += [(address.start, address.end) for address in speech.addresses]
    for run in speech.runs:
        if any(run.start < end and start < run.end for start, end in dated) or _in_url(speech.text, run):
            continue
        claim = _claim(speech, run, nearest(speech.contexts, run.atoms[0].first, run.atoms[-1].last))
        if claim:
            yield claim


def _in_url(text: str, run: DigitRun) -> bool:
    start, end = whole_words(text, run.start, run.end)
    return "://" in text[start:end] or text.startswith("www.", start)


def _claim(speech: Speech, run: DigitRun, context: Context | None) -> Claim | None:
    kind = context.kind if context else ""
    readers: tuple[Callable[[Speech, DigitRun, str], Claim | None], ...] = (
        _iban, _card, _tax, _ssn, _ip, _phone, _long,
    )  # fmt: skip
    return next((claim for reader in readers if (claim := reader(speech, run, kind))), None)


def _made(run: DigitRun, entity_type: str, score: float, reason: str, *, first: int | None = None) -> Claim:
    return Claim(entity_type, run.start if first is None else first, run.end, score, reason, run.digits)


def _iban(speech: Speech, run: DigitRun, kind: str) -> Claim | None:
    code, start = _country_before(speech, run)
    digits = run.digits
    if code and len(digits) >= 10:
        value = code.upper() + digits
        if is_iban(value):
            return Claim("IBAN_CODE", start, run.end, 0.99, "checksum", value)
        if kind == "iban" or len(digits) >= 14:
            return Claim("IBAN_CODE", start, run.end, 0.95 if kind == "iban" else 0.8, "shape", value)
    if kind == "iban" and len(digits) >= 6:
        return Claim(
            "IBAN_CODE", start if code else run.start, run.end, 0.95, "context", code.upper() + digits
        )
    return None


def _country_before(speech: Speech, run: DigitRun) -> tuple[str, int]:
    """The country code right before the digits ("DE", "D E"), and where it starts."""
    first = run.atoms[0].first
    one, two = speech.key(first - 1), speech.key(first - 2)
    if one in _IBAN_COUNTRIES and one not in ("es", "it", "be"):
        return one, speech.tokens[first - 1].start
    if two + one in _IBAN_COUNTRIES and len(one) == len(two) == 1:
        return two + one, speech.tokens[first - 2].start
    return "", run.start


def _card(speech: Speech, run: DigitRun, kind: str) -> Claim | None:
    if kind == "card" and len(run.digits) >= 8:
        return _made(run, "CREDIT_CARD", 0.95, "context")
    if kind in ("other", "phone", "tax", "iban"):
        return None
    return _made(run, "CREDIT_CARD", 0.9, "checksum") if is_luhn(run.digits) else None


def _tax(speech: Speech, run: DigitRun, kind: str) -> Claim | None:
    if kind == "tax" and len(run.digits) >= 7:
        return _made(run, "TAX_ID", 0.95, "context")
    if speech.language == "de" and not kind and is_tax_id(run.digits):
        return _made(run, "TAX_ID", 0.75, "checksum")
    return None


def _ssn(speech: Speech, run: DigitRun, kind: str) -> Claim | None:
    if speech.language == "en" and kind == "ssn" and len(run.digits) >= 4:
        return _made(run, "US_SSN", 0.95, "context")
    if speech.language == "de" and kind == "social" and len(run.digits) >= 8:
        return _made(run, "DE_SOCIAL_SECURITY", 0.95, "context")
    if kind != "other" and _SSN.fullmatch(speech.text[run.start : run.end]):
        return _made(run, "US_SSN", 0.75, "shape")
    return None


def _ip(speech: Speech, run: DigitRun, kind: str) -> Claim | None:
    if kind == "ip" and 4 <= len(run.digits) <= 12:
        return _made(run, "IP_ADDRESS", 0.9, "context")
    return None


def _phone(speech: Speech, run: DigitRun, kind: str) -> Claim | None:
    """A telephone number by its context, or by a leading 0 (German) or ten digits (English)."""
    digits, (start, international) = run.digits, _plus_before(speech, run)
    if kind == "other" or len(digits) > 16 or _is_amount(speech, run, kind):
        return None
    value, valid, service = _parsed(digits, speech.language, international)
    if service and not _is_own(speech, run, kind):
        return None
    least = {"phone": 5, "number": 6, "direct": 2}.get(kind)
    if least is not None and len(digits) >= least and not _is_clock(speech, run):
        return Claim("PHONE_NUMBER", start, run.end, 0.95, "context", value)
    if (international and len(digits) >= 7) or _looks_like_phone(digits, speech.language):
        return Claim("PHONE_NUMBER", start, run.end, 0.75 if valid else 0.65, "shape", value)
    if len(run.atoms) >= 7 and all(len(atom.digits) == 1 for atom in run.atoms) and not _is_counting(run):
        return Claim(
            "PHONE_NUMBER", start, run.end, 0.6, "shape", value
        )  # nobody says a count digit by digit
    return None


def _is_own(speech: Speech, run: DigitRun, kind: str) -> bool:
    """Whether a number with the shape of a hotline is said to be somebody's own."""
    before = speech.keys(run.atoms[0].first - 7, run.atoms[0].first)
    return kind in ("phone", "number", "direct") and not _OWN.isdisjoint(before)


def _looks_like_phone(digits: str, language: str) -> bool:
    if language == "de":
        abroad = digits.startswith(("0049", "0043", "0041")) or (
            digits[:2] == "49" and 12 <= len(digits) <= 13
        )
        return abroad or (7 <= len(digits) <= 15 and digits[0] == "0" and digits[1] != "0")
    if len(digits) == 10:
        return digits[0] not in "1"
    return len(digits) == 11 and digits[0] in "01"


def _plus_before(speech: Speech, run: DigitRun) -> tuple[int, bool]:
    """Where the number starts, with a "+" or "plus" before it."""
    first = run.atoms[0].first
    if speech.key(first - 1) == "plus":
        return speech.tokens[first - 1].start, True
    if run.start and speech.text[run.start - 1] == "+":
        return run.start - 1, True
    return run.start, False


def _parsed(digits: str, language: str, international: bool) -> tuple[str, bool, bool]:
    """(E.164 where possible, whether it is a valid number, whether it is a service line).

    A number that is valid nowhere is written as one of the first country where its length is possible.
    """
    international = international or (language == "de" and digits[:2] == "49" and len(digits) >= 12)
    value, said = "", f"+{digits}" if international else digits
    regions = _REGIONS[language]
    for region in reversed(regions) if language == "en" and digits[0] == "0" else regions:
        try:
            number = phonenumbers.parse(said, region)
        except NumberParseException:
            continue
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(number):
            return value or written, True, phonenumbers.number_type(number) in _SERVICES
        possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
        value = value or (written if possible else "")
    return value or said, False, False


def _is_clock(speech: Speech, run: DigitRun) -> bool:
    before = speech.key(run.atoms[0].first - 1)
    return len(run.digits) <= 4 and before in ("um", "gegen", "ab", "bis", "at", "by", "until", "around")


def _is_amount(speech: Speech, run: DigitRun, kind: str) -> bool:
    """Whether figures are written as prices, years and counts are, and no word says otherwise."""
    written = speech.text[run.start : run.end]
    if kind:
        return _THOUSANDS.fullmatch(written) is not None
    apart = ":" in written or any(character.isalpha() for character in written)
    return run.digits[0] != "0" and not run.spoken and (apart or _AMOUNT.fullmatch(written) is not None)


def _is_counting(run: DigitRun) -> bool:
    """ "eins, zwei, drei, vier, fünf": somebody counts."""
    if len(run.atoms) < 4 or any(len(atom.digits) > _COUNTED for atom in run.atoms):
        return False
    values = [int(atom.digits) for atom in run.atoms]
    steps = {after - before for before, after in pairwise(values[1:])}
    return len(steps) == 1 and steps != {0}


def _long(speech: Speech, run: DigitRun, kind: str) -> Claim | None:
    """So many digits are nobody's count of anything: an account or a card that lost its context."""
    if kind == "other" or len(run.digits) < 9 or _is_amount(speech, run, kind) or _is_counting(run):
        return None
    if _parsed(run.digits, speech.language, False)[2]:
        return None  # a hotline
    if len(run.digits) < 12:
        return _made(run, "PHONE_NUMBER", 0.6, "shape")
    return _made(run, "IBAN_CODE" if len(run.digits) >= 17 else "CREDIT_CARD", 0.6, "shape")


def _code_claims(speech: Speech, mixed: list[Code]) -> Iterator[Claim]:
    """Numbers with letters in them: British and other IBANs, pension and national insurance numbers."""
    for match in _IBAN_WRITTEN.finditer(speech.text):
        if match.group()[:2].lower() in _IBAN_COUNTRIES and sum(c.isdecimal() for c in match.group()) >= 10:
            yield Claim(
                "IBAN_CODE", match.start(), match.end(), 0.9, "shape", match.group().replace(" ", "").upper()
            )
    for match in _IBAN_HEARD.finditer(speech.text) if speech.language == "de" else ():
        score = 0.9 if match.group().lower().startswith("de") else 0.96  # the article belongs to it
        yield Claim("IBAN_CODE", match.start(), match.end(), score, "shape as heard", match["digits"])
    for code in mixed:
        context = nearest(speech.contexts, code.first, code.last)
        kind, length = context.kind if context else "", len(code.value)
        if length >= 15 and is_iban(code.value):
            yield Claim("IBAN_CODE", code.start, code.end, 0.99, "checksum", code.value)
        elif (kind == "iban" and length >= 12) or _IBAN_SHAPE.fullmatch(code.value):
            yield Claim("IBAN_CODE", code.start, code.end, 0.95, "context", code.value)
        elif is_pension_number(code.value):
            yield Claim("DE_SOCIAL_SECURITY", code.start, code.end, 0.95, "checksum", code.value)
        elif kind == "social" and length >= 8:
            yield Claim("DE_SOCIAL_SECURITY", code.start, code.end, 0.95, "context", code.value)
        elif kind == "tax" and length >= 7:
            yield Claim("TAX_ID", code.start, code.end, 0.95, "context", code.value)
