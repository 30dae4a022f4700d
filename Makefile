# Needs python3 (3.11 to 3.13) and make; everything else is fetched, at pinned versions, into .tools and .venv.
#
#   make up       the whole service on this machine      make test        the tests that need no stack
#   make down     stop it, keep its data                 make test-stack  the tests on the deployed local stack
#   make reset    empty it                               make check       everything CI runs that is not a test
#   make bench    take all figures of docs/performance.md anew (quarter of an hour; BENCH_ARGS=--quick to try it)
#   make setup    only the environment (.venv)           make build       what is deployed to AWS (python3.13, arm64)
#   make audit    known vulnerabilities in what is used  make sbom        what it is made of, as CycloneDX, in dist/

PYTHON ?= python3
PORT ?= 4566
UV_VERSION = 0.13.9
PYTEST_ARGS ?=
BENCH_ARGS ?=

UV = .tools/uv/bin/uv
BIN = .venv/bin
SAM = .tools/sam/bin/sam
export UV_NO_PROGRESS = 1
export SAM_CLI_TELEMETRY = 0

# What only the command line uses of the project's dependencies; the layer has no use for it.
CLI_ONLY = ahocorasick-rs click python-dotenv pyyaml rich
EXPORT = $(UV) export --quiet --locked --extra service --no-dev --no-emit-project --no-header --no-annotate \
	$(foreach package,$(CLI_ONLY),--prune $(package))

.PHONY: console setup up down reset test test-stack bench lint types format template locks audit check build sbom requirements tools api-docs clean

# ---------------------------------------------------------------- setting up

setup: .venv/.made

.tools/uv/.made-$(UV_VERSION):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "error: Python 3.11 to 3.13 is needed; name one: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .tools/uv || \
		{ echo "error: this Python cannot make environments; install its venv module (Debian: python3-venv)" >&2; exit 1; }
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/.made: pyproject.toml uv.lock .tools/uv/.made-$(UV_VERSION)
	@echo "setting up .venv" >&2
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --quiet --locked --extra service --python "$$(command -v $(PYTHON))"
	@touch $@

tools: .tools/sam/.made

.tools/sam/.made: tools/sam/uv.lock .tools/uv/.made-$(UV_VERSION)
	@UV_PROJECT_ENVIRONMENT=$(CURDIR)/.tools/sam $(UV) sync --quiet --locked --project tools/sam --python "$$(command -v $(PYTHON))"
	@touch $@

# ---------------------------------------------------------------- the local stack

up: setup
	@$(BIN)/bootseal local up --detach --port $(PORT)

down: setup
	@$(BIN)/bootseal local down

reset: setup
	@$(BIN)/bootseal local reset

# ---------------------------------------------------------------- tests

test: setup
	$(BIN)/pytest -n auto -m "not stack and not browser and not slow" $(PYTEST_ARGS)

# Uses the stack that BOOTSEAL_STACK_FILE names; without it a fresh one is started on a free port and removed again.
test-stack: setup
	$(BIN)/pytest -m "stack and not browser" $(PYTEST_ARGS)

# ---------------------------------------------------------------- benchmarks

# Figures into benchmarks/results, docs/performance.md and its plots made of them. benchmarks/run.py has the parts.
bench: setup tools .tools/bench/.made
	$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

.tools/bench/.made: benchmarks/others/uv.lock .tools/uv/.made-$(UV_VERSION)
	@UV_PROJECT_ENVIRONMENT=$(CURDIR)/.tools/bench $(UV) sync --quiet --locked --project benchmarks/others --python "$$(command -v $(PYTHON))"
	@touch $@

# ---------------------------------------------------------------- checks

check: lint types template locks audit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup
	$(BIN)/mypy

template: setup tools
	$(BIN)/cfn-lint template.yaml
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint --template-file template.yaml

# Every lock still answers its pyproject.toml, and the layer's requirements are what the lock says.
locks: setup
	$(UV) lock --check --quiet
	$(UV) lock --check --quiet --project tools/sam
	$(UV) lock --check --quiet --project tools/emulator
	$(UV) lock --check --quiet --project benchmarks/others
	@$(EXPORT) --output-file .tools/requirements.txt > /dev/null
	@diff -u layers/bootseal/requirements.txt .tools/requirements.txt || \
		{ echo "error: layers/bootseal/requirements.txt is stale; run: make requirements" >&2; exit 1; }

# Advisories that cannot be read are shown as NOT ASKED and stop nothing: that says something of the network alone.
audit: setup
	@tools/audit.sh || [ $$? -eq 2 ]

requirements: setup
	$(EXPORT) --output-file layers/bootseal/requirements.txt > /dev/null

# ---------------------------------------------------------------- AWS

# The web console's files, put where the function that serves them is packed from; needs Node.js and npm.
console:
	cd console && npm ci --no-audit --no-fund && npm run build

# `sam deploy --guided` follows; docs/deploying.md has the rest.
build: setup tools
	BOOTSEAL_LAYER_DIGEST="$$(find layers/bootseal -name __pycache__ -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-64)" \
	PATH="$(CURDIR)/.tools/sam/bin:$$PATH" $(SAM) build
	@tools/sbom.sh dist

sbom: setup
	@tools/sbom.sh dist

# docs/openapi.json, docs/api.md and what get_openapi serves, from the routes; tests fail where they are stale.
api-docs: setup
	$(BIN)/python -m bootseal.api .

clean:
	rm -rf .venv .tools .aws-sam .local/build .pytest_cache .mypy_cache .ruff_cache .hypothesis
