# What people need: `make demo`, `make test`, `make ci`. Each sets up what is missing first.

# RocksDB takes most of a first build. ccache, where it is installed, keeps its objects, so that a change of features
# or of folders does not compile it again. It is put in by the path and not by CXX, because cargo would compile
# RocksDB again whenever CXX changed between a `make` and a plain `cargo`.
ifneq ($(wildcard /usr/lib/ccache/c++),)
export PATH := /usr/lib/ccache:$(PATH)
endif

CARGO := cargo
FLAGS := --locked

.PHONY: demo test test-solana-node ci setup fixtures fmt clippy doc audit bench bench-peers

## Build, and run the Bybit case from its files to its findings.
demo: setup
	$(CARGO) run $(FLAGS) --package fundtrail-cli -- demo --db target/demo.db

## Run every test. Those that need a real node say so where npm cannot fetch one.
test: setup fixtures
	$(CARGO) test $(FLAGS) --workspace

## The stories on a real Solana node, which is compiled first, once. Not part of `make test`.
test-solana-node: setup
	node=$$(sh scripts/solana-node.sh) && \
		FUNDTRAIL_SOLANA_NODE=$$node $(CARGO) test $(FLAGS) --package fundtrail --test solana_node -- --nocapture

## What CI runs.
ci: setup fmt clippy test doc audit

setup:
	@sh scripts/setup.sh

fixtures:
	@sh scripts/npm-fixtures.sh

fmt:
	$(CARGO) fmt --all --check

clippy: setup
	$(CARGO) clippy $(FLAGS) --workspace --all-targets -- --deny warnings

doc: setup
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc $(FLAGS) --workspace --no-deps

audit:
	@sh scripts/audit.sh

## Measure speed; see benches/README.md. Builds everything optimised, RocksDB included.
bench: setup
	for bench in store trace blocks transactions ingest; do \
		$(CARGO) bench $(FLAGS) --package fundtrail-benches --bench $$bench || exit 1; done

## The same trace by DuckDB and networkx, which pip fetches, and in databases of 1, 10 and 50 million transfers; about half an hour and 15 GB.
bench-peers: setup
	python3 -m venv target/peers && target/peers/bin/pip install --quiet --requirement benches/peers/requirements.txt
	PEER_PYTHON=$(CURDIR)/target/peers/bin/python $(CARGO) bench $(FLAGS) --package fundtrail-benches --bench peers
