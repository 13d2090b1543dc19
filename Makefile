# Two commands for a fresh machine: `make demo` and `make test`. Each does all the set-up it needs, once.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
CORE   := Cargo.toml Cargo.lock pyproject.toml $(shell find crates -name '*.rs' -o -name '*.[ch]' -o -name Cargo.toml)
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)

PREFIX ?= /usr/local

.PHONY: install wheel demo test test-rust test-python lint check docs bench pictures fuzz format clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	@$(BIN)/scaptui demo

test: test-rust test-python

test-rust: $(VENV)/.ready
	cargo test --workspace --quiet

test-python: $(VENV)/.installed $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS) $(PYTEST)

lint: $(VENV)/.installed $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest scaptui._core --mypy-config-file pyproject.toml
	$(BIN)/lint-imports --no-cache
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings

check: lint test

docs: $(VENV)/.installed
	$(BIN)/python -m tools.manual

# All, also where the first misses a bar. Options: BENCH=--write, VIEWING='--rounds 5', TRACING='--rounds 5'.
# What tracing costs is measured as root only.
bench: $(VENV)/.installed $(VENV)/.dev
	$(BIN)/python -m compileall -q src/scaptui
	@missed=0; \
	$(BIN)/python -m bench.reading $(BENCH) || missed=1; \
	$(BIN)/python -m bench.viewing $(VIEWING) || missed=1; \
	[ "$$(id -u)" -ne 0 ] || $(BIN)/python -m bench.tracing $(TRACING) || missed=1; \
	[ "$$(id -u)" -ne 0 ] || $(BIN)/python -m bench.following $(FOLLOWING) || missed=1; \
	exit $$missed

pictures: $(VENV)/.installed
	$(BIN)/python -m tools.pictures

fuzz:
	tools/fuzz

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	cargo fmt --all

clean:
	rm -rf $(VENV) build dist target src/*.egg-info src/scaptui/_core*.so

# For all users and for sudo: a copy of its own that only root can write. `make wheel` as oneself, then `sudo make install`.
install: dist/.wheel
	$(PYTHON) -m venv $(PREFIX)/lib/scaptui
	$(PREFIX)/lib/scaptui/bin/python -m pip install --quiet --force-reinstall dist/scaptui-*.whl
	install -d $(PREFIX)/bin $(PREFIX)/share/man/man1
	install -d $(PREFIX)/share/bash-completion/completions $(PREFIX)/share/zsh/site-functions
	install -d $(PREFIX)/share/fish/vendor_completions.d
	ln -sfn $(PREFIX)/lib/scaptui/bin/scaptui $(PREFIX)/lib/scaptui/bin/scaptui-probe $(PREFIX)/bin/
	install -m 644 docs/scaptui.1 $(PREFIX)/share/man/man1/
	install -m 644 completions/scaptui.bash $(PREFIX)/share/bash-completion/completions/scaptui
	install -m 644 completions/_scaptui $(PREFIX)/share/zsh/site-functions/
	install -m 644 completions/scaptui.fish $(PREFIX)/share/fish/vendor_completions.d/

wheel: dist/.wheel

dist/.wheel: $(VENV)/.ready $(CORE) $(shell find src -name '*.py')
	rm -rf dist && mkdir dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@touch $@

# An environment that can build. `tools/requirements` names what the machine lacks.
$(VENV)/.ready: pyproject.toml tools/requirements
	@tools/requirements $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --group build
	@touch $@

# The program, its core optimised. Editable: changes to Python files need no new install.
$(VENV)/.installed: $(VENV)/.ready $(CORE)
	@echo "building the core: a few minutes the first time"
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src/scaptui
	@touch $@

$(VENV)/.dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@
