# The one obvious command for everything. `make install` first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install test lint format bench bench-creator bench-hashing bench-trackers docs lock testbed fuzz sanitize clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml rust/Cargo.toml rust/Cargo.lock $(wildcard rust/src/*.rs rust/src/lanes/*.rs)
	@$(PYTHON) -c 'import sys; sys.exit("Seedwright needs Python 3.11 or later; name one with: make install PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@command -v cargo >/dev/null || { echo "Seedwright's hashing core needs Rust's cargo: install Rust, then run make install again." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	. $(BIN)/activate && pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

test: install
	cargo test --manifest-path rust/Cargo.toml --locked --quiet
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term --cov-fail-under=90

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	cargo fmt --manifest-path rust/Cargo.toml --check
	cargo clippy --manifest-path rust/Cargo.toml --all-targets --locked --quiet -- -D warnings

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cargo fmt --manifest-path rust/Cargo.toml

bench: bench-creator bench-hashing bench-trackers

bench-creator: install
	$(BIN)/python -m benchmarks.creator

bench-hashing: install
	$(BIN)/python -m benchmarks.hashing

bench-trackers: install
	$(BIN)/python -m benchmarks.trackers
	$(BIN)/python -m benchmarks.mkbrr_answers

docs: install
	$(BIN)/python -m docs.generate

lock:
	test -x $(BIN)/uv || $(MAKE) install
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --group dev pyproject.toml -o requirements.lock
	cargo update --manifest-path rust/Cargo.toml

# A real qBittorrent to play with by hand: make testbed VERSION=5.3
VERSION ?= 5.3
testbed: install
	$(BIN)/python -m tests.testbed $(VERSION)

# Damaged torrents for so many seconds: make fuzz SECONDS=600
SECONDS ?= 60
fuzz: install
	$(BIN)/python -m tests.fuzz $(SECONDS)

# AddressSanitizer needs a compiler flag that stable Rust keeps for nightly, hence the bootstrap.
sanitize:
	RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo test --manifest-path rust/Cargo.toml --locked \
		--lib --target "$$(rustc --print host-tuple)" --target-dir rust/target/sanitize

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* rust/target src/seedwright/_core*.so
