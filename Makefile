PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)

.PHONY: check lint types test long bench format docs tables

check: lint types test

lint:
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check

types:
	$(PYTHON) -m mypy --strict src

test:
	$(PYTHON) -m pytest -n auto

long:
	HYPOTHESIS_PROFILE=long $(PYTHON) -m pytest -n auto tests/test_random_formulas.py

bench:
	$(PYTHON) benchmarks/translate.py

format:
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

docs:
	$(PYTHON) docs/generate.py

tables:
	$(PYTHON) -c "from eq2code.parse.grammar import ship; ship()"
