# Everything a person types. `make` alone shows what there is.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CODE := aanspraak projections adapters tests bench

# The first Python on the path that is new enough: `make PYTHON=/path/to/python` takes another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help venv demo kafka test lint format bench bench-kafka lock stop clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(STAMP) ## install the locked dependencies and the project into .venv

$(STAMP): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP) ## play a small school start and keep serving; ONCE=1 ends after the summary, PORT=8010 moves it, KAFKA=1 sends over Kafka
	$(BIN)/aanspraak demo $(if $(ONCE),--once) $(if $(PORT),--port $(PORT)) $(if $(KAFKA),--kafka)

kafka: $(STAMP) ## start Apache Kafka for development (Java 17; Maven the first time), or find it running
	@$(BIN)/python -c 'from pathlib import Path; from adapters.kafka.embedded import ensure_running; \
		print("KAFKA_BOOTSTRAP_SERVERS=" + ensure_running(Path("var")))'

test: $(STAMP) ## run all tests; ARGS="-m 'not slow' tests/domain" chooses
	$(BIN)/pytest $(ARGS)

lint: $(STAMP) ## check style, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(CODE)
	$(BIN)/lint-imports

format: $(STAMP) ## put the code into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## measure, as ratios with the raw figures beside them
	$(BIN)/python -m bench $(ARGS)

bench-kafka: $(STAMP) ## measure the channel on Kafka against kafka-python alone, and an outage of its broker
	$(BIN)/python -m bench kafka

COMPILE = $(BIN)/uv pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes

lock: ## write the lock files anew from requirements*.in; ARGS=--upgrade takes newer versions
	$(COMPILE) $(ARGS) requirements-dev.in --output-file requirements-dev.txt
	$(COMPILE) requirements.in --constraint requirements-dev.txt --output-file requirements.txt
	$(COMPILE) requirements-build.in --constraint requirements-dev.txt --output-file requirements-build.txt

stop: ## stop the PostgreSQL and the Kafka that are left running for the next time
	@test ! -x $(BIN)/python || $(BIN)/python -c 'from pathlib import Path; \
		from adapters.kafka import embedded as broker; \
		from adapters.postgres import embedded as database; \
		broker.stop(Path("var")); database.stop(Path("var"))'

clean: stop ## remove what was installed and kept here, the demo's database included
	rm -rf $(VENV) var
