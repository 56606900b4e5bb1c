import Betting
import Features
import Fleet
import Kafka
import Logging
import Messages
import Postgres
import Testing
import Workers

/// What the scorer takes for a message, before any model sees it.
@Suite struct FeatureMessageTests {
    private var good: RaceFeatures {
        var message = RaceFeatures()
        (message.request.raceID, message.request.asOf, message.request.origin) = (5, 1_700_000_000_000_000, .live)
        message.request.models = [ModelReference()]
        message.race.off = 1_700_000_600_000_000
        let set = FeatureSet.ability1
        (message.featureSet.version, message.featureSet.hash) = (UInt32(set.version), set.hash)
        message.runners = (1...3).map { horse in
            var runner = RunnerFeatures()
            runner.horseID = Int64(horse)
            runner.features = set.names.map { $0 == "field_size" ? 3 : Float.nan }
            (runner.price.odds, runner.price.at, runner.price.volume) = (3.2, 1_700_000_000_000_000, 50)
            return runner
        }
        return message
    }

    private func decode(_ message: RaceFeatures) throws -> RaceFeatures {
        let engine = ScoringEngine(.postgres(PostgresPool("")), policy: StakingPolicy(), logger: Logger(label: "test"))
        let bytes: [UInt8] = try message.serializedBytes()
        return try ScorerHandler(engine, topicPrefix: "").decode(
            KafkaMessage(source: TopicPartition("t", 0), offset: 0, key: nil, value: bytes, headers: [], timestamp: nil))
    }

    @Test func aGoodOneIsTaken() throws { #expect(try decode(good).runners.count == 3) }

    @Test func valuesThatArithmeticWouldTrapOnAreRefused() {
        let changes: [(inout RaceFeatures) -> Void] = [
            { $0.race.off = .min }, { $0.race.off = .max }, { $0.request.asOf = .max }, { $0.runners[1].price.at = .min },
            { $0.runners[1].price.volume = .infinity }, { $0.runners[1].price.volume = 1e300 }, { $0.runners[1].price.volume = .nan },
            { $0.runners[1].price.odds = .infinity }, { $0.runners[1].price.odds = .nan }, { $0.runners[1].features[0] = .infinity },
        ]
        for (index, change) in changes.enumerated() {
            var message = good
            change(&message)
            #expect(throws: ContractError.self, "change \(index)") { try decode(message) }
        }
    }

    @Test func whatBreaksTheContractIsRefused() {
        let changes: [(inout RaceFeatures) -> Void] = [
            { $0.runners[1].horseID = 1 }, { $0.runners = [] }, { $0.featureSet.hash = "other" }, { $0.request.models = [] },
            { $0.request.origin = .unspecified },
            { $0.runners[0].features.removeLast() }, { $0.runners.removeLast() }, { $0.runners[1].price.at += 1 }, { $0.runners[1].price.odds = 1 },
            { $0.runners[1].price.volume = -1 }, { $0.request.raceID = 0 },
        ]
        for (index, change) in changes.enumerated() {
            var message = good
            change(&message)
            #expect(throws: ContractError.self, "change \(index)") { try decode(message) }
        }
    }
}
