# Everything that a developer or an operator runs. `make run` and `make test` work on a fresh Debian or Ubuntu machine.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: help venv run down status test check generate conformance bench drill deploy clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

venv:  ## install what development needs: system packages and .venv
	@$(PYTHON) -m infra.local.environment develop

.PHONY: runtime
runtime:
	@$(PYTHON) -m infra.local.environment run

run: runtime  ## start the local cloud (again), until a guest has booted
	@$(PY) -m infra.local up $(ARGS)

down: runtime  ## stop the local cloud; everything is kept, guests go on (ARGS=--guests stops them as well)
	@$(PY) -m infra.local down $(ARGS)

status: runtime  ## what runs of the local cloud
	@$(PY) -m infra.local status

test: venv  ## everything that must pass before a change is kept
	@$(PY) -m tests

.PHONY: computed
computed: check
	@$(PY) -m pytest -q -n auto --dist worksteal tests/architecture tests/unit tests/flows

.PHONY: waited
waited: venv
	@$(PY) -m pytest -q tests/embedded_aws tests/bridge tests/e2e

check: venv  ## lint, types, contracts between packages, templates and flows
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) -m infra.generator --check
	@$(PY) -m infra.packaging.validate

generate: venv  ## write the component stacks and the catalog from the declarations
	@$(PY) -m infra.generator

conformance: venv  ## write docs/conformance.md: what of the CloudStack API is served
	@PYTHONPATH=.:layers/javelin/python $(PY) -m tests.conformance

bench: venv  ## measure for some minutes; PUBLISH=1 puts the figures into docs/performance.md
	@$(PY) -m pytest -q -s -m benchmark tests/benchmarks
	@$(if $(PUBLISH),PYTHONPATH=.:layers/javelin/python $(PY) -m tests.benchmarks.publish)

drill: venv  ## crash a local cloud of its own while guests come and go, for some minutes; ARGS="--seed 1", ARGS=--real
	@PYTHONPATH=.:layers/javelin/python $(PY) -m tests.drills $(ARGS)

deploy: venv  ## deploy to AWS with sam and your credentials; DRY=1 only checks, without an account
	@$(PY) -m infra.packaging.deploy $(if $(DRY),--dry)

clean: runtime  ## remove the local cloud, its guests and their disks from this machine
	@$(PY) -m infra.local forget
	@rm -rf build
