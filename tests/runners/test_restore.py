"""Tables and pages of exports get their words back from the vault, but not those of the forgotten."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest
from typer.testing import CliRunner

from pii_audio import Config, run
from pii_audio.cli import app
from pii_audio.errors import InputError, VaultError
from pii_audio.redact import vault as vaults
from pii_audio.redact.vault import Lock, load
from pii_audio.runners.safe import forget, restore
from tests.runners.conftest import CALL

PASSPHRASE = "correct horse"
README = "export-1.zip/Alexa/readme.txt"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, alexa: Path, google: Path) -> Path:
    """A folder with out/redacted and vault.pii of two exports."""
    root = tmp_path_factory.mktemp("made")
    lock = Lock(root / "vault.pii", PASSPHRASE)
    run([alexa, google], root / "out", Config(), release=True, vault=lock)
    return root


def copied(made: Path, target: Path) -> tuple[Path, Lock]:
    """A copy of the release and of its vault."""
    shutil.copytree(made / "out" / "redacted", target / "release")
    shutil.copyfile(made / "vault.pii", target / "vault.pii")
    return target / "release", Lock(target / "vault.pii", PASSPHRASE)


def test_a_release_without_json_says_what_restoring_needs(tmp_path: Path, clips: dict[str, bytes]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.wav").write_bytes(clips[CALL])
    lock = Lock(tmp_path / "vault.pii", PASSPHRASE)
    config = Config.parse({"redact": {"formats": ["txt", "srt"]}})
    run([tmp_path / "in"], tmp_path / "out", config, release=True, vault=lock)
    with pytest.raises(InputError, match="without `json` among its formats"):
        restore(tmp_path / "out" / "redacted", tmp_path / "back", PASSPHRASE, lock.path)


def documents(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if PurePosixPath(name).suffix in {".csv", ".json", ".html", ".txt"}:
                yield name, archive.read(name).decode("utf-8-sig")


def said(name: str, text: str) -> object:
    """What a document says: rows, values, or the texts of a page without its scripts."""
    match PurePosixPath(name).suffix:
        case ".csv":
            return list(csv.reader(io.StringIO(text), delimiter=";"))
        case ".json":
            return json.loads(text)
        case ".html":
            page = Texts()
            page.feed(text)
            return page.texts
    return text


class Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str | None] = []
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.script = tag == "script"
        self.texts += [value for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.script = False

    def handle_data(self, data: str) -> None:
        if not self.script:
            self.texts.append(data)


def test_tables_and_pages_come_back(made: Path, alexa: Path, google: Path, tmp_path: Path) -> None:
    assert restore(made / "out" / "redacted", tmp_path / "back", PASSPHRASE, made / "vault.pii") == []
    count = 0
    for number, source in enumerate((alexa, google), start=1):
        released = dict(documents(made / "out" / "redacted" / f"export-{number}.zip"))
        for name, text in documents(source):
            back = (tmp_path / "back" / f"export-{number}" / name).read_bytes().decode("utf-8-sig")
            assert said(name, back) == said(name, text), name
            assert said(name, released[name]) != said(name, text), name
            count += 1
    assert count == 5
    files = [path for path in (tmp_path / "back").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_whoever_is_forgotten_is_so_in_tables_too(made: Path, tmp_path: Path) -> None:
    release, lock = copied(made, tmp_path)
    names = load(lock).pseudonyms.numbers
    who = next(f"{kind}_{n}" for (kind, text), n in names.items() if text == "Sandra Hartmann")
    where = next(f"{kind}_{n}" for (kind, text), n in names.items() if text == "Flensburg")
    forget(lock, [who], [])
    kept = json.dumps(vaults._dumped(load(lock)))
    marked = " ".join(document.content.decode() for document in load(lock).documents.values())
    assert not [word for word in ("Hartmann", "hartmann", "Sandra") if word in kept + marked]
    assert restore(release, tmp_path / "back", PASSPHRASE, lock.path) == []
    back = "".join(path.read_text() for path in (tmp_path / "back").rglob("*.*") if path.is_file())
    assert not [word for word in ("hartmann", "sandra") if word in back.lower()]
    assert [word for word in ("Flensburg", "Gartenstraße 17", "54.7833021") if word in back] == [
        "Flensburg", "Gartenstraße 17", "54.7833021",
    ]  # fmt: skip

    forget(lock, [where], [])
    kept = " ".join(t.text for document in load(lock).documents.values() for t in document.taken)
    assert "flensburg" not in kept.lower(), "nor in the address of a search"


def test_a_changed_document_is_named_and_the_others_come_back(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, lock = copied(made, tmp_path)
    path = release / "export-1.zip"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["Alexa/readme.txt"] += b"!"
    del members["Alexa/Account.json"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    failures = restore(release, tmp_path / "back", PASSPHRASE, lock.path)
    assert {f.recording_id: f.message.split(";")[0] for f in failures} == {
        README: "it was changed since it was released",
        "export-1.zip/Alexa/Account.json": "no such member",
    }
    assert {path.name for path in (tmp_path / "back" / "export-1").rglob("*.*")} == {"Transcripts.csv"}
    assert len([*(tmp_path / "back" / "export-2").rglob("*.*")]) == 2
    monkeypatch.setenv("PII_AUDIO_PASSPHRASE", PASSPHRASE)
    arguments = ["restore", str(release), "--vault", str(lock.path), "--out", str(tmp_path / "again")]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert README in result.stderr

    data = json.loads((release / "release.json").read_text())  # who changes one can change the other
    data["files"][README] = sha256(members["Alexa/readme.txt"]).hexdigest()
    (release / "release.json").write_text(json.dumps(data))
    failures = restore(release, tmp_path / "third", PASSPHRASE, lock.path)
    assert "knows no release of it" in next(f.message for f in failures if f.recording_id == README)


def test_no_table_comes_back_without_its_vault(made: Path, tmp_path: Path) -> None:
    release, lock = copied(made, tmp_path)
    with pytest.raises(VaultError, match="passphrase is wrong"):
        restore(release, tmp_path / "back", "wrong", lock.path)
    other = Lock(tmp_path / "other.pii", PASSPHRASE)
    vaults.save(vaults.Vault(vaults.Pseudonyms({})), other)
    assert len(restore(release, tmp_path / "back", PASSPHRASE, other.path)) == 2 + 5
    assert not (tmp_path / "back").exists()


def test_encrypted_tables_need_only_the_passphrase(alexa: Path, tmp_path: Path) -> None:
    lock = Lock(tmp_path / "vault.pii", PASSPHRASE)
    config = Config.model_validate({"redact": {"operator": "encrypt"}})
    run([alexa], tmp_path / "out", config, release=True, vault=lock)
    assert restore(tmp_path / "out" / "redacted", tmp_path / "back", PASSPHRASE) == []
    assert restore(tmp_path / "out" / "redacted", tmp_path / "whole", PASSPHRASE, lock.path) == []
    for name, text in documents(alexa):
        assert "Sandra Hartmann" in (tmp_path / "back" / "export-1" / name).read_text()
        whole = (tmp_path / "whole" / "export-1" / name).read_bytes().decode("utf-8-sig")
        assert said(name, whole) == said(name, text)
