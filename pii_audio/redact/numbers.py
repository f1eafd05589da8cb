"""Numbers, addresses and dates that look like those of a person and are nobody's.

Each comes from a range that its registry keeps free: for films, for documentation, for tests, or never given
out. Where no such range is known, digits and letters are drawn anew in the same pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from random import Random

__all__ = ["number_like"]

# Bundesnetzagentur, Amtsblatt 7/2021, Mitteilung 148: numbers for films, each followed by 000 to 999
_FILM_DE = ("030 23125", "040 66969", "069 90009", "089 99998", "0221 4710")
# Ofcom, telephone numbers for drama use: each followed by 000 to 999
_FILM_GB = ("020 7946 0", "0117 496 0", "0161 496 0", "07700 900")
_AREAS_US = ("202", "206", "212", "303", "312", "404", "415", "512", "617", "702", "713", "808")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)


def number_like(entity_type: str, said: str, language: str, random: Random) -> str | None:
    """Something of the same kind; None where the kind is no number or `said` holds none.

    said: the value, normalized or as it was said; language: "de" or "en".
    """
    if make := _KINDS.get(entity_type):
        return make(said, language, random)
    return _same_pattern(said, random) if sum(map(str.isdigit, said)) >= 4 else None


def _phone(said: str, language: str, random: Random) -> str:
    if said.startswith("+1") or (language == "en" and re.match(r"\D*[2-9]\d{2}\D?\d{3}\D?\d{4}$", said)):
        return f"{random.choice(_AREAS_US)}-555-01{random.randrange(100):02}"  # NANPA: fictional use
    british = said.startswith("+44") or (language == "en" and not said.startswith("+49"))
    return f"{random.choice(_FILM_GB if british else _FILM_DE)}{random.randrange(1000):03}"


def _email(said: str, language: str, random: Random) -> str:
    name = "".join(random.choices("bdfgklmnprst", k=1) + random.choices("aeiou", k=1)) * 2
    domain = random.choice(("example.com", "example.org", "example.net"))  # RFC 2606
    return f"{name}{random.randrange(1000)}@{domain}"


def _iban(said: str, language: str, random: Random) -> str:
    """The country's pattern and right check digits (ISO 13616), at a bank 99..., which there is not."""
    plain = re.sub(r"\W", "", said).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        plain = "DE00" + "0" * 18
    account = "".join("X" if sign.isalpha() else str(random.randrange(10)) for sign in plain[4:])
    account = re.sub(r"\d\d", "99", account, count=1)
    turned = "".join(str(int(sign, 36)) for sign in f"{account}{plain[:2]}00")
    whole = f"{plain[:2]}{98 - int(turned) % 97:02}{account}"
    return " ".join(re.findall(".{1,4}", whole))


def _card(said: str, language: str, random: Random) -> str:
    """4000 00, which banks keep for tests, and a right check digit (ISO/IEC 7812-1, annex B)."""
    digits = "400000" + "".join(str(random.randrange(10)) for _ in range(9))
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    digits += str(-sum(value - 9 * (value > 9) for value in doubled) % 10)
    return " ".join(re.findall(".{4}", digits))


def _tax_id(said: str, language: str, random: Random) -> str:
    """German: a leading 0 is for tests alone; the check digit is right (ISO 7064 MOD 11,10)."""
    kept = random.sample("123456789", 8)
    digits = "0" + "".join(random.sample([*kept, kept[0]], 9))
    product = 10
    for digit in digits:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return digits + str((11 - product) % 10)


def _nhs(said: str, language: str, random: Random) -> str:
    """999..., which the NHS keeps for tests, with a right check digit (modulus 11)."""
    while True:
        digits = "999" + "".join(str(random.randrange(10)) for _ in range(6))
        check = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
        if check < 10:
            return f"{digits[:3]} {digits[3:6]} {digits[6:]}{check}"


def _nino(said: str, language: str, random: Random) -> str:
    """No National Insurance number begins with QQ."""
    return f"QQ {random.randrange(100):02} {random.randrange(100):02} {random.randrange(100):02} C"


def _ssn(said: str, language: str, random: Random) -> str:
    """The area 666 is never given out."""
    return f"666-{random.randrange(1, 100):02}-{random.randrange(1, 10_000):04}"


def _plate(said: str, language: str, random: Random) -> str:
    """No German district has a code that begins with X."""
    letters = "".join(random.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
    return f"X{random.choice('ABCDEFGH')}-{letters} {random.randrange(100, 1000)}"


def _ip(said: str, language: str, random: Random) -> str:
    """RFC 5737: for documentation."""
    return f"{random.choice(('192.0.2', '198.51.100', '203.0.113'))}.{random.randrange(1, 255)}"


def _birthday(said: str, language: str, random: Random) -> str | None:
    """Another day, up to three years away."""
    known = re.match(r"(\d{4})-\d{2}-\d{2}$", said)
    if not known:
        return None
    year = int(known[1]) + random.choice((-3, -2, -1, 1, 2, 3))
    day = date(year, 1, 1).replace(month=random.randint(1, 12), day=random.randint(1, 28))
    if language == "de":
        return f"{day.day}.{day.month}.{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _age(said: str, language: str, random: Random) -> str | None:
    """The number alone."""
    known = re.search(r"\d+", said)
    if not known:
        return None
    return str(max(1, int(known[0]) + random.choice((-3, -2, -1, 1, 2, 3))))


def _same_pattern(said: str, random: Random) -> str:
    def other(sign: str) -> str:
        if sign.isdigit():
            return str(random.randrange(10))
        return random.choice("ABCDEFGHJKLMNPRSTUVWXYZ") if sign.isalpha() else sign

    return "".join(map(other, said))


_KINDS: dict[str, Callable[[str, str, Random], str | None]] = {
    "AGE": _age,
    "CREDIT_CARD": _card,
    "DATE_OF_BIRTH": _birthday,
    "DE_KFZ": _plate,
    "DE_TAX_ID": _tax_id,
    "EMAIL_ADDRESS": _email,
    "IBAN_CODE": _iban,
    "IP_ADDRESS": _ip,
    "LICENSE_PLATE": _plate,
    "PHONE_NUMBER": _phone,
    "TAX_ID": _tax_id,
    "UK_NHS": _nhs,
    "UK_NINO": _nino,
    "US_SSN": _ssn,
}
