# Two commands matter: `make run` and `make test`. Both set everything up by themselves.
#
# How the suite splits:
#   make test-fast      no browser, no server, no slow test; SQLite                      (under 2 minutes on 2 cores)
#   make test           everything this machine can run; SQLite                          (README's test command; slow ones in one process)
#   make test-pg        the same on PostgreSQL (DATABASE_URL_PG), browser journeys included
#   make test-browser   browser journeys only
#   make test-slice SLICE=policy/whitelist   one slice and the house's own tests: what a small change waits for
#   make bench          ratios against floors and peers measured in the same run; BENCH=P6 for one section
#   make bench-prepare  what a run needs and takes minutes to make, beforehand; make bench-report: its table in docs/performance.md
#   make check          ruff, mypy, import contracts, templates, migrations, deployment settings, generated documents
#
# In continuous integration (.ci/run, 2 cores, 25 minutes) no test is skipped, and the two databases run side by side:
#   SQLite       make test: every test but the browser journeys
#   PostgreSQL   make test-pg with --only-database: every test that asks for a database, but the browser journeys
#   browser      make test-browser on PostgreSQL, once: whichever half ends first crawls the demonstration, the other one
#                plays the journeys
# A test database is a copy of one migrated beforehand by whoever came first (tests/migrated.py).

HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= $(CURDIR)/var
DEMO ?= 1
DATABASE_URL_PG ?= postgres://postgres@127.0.0.1:5432/portail
export DATA_DIR DEMO HOST PORT

PY := .venv/bin/python

.PHONY: bench bench-prepare bench-report run test test-fast test-pg test-browser test-slice check demo-reset setup setup-test docs screenshots lock help

help:
	@grep -E '^#   make' Makefile | cut -c3-

setup:
	@deploy/setup.sh run

setup-test:
	@deploy/setup.sh test

setup-bench:
	@deploy/setup.sh bench

run: setup
	@$(PY) manage.py prepare
	@exec $(PY) manage.py serve --host $(HOST) --port $(PORT)

demo-reset: setup
	@$(PY) manage.py demo_reset

# the suite never sees the data of the run: its settings choose their own folder, one per worker process
# (and modules stay compiled from one worker, and one run, to the next, whatever the shell says)
TEST := env -u DATA_DIR -u DEMO -u HOST -u PORT -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest
WORKERS ?= auto
SHARED := -n $(WORKERS) --maxprocesses 4

FAST := not browser and not slow
TEST_MARKS ?= slow or browser
PG_TESTS ?=
BROWSER_TESTS ?=

# slow tests follow in one process: those that walk a whole world keep it open to the end
test: test-fast
	@$(TEST) -q -m "($(TEST_MARKS)) and not ($(FAST))"

test-fast: setup-test
	@$(TEST) -q $(SHARED) -m "$(FAST)"

test-pg: setup-test
	@DATABASE_URL=$(DATABASE_URL_PG) $(TEST) -q $(SHARED) $(PG_TESTS) -m "$(FAST)"
	@DATABASE_URL=$(DATABASE_URL_PG) $(TEST) -q $(PG_TESTS) -m "($(TEST_MARKS)) and not ($(FAST))"

test-browser: setup-test
	@$(TEST) -q -m browser $(BROWSER_TESTS)

test-slice: setup-test
	@$(TEST) -q tests/$(SLICE) tests/house -m "not slow"

check: setup-test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@env -u DATA_DIR $(PY) -m mypy portal policy onboarding deploy
	@PYTHONPATH=. .venv/bin/lint-imports
	@env -u DATA_DIR DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py check_templates
	@env -u DATA_DIR DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py makemigrations --check --dry-run
	@env -u DATA_DIR DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py generate_docs --check
	@deploy/check_production.sh

BENCH_ENV := env -u DATA_DIR -u DEMO -u HOST -u PORT -u DATABASE_URL $(PY)

bench: setup-bench
	@$(BENCH_ENV) -m tests.bench $(BENCH)

bench-prepare: setup-bench
	@$(BENCH_ENV) -m tests.bench prepare

bench-report: setup-bench
	@$(BENCH_ENV) -m tests.bench.report

docs: setup-test
	@env -u DATA_DIR DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py generate_docs

# the pictures of the guides, from a demonstration made for the occasion (needs chromium)
screenshots: setup-test
	@env -u DATA_DIR -u PORT $(PY) manage.py take_screenshots --settings portal.settings.test

lock:
	uv pip compile pyproject.toml --generate-hashes --no-header --no-emit-index-url --no-annotate \
	    --python-version 3.11 -o requirements.lock
	uv pip compile pyproject.toml --extra dev -c requirements.lock --generate-hashes --no-header \
	    --no-emit-index-url --no-annotate --python-version 3.11 -o requirements-dev.lock
	uv pip compile pyproject.toml --extra dev --extra bench -c requirements-dev.lock --generate-hashes --no-header \
	    --no-emit-index-url --no-annotate --python-version 3.11 -o requirements-bench.lock
