# Everything that make installs stays in .venv; .venv/bin/chatarchief is the command.
PYTHON ?= python3
BIN := .venv/bin
CODE := archiver retention tests docs
# The least branch coverage that make check accepts, in per cent.
FLOOR := 85

# Compiled modules are kept: tests are rewritten once, and programs that tests start begin sooner.
export PYTHONDONTWRITEBYTECODE :=
# The half that a worker begins with is in the order of the files, so that fixtures are made once.
PYTEST := $(BIN)/pytest -n 2 --dist worksteal -q

.DEFAULT_GOAL := help
.PHONY: help install demo test check check-long explore format lint types layers tests docs docs-check \
	bench crash fuzz golden lock clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

install: .venv/.installed  ## make .venv with the locked, hashed packages

.venv/.installed: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

demo: install  ## an archive of invented people, from first delivery to a proven search
	PATH="$(CURDIR)/$(BIN):$$PATH" bash demo/run

test: install  ## run the tests
	$(PYTEST) -m "not slow"

check: format lint types layers tests docs-check  ## all that must hold before a change is kept

check-long: install  ## all kill points, missing syncs, long sequences, the fuzz budget
	$(PYTEST) -m slow
	$(BIN)/python -m tests.fuzz --seconds 5

explore: install  ## property tests with examples that no run had before
	$(PYTEST) -m "not slow" --hypothesis-profile=explore

format: install  ## the code is laid out as ruff would (repair: .venv/bin/ruff format)
	$(BIN)/ruff format --check $(CODE)

lint: install  ## ruff has no remark
	$(BIN)/ruff check $(CODE)

types: install  ## mypy, strict
	$(BIN)/mypy

layers: install  ## data goes one way (.importlinter)
	$(BIN)/lint-imports --no-logo

tests: install
	$(BIN)/coverage erase
	$(PYTEST) -m "not slow" --cov --cov-report= && $(BIN)/coverage report --fail-under=$(FLOOR)

docs: install  ## write the generated pages anew
	$(BIN)/python docs/generate.py

docs-check: install
	$(BIN)/python docs/generate.py --check

bench: install  ## speed as ratios against floors and peers, in one run
	$(BIN)/python -m tests.bench

crash: install  ## kill at every write, sync and rename
	$(BIN)/pytest -q -m slow tests/test_crash.py

fuzz: install  ## hostile input for every parser
	$(BIN)/python -m tests.fuzz

golden: install  ## show what the parsers make of the example exports, against what was expected
	$(BIN)/python -m tests.golden

# Plain requirements with hashes for every platform; they hold no download address.
lock: .cache/lock/bin/uv  ## compile the locked requirements anew
	.cache/lock/bin/uv pip compile $(LOCK) pyproject.toml --output-file requirements.txt
	.cache/lock/bin/uv pip compile $(LOCK) --group dev pyproject.toml --output-file requirements-dev.txt
	sed -i -E '/^--(extra-)?index-url|^--find-links/d' requirements.txt requirements-dev.txt

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.cache/lock/bin/uv:
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/pip install --quiet --disable-pip-version-check uv

clean:  ## remove what was made, .venv included
	rm -rf .venv .cache .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
	find archiver retention tests docs -name __pycache__ -type d -prune -exec rm -rf {} +
