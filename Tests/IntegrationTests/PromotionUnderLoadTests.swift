import Foundation
import Kafka
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import Servers
import Testing

/// A promotion in the middle of live work: what each request names is what scores it, and nothing is lost.
@Suite struct PromotionUnderLoadTests {
    @Test func everySignalCarriesTheModelThatItsRequestNamed() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.prepare()
            try await fleet.giddyup("train", "--to", "2025-09-30", "--fast", "--objective", "binary")
            let workers = try ["feature-builder", "scorer", "scorer", "publisher"].map { try fleet.start($0) }
            let entries = try await fleet.pool.withConnection {
                try await RaceDiary.read(from: #require(CalendarDay("2025-10-01")), through: #require(CalendarDay("2025-12-31")), $0).entries
            }
            let producer = try KafkaProducer(await Servers.stack.kafkaProperties)
            var named: [String: Int64] = [:]
            /// What a scheduler's tick sends: the race, now, with the models that are in production now.
            func tick(_ number: Int) async throws {
                let models = try await fleet.pool.withConnection { try await ModelRegistry.production($0) }
                let records = try (0..<5).map { index -> KafkaRecord in
                    let entry = entries[(number * 5 + index) % entries.count]
                    var (request, model) = (RaceRequest(), ModelReference())
                    (model.name, model.version, model.modelID) = (models[0].name, models[0].version, models[0].modelID)
                    (request.raceID, request.raceDay) = (entry.key.raceID, entry.key.day.number)
                    request.asOf = entry.off.advanced(bySeconds: -Double(60 + number)).microseconds
                    (request.models, request.origin, request.revision) = ([model], .live, 1)
                    named["\(request.raceID) \(request.asOf)"] = model.modelID
                    return try request.record(prefix: fleet.prefix)
                }
                _ = try await producer.send(records)
            }
            func signals() async throws -> [KafkaMessage] { try await fleet.messages("race.signals", partitions: 24) }
            // the workers are there once the first races have come through
            try await tick(0)
            try await fleet.wait { try await signals().count >= 5 }
            let first = Set(named.keys)

            async let promotion = fleet.giddyup("models", "promote", "hrd_win_prob", "--latest", "--override", "A. Person")
            var (number, after) = (1, 0)
            while after < 30 {
                try await tick(number)
                number += 1
                let isPromoted = try await fleet.pool.query("SELECT FROM modeling.models WHERE version = '2' AND stage = 'production'").count == 1
                after += isPromoted ? 1 : 0
                // the pace of the load
                try await Task.sleep(for: .milliseconds(50))
            }
            _ = try await promotion
            var messages: [KafkaMessage] = []
            try await fleet.wait {
                messages = try await signals()
                return Set(messages.map { "\($0.source) \($0.offset)" }).count >= named.count
            }
            var scored: [String: Set<Int64>] = [:]
            var sentAt: [String: Int64] = [:]
            for message in try await fleet.messages("race.requests", partitions: 24) {
                let request = try RaceRequest(serializedBytes: #require(message.value))
                sentAt["\(request.raceID) \(request.asOf)"] = message.timestamp
            }
            var waits: [Int64] = []
            for message in messages {
                let signal = try RaceSignals(serializedBytes: #require(message.value))
                let key = "\(signal.raceID) \(signal.asOf)"
                scored[key, default: []].insert(signal.model.modelID)
                // what waited for the workers to start says nothing of the promotion
                if let sent = sentAt[key], !first.contains(key), let written = message.timestamp { waits.append(written - sent) }
            }
            #expect(scored == named.mapValues { [$0] }, "one model each, the one that was named, and none lost")
            #expect(Set(named.values).count == 2)
            try await fleet.wait {
                let rows = try await fleet.pool.query("SELECT count(DISTINCT (race_id, as_of)) AS n FROM modeling.signals WHERE origin = 'live'")
                return try rows[0].get("n", as: Int.self) == named.count
            }
            waits.sort()
            print(
                "promotion under load: \(named.count) requests, from request to signal p50 \(waits[waits.count / 2]) ms, longest \(waits.last ?? 0) ms"
            )
            for worker in workers { #expect(await worker.stop() == 0) }
        }
    }
}
