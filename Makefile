# `make` on its own lists the targets. Everything runs from .venv, which the first target that needs it creates.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Some machines forbid Python to keep what it has compiled. The tests start many processes, and each would
# compile everything again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format soak bench lock questions pictures wordings personal-data browser clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.dev ## install everything into .venv, including what the tests need

demo: $(VENV)/.run ## start the demo workspace: a Slack on this machine with the bot in it
	@$(BIN)/partnership-bot demo

test: $(VENV)/.dev browser ## check style and types, then run the whole test suite on SQLite and PostgreSQL
	@$(MAKE) --no-print-directory lint
	@# Three at once for two cores: some tests wait for a server to start or to end.
	@$(BIN)/python -m pytest -n 3

lint: $(VENV)/.dev ## check style and types with ruff and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: $(VENV)/.dev ## format the code, and fix what ruff can fix
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

soak: $(VENV)/.dev ## run the long tests at full size, and every fault: no database, no room, slow connections, wrong clocks
	@$(BIN)/python -m pytest --soak -m soak -o faulthandler_timeout=7200 -n 2 --durations=0

bench: $(VENV)/.dev ## measure speed against its limits, and write docs/benchmarks.md
	@$(BIN)/python -m tests.bench

wordings: $(VENV)/.dev ## write everything the bot says to the file that a person approves
	@$(BIN)/python -m tests.wordings

personal-data: $(VENV)/.dev ## measure how well personal data is found, and write docs/personal-data.md
	@$(BIN)/python -m tests.personal_data

questions: $(VENV)/.dev ## ask questions in people's own words, and write docs/own-words.md
	@$(BIN)/python -m tests.questions

pictures: $(VENV)/.dev browser ## take the README's pictures from a running demo
	@$(BIN)/python -m tests.pictures

browser: ## install Debian's Chromium if there is no Chromium (needs root or sudo)
	@sh tests/install-chromium.sh

lock: ## resolve the dependencies again, and write requirements/ (needs uv)
	uv pip compile pyproject.toml --extra install --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --upgrade -q -o requirements/run.txt
	uv pip compile pyproject.toml --extra install --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --upgrade -q -o requirements/dev.txt

clean: ## remove .venv, the demo's data, caches and build files
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache *.egg-info build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Choose another: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The editable install puts `partnership-bot` on the path; its dependencies come from the lock file only.
$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
