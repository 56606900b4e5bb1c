SWIFT_BUILD = swift build -c release
SOURCES = $(shell git ls-files --cached --others --exclude-standard \
  'Package.swift' 'Sources/*.swift' 'Tests/*.swift' 'Benchmarks/*.swift' ':!*.pb.swift')

.DEFAULT_GOAL := help
.PHONY: help setup reference mlflow build demo cluster cluster-test test chaos fuzz bench bench-check lint format \
  protos docs check-links

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the native libraries (idempotent)
	@./setup

reference: ## install the Python libraries that some tests and most benchmarks compare with
	@./setup --reference

mlflow: setup ## run an MLflow server on loopback; its backend store is DATABASE_URL (PORT=5000)
	@./setup --mlflow
	@test -n "$(DATABASE_URL)" || { echo "make mlflow: DATABASE_URL is not set: name the backend store"; exit 1; }
	.deps/mlflow/bin/mlflow server --host 127.0.0.1 --port $(or $(PORT),5000) --backend-store-uri "$(DATABASE_URL)" \
	  --serve-artifacts --artifacts-destination $(or $(ARTIFACT_ROOT),$(CURDIR)/artifacts)/mlflow

build: setup ## build all programs in release mode
	$(SWIFT_BUILD)

demo: build ## run the whole pipeline on simulated data (DATA=DIR: on Hong Kong's files) and write ./demo
	.build/release/giddyup demo $(if $(DATA),--data $(DATA))

cluster: ## start Kafka, Postgres, every worker and the board with Docker (PROFILES=... SCORERS=4 BUILD_CA=FILE)
	@compose/make-secrets
	$(if $(BUILD_CA),BUILD_CA=$(abspath $(BUILD_CA))) docker compose -f compose/compose.yaml \
	  $(if $(BUILD_CA),-f compose/build-ca.yaml) \
	  $(addprefix --profile ,$(PROFILES)) up --build --detach --wait $(if $(SCORERS),--scale scorer=$(SCORERS))

cluster-test: ## start the cluster in a Docker engine and run a race day through it
	@Tests/Cluster/run

test: setup ## build and run all tests against a private Postgres and broker
	$(SWIFT_BUILD) --build-tests
	OMP_WAIT_POLICY=passive timeout --kill-after=60 2700 swift test -c release --skip-build

lint: ## check the format with swift-format, strictly
	@swift format lint --strict --parallel $(SOURCES)

chaos: build ## crash, stop and starve a fleet, and verify it from outside (FAULTS=200 SEED=1 RESUME=1)
	@./setup --reference
	.deps/reference/bin/python Tests/Chaos/chaos.py --faults $(or $(FAULTS),200) --seed $(or $(SEED),1) \
	  $(if $(RESUME),--resume)

fuzz: setup ## fuzz what parses outside input (SECONDS=60 each, TARGETS="staking bundle")
	@Tests/Fuzz/run $(or $(SECONDS),60) $(TARGETS)

bench: build ## run the benchmarks of docs/performance.md (DATA=DIR PEER=DIR; KAFKA_BOOTSTRAP_SERVERS)
	@./setup --reference
	@./setup --peers
	@Benchmarks/all.sh $(DATA)

bench-check: setup ## count the instructions of the hot paths, and compare them with Benchmarks/instructions.txt
	$(SWIFT_BUILD) --product bench-hot
	@Benchmarks/check.sh

protos: ## generate Sources/Messaging/Messages/*.pb.swift (needs Debian's protobuf-compiler)
	$(SWIFT_BUILD) --product protoc-gen-swift
	protoc --plugin=.build/release/protoc-gen-swift --swift_opt=Visibility=Public \
	  --swift_out=Sources/Messaging/Messages -I topics/schemas topics/schemas/*.proto

docs: build ## generate docs/features.md from the feature definitions
	.build/release/giddyup features list --markdown > docs/features.md

format: ## format the sources in place
	@swift format --in-place --parallel $(SOURCES)

check-links: ## after a build: fail if a light worker links LightGBM, Arrow, Parquet or MLflow
	@.ci/check-links
