# The commands people use; whatever is longer than a line or two is in scripts/.
# PORT=… moves the local stack, so that several stand side by side: make local PORT=4570

PORT ?=
ENV ?= dev
FUNCTION ?= points
EVENT ?= events/$(FUNCTION)/mixed.json

local_port := $(or $(PORT),4566)
test_port := $(or $(PORT),4599)
python := .venv-sam/bin/python
stack := $(python) scripts/local.py --port $(local_port)
sam := SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/.venv-build/bin:$$PATH" .venv-sam/bin/sam

.DEFAULT_GOAL := help
.PHONY: help local local-stop outputs invoke test lint unit e2e build deploy needs environments

help: ## what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

local: needs environments ## start the stack on this machine and send a day's worth of requests through it
	@$(stack) up
	@$(stack) run $(python) scripts/burst.py --outputs .local/$(local_port)/outputs.json
	@$(stack) outputs

local-stop: environments ## stop the local stack
	@$(stack) down

outputs: environments ## print the local stack's queues, topic and tables as JSON
	@$(stack) outputs

invoke: environments ## hand one sample event to a function: FUNCTION=points EVENT=events/points/mixed.json
	@$(stack) invoke $(FUNCTION) $(EVENT)

test: lint unit e2e ## every check: lint, unit, template and sample tests, end to end on a stack of their own

lint: needs environments ## formatting, clippy, the template
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	@$(sam) validate --lint --config-env dev

unit: needs environments ## the tests that need no stack
	cargo test --workspace --locked --quiet
	$(python) -m pytest -p no:cacheprovider -q tests/template tests/events

e2e: needs environments ## the end-to-end tests, on an engine of their own (port 4599)
	@$(python) scripts/local.py --port $(test_port) e2e

build: needs environments ## build the functions for AWS: ENV=dev
	@python3 scripts/setup.py build
	@if command -v rustup >/dev/null; then rustup target add aarch64-unknown-linux-gnu; fi # once, not by all builders at once
	$(sam) build --config-env $(ENV)

deploy: build ## build and deploy to AWS with your credentials: ENV=dev
	$(sam) deploy --config-env $(ENV)

needs:
	@command -v cargo >/dev/null || { echo "cargo is needed: install Rust 1.94 or newer, https://rustup.rs" >&2; exit 1; }

environments:
	@command -v python3 >/dev/null || { echo "python3 is needed: install Python 3.11 or newer" >&2; exit 1; }
	@python3 scripts/setup.py engine sam
