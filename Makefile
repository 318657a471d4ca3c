# Everything a new person needs: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
UV := $(shell command -v uv || echo $(BIN)/uv)
INTO := pip install --quiet --python $(BIN)/python
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench lock soak

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## Make the virtual environment and install everything into it

# uv where there is one or pip can get it, as it is ten times as fast; pip by itself wherever uv does not manage.
$(STAMP): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Tenantline needs Python 3.11: install it, or say where it is: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing into $(VENV), this once: a minute or a few, 950 MB ..."
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "No virtual environment: install Python's venv (on Debian: apt install python3.11-venv)"; exit 1; }
	@test -x "$(UV)" || $(PIP) uv || echo "No uv to be had: pip goes on alone"
	@{ test -x "$(UV)" && "$(UV)" $(INTO) --require-hashes -r requirements.txt && "$(UV)" $(INTO) --no-deps -e .; } || \
	 { $(PIP) --require-hashes -r requirements.txt && $(PIP) --no-deps -e .; }
	@touch $(STAMP)

demo: setup ## A morning of tenants, through real protocols (ARGS="--exit" stops at the end)
	@$(BIN)/tenantline demo $(ARGS)

run: setup ## One node that does everything (ARGS="--port 8080")
	@$(BIN)/tenantline serve $(ARGS)

test: setup ## All tests
	@$(BIN)/python -m pytest -n 2 $(ARGS)

check: setup ## Formatter, linter, types, then all tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@$(MAKE) --no-print-directory test

bench: setup ## Measure the whole and its parts; docs/benchmarks.md says what it found
	@$(BIN)/python -m benchmarks $(ARGS)

soak: setup ## Long runs with seeds: fuzzing and killing at random moments
	@$(BIN)/python -m pytest -n 2 -m soak $(ARGS)

lock: setup ## Refresh requirements.txt after a change of pyproject.toml
	@$(UV) pip compile --quiet --python-version 3.11 --generate-hashes --no-header --extra dev --extra postgres pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --python-version 3.11 --generate-hashes --no-header --extra train --override /dev/stdin pyproject.toml -o requirements-train.txt <<< 'torch; sys_platform == "none"'
