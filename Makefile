SWIFT_BUILD = swift build -c release
SOURCES = $(shell git ls-files --cached --others --exclude-standard 'Package.swift' 'Sources/*.swift' 'Tests/*.swift' ':!*.pb.swift')

.DEFAULT_GOAL := help
.PHONY: help setup reference mlflow build demo test lint format protos docs

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install and lay out the native libraries (idempotent)
	@./setup

reference: ## install the Python libraries that some tests and the benchmarks compare with
	@./setup --reference

mlflow: setup ## run an MLflow server on loopback, its records in DATABASE_URL's Postgres (PORT=5000)
	@./setup --mlflow
	@test -n "$(DATABASE_URL)" || { echo "make mlflow: set DATABASE_URL to the Postgres that keeps its records"; exit 1; }
	.deps/mlflow/bin/mlflow server --host 127.0.0.1 --port $(or $(PORT),5000) --backend-store-uri "$(DATABASE_URL)" \
	  --serve-artifacts --artifacts-destination $(or $(ARTIFACT_ROOT),$(CURDIR)/artifacts)/mlflow

build: setup ## build everything for release
	$(SWIFT_BUILD)

demo: build ## the whole path on a simulated world, in under three minutes (DATA=DIR: on Hong Kong's files); leaves ./demo
	.build/release/giddyup demo $(if $(DATA),--data $(DATA))

test: setup ## build and run every test against a private Postgres and broker
	$(SWIFT_BUILD) --build-tests
	OMP_WAIT_POLICY=passive swift test -c release --skip-build

lint: ## check the format, strictly
	@swift format lint --strict --parallel $(SOURCES)

protos: ## generate Sources/Messages/*.pb.swift from topics/schemas (needs Debian's protobuf-compiler)
	$(SWIFT_BUILD) --product protoc-gen-swift
	protoc --plugin=.build/release/protoc-gen-swift --swift_opt=Visibility=Public --swift_out=Sources/Messages -I topics/schemas topics/schemas/*.proto

docs: build ## generate docs/features.md from the definitions
	.build/release/giddyup features list --markdown > docs/features.md

format: ## format the sources in place
	@swift format --in-place --parallel $(SOURCES)
