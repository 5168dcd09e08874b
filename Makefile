# Everything runs in $(VENV); nothing else on the machine is touched.
PYTHON ?= python3
VENV ?= .venv
KB ?= kb
BIN := $(VENV)/bin

.PHONY: demo test test-failed test-all lint types contracts docs format benchmarks lock audit clean

demo: $(VENV)/.installed      ## build the bundled knowledge base in ./kb ask it, and run a model on it
	$(BIN)/orthoweave demo --kb $(KB)

# two processes, each with whole files: what a file's tests share is made once. Each computes on one
# thread: with more, the processes wait for each other
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test: $(VENV)/.installed-dev  ## run the test suite
	$(PYTEST) -m "not slow"

test-failed: $(VENV)/.installed-dev  ## run the tests that failed last time again, one by one
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" --last-failed --last-failed-no-failures none

test-all: $(VENV)/.installed-dev  ## run the slow tests too
	$(PYTEST)

lint: $(VENV)/.installed-dev  ## style of all code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev  ## static types
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev  ## who may import whom
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev  ## put all code into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.installed-dev   ## write the site to site/, without network
	$(BIN)/python docs/site/notebook.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

benchmarks: $(VENV)/.installed-dev  ## measure; results go to benchmarks/results/
	$(BIN)/python -m benchmarks.run_all

clean:                      ## remove the virtual environment and caches
	rm -rf $(VENV) .venv-tools site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "orthoweave needs Python 3.11 to 3.13: say make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# the lock names a version and the hashes of every package; the package itself is built from what
# the lock has installed
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes --only-binary :all:
OWN := $(INSTALL) --no-deps --no-build-isolation --editable .

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml requirements/base.txt requirements/torch.txt
	$(LOCKED) -r requirements/base.txt -r requirements/torch.txt
	$(OWN)
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	$(LOCKED) -r requirements/base.txt -r requirements/torch.txt -r requirements/dev.txt
	touch $@

# tools that need the network and nothing of ours
.venv-tools/bin/uv:
	$(PYTHON) -m venv .venv-tools
	.venv-tools/bin/python -m pip install --quiet uv pip-audit

lock: .venv-tools/bin/uv     ## write requirements/*.txt anew; UPGRADE=1 takes newer versions
	.venv-tools/bin/python requirements/lock.py $(if $(UPGRADE),--upgrade)

audit: .venv-tools/bin/uv    ## look for known weaknesses in the locked packages
	for name in base torch dev; do \
	  .venv-tools/bin/pip-audit --disable-pip --require-hashes --strict \
	    -r requirements/$$name.txt || exit 1; done
