# What one types to run, test and measure Roundtable; how each step is done stands in scripts/.

LISTEN ?= 127.0.0.1:8080

.DEFAULT_GOAL := help
# One cargo at a time, and its summary last, also under `make -j`.
.NOTPARALLEL:
.PHONY: help run test check test-browser screenshots lighthouse mutants bench bench-compare bench-meeting verify format
.PHONY: clean tools build-packages test-packages web browser

help: ## Lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build-packages web ## Serves Roundtable with demonstration data at http://127.0.0.1:8080
	cargo build --release --locked
# Named, since the default is the database of `serve`, which may hold real records.
	exec target/release/roundtable demo --put-aside --database sqlite:roundtable-demo.db --listen $(LISTEN)

test: test-packages check test-browser ## Everything that must be green before a commit lands

# Tests wait for PostgreSQL and for programs that they start: twice as many as there are processors keep those busy.
check: build-packages web ## The same without the browser: format, lints, types, tests on both databases
	scripts/install-packages postgresql poppler-utils exim4-daemon-light
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	npm --prefix web run check
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-$$((2 * $$(nproc)))} scripts/with-postgres cargo test --locked --workspace --tests

test-browser: browser ## The journeys of tests/browser in Chromium
	scripts/install-packages postgresql
	npm --prefix tests/browser run check
	scripts/with-postgres scripts/test-browser

screenshots: browser ## The same, with pictures: of each page, of twelve in three widths, light and dark
	scripts/install-packages postgresql
	ROUNDTABLE_SCREENSHOTS=1 scripts/with-postgres scripts/test-browser

lighthouse: browser ## Lighthouse on seven pages, and the frames of a large map, with 10,000 clients
	scripts/install-packages chromium
	cargo build --release --locked
	scripts/lighthouse

# `--tests` asks for the features that `check` compiled with, so that after it nothing is compiled again.
browser: build-packages web
	scripts/install-packages browser
	scripts/npm-install tests/browser
	cargo build --locked --bins --tests

mutants: build-packages web ## Whether the tests notice known faults, one after the other
	scripts/install-packages postgresql poppler-utils exim4-daemon-light
	scripts/with-postgres scripts/mutants

# `cargo bench` compiles the binary it measures; bench/settings.rs says what can be set.
bench: build-packages web ## Speed of every page against its marks, on SQLite and PostgreSQL
	scripts/install-packages postgresql
	cargo bench --locked --bench bench -- pages

bench-compare: build-packages web ## This build beside the one of REV=, alternately, page by page
	scripts/bench-compare '$(REV)'

bench-meeting: build-packages web ## Two hundred streams and twenty writers in one meeting, for five minutes
	scripts/install-packages postgresql
	cargo bench --locked --bench bench -- meeting

verify: build-packages web ## Kills server and database under sixteen writers: no acknowledged save is lost
	scripts/install-packages postgresql
	cargo bench --locked --bench bench -- verify

format: ## Formats the Rust code
	cargo fmt

clean: ## Removes all that was built; leaves databases alone
	cargo clean
	rm -rf web/dist web/node_modules
	rm -rf tests/browser/node_modules tests/browser/screenshots tests/browser/test-results

tools:
	@scripts/check-tools

build-packages: tools
	@scripts/install-packages build

test-packages: tools
	@scripts/install-packages test

web:
	scripts/web
