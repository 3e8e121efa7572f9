# `make demo` runs the main job, `make test` passes the tests; each sets up .venv if it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types contract pytest golden bench docs clean

demo: $(READY)
	$(BIN)/loopsim run scenarios/lending/selective_labels.yaml

test: lint types contract pytest

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "loopsim needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contract: $(READY)
	$(BIN)/lint-imports

pytest: $(READY)
	$(BIN)/pytest -n auto

golden: $(READY)
	LOOPSIM_UPDATE=1 $(BIN)/pytest tests/test_bad_input.py tests/test_golden.py

bench: $(READY)
	$(BIN)/python benchmarks/lending.py

# The site of docs/ and of the docstrings, in site/; any warning fails it.
docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo site/index.html

clean:
	rm -rf $(VENV) site .mypy_cache .ruff_cache .hypothesis .import_linter_cache
