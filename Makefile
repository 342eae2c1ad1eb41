# Two commands matter: `make run` and `make test`. Both set everything up by themselves.
#
# How the suite splits:
#   make test-fast      no browser, no server, no slow test; SQLite                      (about 3.5 minutes on 2 cores)
#   make test           everything this machine can run; SQLite                          (README's test command)
#   make test-pg        the same on PostgreSQL (DATABASE_URL), browser journeys included
#   make test-browser   browser journeys only
#   make test-slice SLICE=policy/whitelist   one slice and the house's own tests: what a small change waits for
#   make bench          ratios against floors and peers measured in the same run; BENCH=P6 for one section
#   make check          ruff, mypy, import contracts, templates, migrations, deployment settings, generated documents

HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= $(CURDIR)/var
DEMO ?= 1
DATABASE_URL_PG ?= postgres://postgres@127.0.0.1:5432/portail
export DATA_DIR DEMO HOST PORT

PY := .venv/bin/python

.PHONY: bench run test test-fast test-pg test-browser test-slice check demo-reset setup setup-test docs screenshots lock help

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

# the suite never sees the data of the run: its settings choose their own folder
TEST := env -u DATA_DIR -u DEMO -u HOST -u PORT $(PY) -m pytest

test: setup-test
	@$(TEST) -q $(if $(TEST_MARKS),-m "$(TEST_MARKS)")

test-fast: setup-test
	@$(TEST) -q -m "not browser and not slow"

test-pg: setup-test
	@DATABASE_URL=$(DATABASE_URL_PG) $(TEST) -q

test-browser: setup-test
	@$(TEST) -q -m browser

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

bench: setup-bench
	@env -u DATA_DIR -u DEMO -u HOST -u PORT -u DATABASE_URL $(PY) -m tests.bench $(BENCH)

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
