"""Dates, spelling and dictated addresses: what is meant, and which words said it."""

from __future__ import annotations

import pytest

from pii_audio.recognizers.spoken.dates import dates
from pii_audio.recognizers.spoken.dictation import dictated
from pii_audio.recognizers.spoken.digits import atoms
from pii_audio.recognizers.spoken.spelling import spellings
from pii_audio.recognizers.spoken.tokens import tokenize, whole_words


@pytest.mark.parametrize(
    ("language", "text", "iso"),
    [
        ("de", "dritter elfter fünfundachtzig", ["1985-11-03"]),
        ("de", "am ersten zwölften zweiundsechzig", ["1962-12-01"]),
        ("de", "der 22. September 1991", ["1991-09-22"]),
        ("de", "22 september 1991", ["1991-09-22"]),
        ("de", "siebzehnten März neunzehnhundertachtundsiebzig", ["1978-03-17"]),
        ("de", "fünfzehnten sechsten zweitausendvier", ["2004-06-15"]),
        ("de", "ersten Mai neunzehn fünfundachtzig", ["1985-05-01"]),
        ("de", "dritten zwölften null vier", ["2004-12-03"]),
        ("de", "der dritte 11.85", ["1985-11-03"]),
        ("de", "15.06. 2004 und 1.12.62", ["2004-06-15", "1962-12-01"]),
        ("de", "im März 1985", ["1985-03"]),
        ("de", "am einunddreißigsten Dezember", ["--12-31"]),
        ("de", "am dreißigsten zweiten", []),
        ("de", "im dritten Stock, der zweite Mann, um 10.10 Uhr", []),
        ("en", "the second of June nineteen eighty six", ["1986-06-02"]),
        ("en", "July fourth nineteen seventy six", ["1976-07-04"]),
        ("en", "June second, eighty six", ["1986-06-02"]),
        ("en", "the 14th of March 1991", ["1991-03-14"]),
        ("en", "twenty-third of May two thousand and four", ["2004-05-23"]),
        ("en", "March 2nd twenty oh four", ["2004-03-02"]),
        ("en", "3/11/1985 and 14/11/85 and 1985-11-03", ["1985-03-11", "1985-11-14", "1985-11-03"]),
        ("en", "the second may be better", []),
        ("en", "it may take two hours", []),
    ],
)
def test_dates(language: str, text: str, iso: list[str]) -> None:
    assert [date.iso for date in dates(tokenize(text), language)] == iso


@pytest.mark.parametrize(
    ("language", "text", "said", "letters"),
    [
        ("de", "K wie Kaufmann, O wie Otto, CH wie Christian", "K wie Kaufmann, O wie Otto", "Ko"),
        ("de", "Ich heiße M wie Martha, A wie Aachen. Danke", "M wie Martha, A wie Aachen", "Ma"),
        ("de", "groß S wie Siegfried, äh, U wie Ulrich", "S wie Siegfried, äh, U wie Ulrich", "Su"),
        ("de", "KW Kaufmann, O.W. Otto, HW Heinrich", "KW Kaufmann, O.W. Otto, HW Heinrich", "Koh"),
        ("de", "Z.V. Zakarias, N.V. Nordpol, I.V. Ida", "Z.V. Zakarias, N.V. Nordpol, I.V. Ida", "Zni"),
        ("de", "martha emil ida anton", "martha emil ida anton", "Meia"),
        ("de", "Meier mit M, E, I, doppel R", "M, E, I, doppel R", "Meirr"),
        ("de", "B wie Bern, J wie Jakob, Ypsilon", "B wie Bern, J wie Jakob, Ypsilon", "Bjy"),
        ("en", "N as in Nancy, O, W, A, K.", "N as in Nancy, O, W, A, K", "Nowak"),
        ("en", "Novak. N-O-V-A-K.", "N-O-V-A-K", "Novak"),
        ("en", "that's mike oscar sierra", "mike oscar sierra", "Mos"),
        ("en", "B for Bob, double L", "B for Bob, double L", "Bll"),
    ],
)
def test_spelling(language: str, text: str, said: str, letters: str) -> None:
    (spelling,) = spellings(tokenize(text), language)
    assert (text[spelling.start : spelling.end], spelling.letters) == (said, letters)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "z. B. so, u. a. in Bern"),
        ("de", "In Bern existiert die AV Auroria"),
        ("de", "so groß wie ein Haus"),
        ("de", "Anton und Berta kommen"),
        ("en", "You like me for you, an A for effort"),
        ("en", "the U.S.A. and I"),
    ],
)
def test_what_is_not_spelled(language: str, text: str) -> None:
    assert spellings(tokenize(text), language) == []


@pytest.mark.parametrize(
    ("language", "marked", "value"),
    [
        ("de", "|W Punkt Jansen at t minus online Punkt de|, alles klein", "w.jansen@t-online.de"),
        ("de", "|Info Unterstrich Büro Klammeraffe gmx Punkt net|", "info_buero@gmx.net"),
        ("de", "schick es an |uwe at g. m. x. punkt de|", "uwe@gmx.de"),
        ("de", "|thomas bei gmx punkt de|", "thomas@gmx.de"),
        ("de", "meine Mail ist |anna meier ät posteo punkt de|", "annameier@posteo.de"),
        ("de", "|petra siebenundsechzig at gmail punkt com|", "petra67@gmail.com"),
        ("de", "füge |sam at gmail punkt com| hinzu", "sam@gmail.com"),
        ("de", "|anna.meier@web.de| ist die Adresse", "anna.meier@web.de"),
        ("en", "send it to |t underscore baker at yahoo dot co dot uk|", "t_baker@yahoo.co.uk"),
        ("en", "it's |jason dash lee forty two at outlook dot com|", "jason-lee42@outlook.com"),
        ("en", "|m as in mike, a, y at icloud dot com|", "may@icloud.com"),
        ("en", "|www dot lee dash bakery dot com| please", "www.lee-bakery.com"),
    ],
)
def test_dictated_addresses(language: str, marked: str, value: str) -> None:
    """The address stands between bars."""
    text, said = marked.replace("|", ""), marked.split("|")[1]
    tokens = tokenize(text)
    (address,) = dictated(tokens, atoms(text, tokens, language), spellings(tokens, language), language)
    assert (text[address.start : address.end], address.value) == (said, value)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Punkt ist, dass er at home ist"),
        ("de", "ich arbeite bei Siemens Punkt"),
        ("en", "look at the dot com boom"),
        ("en", "you can view it at shop.com"),
        ("en", "meet me at noon"),
    ],
)
def test_what_is_no_address(language: str, text: str) -> None:
    tokens = tokenize(text)
    assert dictated(tokens, atoms(text, tokens, language), spellings(tokens, language), language) == []


@pytest.mark.parametrize(
    ("text", "inside", "whole"),
    [
        ("ruf (0176) 123 an", "176", "(0176)"),
        ("sagte „drei“, dann", "drei", "drei"),
        ("eine 39-jährige.", "39", "39-jährige"),
        ("+49 176", "49", "+49"),
    ],
)
def test_whole_words(text: str, inside: str, whole: str) -> None:
    start = text.index(inside)
    first, last = whole_words(text, start, start + len(inside))
    assert text[first:last] == whole
