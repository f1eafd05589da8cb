"""The ledger: what is done is known after a crash, and two runs never share a folder."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pii_audio.errors import OutputError
from pii_audio.files import write_private, writing
from pii_audio.jobs import Ledger


def test_what_is_done_is_known_after_opening_again(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.record("rec-1", "transcript", "key-1")
    with Ledger(tmp_path) as ledger:
        assert ledger.is_done("rec-1", "transcript", "key-1")
        assert not ledger.is_done("rec-1", "transcript", "key-2")
        assert not ledger.is_done("rec-1", "findings", "key-1")


def test_a_new_key_replaces_the_old_one(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.record("rec-1", "transcript", "key-1")
        ledger.record("rec-1", "transcript", "key-2")
        assert not ledger.is_done("rec-1", "transcript", "key-1")


def test_a_second_run_is_told_to_wait(tmp_path: Path) -> None:
    with Ledger(tmp_path), pytest.raises(OutputError, match="another run"):
        Ledger(tmp_path)
    with Ledger(tmp_path):
        pass  # and may start when the first has ended


def test_a_damaged_ledger_starts_afresh(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with Ledger(tmp_path) as ledger:
        assert not ledger.is_done("rec-1", "transcript", "key-1")
        ledger.record("rec-1", "transcript", "key-1")
        assert ledger.is_done("rec-1", "transcript", "key-1")


@pytest.mark.parametrize("place", [0, 100, 4096, 8192])
def test_a_ledger_with_a_damaged_page_starts_afresh(tmp_path: Path, place: int) -> None:
    with Ledger(tmp_path) as ledger:
        for number in range(300):
            ledger.record(f"rec-{number}", "transcript", "key")
    data = bytearray((tmp_path / "ledger.sqlite").read_bytes())
    data[place : place + 2048] = b"x" * 2048
    (tmp_path / "ledger.sqlite").write_bytes(data)
    with Ledger(tmp_path) as ledger:
        assert not all(ledger.is_done(f"rec-{number}", "transcript", "key") for number in range(300))
        ledger.record("rec-1", "transcript", "key")


def test_the_ledger_is_private(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.record("rec-1", "transcript", "key-1")
        modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    assert modes
    assert not any(modes.values()), modes


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="--out"):
        Ledger(tmp_path / "file" / "out")


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow: what a full disk is like."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger, no_room(), pytest.raises(OutputError, match="run it again"):
        ledger.record("rec-1", "transcript", "key-1")


def test_a_ledger_that_finds_no_room_is_an_output_error(tmp_path: Path) -> None:
    with no_room(), pytest.raises(OutputError, match="make room"):
        Ledger(tmp_path)
    with Ledger(tmp_path):
        pass  # nobody holds it


def test_nothing_is_half_written_on_a_full_disk(tmp_path: Path) -> None:
    write_private(tmp_path / "file.txt", "before")
    with no_room(), pytest.raises(OutputError, match="--out: cannot be written"), writing("--out"):
        write_private(tmp_path / "file.txt", "after" * 1000)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]
