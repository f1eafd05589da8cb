"""The notebooks run from their first cell to the last, and are kept without outputs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
PATIENT = ("--timeout=300", "--startup_timeout=300")  # seconds: a busy machine starts kernels slowly
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_there_is_one() -> None:
    assert NOTEBOOKS


@each
def test_it_is_kept_without_outputs(path: Path) -> None:
    assert not any(cell.outputs or cell.execution_count for cell in code(path))


@pytest.mark.slow
@each
def test_it_runs_and_draws_without_showing_what_was_said(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMPDIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    run = tmp_path / path.name
    run.write_bytes(path.read_bytes())
    jupyter = Path(sys.executable).with_name("jupyter-execute")
    done = subprocess.run([jupyter, "--inplace", *PATIENT, run], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shown = [output for cell in code(run) for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown)
    text = "".join(output.get("text", "") for output in shown)
    assert "surname" in text
    assert "Hartmann" not in text
