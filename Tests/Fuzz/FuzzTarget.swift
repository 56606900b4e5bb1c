import Messages

/// What is fuzzed, by name. A target traps if an input breaks an invariant; libFuzzer then keeps the input.
enum FuzzTarget {
    typealias Run = @Sendable ([UInt8]) -> Void

    static let all: [String: @Sendable () -> Run] = [
        "envelope": { fuzzEnvelope },
        "message-bet-placement": { { fuzz($0, as: BetPlacement.self, use) } },
        "message-dataset-part": { { fuzz($0, as: DatasetPart.self) } },
        "message-dataset-request": { { fuzz($0, as: DatasetRequest.self, use) } },
        "message-model-version": { { fuzz($0, as: ModelVersion.self, use) } },
        "message-race-features": {
            let scoring = Scoring()
            return { fuzz($0, as: RaceFeatures.self, scoring.score) }
        },
        "message-race-request": { { fuzz($0, as: RaceRequest.self, use) } },
        "message-race-settlement": { { fuzz($0, as: RaceSettlement.self, use) } },
        "message-race-signals": { { fuzz($0, as: RaceSignals.self, use) } },
        "message-runner-withdrawal": { { fuzz($0, as: RunnerWithdrawal.self, use) } },
        "message-training-request": { { fuzz($0, as: TrainingRequest.self, use) } },
        "import-betfair": { fuzzBetfairImport },
        "import-csv": { fuzzCSVFile },
        "import-hong-kong": { fuzzHongKongImport },
        "import-rpscrape": { fuzzRPScrapeImport },
        "import-xz": { fuzzXZFile },
        "published-formats": { fuzzPublishedFormats },
        "expectations": { fuzzExpectations },
        "staking": { fuzzStakingPolicy },
        "topics": { fuzzTopicPlan },
        "bundle": { fuzzModelBundle },
        "model-text": { fuzzModelText },
        "postgres-fields": { fuzzPostgresFields },
    ]
}

/// Traps if an invariant does not hold. Unlike `assert`, it also checks optimized builds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

/// The value of an expression that an accepted input must not make throw.
func require<T>(_ context: String, _ body: () throws -> T) -> T {
    do { return try body() } catch { fatalError("\(context): \(error)") }
}

private nonisolated(unsafe) var sink = 0

/// Uses a value. The optimizer drops a computation whose result is not used, with its traps.
func keep<T>(_ value: T) { sink &+= String(describing: value).utf8.count }
