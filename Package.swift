// swift-tools-version: 6.2
import PackageDescription

let deps = "\(Context.packageDirectory)/.deps"

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// Finds the libraries that `./setup` laid out. The run path goes into each executable, so that no environment variable
/// is needed to run it.
let native: [LinkerSetting] = [
    .unsafeFlags(["-L\(deps)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(deps)/lib"])
]

/// The last component of a path such as "Domain/Racing".
func lastComponent(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

func library(_ path: String, _ dependencies: [Target.Dependency] = [], linker: [LinkerSetting] = []) -> Target {
    .target(
        name: lastComponent(path),
        dependencies: dependencies,
        path: "Sources/\(path)",
        swiftSettings: strict,
        linkerSettings: linker
    )
}
func program(_ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: lastComponent(path),
        dependencies: dependencies,
        path: "Sources/\(path)",
        swiftSettings: strict
    )
}
func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "bench-\(name.lowercased())",
        dependencies: dependencies,
        path: "Benchmarks/\(name)",
        swiftSettings: strict
    )
}
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/Support/\(name)", swiftSettings: strict)
}
func tests(_ module: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(module)Tests",
        dependencies: dependencies,
        path: "Tests/\(module)",
        swiftSettings: strict
    )
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let http: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")
let csv: Target.Dependency = .product(name: "SwiftCSV", package: "SwiftCSV")

let package = Package(
    name: "giddyup",
    products: [
        .executable(name: "giddyup", targets: ["GiddyUp"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", exact: "0.10.0"),
    ],
    targets: [
        // Bindings: headers and link flags, and loops that are compiled twice: for AVX2, and for every processor.
        .systemLibrary(name: "CEpoll", path: "Sources/Bindings/CEpoll"),
        .target(name: "CForest", path: "Sources/Bindings/CForest"),
        .systemLibrary(name: "CLibpq", path: "Sources/Bindings/CLibpq"),
        .systemLibrary(name: "CLibrdkafka", path: "Sources/Bindings/CLibrdkafka"),
        .systemLibrary(name: "CLightGBM", path: "Sources/Bindings/CLightGBM"),
        .target(
            name: "CParquet",
            path: "Sources/Bindings/CParquet",
            cxxSettings: [.unsafeFlags(["-isystem", "\(deps)/include"])],
            linkerSettings: [.linkedLibrary("parquet"), .linkedLibrary("arrow")] + native
        ),

        // Foundations: small libraries without racing terms or servers.
        library("Foundations/Randomness"),
        library("Foundations/CanonicalForm", [crypto]),
        library("Foundations/ChildProcesses"),

        // Clients: one library over each native or remote system. No racing terms inside, no C pointers outside.
        library("Clients/Postgres", ["CEpoll", "CLibpq"]),
        library("Clients/Kafka", ["CLibrdkafka"]),
        library("Clients/LightGBM", ["CForest", "CLightGBM"], linker: native),
        library("Clients/Parquet", ["CParquet"]),
        library("Clients/MLflow"),

        // Domain: pure values and functions, without Kafka, Postgres or a clock.
        library("Domain/Racing"),
        library("Domain/Betting", [yaml]),
        library("Domain/Features", ["CanonicalForm", "Racing"]),
        library("Domain/Modeling", ["Betting", "CanonicalForm", "Racing"]),
        library("Domain/Learning", ["Betting", "Features", "LightGBM", "Modeling", "Racing", "Randomness"]),
        library("Domain/Datasets", ["CanonicalForm", "Expectations", "Features", "Parquet", "Racing"]),
        library("Domain/Expectations"),
        library("Domain/Drift", ["Racing"]),
        library("Domain/Simulation", ["Racing", "Randomness"]),

        // Storage: the SQL that reads racing.* and writes modeling.*, and the stores of model bundles.
        library("Storage/RacingStore", ["Features", "Postgres", "Racing"]),
        library(
            "Storage/ModelingStore",
            [
                "Betting", "CanonicalForm", "Drift", "Expectations", "Messages", "Modeling", "Postgres", "Racing",
                "RacingStore", crypto,
            ]
        ),
        library("Storage/ModelArtifacts", ["MLflow", "Messages", "Modeling", "ModelingStore", "Postgres"]),
        library("Storage/RacingImport", ["Postgres", "Racing", "RacingStore", "Simulation", csv]),

        // Messaging: the contracts, and the runtime that consumes, handles, produces and commits.
        library("Messaging/Messages", ["CanonicalForm", protobuf]),
        library(
            "Messaging/WorkerRuntime",
            [
                "CanonicalForm", "ChildProcesses", "Kafka", "Messages", "Postgres", configuration, http, lifecycle,
                logging, protobuf,
            ]
        ),

        library("Messaging/TopicReading", ["Kafka", "Racing", "WorkerRuntime"]),

        // Workers: one library per worker, with its handler and what only it needs.
        library("Workers/WorkerServices", ["ModelingStore", "Postgres", "WorkerRuntime", lifecycle, logging]),
        library(
            "Workers/Scheduler",
            [
                "Kafka", "Messages", "ModelingStore", "Postgres", "Racing", "RacingStore", "WorkerRuntime",
                "WorkerServices", lifecycle, logging, yaml,
            ]
        ),
        library(
            "Workers/FeatureBuilder",
            [
                "Datasets", "Expectations", "Features", "Kafka", "Messages", "ModelingStore", "Parquet", "Postgres",
                "Racing", "RacingStore", "WorkerRuntime", "WorkerServices", lifecycle, logging,
            ]
        ),
        library(
            "Workers/Scorer",
            [
                "Betting", "CanonicalForm", "Features", "Kafka", "Learning", "LightGBM", "MLflow", "Messages",
                "ModelArtifacts", "Modeling", "ModelingStore", "Racing", "WorkerRuntime", "WorkerServices", lifecycle,
                logging,
            ]
        ),
        library(
            "Workers/Publisher",
            ["Messages", "ModelingStore", "Postgres", "WorkerRuntime", "WorkerServices", lifecycle, logging]
        ),
        library(
            "Workers/CLVTracker",
            [
                "Betting", "Messages", "ModelingStore", "Postgres", "Racing", "RacingStore", "WorkerRuntime",
                "WorkerServices", lifecycle, logging,
            ]
        ),
        library(
            "Workers/Trainer",
            [
                "CanonicalForm", "Datasets", "Drift", "Features", "Kafka", "Learning", "LightGBM", "Messages",
                "ModelArtifacts", "Modeling", "ModelingStore", "Parquet", "Postgres", "Racing", "RacingStore",
                "TopicReading", "WorkerRuntime", "WorkerServices", lifecycle, logging,
            ]
        ),

        library(
            "Workers/Board",
            [
                "Drift", "ModelingStore", "Overview", "Postgres", "Racing", "RacingStore", "Reporting", "Scheduler",
                "TopicReading", "WorkerRuntime", http, .product(name: "FlyingSocks", package: "FlyingFox"), lifecycle,
                logging,
            ]
        ),

        // CLI: the operator's command line.
        library("CLI/DevStack", ["ChildProcesses", "Kafka", "Postgres"]),
        library(
            "CLI/Operations",
            [
                "Betting", "CanonicalForm", "ChildProcesses", "Datasets", "DevStack", "Features", "Kafka", "Learning",
                "Messages", "ModelArtifacts", "Modeling", "ModelingStore", "Postgres", "Racing", "RacingImport",
                "RacingStore", "Reporting", "Simulation", "TopicReading", "Trainer", "WorkerRuntime", yaml,
            ]
        ),
        library("CLI/Reporting", ["Betting", "Drift", "Modeling", "Racing"]),
        // What the command line and the board show of the fleet.
        library("CLI/Overview", ["Kafka", "ModelingStore", "Postgres", "Racing", "TopicReading", "WorkerRuntime"]),
        program(
            "CLI/GiddyUp",
            [
                "Betting", "CanonicalForm", "ChildProcesses", "Datasets", "DevStack", "Drift", "Features", "Kafka",
                "Learning", "Messages", "ModelArtifacts", "Modeling", "ModelingStore", "Operations", "Overview",
                "Postgres", "Racing", "RacingImport", "RacingStore", "Reporting", "Scheduler", "TopicReading",
                "Trainer", "WorkerRuntime", arguments, signals,
            ]
        ),

        // Programs: one main.swift each.
        program("Programs/board", ["Board", "WorkerRuntime"]),
        program("Programs/clv-tracker", ["CLVTracker", "WorkerRuntime"]),
        program("Programs/dev-broker", ["ChildProcesses", "DevStack", "Kafka", arguments, signals]),
        program("Programs/feature-builder", ["FeatureBuilder", "WorkerRuntime"]),
        program("Programs/light-workers", ["Board", "CLVTracker", "Publisher", "Scheduler", "WorkerRuntime"]),
        program("Programs/publisher", ["Publisher", "WorkerRuntime"]),
        program("Programs/scheduler", ["Scheduler", "WorkerRuntime"]),
        program("Programs/scorer", ["Scorer", "WorkerRuntime"]),
        program("Programs/trainer", ["Trainer", "WorkerRuntime"]),

        // Benchmarks: run next to the usual alternatives by Benchmarks/*.sh.
        benchmark("Features", ["Datasets", "Expectations", "Features", "Postgres", "Racing", "RacingStore"]),
        benchmark("Training", ["Datasets", "Learning", "LightGBM", "Modeling", "Racing"]),
        benchmark("Forest", ["LightGBM", "Randomness"]),
        benchmark(
            "Hot",
            [
                "Betting", "Features", "LightGBM", "Messages", "Modeling", "Racing", "Randomness", "Scorer", "Seeded",
                "SeededScoring",
            ]
        ),
        benchmark("Pricing", ["Betting"]),
        benchmark("Publishing", ["Messages", "ModelingStore", "Postgres", "Randomness"]),
        benchmark("Steps", ["Features", "Learning", "LightGBM", "Modeling", "Postgres", "Racing", "RacingStore"]),

        // Test support: servers, reference libraries and seeded draws that several test targets share.
        support("Servers", ["ChildProcesses", "DevStack", "Kafka", "Postgres", "Reference"]),
        support("Reference"),
        support("Seeded", ["Features", "Modeling", "Racing", "Randomness"]),
        support("SeededScoring", ["Features", "Messages", "Modeling", "Racing", "Randomness", "Seeded"]),

        // Tests: one folder for each module, and Integration for the fleet.
        tests("Betting", ["Betting", "Randomness", "Reference", "Seeded"]),
        tests("CanonicalForm", ["CanonicalForm"]),
        tests("CLVTracker", ["Betting", "CLVTracker", "ModelingStore", "Racing"]),
        tests("Drift", ["Drift", "Randomness", "Reference", "Seeded"]),
        tests("Datasets", ["Datasets", "Expectations", "Features", "Parquet", "Racing"]),
        tests("Expectations", ["Expectations", "Randomness", "Reference", "Seeded"]),
        tests(
            "FeatureBuilder",
            [
                "Expectations", "FeatureBuilder", "Features", "Messages", "Racing", "RacingStore", "Reference",
                "WorkerRuntime",
            ]
        ),
        tests("Features", ["CanonicalForm", "Features", "Racing", "Randomness", "Seeded"]),
        tests(
            "Integration",
            [
                "Betting", "CLVTracker", "ChildProcesses", "DevStack", "Expectations", "FeatureBuilder", "Features",
                "Kafka", "Learning", "LightGBM", "Messages", "Modeling", "ModelingStore", "Parquet", "Postgres",
                "Racing", "RacingImport", "RacingStore", "Randomness", "Reference", "Seeded", "Servers", "Simulation",
                "Trainer", "WorkerRuntime", "WorkerServices", logging,
            ]
        ),
        tests("Kafka", ["DevStack", "Kafka", "Servers"]),
        tests(
            "Learning",
            [
                "Features", "Learning", "LightGBM", "Modeling", "Racing", "Randomness", "Reference", "Seeded",
                "Simulation",
            ]
        ),
        tests("LightGBM", ["LightGBM", "Randomness", "Seeded"]),
        tests("MLflow", ["MLflow"]),
        tests("Messages", ["Messages", crypto, yaml]),
        tests("ModelArtifacts", ["ModelArtifacts", "Modeling", "ModelingStore"]),
        tests("Modeling", ["Betting", "Modeling", "Racing", "Randomness", "Seeded"]),
        tests(
            "ModelingStore",
            ["Betting", "Messages", "ModelingStore", "Postgres", "Racing", "RacingImport", "RacingStore", "Servers"]
        ),
        tests("Parquet", ["Parquet"]),
        tests("Postgres", ["Postgres", "Servers"]),
        tests("Racing", ["Racing"]),
        tests("RacingImport", ["Postgres", "Racing", "RacingImport", "RacingStore", "Servers", "Simulation"]),
        tests("RacingStore", ["Postgres", "Racing", "RacingImport", "RacingStore", "Servers", "Simulation"]),
        tests("Reporting", ["Reporting"]),
        tests("Scheduler", ["Postgres", "Racing", "Reference", "Scheduler", "WorkerRuntime"]),
        tests(
            "Scorer",
            [
                "Betting", "Features", "Kafka", "Learning", "LightGBM", "Messages", "Postgres", "Scorer",
                "SeededScoring", "WorkerRuntime", logging,
            ]
        ),
        tests("Simulation", ["Betting", "Modeling", "Racing", "Simulation"]),
        tests(
            "WorkerRuntime",
            ["DevStack", "Kafka", "Messages", "Postgres", "Servers", "WorkerRuntime", lifecycle, logging]
        ),
    ],
    cxxLanguageStandard: .cxx17
)

// The fuzz targets of `make fuzz` need a build with libFuzzer's instrumentation, so other builds do not see them.
if Context.environment["GIDDYUP_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Betting", "CLVTracker", "Datasets", "Expectations", "FeatureBuilder", "Features", "Kafka", "Learning",
                "Messages", "ModelArtifacts", "Modeling", "ModelingStore", "Operations", "Postgres", "Racing",
                "LightGBM", "RacingImport", "RacingStore", "Scorer", "Trainer", "WorkerRuntime", logging, protobuf,
            ],
            path: "Tests/Fuzz",
            exclude: ["Corpus", "run", "values.dict"],
            swiftSettings: strict,
            // gold cannot report the undefined symbols of a sanitized program.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]
        )
    )
}
