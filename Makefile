# Everything runs in .venv; nothing else on the machine is touched.
PYTHON ?= python3
KB ?= kb
BIN := .venv/bin

.PHONY: demo test test-all lint types contracts format benchmarks clean

demo: .venv/.installed      ## build the bundled knowledge base in ./kb ask it, and run a model on it
	$(BIN)/orthoweave demo --kb $(KB)

# two processes, each with whole files: what a file's tests share is made once
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test: .venv/.installed-dev  ## run the test suite
	$(PYTEST) -m "not slow"

test-all: .venv/.installed-dev  ## run the slow tests too
	$(PYTEST)

lint: .venv/.installed-dev  ## style of all code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.installed-dev  ## static types
	$(BIN)/mypy

contracts: .venv/.installed-dev  ## who may import whom
	$(BIN)/lint-imports

format: .venv/.installed-dev  ## put all code into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmarks: .venv/.installed-dev  ## measure; results go to benchmarks/results/
	$(BIN)/python benchmarks/run_all.py

clean:                      ## remove the virtual environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "orthoweave needs Python 3.11 to 3.13: say make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[all]"
	touch $@

.venv/.installed-dev: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[all,dev]"
	touch $@ .venv/.installed
