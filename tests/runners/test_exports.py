"""Exports of voice assistants go in and come out redacted."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import struct
import tempfile
import zipfile
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pii_audio import Config, Outcome, run, verify
from pii_audio.archive import Archive
from pii_audio.audio import decode
from pii_audio.errors import InputError
from pii_audio.files import hash_file
from pii_audio.formats.documents import rewrite
from pii_audio.redact.vault import Lock, load
from pii_audio.runners.safe import forget
from pii_audio.sources import discover
from pii_audio.types import Failure, Recording
from tests.runners.conftest import ASSISTANT, CALL, WEATHER

CANARIES = ("Sandra", "Hartmann", "Flensburg", "54.78", "G0911W", "sandra.hartmann", "Gartenstr", "Berlin")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, alexa: Path, google: Path) -> Outcome:
    return run([alexa, google], tmp_path_factory.mktemp("out") / "out", Config(), release=True)


def names(outcome: Outcome, export: str) -> list[str]:
    with zipfile.ZipFile(outcome.out / "redacted" / export) as archive:
        return archive.namelist()


def held(outcome: Outcome, export: str, name: str) -> bytes:
    with zipfile.ZipFile(outcome.out / "redacted" / export) as archive:
        return archive.read(name)


def test_recordings_are_read_where_they_lie(alexa: Path, clips: dict[str, bytes]) -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    found = [item for item in discover([alexa]) if isinstance(item, Recording)]
    assert found[0].member == "Alexa/Audio/2018/05/03/a.wav"
    assert len(found) == 3
    assert len({r.id for r in found}) == 2, "named by content"
    assert len({r.household for r in found}) == 1
    assert "Sandra" not in repr(found)
    assert decode(found[0]).duration_s == pytest.approx((len(clips[WEATHER]) - 44) / 32_000, abs=1e-3)
    assert set(Path(tempfile.gettempdir()).iterdir()) == before


def test_the_structure_comes_out_as_it_went_in(outcome: Outcome) -> None:
    assert names(outcome, "export-1.zip") == [
        "Alexa/Account.json",
        "Alexa/Audio/2018/05/03/a.wav",
        "Alexa/Audio/2018/05/04/PERSON_1.wav",
        "Alexa/Audio/2018/05/05/again.wav",
        "Alexa/Transcripts.csv",
        "Alexa/readme.txt",
    ]
    assert [name.removeprefix(ASSISTANT) for name in names(outcome, "export-2.zip")] == [
        "/2019-02-03_10_11_12_345_UTC.wav", "/MyActivity.html", "/MyActivity.json",
    ]  # fmt: skip
    assert [f.message.split(":")[1] for f in outcome.failures] == [
        " neither sound nor a document that can be read; it is left out"
    ]
    root = outcome.out / "redacted"
    release = json.loads((root / "release.json").read_text())
    listed = {*release["files"], *(name for r in release["recordings"] for name in r["files"])}
    zipped = {f"{zip_}/{name}" for zip_ in ("export-1.zip", "export-2.zip") for name in names(outcome, zip_)}
    assert listed == {path.name for path in root.iterdir()} - {"release.json"} | zipped
    assert all(r["audio"] in zipped for r in release["recordings"])
    with zipfile.ZipFile(root / "export-1.zip") as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert (archive.comment, archive.testzip()) == (b"", None)


def test_nothing_that_says_who_it_was_is_left(outcome: Outcome) -> None:
    for path in (outcome.out / "redacted").rglob("*"):
        assert not [c for c in CANARIES if c in str(path.relative_to(outcome.out))]
        if path.suffix != ".zip":
            text = path.read_text(encoding="utf-8")
            assert not [c for c in CANARIES if c.lower() in text.lower()], path.name
    for export in ("export-1.zip", "export-2.zip"):
        for name in names(outcome, export):
            text = name + held(outcome, export, name).decode("latin-1")
            assert name.endswith(".wav") or not [c for c in CANARIES if c.lower() in text.lower()], name


def test_the_same_set_gives_the_same_zip(tmp_path: Path, alexa: Path) -> None:
    config = Config.model_validate({"redact": {"audio": "silence"}})
    made = []
    for name in ("one", "two"):
        run([alexa], tmp_path / name, config, release=True)
        made.append((tmp_path / name / "redacted" / "export-1.zip").read_bytes())
    assert made[0] == made[1]


def planted(outcome: Outcome, folder: Path, changes: dict[str, bytes], comment: bytes = b"") -> set[str]:
    """Kinds of leaks found after members of export-1.zip were changed or added, as if released so."""
    release = folder / "release"
    shutil.copytree(outcome.out / "redacted", release)
    members = {name: held(outcome, "export-1.zip", name) for name in names(outcome, "export-1.zip")} | changes
    with zipfile.ZipFile(release / "export-1.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    data = json.loads((release / "release.json").read_text())
    data["files"]["export-1.zip"] = hash_file(release / "export-1.zip")
    for name, content in changes.items():
        place = f"export-1.zip/{name}"
        own = next((r["files"] for r in data["recordings"] if place in r["files"]), data["files"])
        own[place] = sha256(content).hexdigest()
    (release / "release.json").write_text(json.dumps(data))
    certificate = verify(release, Config(), against=outcome.out, out=folder, hear_again=False)
    return {leak.kind for leak in certificate.leaks}


def test_leaks_within_the_zip_are_found(outcome: Outcome, clips: dict[str, bytes], tmp_path: Path) -> None:
    sound = "Alexa/Audio/2018/05/04/PERSON_1.wav"
    tagged = held(outcome, "export-1.zip", sound) + b"TAG Sandra" + bytes(118)
    for number, (changes, comment, kinds) in enumerate([
        ({}, b"", set()),
        ({"Alexa/readme.txt": b"Liebe Sandra,\r\nhier sind Ihre Daten.\r\n"}, b"", {"text"}),
        ({"Alexa/Sandra Hartmann.txt": b"Guten Tag"}, b"", {"file name"}),
        ({"Alexa/photo.jpg": b"\xff\xd8\xff\xe0\x00\x10 Hartmann"}, b"", {"bytes"}),
        ({"Alexa/more.zip": b"PK"}, b"", {"missing", "unreadable"}),
        ({}, b"made for Sandra", {"tag"}),
        ({sound: tagged}, b"", {"tag", "disagreement"}),
        ({sound: clips[CALL]}, b"", {"sound", "disagreement"}),
    ]):  # fmt: skip
        folder = tmp_path / str(number)
        folder.mkdir()
        found = planted(outcome, folder, changes, comment)
        assert found >= kinds if kinds else not found, f"{number}: {found}"


def test_names_that_stand_in_tables_only_are_in_the_vault(tmp_path: Path, alexa: Path) -> None:
    lock = Lock(tmp_path / "vault.pii", "correct horse")
    run([alexa], tmp_path / "out", Config(), release=True, vault=lock)
    numbers = load(lock).pseudonyms.numbers
    label = next(f"{kind}_{n}" for (kind, said), n in numbers.items() if "Hartmann" in said)
    forget(lock, [label], [])
    left = load(lock)
    assert not [said for _, said in left.pseudonyms.numbers if "Hartmann" in said]
    assert not [o for known in left.texts.values() for o in known if "Hartmann" in o.text]
    assert not [t for document in left.documents.values() for t in document.taken if "Hartmann" in t.text]
    assert [said for _, said in left.pseudonyms.numbers if "Gartenstr" in said], "numbered as before"


def test_the_sound_within_the_zip_is_heard_again(outcome: Outcome, tmp_path: Path) -> None:
    certificate = verify(outcome.out / "redacted", Config(), against=outcome.out, out=tmp_path)
    assert certificate.leaks == ()
    assert "2 of 2 recordings" in str(certificate.checks)
    assert "all sound" in str(certificate.checks)


def test_surrogates_in_tables_are_not_taken_for_findings(tmp_path: Path, alexa: Path) -> None:
    config = Config.model_validate({"redact": {"operator": "surrogate"}})
    run([alexa], tmp_path, config, release=True)
    assert verify(tmp_path / "redacted", config, against=tmp_path, hear_again=False).leaks == ()

    with zipfile.ZipFile(tmp_path / "redacted" / "export-1.zip", "a") as archive:
        archive.writestr("hallo.txt", "Liebe Gundula Petersen, Sandra Hartmann wohnt in Flensburg.")
    found = verify(tmp_path / "redacted", config, against=tmp_path, hear_again=False).leaks
    assert {"changed", "unlisted", "text", "recognized"} <= {leak.kind for leak in found}


def test_tables_keep_their_form(outcome: Outcome) -> None:
    text = held(outcome, "export-1.zip", "Alexa/Transcripts.csv").decode()
    assert text.startswith('\ufeff"Timestamp";"Device Name"')
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["Audio File"] for row in rows] == ["2018/05/03/a.wav", "2018/05/04/PERSON_1.wav"]
    assert rows[0]["Timestamp"] == "2018-05-03T08:12:44Z"
    assert rows[1]["Transcript"] == "Ruf <PARTNER_1> <PERSON_1> an."
    account = json.loads(held(outcome, "export-1.zip", "Alexa/Account.json"))
    assert (account["active"], account["n"], account["customerName"]) == (True, 3, "<PERSON_1>")
    activity = json.loads(held(outcome, "export-2.zip", f"{ASSISTANT}/MyActivity.json"))[0]
    assert activity["time"] == "2019-02-03T10:11:12.345Z"
    assert activity["title"].endswith(" Wie wird das Wetter morgen in <LOCATION_1>?")
    assert activity["titleUrl"] == "https://www.google.com/"
    assert activity["audioFiles"] == ["2019-02-03_10_11_12_345_UTC.wav"]


def test_pages_keep_their_form(outcome: Outcome) -> None:
    page = held(outcome, "export-2.zip", f"{ASSISTANT}/MyActivity.html").decode()
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)

    Tags().feed(page)
    assert tags == ["html", "head", "title", "style", "body", "div", "p", "br", "a", "br", "audio", "source"]
    assert ".a > .b {color: red}" in page
    assert "Hallo &lt;PERSON_1&gt; &amp; Familie" in page
    assert '<source src="2019-02-03_10_11_12_345_UTC.wav" type="audio/wav">' in page


def packed(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members:
            out.writestr(name, data)
    return path


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../Sandra.wav", "leads out"),
        ("a/../../Sandra.wav", "leads out"),
        ("/etc/Sandra.wav", "leads out"),
        ("C:/Sandra.wav", "no relative path"),
        ("a\\..\\Sandra.wav", "no relative path"),
        ("Sandra\n.wav", "no relative path"),
        (link("Sandra.wav"), "link or a device"),
        ("Sandra.zip", "archive itself"),
        ("GOOD.wav", "case only"),
    ],
)
def test_a_member_that_is_not_safe_costs_itself(
    name: str | zipfile.ZipInfo, says: str, tmp_path: Path, clips: dict[str, bytes]
) -> None:
    path = packed(tmp_path / "x.zip", ("good.wav", clips[CALL]), (name, clips[WEATHER]))
    good, bad = sorted(discover([path]), key=lambda item: isinstance(item, Failure))
    assert isinstance(good, Recording)
    assert isinstance(bad, Failure)
    assert says in bad.message
    assert "Sandra" not in bad.message


def test_the_same_name_twice_and_encrypted_members(tmp_path: Path, clips: dict[str, bytes]) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = packed(tmp_path / "x.zip", ("a.wav", clips[CALL]), ("a.wav", clips[WEATHER]))
    assert [type(item) for item in discover([path])] == [Failure, Recording]
    path = packed(tmp_path / "y.zip", ("a.wav", clips[CALL]))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    (item,) = discover([path])
    assert isinstance(item, Failure)
    assert "encrypted" in item.message


def test_bombs_are_refused_by_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "bomb.zip", ("a.wav", bytes(64 << 20)), ("b.wav", os.urandom(1000)))
    bomb, fine = discover([path])
    assert isinstance(bomb, Failure)
    assert "far too much" in bomb.message
    assert isinstance(fine, Recording)
    data = bytearray(path.read_bytes())  # a header that lies about the size changes nothing
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 1000)
    path.write_bytes(data)
    assert isinstance(next(iter(discover([path]))), Failure)
    monkeypatch.setattr("pii_audio.archive.TOTAL_BYTES", 1500)
    path = packed(tmp_path / "many.zip", *((f"{n}.wav", os.urandom(1000)) for n in range(3)))
    assert [type(item) for item in discover([path])] == [Recording, Failure, Failure]
    monkeypatch.setattr("pii_audio.archive.MEMBERS", 2)
    with pytest.raises(InputError, match="more than 2 members"):
        Archive(path)


def test_a_damaged_archive_is_a_failure(tmp_path: Path, alexa: Path) -> None:
    (tmp_path / "half.zip").write_bytes(alexa.read_bytes()[:20_000])
    (tmp_path / "letter.zip").write_text("Liebe Sandra")
    for name in ("half.zip", "letter.zip"):
        (item,) = discover([tmp_path / name])
        assert isinstance(item, Failure)
        assert "cannot be read" in item.message
        assert "Sandra" not in item.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'a,b\r\n"1,5",zwei\r\n'),
        ("a.tsv", "a\tb\n1\t2\n"),
        ("a.json", '{\n  "a": 1,\n  "b": [\n    2.5,\n    true,\n    null,\n    "ü"\n  ]\n}'),
        ("a.jsonl", '{"a": 1}\n\n{"b": 2}\n'),
        ("a.txt", "eins\r\nzwei\n\n drei"),
        ("a.html", '<p class="x">a &lt; b &amp; c<br>  <i>d</i></p>'),
    ],
)
def test_a_document_whose_texts_stay_stays_as_it_is(name: str, text: str) -> None:
    assert rewrite(name, text.encode(), lambda _, said: said).decode() == text
