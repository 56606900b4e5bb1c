import Foundation
import Kafka
import Messages
import Postgres
import Servers
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct CrashTests {
    @Test func `SIGKILL of scorer and publisher during a backfill leaves the same rows`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let lastQuarter = "backfill --from 2025-10-01 --to 2025-12-31"
            try await fleet.giddyup(lastQuarter)
            let undisturbed = try await fleet.checksum()
            #expect(undisturbed.rows > 2_000)
            try await fleet.pool.query("TRUNCATE modeling.signals")

            let builder = try fleet.start("feature-builder")
            var scorer = try fleet.start("scorer")
            var publisher = try fleet.start("publisher")
            async let backfill = fleet.giddyup(lastQuarter)
            for share in [10, 35, 60] {
                try await fleet.wait { try await fleet.checksum().rows > undisturbed.rows * share / 100 }
                scorer.send(SIGKILL)
                publisher.send(SIGKILL)
                await scorer.wait()
                await publisher.wait()
                scorer = try fleet.start("scorer")
                publisher = try fleet.start("publisher")
            }
            _ = try await backfill
            let disturbed = try await fleet.checksum()
            #expect(disturbed == undisturbed)
            // Without redelivery no kill hit a message in flight, and the test proves nothing.
            let redelivered = redeliveries(fleet.log("scorer")) + redeliveries(fleet.log("publisher"))
            #expect(redelivered > 0)
            for process in [builder, scorer, publisher] { #expect(await process.stop() == 0) }
        }
    }

    @Test func `an interrupted backfill is resumed under its revision`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let workers = try ["feature-builder", "scorer", "publisher"].map(fleet.start)
            let lastQuarter = "backfill --from 2025-10-01 --to 2025-12-31 --outstanding 40"
            let command = try fleet.startCommand(lastQuarter)
            try await fleet.wait { try await fleet.checksum().rows > 300 }
            command.send(SIGKILL)
            await command.wait()

            let resumed = try await fleet.json(BackfillOutcome.self, lastQuarter + " --resume")
            #expect(resumed.revision == 1)
            let row = try await fleet.pool.query(
                "SELECT count(DISTINCT race_id) AS races, max(revision) AS revision FROM modeling.signals"
            )[0]
            #expect(try row.get("races", as: Int.self) == resumed.races && row.get("revision", as: Int.self) == 1)
            // There is nothing to resume for another lead.
            let refusal = try await fleet.giddyup(lastQuarter + " --before-off 5m --resume", expecting: 1)
            #expect(refusal.contains("to resume"), "\(refusal)")
            for worker in workers { #expect(await worker.stop() == 0) }
        }
    }

    private struct BackfillOutcome: Decodable {
        let races, revision: Int
    }

    /// The number of messages that the worker of a debug log polled more than once.
    private func redeliveries(_ log: String) -> Int {
        var counts: [Substring: Int] = [:]
        for line in log.split(separator: "\n") where line.contains("messages=") {
            guard let list = line.range(of: "messages=") else { continue }
            for word in line[list.upperBound...].split(whereSeparator: { " ]".contains($0) }) where word.contains("@") {
                counts[word, default: 0] += 1
            }
        }
        return counts.values.count { $0 > 1 }
    }

    @Test func `garbage goes to dead.letters and the races around it are scored`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            try await fleet.giddyup("backfill --from 2025-12-01 --to 2025-12-31")
            let undisturbed = try await fleet.checksum()
            let races = try await fleet.messages("race.features.backfill")
            #expect(races.count > 50)
            try await fleet.pool.query("TRUNCATE modeling.signals")

            let scorer = try fleet.start("scorer")
            let publisher = try fleet.start("publisher")
            let mixed = try garbage(1000, among: races, topic: fleet.prefix + "race.features.backfill")
            try await KafkaProducer(Servers.stack.kafkaProperties).send(mixed)
            try await fleet.wait { try await fleet.checksum().rows == undisturbed.rows }
            #expect(try await fleet.checksum() == undisturbed)
            try await expectDeadLetters(1000, fleet)
            #expect(scorer.isRunning && publisher.isRunning)
            #expect(await scorer.stop() == 0)
            #expect(await publisher.stop() == 0)
        }
    }

    /// `count` messages that cannot be handled, every tenth followed by a race, then the remaining races.
    private func garbage(_ count: Int, among races: [KafkaMessage], topic: String) throws -> [KafkaRecord] {
        let sample = try RaceFeatures(serializedBytes: try #require(races.first?.value))
        let copies = races.map { race in
            KafkaRecord(topic: topic, key: race.key, value: race.value, headers: race.headers)
        }
        var records: [KafkaRecord] = []
        for number in 0..<count {
            let value = try garbageValue(number, sample)
            records.append(KafkaRecord(topic: topic, key: Array("\(number)".utf8), value: value))
            if number % 10 == 0, number / 10 < copies.count { records.append(copies[number / 10]) }
        }
        return records + copies.dropFirst(count / 10)
    }

    /// Features that break a rule of the contract, or bytes that are no protobuf message.
    private func garbageValue(_ number: Int, _ sample: RaceFeatures) throws -> [UInt8] {
        var features = sample
        switch number % 8 {
        case 0: features.runners[0].features[0] = .nan
        case 2: features.featureSet.hash = "0000000000000000"
        case 4: features.runners.append(features.runners[0])
        case 6: features.runners = []
        default:
            return (0..<(20 + number % 50)).map { UInt8(truncatingIfNeeded: ($0 &* 37) ^ number) | 0x80 }
        }
        return try features.serializedBytes()
    }

    /// A rebalance redelivers, so a message may have two dead letters. None may be missing, and no valid message may
    /// have one.
    private func expectDeadLetters(_ count: Int, _ fleet: TestFleet) async throws {
        func sources(_ deadLetters: [KafkaMessage]) -> Set<String> {
            Set(deadLetters.map { "\($0.header("dl_partition") ?? "")@\($0.header("dl_offset") ?? "")" })
        }
        var deadLetters: [KafkaMessage] = []
        try await fleet.wait {
            deadLetters = try await fleet.deadLetters()
            return sources(deadLetters).count >= count
        }
        #expect(sources(deadLetters).count == count)
        #expect(
            deadLetters.allSatisfy {
                $0.header("dl_reason")?.isEmpty == false && $0.header("dl_class") == "contract"
                    && $0.header("dl_worker") == "scorer"
            }
        )
    }
}
