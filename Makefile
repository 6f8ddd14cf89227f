# Suivi: `make run` tries it, `make test` proves it. See README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.PHONY: run test quick mutants test-order test-security test-days audit check messages lock fixtures bench measure setup python

run: $(VENV)/.run .env
	@$(BIN)/python manage.py run

test: setup check
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/pytest -q -n auto --dist loadgroup -m "not security"

# Within a minute: format, lint, types, and the tests nearest to what changed since this
# branch left BASE (or, on it, since the last commit). It says which files of tests it left
# out, and looks neither at catalogues nor templates, in no browser: `make test` does.
BASE ?= main

quick: setup
	@$(BIN)/ruff format --check -q . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy .
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/pytest -q -m "not security" \
		$$($(BIN)/python -m tests.touched $$(git rev-parse -q --verify $(BASE) >/dev/null && echo $(BASE)))

# Every file of tests in another order than it is written in: what one leaves behind, no
# other may need. The same order again: make test-order SEED=…
SEED ?= $(shell date +%s)

test-order: setup
	@echo "Seed of this order: $(SEED)"
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/pytest -q -n auto --dist loadgroup -m "not security" \
		--ignore tests/browser --random-order-bucket class --random-order-seed $(SEED)

# Small mistakes put into the code that words, compares and counts, each tried on the tests
# nearest to it; what no test notices is printed. A sample, not part of the checks.
# `make mutants SEED=1 MUTANTS=20`
MUTANTS ?= 20

mutants: setup
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/python -m tests.mutants $(MUTANTS) $(SEED)

# The longer walks of every reader, for which `make test` has no time; and, of files, how
# many real ones were refused and how many hostile ones passed.
test-security: setup audit
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/pytest -q -n auto --dist loadgroup -m "security or files"

# The tests at moments unlike others (UTC): a leap day; then, some minutes before they come in
# Vienna, a new year, the hour that is missing and the hour that comes twice. Needs faketime;
# the clock that only counts how long something takes stays true, or waiting never ends.
DAYS := 2032-02-29T12:00 2029-12-31T22:56 2027-03-28T00:56 2027-10-31T00:56

test-days: setup
	@command -v faketime >/dev/null || { echo "Install faketime, which sets the clock."; exit 1; }
	@for day in $(DAYS); do \
		echo "As if it were $$day:"; \
		TZ=UTC DONT_FAKE_MONOTONIC=1 PYTHONPATH=$(CURDIR)/tests/days \
			faketime "$$(echo $$day | tr T ' '):00" env -u TZ VAR_DIR=$${VAR_DIR:-var/days} \
			$(BIN)/pytest -q -n auto --dist loadgroup -m "not security" --ignore tests/browser || exit 1; \
	done

# Known holes in what is installed; asks a service on the network. Without its answer
# this fails, or says so (AUDIT=optional).
audit: setup
	@$(BIN)/python -m tests.holes requirements/run.txt

check: setup
	@$(BIN)/ruff format --check -q . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/bandit -q -c pyproject.toml -r config recommendations tracking
	@$(BIN)/djlint --check --lint templates
	@$(BIN)/mypy .
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/python manage.py makemigrations --check --dry-run -v0
	@$(BIN)/python -m config.catalogues check

setup: $(VENV)/.dev .env
	@$(BIN)/python -m config.catalogues compile

bench: setup
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/python -m tests.bench
	@VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/python -m tests.bench_save

# Counts what two cycles take in a browser, into docs/second-cycle.md.
measure: setup
	@MEASURE=1 VAR_DIR=$${VAR_DIR:-var/test} $(BIN)/pytest -q tests/browser/test_second_cycle.py

messages: setup
	@$(BIN)/python -m config.catalogues update

# Exact versions with hashes, from the ranges in pyproject.toml.
lock:
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
		pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
		--extra dev --extra oidc --extra s3 -c requirements/run.txt pyproject.toml -o requirements/dev.txt

.env:
	@echo "EVALUATION=1" > .env

$(VENV)/.run: requirements/run.txt
	@$(MAKE) -s python
	@echo "Installing what Suivi needs…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.dev: requirements/dev.txt
	@$(MAKE) -s python
	@echo "Installing what the tests need…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@ $(VENV)/.run

python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else \
		"Suivi needs Python 3.11 or later; this is %d.%d. Name another: make PYTHON=python3.12" % v[:2])'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV) || \
		{ echo "Python cannot make a virtual environment here: install its venv package."; exit 1; }
