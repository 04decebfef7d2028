# make demo     analyse a sample recording
# make test     run the tests
# make coverage run the tests and ask for 95 % of the code that judges
# make lint     check formatting, style and types
# make accuracy CLIPS=FOLDER   the whole evaluation on a folder of clips with truth, into docs/accuracy
# make clean    remove the environment and what was made
#
# Each needs only Python 3.11 or newer. Another Python than python3: make PYTHON=python3.12 test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
DEMO := hip_lift_mixed
JUDGING := measures filters line movement posture spec tempo judge study hindsight engine report 'exercises/*'

.PHONY: demo test coverage accuracy lint clean
.DEFAULT_GOAL := demo

demo: $(STAMP)
	@$(BIN)/formcheck analyze sample_videos/$(DEMO).mp4

test: $(STAMP)
	@$(BIN)/python -m pytest

coverage: $(STAMP)
	@$(BIN)/python -m pytest --cov --cov-report=
	@$(BIN)/python -m coverage report --include="$$(printf 'formcheck/%s.py,' $(JUDGING))" --fail-under=95

accuracy: $(STAMP)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -e '.[dev,bench]'
	@$(BIN)/python -m bench.accuracy $(CLIPS)

lint: $(STAMP)
	@$(BIN)/ruff format --quiet --check . || { echo "Format with: $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --strict --no-error-summary formcheck

clean:
	@rm -rf $(VENV) build dist formcheck-reports .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "formcheck needs Python 3.11 or newer, and '$(PYTHON)' is not. Name one: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing into $(VENV) (the first time takes a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -e '.[dev]'
	@touch $@
