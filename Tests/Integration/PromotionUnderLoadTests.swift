import Foundation
import Kafka
import Messages
import ModelingStore
import Postgres
import Racing
import RacingStore
import Servers
import Testing

/// Promotes a model under live load: each request is scored by the model that it names, and none is lost.
@Suite(.timeLimit(.minutes(20))) struct PromotionUnderLoadTests {
    @Test func `every signal carries the model that its request named`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            try await fleet.giddyup("train --to 2025-09-30 --fast --objective binary")
            let workers = try ["feature-builder", "scorer", "scorer", "publisher"].map { try fleet.start($0) }
            var load = try await Load(fleet)
            // The first signals show that the workers have started.
            try await load.tick()
            try await fleet.wait { try await signals(fleet).count >= 5 }
            let startup = Set(load.named.keys)

            try await promote(fleet, under: &load)
            let messages = try await collectSignals(fleet, count: load.named.count)
            try expectNamedModels(messages, load.named)
            try await expectRows(fleet, count: load.named.count)
            try await printLatency(fleet, messages, except: startup)
            for worker in workers { #expect(await worker.stop() == 0) }
        }
    }

    /// Promotes version 2 and keeps requesting until 30 ticks have named it.
    private func promote(_ fleet: TestFleet, under load: inout Load) async throws {
        async let promotion = fleet.giddyup("models promote hrd_win_prob --latest --override", "A. Person")
        var ticksAfter = 0
        while ticksAfter < 30 {
            try await load.tick()
            let promoted = try await fleet.pool.query(
                "SELECT FROM modeling.models WHERE version = '2' AND stage = 'production'"
            )
            ticksAfter += promoted.count
            try await Task.sleep(for: .milliseconds(50))
        }
        _ = try await promotion
    }

    private func signals(_ fleet: TestFleet) async throws -> [KafkaMessage] {
        try await fleet.messages("race.signals")
    }

    private func collectSignals(_ fleet: TestFleet, count: Int) async throws -> [KafkaMessage] {
        var messages: [KafkaMessage] = []
        try await fleet.wait {
            messages = try await signals(fleet)
            return Set(messages.map { "\($0.source) \($0.offset)" }).count >= count
        }
        return messages
    }

    private func expectNamedModels(_ messages: [KafkaMessage], _ named: [RequestKey: Int64]) throws {
        var scored: [RequestKey: Set<Int64>] = [:]
        for message in messages {
            let signals = try RaceSignals(serializedBytes: #require(message.value))
            scored[RequestKey(raceID: signals.raceID, asOf: signals.asOf), default: []].insert(signals.model.modelID)
        }
        #expect(scored == named.mapValues { [$0] }, "each request is scored by the one model that it names")
        #expect(Set(named.values).count == 2)
    }

    private func expectRows(_ fleet: TestFleet, count: Int) async throws {
        try await fleet.wait {
            let rows = try await fleet.pool.query(
                "SELECT count(DISTINCT (race_id, as_of)) AS n FROM modeling.signals WHERE origin = 'live'"
            )
            return try rows[0].get("n", as: Int.self) == count
        }
    }

    /// - Parameter startup: requests that waited until the workers had started.
    private func printLatency(
        _ fleet: TestFleet,
        _ messages: [KafkaMessage],
        except startup: Set<RequestKey>
    ) async throws {
        var requestedAt: [RequestKey: Int64] = [:]
        for message in try await fleet.messages("race.requests") {
            let request = try RaceRequest(serializedBytes: #require(message.value))
            requestedAt[RequestKey(raceID: request.raceID, asOf: request.asOf)] = message.timestamp
        }
        var latencies: [Int64] = []
        for message in messages {
            let signals = try RaceSignals(serializedBytes: #require(message.value))
            let key = RequestKey(raceID: signals.raceID, asOf: signals.asOf)
            guard !startup.contains(key), let start = requestedAt[key], let end = message.timestamp else { continue }
            latencies.append(end - start)
        }
        latencies.sort()
        let median = try #require(latencies.isEmpty ? nil : latencies[latencies.count / 2])
        print(
            "promotion under load: \(latencies.count) requests, request to signal p50 \(median) ms, "
                + "max \(latencies.last ?? 0) ms"
        )
    }
}

private struct RequestKey: Hashable {
    let raceID: Int64
    let asOf: Int64
}

/// Requests as the scheduler sends them: five races a tick, with the models that are in production now.
private struct Load {
    private let fleet: TestFleet
    private let producer: KafkaProducer
    private let races: [ScheduledRace]
    private var ticks = 0
    /// The id of the model that each request names.
    private(set) var named: [RequestKey: Int64] = [:]

    init(_ fleet: TestFleet) async throws {
        self.fleet = fleet
        producer = try KafkaProducer(await Servers.stack.kafkaProperties)
        races = try await fleet.pool.withConnection {
            try await RaceCalendar.read(
                from: #require(CalendarDay("2025-10-01")),
                through: #require(CalendarDay("2025-12-31")),
                $0
            ).races
        }
    }

    mutating func tick() async throws {
        let active = try await fleet.pool.withConnection { try await ModelRegistry.activeModels($0) }
        var model = ModelReference()
        model.name = active[0].name
        model.version = active[0].version
        model.modelID = active[0].modelID
        var records: [KafkaRecord] = []
        for index in 0..<5 {
            let race = races[(ticks * 5 + index) % races.count]
            var request = RaceRequest()
            request.raceID = race.key.raceID
            request.raceDay = race.key.day.number
            request.asOf = race.off.advanced(bySeconds: -Double(60 + ticks)).microseconds
            request.models = [model]
            request.origin = .live
            request.revision = 1
            named[RequestKey(raceID: request.raceID, asOf: request.asOf)] = model.modelID
            records.append(try request.record(prefix: fleet.prefix))
        }
        ticks += 1
        _ = try await producer.send(records)
    }
}
