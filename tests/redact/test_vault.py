"""What was taken out comes back from the vault, with the passphrase alone, and not what was forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pii_audio.config import RedactConfig
from pii_audio.errors import ConfigError, VaultError
from pii_audio.redact import vault as vaults
from pii_audio.redact.originals import decrypted
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.text import Redaction, redact
from pii_audio.redact.vault import Lock, Vault, load, save
from pii_audio.types import Finding, Transcript, Word

TEXTS = {
    "rec-1": "Hier ist Henrike Ostermann, meine Mail ist henrike@web.de.",
    "rec-2": "Ruf Malte an, oder Henrike, unter 0176 48213907.",
}
FOUND = {
    "rec-1": [("Henrike Ostermann", "PERSON"), ("henrike@web.de", "EMAIL_ADDRESS")],
    "rec-2": [("Malte", "PERSON"), ("Henrike", "PERSON"), ("0176 48213907", "PHONE_NUMBER")],
}


def transcript(recording: str, text: str) -> Transcript:
    words = tuple(
        Word(m.start(), m.end(), n / 2, n / 2 + 0.4, 0.8, "de")
        for n, m in enumerate(re.finditer(r"\S+", text))
    )
    return Transcript(recording, text, words, "de", 10.0, "test")


TRANSCRIPTS = [transcript(*item) for item in TEXTS.items()]


def finding(recording: str, text: str, start: int, length: int, kind: str) -> Finding:
    end = min(len(text), start + length)
    return Finding(f"{recording}-{start}", recording, kind, start, end, 0.9, "test", text=text[start:end])


def findings() -> dict[str, list[Finding]]:
    return {
        recording: [
            finding(recording, text, text.index(said), len(said), kind) for said, kind in FOUND[recording]
        ]
        for recording, text in TEXTS.items()
    }


def release(
    config: RedactConfig | None = None, earlier: Pseudonyms | None = None
) -> tuple[Pseudonyms, list[Redaction]]:
    names = Pseudonyms.of(findings(), earlier)
    own = findings()
    return names, [redact(t, own[t.recording_id], names, config or RedactConfig()) for t in TRANSCRIPTS]


@pytest.fixture(autouse=True)
def quick_key(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """scrypt takes half a second a time; only the tests that are about it wait for it."""
    if "passphrase" not in request.node.name:
        monkeypatch.setattr(vaults, "derived_key", lambda passphrase, salt: sha256(salt).digest())


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    return Lock(tmp_path / "vault.pii", "correct horse")


def test_it_opens_with_its_passphrase_and_with_no_other(lock: Lock) -> None:
    names, redactions = release()
    vault = Vault(Pseudonyms({})).with_release(names, TRANSCRIPTS, redactions)
    save(vault, lock)
    assert lock.path.stat().st_mode & 0o777 == 0o600
    data = lock.path.read_bytes()
    assert not [word for word in (b"Henrike", b"Malte", b"web.de", b"48213907", b"PERSON") if word in data]
    opened = load(lock)
    assert opened == vault
    assert opened.pseudonyms.key == names.key
    with pytest.raises(VaultError, match="passphrase is wrong"):
        load(replace(lock, passphrase="Correct horse"))
    for at in (0, 20, 40, len(data) - 1):
        lock.path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(VaultError):
            load(lock)
    for short in (b"", data[:30], data[:-1]):
        lock.path.write_bytes(short)
        with pytest.raises(VaultError):
            load(lock)


def test_an_empty_passphrase_is_none(lock: Lock) -> None:
    with pytest.raises(ConfigError, match="empty"):
        save(Vault(Pseudonyms({})), replace(lock, passphrase=""))


def test_the_same_vault_never_looks_the_same(lock: Lock) -> None:
    save(Vault(Pseudonyms({})), lock)
    once = lock.path.read_bytes()
    save(load(lock), lock)
    assert lock.path.read_bytes()[20:60] != once[20:60]


def test_nothing_secret_is_in_a_repr(lock: Lock) -> None:
    names, redactions = release()
    vault = Vault(names).with_release(names, TRANSCRIPTS, redactions)
    shown = repr((lock, vault, names, *vault.texts.values()))
    assert not [
        word for word in ("horse", "Henrike", "Malte", names.key.hex(), repr(names.key)) if word in shown
    ]


@pytest.mark.parametrize("operator", ["placeholder", "pseudonym", "mask", "hash", "remove"])
def test_a_release_gets_its_words_back(operator: str) -> None:
    names, redactions = release(RedactConfig(operator=operator))  # type: ignore[arg-type]
    vault = Vault(Pseudonyms({})).with_release(names, TRANSCRIPTS, redactions)
    assert [vault.restore(r.transcript) for r in redactions] == TRANSCRIPTS
    assert vault.restore(replace(redactions[0].transcript, text="another release")) is None


def test_earlier_releases_get_theirs_back_too() -> None:
    names, first = release()
    vault = Vault(Pseudonyms({})).with_release(names, TRANSCRIPTS, first)
    names, second = release(RedactConfig(operator="mask"), vault.pseudonyms)
    vault = vault.with_release(names, TRANSCRIPTS, second)
    assert [vault.restore(r.transcript) for r in (*first, *second)] == TRANSCRIPTS * 2


def test_whoever_is_forgotten_stays_so_and_the_others_come_back() -> None:
    names, redactions = release()
    vault = Vault(Pseudonyms({})).with_release(names, TRANSCRIPTS, redactions).forget(["PERSON_1"])
    first, second = (vault.restore(r.transcript) for r in redactions)
    assert first is not None
    assert second is not None
    assert first.text == "Hier ist <PERSON_1>, meine Mail ist <EMAIL_ADDRESS_1>.", "her name is in her mail"
    assert second.text == "Ruf Malte an, oder <PERSON_1>, unter 0176 48213907."
    assert "enrike" not in str(vaults._dumped(vault))
    assert "stermann" not in str(vaults._dumped(vault))
    with pytest.raises(VaultError, match="PERSON_1"):
        vault.forget(["PERSON_1"])


@pytest.mark.parametrize("name", ["Henrike", "henrike ostermann", "Ostermann"])
def test_somebody_is_forgotten_by_name(name: str) -> None:
    names, redactions = release()
    vault = Vault(Pseudonyms({})).with_release(names, TRANSCRIPTS, redactions)
    assert vault.forget([name]) == vault.forget(["PERSON_1"])
    with pytest.raises(VaultError, match="--person: the vault knows nobody"):
        vault.forget(["Henri"])


def test_a_forgotten_number_is_never_given_to_another() -> None:
    names, redactions = release()
    vault = Vault(Pseudonyms({})).with_release(names, TRANSCRIPTS, redactions).forget(["PERSON_1"])
    again, _ = release(earlier=vault.pseudonyms)
    numbers = {said: n for (kind, said), n in again.numbers.items() if kind == "PERSON"}
    assert numbers == {"Malte": 2, "Henrike Ostermann": 3, "Henrike": 3}


def test_a_whole_recording_can_be_forgotten() -> None:
    names, redactions = release()
    vault = Vault(Pseudonyms({})).with_release(names, TRANSCRIPTS, redactions).forget(recordings=["rec-2"])
    assert [vault.restore(r.transcript) for r in redactions] == [TRANSCRIPTS[0], None]
    assert "Malte" not in str(vaults._dumped(vault))
    with pytest.raises(VaultError, match="rec-9"):
        vault.forget(recordings=["rec-9"])


def test_pseudonyms_stay_when_more_recordings_come() -> None:
    names, _ = release()
    more = {"rec-0": [Finding("f", "rec-0", "PERSON", 0, 3, 0.9, "test", text="Cem")], **findings()}
    later = Pseudonyms.of(more, names)
    assert {mention: later.numbers[mention] for mention in names.numbers} == names.numbers
    assert later.numbers["PERSON", "Cem"] == 3
    misheard = [Finding("f", "rec-3", "PERSON", 0, 9, 0.9, "test", text="Ostermahn")]
    assert Pseudonyms.of({"rec-3": misheard}, names).label(misheard[0]) == "PERSON_1"


def test_what_was_encrypted_opens_with_the_key() -> None:
    names = replace(Pseudonyms.of(findings()), cipher=b"k" * 32)
    own, config = findings(), RedactConfig(operator="encrypt")
    sealed = [redact(t, own[t.recording_id], names, config).transcript for t in TRANSCRIPTS]
    assert not [word for t in sealed for word in ("Henrike", "Malte", "48213907") if word in t.text]
    opened = [decrypted(t, b"k" * 32) for t in sealed]
    assert [t.text for t in opened] == list(TEXTS.values())
    assert {opened[1].text[w.start : w.end] for w in opened[1].words} >= {
        "Malte",
        "Henrike,",
        "0176 48213907.",
    }
    assert [decrypted(t, b"x" * 32).text == t.text for t in sealed] == [True, True]


def test_nothing_is_encrypted_without_a_passphrase() -> None:
    with pytest.raises(ConfigError, match="passphrase"):
        release(RedactConfig(operator="encrypt"))


KINDS = ["PERSON", "AGE", "PHONE_NUMBER"]
LETTERS = st.text("abcßäÄB-'’.,@ 12\n", max_size=60)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    LETTERS,
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12), st.sampled_from(KINDS)), max_size=5),
    st.sampled_from(["placeholder", "mask", "remove", "hash"]),
)
def test_any_text_and_its_words_come_back_whole(
    text: str, places: list[tuple[int, int, str]], operator: str
) -> None:
    said = transcript("rec-1", text)
    found = [
        finding("rec-1", text, start, length, kind) for start, length, kind in places if start < len(text)
    ]
    names = Pseudonyms.of({"rec-1": found})
    redaction = redact(said, found, names, RedactConfig(operator=operator))  # type: ignore[arg-type]
    vault = Vault(names).with_release(names, [said], [redaction])
    assert vault.restore(redaction.transcript) == said
