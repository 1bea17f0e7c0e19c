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
	@$(BIN)/python -m compileall -q biomech viz
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

# which changes of the kernels no test notices; SAMPLE=1000000 for all of them (hours). Goes on where it was cut
SAMPLE ?= 60
mutation: setup
	$(BIN)/python benchmarks/mutation/run.py --sample $(SAMPLE)

KERNEL_TESTS := $(addprefix tests/engine/test_,disc.py laws.py blocks.py rotation.py tangent.py) \
	$(addprefix tests/circulation/test_circulation_,vessels.py regulation.py solver.py reflexes.py)

# the kernels compiled with every index checked, in a cache of their own
bounds: setup
	NUMBA_BOUNDSCHECK=1 BIOMECH_CACHE=$(CURDIR)/out/bounds $(BIN)/python -m pytest -m "not slow" $(KERNEL_TESTS)

# lines of the engine, without the compiler
coverage: setup
	$(BIN)/python benchmarks/line_coverage.py

FILE_TESTS := $(addprefix tests/test_,storage.py scenario_files.py scenario_errors.py scenario_schema.py library_catalog.py \
	library_tables.py library_lines.py) $(wildcard tests/test_cli_*.py)

# what a user installs, in an environment of its own and outside of this folder
wheel: setup
	@rm -rf out/wheel && mkdir -p out/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir out/wheel . > out/wheel/build.log
	$(PYTHON) -m venv out/wheel/venv
	out/wheel/venv/bin/python -m pip install -q -c constraints.txt "$$(ls out/wheel/*.whl)[viz,cluster]" pytest hypothesis jsonschema
	AWAY=$$(mktemp -d) && cp -r tests pyproject.toml "$$AWAY" && cd "$$AWAY" && \
		$(CURDIR)/out/wheel/venv/bin/biomech run table_60 -o table_60.nc && \
		$(CURDIR)/out/wheel/venv/bin/python -m pytest -m "not slow" $(FILE_TESTS); CODE=$$?; rm -rf "$$AWAY"; exit $$CODE

# the oldest versions pyproject.toml lets in
oldest:
	@rm -rf out/oldest && mkdir -p out && $(PYTHON) -m venv out/oldest
	out/oldest/bin/python -m pip install -q -c constraints-oldest.txt -e '.[viz,cluster,parquet]' pytest hypothesis jsonschema
	out/oldest/bin/python -m pytest -m "not slow" $(FILE_TESTS) tests/engine/test_disc.py tests/circulation/test_circulation_vessels.py \
		tests/reliability/test_nan.py tests/population/test_sweep.py

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
