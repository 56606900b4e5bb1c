// swift-tools-version: 6.2
import PackageDescription

let deps = "\(Context.packageDirectory)/.deps"

/// What every Swift target is compiled with.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
/// Where `./setup` put the libraries that Debian does not have; the run path goes into the executable, so no environment variable is needed.
let native: [LinkerSetting] = [.unsafeFlags(["-L\(deps)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(deps)/lib"])]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], linker: [LinkerSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: linker)
}
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
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
        .executable(name: "feature-builder", targets: ["FeatureBuilder"]),
        .executable(name: "trainer", targets: ["Trainer"]),
        .executable(name: "scorer", targets: ["Scorer"]),
        .executable(name: "publisher", targets: ["Publisher"]),
        .executable(name: "clv-tracker", targets: ["CLVTracker"]),
        .executable(name: "scheduler", targets: ["Scheduler"]),
        .executable(name: "giddyup", targets: ["GiddyUp"]),
        .executable(name: "dev-broker", targets: ["DevBroker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // The C doors: headers and link flags, nothing else.
        .systemLibrary(name: "CLibpq"),
        .systemLibrary(name: "CLibrdkafka"),
        .systemLibrary(name: "CLightGBM"),
        .target(
            name: "CParquet", cxxSettings: [.unsafeFlags(["-isystem", "\(deps)/include"])],
            linkerSettings: [.linkedLibrary("parquet"), .linkedLibrary("arrow")] + native),

        // One library behind each door.
        library("Postgres", ["CLibpq"]),
        library("Kafka", ["CLibrdkafka"]),
        library("LightGBM", ["CLightGBM"], linker: native),
        library("Parquet", ["CParquet"]),
        library("MLflow"),

        // The domain: pure values and functions, without Kafka, Postgres or a clock.
        library("Racing"),
        library("Betting"),
        library("Features", ["Racing", crypto]),
        library("Modelling", ["Betting", "Features", "LightGBM", "Racing", crypto], linker: native),

        library("Datasets", ["Expectations", "Features", "Parquet", "Racing", crypto], linker: native),

        // Great Expectations suites, checked; knows no racing word.
        library("Expectations"),

        // The contracts, and the worker runtime.
        library("Messages", [crypto, protobuf]),
        library("Fleet", ["Kafka", "Messages", "Postgres", configuration, http, lifecycle, logging]),

        // The SQL: reading racing.*, writing modeling.*; and, for development only, writing a copy of racing.*.
        library("RacingStore", ["Features", "Postgres", "Racing"]),
        library("ModelingStore", ["Betting", "Datasets", "Expectations", "Messages", "Modelling", "Postgres", "Racing", "RacingStore", crypto]),
        library("Simulation", ["Racing"]),
        // Pages, charts and tables, from plain values.
        library("Reporting"),
        library("Upstream", ["Postgres", "Racing", "RacingStore", "Simulation", csv]),

        // What the worker processes do; the programs only put it together.
        library(
            "Workers",
            [
                "Betting", "Datasets", "Expectations", "Features", "Fleet", "Kafka", "LightGBM", "MLflow", "Messages", "ModelingStore", "Modelling",
                "Parquet", "Postgres",
                "Racing",
                "RacingStore",
                lifecycle, logging, yaml,
            ]),
        program("FeatureBuilder", ["Expectations", "Fleet", "Workers"]),
        program("Trainer", ["Fleet", "Workers"]),
        program("Scorer", ["Betting", "Fleet", "Workers"]),
        program("Publisher", ["Fleet", "Workers"]),
        program("CLVTracker", ["Fleet", "Workers"]),
        program("Scheduler", ["Fleet", "Workers"]),

        library("DevStack", ["Kafka", "Postgres", logging]),
        program(
            "GiddyUp",
            [
                "Betting", "Datasets", "DevStack", "Features", "Fleet", "Kafka", "Messages", "ModelingStore", "Modelling", "Postgres", "Racing",
                "RacingStore",
                "Reporting", "Simulation", "Upstream", "Workers", arguments, signals, yaml,
            ]),
        program("DevBroker", ["DevStack", arguments, signals]),

        // Timed beside what a user would use instead: Benchmarks/*.sh.
        .executableTarget(
            name: "bench-features", dependencies: ["Datasets", "Expectations", "Features", "Postgres", "Racing", "RacingStore"],
            path: "Benchmarks/Features",
            swiftSettings: strict),

        .executableTarget(
            name: "bench-training", dependencies: ["Datasets", "LightGBM", "Modelling", "Racing"], path: "Benchmarks/Training", swiftSettings: strict),

        .executableTarget(name: "bench-pricing", dependencies: ["Betting"], path: "Benchmarks/Pricing", swiftSettings: strict),

        // What tests of more than one target share: the servers.
        .target(name: "Servers", dependencies: ["DevStack", "Kafka", "Postgres"], path: "Tests/Servers", swiftSettings: strict),
        // Python's own libraries, where `./setup --reference` has put them.
        .target(name: "Reference", path: "Tests/Reference", swiftSettings: strict),
        // A seeded generator for property tests.
        .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: strict),
        tests("PostgresTests", ["Postgres", "Servers"]),
        tests("MLflowTests", ["MLflow"]),
        tests("KafkaTests", ["Kafka", "Servers"]),
        tests("RacingTests", ["Racing"]),
        tests("BettingTests", ["Betting", "Reference", "Seeded"]),
        tests("FeaturesTests", ["Features", "Racing", "Seeded"]),
        tests("ExpectationsTests", ["Expectations", "Reference", "Seeded"]),
        tests("DatasetsTests", ["Datasets", "Expectations", "Features", "Parquet", "Racing", "Seeded"]),
        tests("ModellingTests", ["Betting", "LightGBM", "Modelling", "Racing", "Reference", "Seeded"]),
        tests("ReportingTests", ["Reporting"]),
        tests("FleetTests", ["Fleet", "Kafka", "Messages", "Postgres", "Servers", lifecycle, logging]),
        tests("MessagesTests", ["Messages", crypto, yaml]),
        tests("ModelingStoreTests", ["Betting", "Messages", "ModelingStore", "Postgres", "Racing", "RacingStore", "Servers", "Upstream"]),
        tests("SimulationTests", ["Betting", "Features", "Modelling", "Racing", "Simulation"]),
        tests("UpstreamTests", ["Postgres", "Racing", "RacingStore", "Servers", "Upstream"]),
        tests(
            "WorkersTests",
            [
                "Betting", "Expectations", "Features", "Fleet", "Kafka", "Messages", "ModelingStore", "Postgres", "Racing", "RacingStore", "Workers",
                logging,
            ]),
        tests("RacingStoreTests", ["Postgres", "Racing", "RacingStore", "Servers", "Simulation", "Upstream"]),
        tests(
            "IntegrationTests",
            [
                "Betting", "DevStack", "Expectations", "Features", "Fleet", "Kafka", "LightGBM", "Messages", "ModelingStore", "Modelling", "Parquet",
                "Postgres",
                "Racing",
                "RacingStore",
                "Reference", "Seeded",
                "Servers", "Simulation", "Upstream", "Workers", logging,
            ]),
        tests("LightGBMTests", ["LightGBM"]),
        tests("ParquetTests", ["Parquet"]),
    ],
    cxxLanguageStandard: .cxx17
)
