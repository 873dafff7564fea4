# byline: `make demo` and `make test` do all the set-up they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   := .demo
RUN    := .eval
AUDIT  := .audit
OLDEST := .oldest

# Each file's tests stay in one process: they share what is slow to open.
IN_PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: help demo test oldest eval baseline bench lint audit format clean
.DEFAULT_GOAL := help

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 10

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "byline needs Python 3.11 or newer; say which with: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	@touch $@

demo: $(VENV)/installed ## index the samples and ask three questions
	$(BIN)/byline index samples/articles --index $(DEMO)
	@echo
	$(BIN)/byline ask --index $(DEMO) --llm none "How many wheelchair battery packs has Daon Cell promised to replace free of charge?"
	@echo
	$(BIN)/byline ask --index $(DEMO) --llm none "밤 기차 '달마중'의 첫 운행일과 서울역 출발 시각은?"
	@echo
	$(BIN)/byline ask --index $(DEMO) --llm none "Which Brazilian river is the longest?"

test: $(VENV)/installed-dev ## run the tests
	$(BIN)/python -m pytest $(IN_PARALLEL)

oldest: ## run the tests that need no browser on the oldest versions that pyproject.toml allows; needs uv
	uv venv --quiet --clear --python 3.11 $(OLDEST)
	uv pip compile --quiet --resolution lowest-direct --python-version 3.11 --only-binary :all: \
	  --no-binary kiwipiepy-model --extra dev --output-file $(OLDEST)/versions.txt pyproject.toml
	uv pip install --quiet --python $(OLDEST)/bin/python --requirement $(OLDEST)/versions.txt
	uv pip install --quiet --python $(OLDEST)/bin/python --no-deps --editable .
	$(OLDEST)/bin/python -m pytest $(IN_PARALLEL) $(filter-out $(shell grep -lE "chromium|browser" tests/test_*.py),$(wildcard tests/test_*.py))

eval: $(VENV)/installed ## measure the samples; fails where they got worse than samples/baseline
	$(BIN)/byline index samples/articles --index $(RUN)/index
	$(BIN)/byline eval samples/questions.jsonl --index $(RUN)/index --llm none --out $(RUN)/run \
	  --baseline samples/baseline --fail-on "recall@3<-0.015" --fail-on "recall@5<-0.03" --fail-on "map<-0.02" \
	  --fail-on "fact_recall<-0.05" --fail-on "quote_verbatim<1" --fail-on "newly-failing>3" --fail-on "failed>0" \
	  --fail-on "missing>0"

baseline: $(VENV)/installed ## make samples/baseline anew, after a change that is meant to change the figures
	$(BIN)/byline index samples/articles --index $(RUN)/index
	$(BIN)/byline eval samples/questions.jsonl --index $(RUN)/index --llm none --out samples/baseline --brief

bench: $(VENV)/installed-bench ## time everything, as ratios, into benchmarks/results; ARTICLES=FOLDER to index others, QUICK=1 for small sizes, MILLION=1 for large ones
	$(BIN)/python -m benchmarks.bench $(ARTICLES) $(if $(QUICK),--quick --out .bench,$(if $(MILLION),--million))

lint: $(VENV)/installed-dev ## check style, types and known dangers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive index rag prompts ui.py

audit: $(BIN)/python ## look the pinned packages up among known vulnerabilities; needs a network
	$(BIN)/python -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(AUDIT)/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip

format: $(VENV)/installed-dev ## mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what was built here
	rm -rf $(VENV) $(AUDIT) $(OLDEST) $(DEMO) $(RUN) .bench build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
