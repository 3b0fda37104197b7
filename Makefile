# The project's commands. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

BIN := .venv/bin
DEMO := demo
RECORDS := 50000
REGIONS := 5
SEED := 1
UV := uv
SBOM := sbom.json
SBOM_CHECK := --validate
LOCK := pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet

# Without what Python keeps beside a module once it has compiled it, every process of the tests compiles again all that it
# imports: three times the work of a short `linkage dedupe`.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test coverage check setup env lint types kernels namekernels collect format soak model lock sbom clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: env ## invent five regencies' extracts, run the nightly job on them, show what came out
	@rm -rf "$(DEMO)"
	$(BIN)/linkage synth --records $(RECORDS) --regions $(REGIONS) --seed $(SEED) --out "$(DEMO)"
	$(BIN)/linkage run --project "$(DEMO)/linkage.toml"
	@echo "the stewards' page on these cases: $(BIN)/linkage serve --project $(DEMO)/linkage.toml"

test: setup ## all that CI runs
	$(MAKE) --jobs 2 --output-sync kernels types collect lint namekernels
	$(BIN)/pytest --numprocesses 2 --dist loadscope --durations=15 -m "not soak"

coverage: setup ## which lines the tests run; counting them takes a third longer
	$(BIN)/pytest --numprocesses 2 --dist loadscope --cov

check: $(BIN)/.test lint types ## the fast part: lint, types, tests that are not slow
	$(BIN)/pytest --numprocesses 2 --dist loadscope -m "not slow and not soak"

setup: $(BIN)/.test ## .venv with everything the tests need, Chromium, a font and MariaDB
	@scripts/setup.sh browser

env: $(BIN)/.base ## .venv with what the package needs to run

lint: $(BIN)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: $(BIN)/.test
	$(BIN)/mypy

kernels: $(BIN)/.base ## compile the kernels now, beside lint and types, so that no test waits for them
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(BIN)/linkage synth --records 2000 --regions 2 --seed 1 --out "$$folder/night" >"$$folder/log"; \
	$(BIN)/linkage run --project "$$folder/night/linkage.toml" >"$$folder/log"

# Last of what goes side by side: most of what it calls is compiled by then.
namekernels: $(BIN)/.base ## compile the kernels of compare_names, which no run calls
	@$(BIN)/python -c 'from linkage.standardise import compare_names; compare_names("BUDI", "BUDI")'

collect: $(BIN)/.test ## find all tests, which also compiles them
	@found=$$($(BIN)/pytest --collect-only --quiet) || { echo "$$found" | tail -n 50; exit 1; }; echo "$$found" | tail -n 1

format: $(BIN)/.test ## put the code into the house's format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

pictures: setup ## take the pictures of the README again, of the page as it is now
	LINKAGE_PICTURES=1 $(BIN)/pytest tests/browser/test_pictures.py

soak: ## what is too long for CI: a million records by night, ten million invented, fuzzing, whatever is killed, deep search
	$(MAKE) demo DEMO=soak RECORDS=1000000 REGIONS=40
	$(BIN)/linkage verify "$$(find soak -name manifest.json)"
	$(BIN)/linkage synth --records 10000000 --out soak/large
	$(BIN)/python -m benchmarks.fuzz_readers all --seconds 120
	$(BIN)/python -m benchmarks.fuzz_standardise all --seconds 120
	$(BIN)/python -m benchmarks.queue_hammer --seconds 300
	$(BIN)/python -m benchmarks.killed_nights
	$(BIN)/python -m benchmarks.thirty_nights
	$(BIN)/pytest --numprocesses 2 --dist loadscope -m soak
	LINKAGE_SEARCH=deep $(BIN)/pytest --numprocesses 2 -m hypothesis

model: env ## train the model that ships for residents again (about five minutes)
	$(BIN)/python -m jobs.train_residents

lock: ## lock the requirements again (UPGRADE=--upgrade takes new versions); needs uv
	$(UV) $(LOCK) $(UPGRADE) --extra web --extra test pyproject.toml requirements/build.in --output-file requirements/test.txt
	$(UV) $(LOCK) $(UPGRADE) --constraint requirements/test.txt --extra web pyproject.toml requirements/build.in --output-file requirements/base.txt

sbom: $(BIN)/.test ## list what the package is made of, in a form that other programs read (CycloneDX)
	$(BIN)/cyclonedx-py requirements --output-reproducible $(SBOM_CHECK) --output-file "$(SBOM)" requirements/base.txt

clean: ## remove what was built or computed, but not .venv
	rm -rf demo soak sbom.json build dist htmlcov .coverage .coverage.* .*_cache .hypothesis *.egg-info
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# A stamp in .venv says that this lock is installed there. The test lock holds the base lock's versions.
$(BIN)/.base: requirements/base.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh base
	@touch $@

$(BIN)/.test: requirements/test.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh test
	@touch $(BIN)/.base $@
