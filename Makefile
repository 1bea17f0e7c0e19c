# Two commands are enough: `make demo` and `make test`. Both do all set-up themselves.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.biomech-installed
PAGES  := $(VENV)/.biomech-docs-installed

.PHONY: demo setup test test-all mutation bounds coverage wheel oldest bench bench-quick evidence docs tables gallery lint clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: install it (Debian: apt-get install python3.11 python3.11-venv) or call make PYTHON=python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing biomech and its tested dependencies into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[viz,cluster,dev]'
	@touch $(STAMP)

# the question the project exists for: 30 or 60 degrees?
demo: setup
	$(BIN)/biomech compare scenarios/table_30.toml scenarios/table_60.toml -o out/compare.png

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -m "not slow" -n auto --dist loadfile

test-all: lint $(PAGES)
	$(BIN)/python -m pytest

bench: setup
	$(BIN)/python benchmarks/performance/bench.py $(BENCH)

bench-quick: setup
	$(BIN)/python benchmarks/performance/bench.py --quick

# validation and verification again, and the pages made of them (about four minutes)
evidence: setup
	$(BIN)/python benchmarks/credibility.py --run

$(PAGES): $(STAMP)
	@echo "installing what builds the pages into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@touch $(PAGES)

# the tables of the pages from code and data, then the pages: runs the notebook and draws the examples (about a minute)
docs: $(PAGES)
	$(BIN)/python docs/tables.py
	@rm -rf docs/auto_examples
	$(BIN)/sphinx-build -q -W -b html docs out/docs
	@echo "docs: out/docs/index.html"

# the tables of docs/ alone: run it when a key, option, measure or number was added
tables: setup
	$(BIN)/python docs/tables.py

# pictures of seven shipped scenarios for docs/gallery.md; look at them before committing
gallery: setup
	$(BIN)/python docs/make_gallery.py

clean:
	rm -rf $(VENV) out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
