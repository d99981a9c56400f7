# One command for each thing: `make help` lists them. A fresh machine needs Python 3.11 and make.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python that is new enough and can make a virtual environment.
PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$one -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$one && break; done)
BIN := .venv/bin
ARGS ?=
# How tests are spread: module by module, over a process for each processor, four at most;
# ARGS="-n 0 …" runs them in one.
SPREAD := --numprocesses logical --maxprocesses 4 --dist loadscope
# What every command imports: compiled once at installation, also where Python may not write caches.
WARM := click dagster dagster_shared pydantic rich sqlalchemy typer yaml

export DAGSTER_DISABLE_TELEMETRY := 1
# uv trusts whom this machine trusts, as pip does.
export UV_SYSTEM_CERTS := 1

.PHONY: help
help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	|| sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1: \2/p' $(MAKEFILE_LIST)

# --- the virtual environment ---------------------------------------------------------------------

# $(call install,LOCK): everything by hash. uv comes first, out of the lock itself; where it can't be
# had, or finds no index, pip does the same, slower.
define install
	@echo "Installing $(1) into .venv (about a minute when nothing is cached)"
	@sed -n '/^uv==/,/^    # via/p' requirements-dev.lock > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--only-binary :all: -r .venv/uv.txt || echo "uv can't be had here; pip installs instead"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps --no-build -r $(1) \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--only-binary :all: -r $(1)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
		--no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -j 0 aios_defs assets resources sensors \
		$$(cd .venv/lib/python3*/site-packages && ls -d $(addprefix "$$PWD"/,$(WARM)))
endef

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "AIOS needs Python 3.11 or newer with its venv module" \
		"(Debian: apt-get install python3-venv)." >&2; exit 2; }
	$(PYTHON) -m venv .venv

# The stamps make a second call instant; a changed lock or pyproject.toml installs again.
.venv/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(call install,requirements.lock)
	@touch $@

.venv/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch .venv/run.stamp $@

# --- using it ------------------------------------------------------------------------------------

.PHONY: run
run: .venv/run.stamp ## install, then start a sample business (ARGS="--no-browser --port 4000")
	@exec $(BIN)/aios up --demo $(ARGS)

# --- building it ---------------------------------------------------------------------------------

.PHONY: test
test: .venv/dev.stamp ## run the tests (ARGS="tests/unit -k name" for some of them)
	@$(BIN)/python -m pytest $(SPREAD) $(ARGS)

# What works on a home, once more with its ledger in PostgreSQL. Left out is what `make test` holds on
# both databases already (contracts, copies), and what opens no home or is about other servers.
BESIDES := $(addprefix tests/integration/test_,stress.py intake_scales.py fault_proxy.py \
	greylisting.py past_imap.py)
ON_HOMES := $(filter-out $(BESIDES),$(wildcard tests/integration/test_*.py)) \
	$(addprefix tests/integration/,console dagster faults gateway attacks/test_every_route.py) \
	$(wildcard tests/e2e/test_cli_*.py) tests/e2e/test_up.py tests/e2e/test_killed_at_once.py
.PHONY: postgresql
postgresql: .venv/dev.stamp ## run what works on a home on PostgreSQL, with 50 kills, 8 writers, a migration
	@AIOS_TEST_DATABASE=postgresql $(BIN)/python -m pytest $(SPREAD) $(ON_HOMES) $(ARGS)
	@AIOS_TEST_DATABASE=postgresql-synced $(BIN)/python -m pytest \
		tests/crash/test_chance.py tests/crash/test_races.py $(ARGS)
	@$(BIN)/python -m benchmarks.append_together
	@$(BIN)/python -m benchmarks.migrate

.PHONY: check
check: .venv/dev.stamp ## run every check: style, types, layers, Dagster definitions, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	DG_CLI_CONFIG=$(CURDIR)/.ci/dg.toml VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/dg check defs
	$(BIN)/python -m pytest --quiet tests/house/test_docs.py

.PHONY: lock
lock: .venv/dev.stamp ## write both locks anew (ARGS=--upgrade for newer versions)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" $(ARGS) \
		pyproject.toml --group build --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" $(ARGS) --constraints requirements.lock \
		pyproject.toml --group build --group dev --output-file requirements-dev.lock

.PHONY: bench
bench: .venv/dev.stamp ## measure what the design promises (benchmarks/README.md)
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: crash
crash: .venv/dev.stamp ## kill real processes a thousand times and count what is lost or doubled
	@CRASH_KILLS=1000 $(BIN)/python -m pytest tests/crash --timeout=0 -s $(ARGS)

.PHONY: stress
stress: .venv/dev.stamp ## take in 100,000 hostile mails, import 1 GB, loop 1,000 rounds (ARGS: only the mails)
	@$(BIN)/python -m benchmarks.stress $(ARGS)
	@test -n "$(ARGS)" || $(BIN)/python -m benchmarks.import_mbox
	@test -n "$(ARGS)" || $(BIN)/python -m benchmarks.loops

.PHONY: clean
clean: ## remove what the tools made, never a home
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .coverage .dg .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
