"""Check digits: which strings of digits can be what they claim to be. Pure arithmetic."""

from __future__ import annotations

__all__ = ["is_iban", "is_luhn", "is_pension_number", "is_tax_id"]

_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FR": 27, "GB": 22, "HR": 21,
    "HU": 28, "IE": 22, "IT": 27, "LI": 21, "LU": 20, "NL": 18, "PL": 28, "PT": 25, "SE": 24, "TR": 26,
}  # fmt: skip


def is_iban(iban: str) -> bool:
    """ISO 13616: the right length for the country, and 1 modulo 97 with the first four characters last."""
    if len(iban) != _IBAN_LENGTHS.get(iban[:2], len(iban)) or not 15 <= len(iban) <= 34:
        return False
    turned = iban[4:] + iban[:4]
    return (
        turned.isascii()
        and turned.isalnum()
        and int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
    )


def is_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B, for a card number of 13 to 19 digits."""
    if not 13 <= len(digits) <= 19 or digits[0] not in "3456" or len(set(digits)) == 1:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def is_tax_id(digits: str) -> bool:
    """German Identifikationsnummer (section 139b AO): 11 digits, check digit after ISO 7064 MOD 11,10.

    Among the first ten, one digit comes twice or three times and the others at most once.
    """
    if len(digits) != 11 or digits[0] == "0":
        return False
    counts = sorted(digits[:10].count(digit) for digit in set(digits[:10]))
    if counts[-1] not in (2, 3) or counts[-2] != 1:
        return False
    product = 10
    for digit in digits[:10]:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[10])


def is_pension_number(number: str) -> bool:
    """German Versicherungsnummer (section 2 VKVV): area, birth date, letter, serial number, check digit."""
    if (
        len(number) != 12
        or not number.isascii()
        or not number[8].isalpha()
        or not (number[:8] + number[9:]).isdecimal()
    ):
        return False
    digits = number[:8] + f"{ord(number[8].upper()) - 64:02}" + number[9:11]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(digits, weights, strict=True))
    return total % 10 == int(number[11])
