import Foundation
import Kafka
import Messages
import Postgres
import Servers
import Testing
import WorkerRuntime

/// `giddyup dead-letters`: what is listed, redriven and dropped.
@Suite(.timeLimit(.minutes(20))) struct DeadLetterTests {
    private struct Letter: Decodable {
        let letter, worker, reason, state: String
        let redrives, copies: Int
    }
    private struct Redriven: Decodable { let redriven, leftOut: Int }
    private struct Dropped: Decodable { let dropped: Int }

    private func letters(_ fleet: TestFleet, _ options: String = "") async throws -> [Letter] {
        try await fleet.json([Letter].self, "dead-letters list " + options)
    }

    /// A publisher, and signals of which six cannot be decoded and three break the contract.
    private func withLetters(_ body: (TestFleet) async throws -> Void) async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let publisher = try fleet.start("publisher")
            let topic = fleet.prefix + "race.signals.backfill"
            var signals = RaceSignals()
            signals.raceID = 5
            let broken: [UInt8] = try signals.serializedBytes()
            try await KafkaProducer(Servers.stack.kafkaProperties).send(
                (0..<9).map { number in
                    let value: [UInt8] = number < 6 ? [0xff, UInt8(number)] : broken
                    return KafkaRecord(topic: topic, key: Array("race \(number)".utf8), value: value)
                }
            )
            try await fleet.wait { try await fleet.deadLetters().count >= 9 }
            try await body(fleet)
            #expect(await publisher.stop() == 0)
        }
    }

    @Test func `lists each letter once, with filters`() async throws {
        try await withLetters { fleet async throws in
            // Delivery is at least once: a copy is the same letter.
            let copied = try #require(try await fleet.deadLetters().first)
            try await KafkaProducer(Servers.stack.kafkaProperties).send([
                KafkaRecord(
                    topic: copied.source.topic,
                    key: copied.key,
                    value: copied.value,
                    headers: copied.headers
                )
            ])
            let all = try await letters(fleet)
            #expect(all.count == 9 && all.map(\.copies).sorted() == [1, 1, 1, 1, 1, 1, 1, 1, 2])
            #expect(all.allSatisfy { $0.worker == "publisher" && $0.state == "open" && $0.redrives == 0 })
            #expect(try await letters(fleet, "--reason NAMES").count == 3)
            #expect(try await letters(fleet, "--worker scorer").isEmpty)
            #expect(try await letters(fleet, "--topic race.signals.backfill --class contract").count == 9)
            #expect(try await letters(fleet, "--topic race.signals").isEmpty)
            #expect(try await letters(fleet, "--from 2099-01-01T00:00:00Z").isEmpty)
            #expect(try await letters(fleet, all[4].letter).map(\.letter) == [all[4].letter])
        }
    }

    @Test func `shows the payload as JSON, or its bytes`() async throws {
        try await withLetters { fleet async throws in
            let decoded = try #require(try await letters(fleet, "--reason names").first)
            let text = try await fleet.giddyup("dead-letters show " + decoded.letter)
            #expect(text.contains(#"{"raceId":"5"}"#) && text.contains(decoded.reason), "\(text)")
            let opaque = try #require(try await letters(fleet, "--reason payload").first)
            #expect(try await fleet.giddyup("dead-letters show " + opaque.letter).contains("cannot be decoded: ff 0"))
            let absent = try await fleet.giddyup("dead-letters show race.signals/0/99", expecting: 1)
            #expect(absent.contains("there is no dead letter"))
        }
    }

    @Test func `redrives and drops what is selected, and counts the loops`() async throws {
        try await withLetters { fleet async throws in
            #expect(try await fleet.giddyup("dead-letters redrive", expecting: 64).contains("--all"))
            let dropped = try await fleet.json(Dropped.self, "dead-letters drop --reason payload")
            #expect(dropped.dropped == 6)
            #expect(try await letters(fleet).count == 3)
            #expect(try await letters(fleet, "--all").count { $0.state == "dropped" } == 6)

            let dryRun = try await fleet.json(Redriven.self, "dead-letters redrive --all --dry-run")
            #expect(dryRun.redriven == 3)
            #expect(try await letters(fleet).count == 3)
            // They break the contract each time: each redrive gives new letters, which know how often it was.
            for round in 1...3 {
                let outcome = try await fleet.json(Redriven.self, "dead-letters redrive --worker publisher")
                #expect(outcome.redriven == 3 && outcome.leftOut == 0)
                try await fleet.wait { try await letters(fleet).count == 3 }
                #expect(try await letters(fleet).allSatisfy { $0.redrives == round })
            }
            let refused = try await fleet.json(Redriven.self, "dead-letters redrive --all")
            #expect(refused.redriven == 0 && refused.leftOut == 3)
            let forced = try await fleet.json(Redriven.self, "dead-letters redrive --all --force")
            #expect(forced.redriven == 3)
        }
    }

    @Test func `a redriven message is the original one`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let workers = try ["feature-builder", "scorer", "publisher"].map(fleet.start)
            try await fleet.giddyup("backfill --from 2025-12-20 --to 2025-12-31")
            let original = try await fleet.checksum()
            // As if the publisher had rejected these messages, for a reason that is gone now.
            let signals = try await fleet.messages("race.signals.backfill")
            let records = signals.map { message in
                DeadLetter(
                    message: message,
                    reason: "a bug",
                    errorClass: .unknown,
                    worker: "publisher",
                    attempt: 3
                ).record(topic: fleet.prefix + "dead.letters")
            }
            try await KafkaProducer(Servers.stack.kafkaProperties).send(records)
            try await fleet.pool.query("TRUNCATE modeling.signals")
            try await fleet.giddyup("dead-letters redrive", "--reason", "a bug")
            try await fleet.wait { try await fleet.checksum() == original }
            #expect(try await letters(fleet).isEmpty)
            for worker in workers { #expect(await worker.stop() == 0) }
        }
    }
}
