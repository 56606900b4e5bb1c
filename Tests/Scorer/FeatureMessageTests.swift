import Betting
import Features
import Kafka
import Logging
import Messages
import Postgres
import Scorer
import Testing
import WorkerRuntime

/// The messages that the scorer accepts and rejects before any model sees them.
@Suite struct FeatureMessageTests {
    private var good: RaceFeatures {
        var message = RaceFeatures()
        message.request.raceID = 5
        message.request.asOf = 1_700_000_000_000_000
        message.request.origin = .live
        message.request.models = [ModelReference()]
        message.race.off = 1_700_000_600_000_000
        let set = FeatureSet.ability1
        message.featureSet.version = UInt32(set.version)
        message.featureSet.hash = set.hash
        message.runners = (1...3).map { horse in
            var runner = RunnerFeatures()
            runner.horseID = Int64(horse)
            runner.features = set.names.map { $0 == "field_size" ? 3 : Float.nan }
            runner.price.odds = 3.2
            runner.price.at = 1_700_000_000_000_000
            runner.price.volume = 50
            return runner
        }
        return message
    }

    private func decode(_ message: RaceFeatures) throws -> RaceFeatures {
        let scorers = ScorerCache(.postgres(PostgresPool("")), policy: StakingPolicy(), logger: Logger(label: "test"))
        let bytes: [UInt8] = try message.serializedBytes()
        return try ScorerHandler(scorers, metrics: Metrics(), logger: Logger(label: "test")).decode(
            KafkaMessage(source: TopicPartition("t", 0), offset: 0, key: nil, value: bytes, headers: [], timestamp: nil)
        )
    }

    @Test func `accepts a valid message`() throws { #expect(try decode(good).runners.count == 3) }

    @Test func `rejects values that would trap in arithmetic`() {
        let changes: [(inout RaceFeatures) -> Void] = [
            { $0.race.off = .min }, { $0.race.off = .max }, { $0.request.asOf = .max },
            { $0.runners[1].price.at = .min },
            { $0.runners[1].price.volume = .infinity }, { $0.runners[1].price.volume = 1e300 },
            { $0.runners[1].price.volume = .nan },
            { $0.runners[1].price.odds = .infinity }, { $0.runners[1].price.odds = .nan },
            { $0.runners[1].features[0] = .infinity },
        ]
        for (index, change) in changes.enumerated() {
            var message = good
            change(&message)
            #expect(throws: ContractError.self, "change \(index)") { try decode(message) }
        }
    }

    @Test func `rejects messages that break the contract`() {
        let changes: [(inout RaceFeatures) -> Void] = [
            { $0.runners[1].horseID = 1 }, { $0.runners = [] }, { $0.featureSet.hash = "other" },
            { $0.request.models = [] },
            { $0.request.origin = .unspecified },
            { $0.runners[0].features.removeLast() }, { $0.runners.removeLast() }, { $0.runners[1].price.at += 1 },
            { $0.runners[1].price.odds = 1 },
            { $0.runners[1].price.volume = -1 }, { $0.request.raceID = 0 },
        ]
        for (index, change) in changes.enumerated() {
            var message = good
            change(&message)
            #expect(throws: ContractError.self, "change \(index)") { try decode(message) }
        }
    }
}
