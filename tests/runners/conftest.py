"""Exports of voice assistants, built from public descriptions of their layout.

Google's Takeout: https://github.com/alias-dev (schema of MyActivity.json). Amazon documents no layout; ours
has folders of wav by date and a CSV of what was heard.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Speak = Callable[..., Path]
WEATHER = "Wie wird das Wetter morgen in Flensburg?"
CALL = "Ruf meine Freundin Sandra an."
ASSISTANT = "Takeout/My Activity/Assistant"


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory, speak: Speak) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("clips")
    return {said: speak(folder / f"{n}.wav", said).read_bytes() for n, said in enumerate((WEATHER, CALL))}


@pytest.fixture(scope="session")
def alexa(tmp_path_factory: pytest.TempPathFactory, clips: dict[str, bytes]) -> Path:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(
        ["Timestamp", "Device Name", "Device Serial Number", "Transcript", "Response", "Audio File"]
    )
    row = ["2018-05-03T08:12:44Z", "Sandras Echo", "G0911W079999", WEATHER, "In Flensburg regnet es."]
    writer.writerow([*row, "2018/05/03/a.wav"])
    writer.writerow([*row[:3], CALL, 'Ich rufe "Sandra Hartmann" an.', "2018/05/04/Sandra Hartmann.wav"])
    path = tmp_path_factory.mktemp("alexa") / "Sandra Hartmann.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.comment = b"Sandra Hartmann"
        out.writestr("Alexa/Audio/2018/05/03/a.wav", clips[WEATHER])
        out.writestr("Alexa/Audio/2018/05/04/Sandra Hartmann.wav", clips[CALL])
        out.writestr("Alexa/Audio/2018/05/05/again.wav", clips[CALL])
        out.writestr("Alexa/Transcripts.csv", "\ufeff" + table.getvalue())
        customer = {
            "customerName": "Sandra Hartmann",
            "email": "sandra.hartmann@web.de",
            "active": True,
            "n": 3,
        }
        address = {
            "street": "Gartenstraße 17",
            "city": "Flensburg",
            "latitude": 54.7833021,
            "note": "Berliner Str. 12, 10115 Berlin",
        }
        out.writestr("Alexa/Account.json", json.dumps({**customer, "addresses": [address]}, indent=2))
        out.writestr("Alexa/readme.txt", "Liebe Sandra Hartmann,\r\nhier sind Ihre Daten.\r\n")
        out.writestr("Alexa/photo.jpg", b"\xff\xd8\xff\xe0 Sandra")
    return path


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory, clips: dict[str, bytes]) -> Path:
    query = "https://www.google.com/search?q=wetter+flensburg"
    place = "https://www.google.com/maps/@?api=1&center=54.7833,9.4333&zoom=12"
    item = {
        "header": "Assistant",
        "title": f"Said {WEATHER}",
        "titleUrl": query,
        "subtitles": [{"name": "Morgen regnet es in Flensburg."}],
        "time": "2019-02-03T10:11:12.345Z",
        "locationInfos": [{"name": "Around this area", "url": place, "source": "From your device"}],
        "audioFiles": ["2019-02-03_10_11_12_345_UTC.wav"],
    }
    page = (
        "<!DOCTYPE html><html><head><title>My Activity History</title><style>.a > .b {color: red}</style>"
        "<!-- Sandra Hartmann --><script>var who = 'Sandra';</script></head><body>"
        '<div class="outer-cell mdl-cell"><p class="mdl-typography--title">Assistant<br></p>'
        f'Said <a href="{query}" title="Sandra">{WEATHER}</a><br>Hallo Sandra Hartmann &amp; Familie'
        '<audio controls><source src="2019-02-03_10_11_12_345_UTC.wav" type="audio/wav"></audio>'
        "</div></body></html>"
    )
    path = tmp_path_factory.mktemp("google") / "takeout.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(f"{ASSISTANT}/MyActivity.json", json.dumps([item]))
        out.writestr(f"{ASSISTANT}/MyActivity.html", page)
        out.writestr(f"{ASSISTANT}/2019-02-03_10_11_12_345_UTC.wav", clips[WEATHER])
    return path
