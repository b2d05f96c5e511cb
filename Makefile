# Every command of this project. Each one makes the virtual environments in .venv and .venv-engine when they aren't there
# yet and does the rest in Python; `make help` lists them.

PORT ?= 4443
PERSIST ?=
HTTP ?=
GAME ?=
SKILL ?= well
ARGS ?=
ID ?=
TOURNAMENTS ?=
EXAMPLES ?= 100
STAGE ?= prod
YES ?=
DATA ?=
NAME ?=
DEPLOYMENT = --stage "$(STAGE)" $(if $(YES),--yes)

VENV := .venv/bin/python
# The first interpreter that runs and is of a version that is supported.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help run package deploy-local deploy rollback undeploy function status redrive test long contract nightly check format openapi costs simulate endpoints pictures shows screenshots demo seed users match events play bench \
	growth soak cold bench-game faults service-token clean python local dev

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, but $$(python3 --version 2>/dev/null || \
	echo 'no python3') is what is installed here." >&2; exit 1; }

local: python
	@$(PYTHON) infra/local/runner/environments.py requirements-local.txt requirements-engine.txt

dev: python
	@$(PYTHON) infra/local/runner/environments.py requirements-dev.txt requirements-engine.txt

run deploy-local: BEGAN := $(shell date +%s)
run: local ## start everything at https://localhost:4443 (PORT=, PERSIST=directory that keeps the data, HTTP=1: no TLS, GAME=off: no game server)
	@exec $(VENV) -m infra.local.runner --port "$(PORT)" --began $(BEGAN) $(if $(PERSIST),--persist "$(PERSIST)") $(if $(HTTP),--http) $(if $(GAME),--game "$(GAME)")

package: local ## make what is deployed: dist/functions.zip, dist/template.json
	@exec $(VENV) -m infra.package

deploy-local: local ## deploy the package to AWS_ENDPOINT_URL, or to an engine started for it; https://localhost:4443
	@exec $(VENV) -m infra.local.runner --port "$(PORT)" --began $(BEGAN) --deployed $(if $(GAME),--game "$(GAME)")

# An emulator runs the functions on this machine's processors.
deploy: local ## deploy to AWS, after a look at the changes (STAGE=prod, YES=1: no questions, ARGS="--bucket … PublicUrl=…")
	@$(VENV) -m infra.package $(if $(AWS_ENDPOINT_URL),--native) >&2
	@exec $(VENV) -m infra.deploy deploy $(DEPLOYMENT) $(ARGS)

rollback: local ## deploy the release before (STAGE=, YES=1, RELEASE=number of another good one)
	@exec $(VENV) -m infra.deploy rollback $(DEPLOYMENT) $(if $(RELEASE),--release "$(RELEASE)") $(ARGS)

undeploy: local ## delete the stack (DATA=keep or DATA=delete: table, signing key, buckets; STAGE=, YES=1)
	@exec $(VENV) -m infra.deploy undeploy $(DEPLOYMENT) --data "$(DATA)" $(ARGS)

function: local ## put this directory's code into one deployed function, in seconds (NAME=get_me, STAGE=, YES=1)
	@exec $(VENV) -m infra.deploy function $(DEPLOYMENT) "$(NAME)"

status: local ## compare what is deployed with the last release (STAGE=)
	@exec $(VENV) -m infra.deploy status $(DEPLOYMENT) $(ARGS)

redrive: local ## do again what timers' triggers could not do: the failure queue of a stack (STAGE=)
	@exec $(VENV) -m infra.redrive --stage "$(STAGE)" $(ARGS)

test: dev ## run all tests, on ports of their own (ARGS="tests/unit -k name" for some of them)
	@exec $(VENV) -m pytest $(or $(ARGS),--numprocesses auto)

contract: dev ## requests made from the OpenAPI document: by all callers, in sequences (EXAMPLES=100 per route and caller)
	@exec $(VENV) -m pytest tests/api/test_document_holds.py tests/api/test_document_in_sequences.py \
	--contract-examples "$(EXAMPLES)" --timeout 7200 --numprocesses auto $(ARGS)

long: dev ## the tests that take longest
	@exec $(VENV) -m pytest -m long --long --numprocesses auto $(ARGS)

nightly: long contract shows faults ## what takes longer than make test: long tests, requests from the document, the large shows, faults

check: dev ## formatting, lint, types, import rules, the CloudFormation template (cfn-lint)
	$(VENV) -m ruff format --check .
	$(VENV) -m ruff check .
	$(VENV) -m mypy
	.venv/bin/lint-imports
	$(VENV) -m pytest -q tests/infra/test_template.py

format: dev ## format the code and sort the imports
	$(VENV) -m ruff check --fix-only --quiet .
	$(VENV) -m ruff format .

openapi: local ## write what is made from the code: the documents in functions/meta, tables of events and limits
	@$(VENV) -m tools.openapi
	@$(VENV) -m tools.asyncapi
	@$(VENV) -m tools.error_codes
	@$(VENV) -m tools.events
	@$(VENV) -m tools.limits
	@$(VENV) -m tools.javascript_types
	@exec $(VENV) -m tools.python_client

pictures: dev ## draw the profile pictures in assets/profile_pictures, the state machines in docs/machines
	@$(VENV) -m tools.pictures
	@exec $(VENV) -m tools.machines

shows: dev ## play the web page in up to six browsers at once, to the end, while processes are killed (needs Chromium, ARGS="-k duel")
	@exec $(VENV) -m pytest tests/pages/shows --shows --timeout 1800 $(ARGS)

screenshots: dev ## take the pictures of the web page in docs/pictures (needs Chromium)
	@exec $(VENV) -m tests.pages.screenshots

simulate: local ## play peak hours of 100 thousand, 1 and 10 million daily players: which limit binds, into docs/operations.md
	@exec $(VENV) -m tools.simulation

costs: local ## compute the costs on AWS, and write them into docs/operations.md
	@exec $(VENV) -m tools.costs

endpoints: dev ## count the database calls of each endpoint, or of some (ARGS="get_me"), into docs/endpoints.md
	@exec $(VENV) -m tests.arch.endpoints $(ARGS)

demo: local ## scripted players against the running stack (PORT=, ARGS=, TOURNAMENTS=50 tournaments of 8 at once)
	@exec $(VENV) -m demo --port $(PORT) $(if $(TOURNAMENTS),tournament --tournaments $(TOURNAMENTS)) $(ARGS)

seed: local ## make accounts with known logins, friends, conversations, a finished tournament, a running match (PORT=)
	@exec $(VENV) -m developer seed --port $(PORT)

users: local ## list the users of the running stack (PORT=)
	@exec $(VENV) -m developer users --port $(PORT)

match: local ## list the running matches, or show one (ID=id or code, PORT=)
	@exec $(VENV) -m developer match $(ID) --port $(PORT)

events: local ## show events live (USER=name or id for one user's, PORT=)
	@exec $(VENV) -m developer events $(if $(filter command line,$(origin USER)),$(USER)) --port $(PORT)

play: local ## an opponent who queues for duels and plays them (SKILL=fairly or badly, USER=name for an account, PORT=)
	@exec $(VENV) -m developer play $(if $(filter command line,$(origin USER)),$(USER)) --skill $(SKILL) --port $(PORT)

growth: dev ## count what pages of lists of 10 to 10,000 entries cost, into docs/measurements.md
	@$(VENV) -m tests.arch.growth --json .local/growth.json
	@exec $(VENV) -m bench.document .local/growth.json

bench: local ## throughput and latency of the running stack (PORT=, ARGS=)
	@exec $(VENV) -m bench --port $(PORT) $(ARGS)

bench-game: local ## many matches at once on the game server of a stack of its own (ARGS="--matches 100 --seconds 30 --edge")
	@exec $(VENV) -m bench.game $(ARGS)

faults: dev ## load of all chapters while calls fail and processes die, and what holds (ARGS="--seed 7 --minutes 35", docs/faults.md)
	@exec $(VENV) -m faults $(ARGS)

cold: local ## cold requests with the processor of 512, 1,024 and 1,769 MB, into docs/measurements/cold.md (root; ARGS="--times 5")
	@exec $(VENV) -m bench.cold --write $(ARGS)

soak: local ## write for an hour over one connection of a stack of its own (ARGS="--minutes 5 --rate 0")
	@exec $(VENV) -m bench.soak $(ARGS)

service-token: ## print a service token of the running stack, and nothing else (PORT=)
	@$(MAKE) --no-print-directory -s local >&2
	@exec $(VENV) -m infra.local.runner.service_token --port $(PORT)

clean: ## remove the environment, caches and the local stacks' files
	rm -rf .venv .venv-engine .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
