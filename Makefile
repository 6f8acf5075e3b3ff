# `make brief` and `make test` set up all they need in .venv; `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(VENV)/.run-installed
DEV    := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help brief test engines check bench clean prerequisites

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /: /'

prerequisites:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "tertius needs Python 3.11 or newer: on Debian, apt-get install make python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "tertius needs Python 3.11 or newer, this is $$($(PYTHON) --version 2>&1); say PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "this Python has no venv: on Debian, apt-get install python3-venv" >&2; exit 1; }

$(RUN): pyproject.toml | prerequisites
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV): pyproject.toml | prerequisites
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(RUN) $@

brief: $(RUN) ## write korea-2018.html, the brief of the founding case
	@$(BIN)/tertius brief korea-2018 --output korea-2018.html

test: $(DEV) ## run the tests
	@$(BIN)/python -m pytest $(ARGS)
	@$(BIN)/python -m pytest --quiet --doctest-modules src/tertius

engines: $(DEV) ## run the tests of every engine (installs Spark, which needs Java 17)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,spark]'
	@$(BIN)/python -m pytest tests/engines $(ARGS)

check: $(DEV) ## lint and types
	@$(BIN)/ruff check src tests bench docs
	@$(BIN)/ruff format --check src tests bench docs
	@$(BIN)/mypy

bench: $(DEV) ## time what must be fast, beside a naive way
	@$(BIN)/python -m bench

clean: ## remove the environment and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis korea-2018.html korea-2018.run.json
