# Two commands do everything: `make serve` and `make test`. The rest is what they are made of.
# Needs Linux, Python 3.11 or newer, make and git; node is brought along where it is missing.

PYTHON ?= python3
PORT ?= 8000
DATA ?= data
ARGS ?=
SIZES ?= 10000,100000
COLLECTIONS ?= ../shared/data/retrieval
# Tests wait more than they reckon: for a server to start, a disk, a browser. Two a processor keep it busy.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
# These measure how long it takes until all is well again: nothing else runs beside them, and they write to a real disk.
ALONE := tests/faults
ON_DISK := PYTEST_DEBUG_TEMPROOT=$${TMPDIR:-/tmp}
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: serve test services services-stop check soak bench relevance audit sbom lock clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

serve: .venv/installed node_modules/installed ## install, load the demo data once, serve on http://127.0.0.1:8000 (PORT=, DATA=, ARGS=)
	$(BIN)/laerdom serve --port $(PORT) --data $(DATA) $(ARGS)

test: .venv/installed-dev node_modules/installed browser ## everything: checks and all tests, in two processes for each processor (WORKERS=; ARGS= goes to pytest instead)
ifeq ($(strip $(ARGS)),)
	@$(BIN)/python -m tools.services up --passing & services=$$!; \
	$(MAKE) --no-print-directory check; checked=$$?; \
	{ wait $$services || [ "$$CI" != true ]; } && exit $$checked
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal --ignore $(ALONE); most=$$?; \
	$(ON_DISK) $(BIN)/pytest $(ALONE) && exit $$most
else
	$(BIN)/pytest $(ARGS)
endif

services: .venv/installed-dev ## start PostgreSQL and Elasticsearch for trials and measurements, print the two variables
	@$(BIN)/python -m tools.services up

services-stop: .venv/installed-dev ## stop those, and those that the tests started
	@$(BIN)/python -m tools.services down

check: .venv/installed-dev ## lint, formatting, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

soak: .venv/installed-dev node_modules/installed browser ## what takes longer: all of what is exhaustive, hundreds of kills, three nodes of which one is lost
	WHOLE=1 $(BIN)/pytest -n $(WORKERS) --dist worksteal -m "soak or not soak" --ignore $(ALONE) --timeout 3600
	$(ON_DISK) $(BIN)/pytest tests/faults -m "soak or not soak" --kills 200 --timeout 3600

bench: .venv/installed-dev ## what the product costs, against raw baselines (SIZES=10000,100000,1000000; ARGS=)
	@$(BIN)/python -m bench --sizes $(SIZES) $(ARGS)

relevance: .venv/installed-dev ## how good search is, beside plain Elasticsearch, on judged sets (COLLECTIONS=../shared/data/retrieval; ARGS=)
	@$(BIN)/python -m bench.relevance --collections $(COLLECTIONS) $(ARGS)

audit: .venv/installed-dev node_modules/installed ## known vulnerabilities in what is locked; fails where anything was not looked at (ARGS= goes to pip-audit)
	@$(BIN)/python -m tools.supply audit $(ARGS)

sbom: .venv/installed-dev ## write what the product is made of to sbom.json (CycloneDX 1.6)
	@$(BIN)/python -m tools.supply sbom

lock: .venv/installed-dev ## renew the locked versions
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --group build --extra meaning pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --group dev --extra meaning pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --group node pyproject.toml -o requirements-node.lock
	npm update --package-lock-only

clean: ## remove what was installed; data stays
	rm -rf .venv node_modules

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lærdom needs Python 3.11 or newer; say PYTHON=python3.11 or the like.")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/installed: package-lock.json package.json | .venv/installed
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --require-hashes -r requirements-node.lock
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The browser of the tests: the machine's own, else Debian's for root, else Playwright's.
.PHONY: browser
browser: .venv/installed-dev
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| ls $$HOME/.cache/ms-playwright/chromium-* >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	|| $(BIN)/playwright install chromium \
	|| echo "No browser could be installed: the tests in a browser cannot run."
