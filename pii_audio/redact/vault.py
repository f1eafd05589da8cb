"""The vault: who has which pseudonym, and what was taken out, in one encrypted file for those who may know.

With it a release can be given its words back, the next release calls everybody what the last one did, and one
person's words can be deleted for good. It holds no more of a text than what was taken out of it; of tables
and pages of an export also what is released (see `tables`).

The file: MAGIC, 16 bytes of salt, 12 bytes of nonce, then JSON encrypted with AES-256-GCM, MAGIC being
authenticated too; the key is scrypt (RFC 7914) of the passphrase and the salt, N = 2^17, r = 8, p = 1, which
takes 128 MB and about half a second. Salt and nonce are new whenever it is written.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any
from urllib.parse import unquote_plus
from zlib import compress, decompress

from pii_audio.errors import ConfigError, VaultError
from pii_audio.files import write_private, writing
from pii_audio.redact.originals import Original, originals, put_back
from pii_audio.redact.pseudonyms import Pseudonyms, name_words
from pii_audio.redact.tables import Marked, Taken
from pii_audio.redact.text import Redaction
from pii_audio.spelling import fold
from pii_audio.types import Transcript, Word

__all__ = ["Lock", "Vault", "derived_key", "document_key", "load", "save"]

MAGIC = b"pii-audio vault 1\n"
SALT, NONCE = 16, 12  # bytes


@dataclass(frozen=True, slots=True)
class Lock:
    """Where a vault is, and what opens it."""

    path: Path
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vault:
    """`texts` is by recording id and hash of the released text: each release has positions of its own.

    `documents`, the tables and pages of exports, are by `document_key`.
    """

    pseudonyms: Pseudonyms = field(repr=False)
    salt: bytes = field(default_factory=lambda: token_bytes(SALT), repr=False)  # of the operator `encrypt`
    texts: Mapping[str, tuple[Original, ...]] = field(default_factory=dict, repr=False)
    documents: Mapping[str, Marked] = field(default_factory=dict, repr=False)

    def with_release(
        self,
        pseudonyms: Pseudonyms,
        transcripts: Iterable[Transcript],
        redactions: Iterable[Redaction],
        documents: Mapping[str, Marked] | None = None,
    ) -> Vault:
        """This vault, and what was taken from the transcripts and documents of one more release."""
        pairs = zip(transcripts, redactions, strict=True)
        new = {_key(redaction.transcript): originals(t, redaction, pseudonyms) for t, redaction in pairs}
        kept = replace(pseudonyms, mentions=(), cipher=None)
        both = {**self.documents, **(documents or {})}
        return replace(self, pseudonyms=kept, texts={**self.texts, **new}, documents=both)

    def restore(self, released: Transcript) -> Transcript | None:
        """The transcript with its words, as far as they are still in here; None for a text unknown to it."""
        known = self.texts.get(_key(released))
        return None if known is None else put_back(released, known)

    def forget(self, labels: Sequence[str] = (), recordings: Sequence[str] = ()) -> Vault:
        """This vault without the words of persons ("PERSON_3", any label, or a name), or of whole recordings.

        Gone are what was said of the label itself, all else that was taken out and holds a name of that
        person, and the pseudonyms that nothing is left of; their numbers are not given again. From documents
        goes all that holds anything of a label; they say nothing of recordings. Raises VaultError for a label
        or recording that is not in here.
        """
        labels = [label for person in labels for label in self._labels(person)]
        ids = {key.split(":")[0] for key in self.texts}
        if strange := [recording for recording in recordings if recording not in ids]:
            raise VaultError(strange[0], "the vault does not know it", "see release.json for the ids")
        names = {word for label in labels for word in self._names(label)}
        texts: dict[str, tuple[Original, ...]] = {}
        for key, known_of in self.texts.items():
            left = tuple(o for o in known_of if o.label not in labels and not _holds(o.text, names))
            hashed = key.startswith("cell-") and len(left) < len(known_of)  # its id could be guessed from
            if key.split(":")[0] not in recordings and not hashed:
                texts[key] = left
        values = self._values(labels) | {_bare(name) for name in names}
        documents = {
            key: document.without(lambda t: not {*labels}.isdisjoint(t.labels) or _hides(t.text, values))
            for key, document in self.documents.items()
        }
        pseudonyms = self._left(texts, documents, names)
        return replace(self, texts=texts, documents=documents, pseudonyms=pseudonyms)

    def _labels(self, person: str) -> list[str]:
        """The label itself, or those of everybody who was called by all words of a name."""
        numbers = self.pseudonyms.numbers
        words = {fold(word) for word in name_words(person)}
        found = {
            f"{kind}_{n}"
            for (kind, said), n in numbers.items()
            if f"{kind}_{n}" == person
            or (kind == "PERSON" and words and words <= {fold(word) for word in name_words(said)})
        }
        if not found:
            todo = "name a placeholder of the release, or the person as heard there"
            who = person if re.fullmatch(r"[A-Z_]+_\d+", person) else "--person"
            raise VaultError(who, "the vault knows nobody of that name", todo)
        return sorted(found)

    def _values(self, labels: Sequence[str]) -> set[str]:
        """What was said of the labels, as `_hides` looks for it."""
        entries = self.pseudonyms.numbers.items()
        bare = {_bare(said) for (kind, said), n in entries if f"{kind}_{n}" in labels}
        return {said for said in bare if len(said) >= 3}

    def _names(self, label: str) -> set[str]:
        """The words by which others' entries could name the person: of names, not of numbers or jobs."""
        entries = self.pseudonyms.numbers.items()
        said = [said for (kind, said), n in entries if f"{kind}_{n}" == label and kind == "PERSON"]
        return {fold(word) for text in said for word in name_words(text) if len(word) >= 3}

    def _left(
        self, texts: Mapping[str, Sequence[Original]], documents: Mapping[str, Marked], names: set[str]
    ) -> Pseudonyms:
        used = {original.label for known in texts.values() for original in known}
        used |= {label for document in documents.values() for t in document.taken for label in t.labels}
        before = self.pseudonyms
        numbers = {
            (kind, said): n
            for (kind, said), n in before.numbers.items()
            if f"{kind}_{n}" in used and not _holds(said, names)
        }
        drawn = {label: text for label, text in before.surrogates.items() if label in used}
        return replace(before, numbers=numbers, surrogates=drawn)


def document_key(recordings: Iterable[str], place: str, content: str) -> str:
    """Of a document by the ids of its release, its place there and the sha256 of its released bytes.

    Two exports can have the same table where the words are masked.
    """
    return sha256("\n".join([*sorted(recordings), place, content]).encode()).hexdigest()


def load(lock: Lock) -> Vault:
    """The vault of a file; an empty one where there is no file yet.

    Raises VaultError where the passphrase is wrong or the file was changed or is none of ours.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        data = lock.path.read_bytes()
    except FileNotFoundError:
        return Vault(Pseudonyms({}))
    except OSError as error:
        raise VaultError("vault", f"cannot be read ({error.strerror})", "check the path") from None
    if not data.startswith(MAGIC) or len(data) < len(MAGIC) + SALT + NONCE:
        raise VaultError("vault", "not a vault of this program", "check the path")
    salt, nonce, sealed = _split(data[len(MAGIC) :])
    try:
        plain = AESGCM(derived_key(lock.passphrase, salt)).decrypt(nonce, sealed, MAGIC)
    except InvalidTag:
        todo = "check the passphrase; a changed file is lost, take a copy of it"
        raise VaultError("vault", "the passphrase is wrong, or the file was changed", todo) from None
    return _loaded(json.loads(plain))


def save(vault: Vault, lock: Lock) -> None:
    """Encrypt the vault into its file, mode 0600. Raises OutputError where it cannot be written."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = token_bytes(SALT), token_bytes(NONCE)
    plain = json.dumps(_dumped(vault), ensure_ascii=False).encode()
    sealed = AESGCM(derived_key(lock.passphrase, salt)).encrypt(nonce, plain, MAGIC)
    with writing("vault", "choose another file"):
        write_private(lock.path, MAGIC + salt + nonce + sealed)


def derived_key(passphrase: str, salt: bytes) -> bytes:
    """32 bytes: scrypt, RFC 7914. Raises ConfigError for an empty passphrase."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    if not passphrase:
        raise ConfigError("passphrase", "it is empty", "set PII_AUDIO_PASSPHRASE, or type it when asked")
    return Scrypt(salt=salt, length=32, n=1 << 17, r=8, p=1).derive(passphrase.encode())


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    return data[:SALT], data[SALT : SALT + NONCE], data[SALT + NONCE :]


def _key(released: Transcript) -> str:
    return f"{released.recording_id}:{sha256(released.text.encode()).hexdigest()}"


def _holds(text: str, names: set[str]) -> bool:
    """Whether any of the names stands in the text, in other words too: in an e-mail address."""
    return any(name in fold(text) for name in names)


def _hides(text: str, values: Iterable[str]) -> bool:
    """Whether any of the values stands in the text, however it is spaced, and in addresses of the web too."""
    bare = _bare(unquote_plus(text))
    return any(value in bare for value in values)


def _bare(text: str) -> str:
    return re.sub(r"\W", "", fold(text))


def _dumped(vault: Vault) -> dict[str, Any]:
    names = vault.pseudonyms
    return {
        "key": names.key.hex(),
        "salt": vault.salt.hex(),
        "numbers": [[kind, said, n] for (kind, said), n in names.numbers.items()],
        "highest": dict(names.highest),
        "surrogates": dict(names.surrogates),
        "texts": {
            key: [asdict(original) for original in originals] for key, originals in vault.texts.items()
        },
        "documents": {
            key: {
                "content": b64encode(compress(d.content)).decode(),
                "taken": [asdict(t) for t in d.taken],
                "withheld": d.withheld,
            }
            for key, d in vault.documents.items()
        },
    }


def _loaded(data: Mapping[str, Any]) -> Vault:
    names = Pseudonyms(
        {(kind, said): n for kind, said, n in data["numbers"]},
        highest=data["highest"],
        surrogates=data["surrogates"],
        key=bytes.fromhex(data["key"]),
    )
    texts = {key: tuple(map(_original, known)) for key, known in data["texts"].items()}
    documents = {key: _document(row) for key, row in data.get("documents", {}).items()}
    return Vault(names, bytes.fromhex(data["salt"]), texts, documents)


def _original(row: Mapping[str, Any]) -> Original:
    return Original(**{**row, "words": tuple(Word(**word) for word in row["words"])})


def _document(row: Mapping[str, Any]) -> Marked:
    taken = (Taken(**{**item, "labels": tuple(item["labels"])}) for item in row["taken"])
    return Marked(decompress(b64decode(row["content"])), tuple(taken), row["withheld"])
