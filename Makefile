# AI Coach: every command of the project. `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help up down workers status clean test check lint types imports size web-check format coach bench lock install smoke screenshots vercel

# Any Python from 3.11 on will do; ask for another one with `make up PYTHON=python3.12`.
PYTHON ?= $(shell for p in python3 python3.12 python3.13 python3.14 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
PY := .venv/bin/python

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: install ## Start everything and print the page's address and two demo logins; Ctrl-C stops all of it; LLM=scripted adds a model that runs here
	@$(if $(LLM),AICOACH_LLM=$(LLM) )$(PY) -m aicoach.local up

down: ## Stop a running `make up`
	@if [ -x $(PY) ]; then $(PY) -m aicoach.local down; else echo "Nothing is running."; fi

workers: install ## Start three workers beside a running `make up`; Ctrl-C stops them; COUNT=5 starts five
	@$(PY) -m aicoach.local.workers --count $(or $(COUNT),3)

status: install ## Say which parts are running
	@$(PY) -m aicoach.local status

coach: install ## Run the coach once in the terminal: live events, then the cards
	@$(PY) -m aicoach coach

test: install ## Install what is needed and run every test, the browser ones too, WORKERS=3 files at a time
	@$(PY) -m aicoach.local install
	@$(PY) -m pytest tests -n $(or $(WORKERS),3) --dist loadfile --no-loadscope-reorder

check: install lint types imports size web-check ## Lint, types, import contracts, file sizes, and the same for the web

lint: install
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: install
	@$(PY) -m mypy

imports: install
	@.venv/bin/lint-imports

size: install
	@$(PY) scripts/size_cap.py

web-check: install
	@$(PY) -m aicoach.local web-check

format: install ## Format the Python sources and fix what can be fixed safely
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: install ## Measure what is fast, side by side with the bare arm; PEERS=1 adds LangGraph and DBOS, QUICK=1 is one small round
	@$(PY) -m bench $(if $(PEERS),--peers) $(if $(QUICK),--quick)

screenshots: install ## Make the pictures in docs/screenshots anew
	@UPDATE_SCREENSHOTS=1 $(PY) -m pytest -q tests/e2e/test_browser.py -k signs_in

smoke: install ## Sign in, run the coach, rate a card, knock at the jobs: against a running `make up`, or URL=https://…
	@$(PY) -m scripts.smoke $(if $(URL),--url $(URL)) $(if $(RELEASE),--release $(RELEASE))

vercel: install ## Build the deployment as the host does, without an account, and say what came out
	@$(PY) -m scripts.vercel_build

lock: ## Write requirements.txt, requirements-worker.txt and requirements-dev.txt anew from pyproject.toml
	@$(PYTHON) -m venv --clear .aicoach/lock-venv && .aicoach/lock-venv/bin/pip install -q uv
	@.aicoach/lock-venv/bin/uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.txt
	@.aicoach/lock-venv/bin/uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" --extra worker --extra statements --extra local --extra dev -c requirements.txt pyproject.toml \
	  -o requirements-dev.txt
	@.aicoach/lock-venv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" --extra worker --extra statements -c requirements-dev.txt pyproject.toml \
	  -o requirements-worker.txt
	@rm -rf .aicoach/lock-venv

clean: down ## Stop everything and remove all that was generated: data, keys, builds, installed packages
	@if [ -x $(PY) ]; then $(PY) -m aicoach.local clean; fi
	@rm -rf .aicoach .venv web/node_modules web/.next .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache aicoach.egg-info

install:
	@if [ -z "$(PYTHON)" ]; then echo "AI Coach needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3"; exit 1; fi
	@$(PYTHON) scripts/bootstrap.py requirements-dev.txt
