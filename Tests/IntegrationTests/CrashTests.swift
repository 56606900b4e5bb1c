import DevStack
import Foundation
import Kafka
import Messages
import Postgres
import Servers
import Testing

@Suite(.serialized) struct CrashTests {
    /// kill -9 of scorer and publisher in the middle of a backfill leaves the rows of an undisturbed run.
    @Test func killedWorkersLeaveTheSameRows() async throws {
        try await TestFleet.with { fleet in
            try await fleet.prepare()
            try await fleet.giddyup("backfill", "--from", "2025-10-01", "--to", "2025-12-31")
            let undisturbed = try await fleet.checksum()
            #expect(undisturbed.rows > 2_000)
            try await fleet.pool.query("TRUNCATE modeling.signals")

            let builder = try fleet.start("feature-builder")
            var (scorer, publisher) = (try fleet.start("scorer"), try fleet.start("publisher"))
            async let backfill = fleet.giddyup("backfill", "--from", "2025-10-01", "--to", "2025-12-31")
            for share in [10, 35, 60] {
                try await fleet.wait { try await fleet.checksum().rows > undisturbed.rows * share / 100 }
                scorer.send(SIGKILL)
                publisher.send(SIGKILL)
                await scorer.wait()
                await publisher.wait()
                (scorer, publisher) = (try fleet.start("scorer"), try fleet.start("publisher"))
            }
            _ = try await backfill
            let disturbed = try await fleet.checksum()
            #expect(disturbed == undisturbed)
            // a kill that hit nothing under way would prove nothing
            let redelivered = Self.redelivered(fleet.log("scorer")) + Self.redelivered(fleet.log("publisher"))
            #expect(redelivered > 0)
            for process in [builder, scorer, publisher] { #expect(await process.stop() == 0) }
        }
    }

    /// Messages that a log shows taken more than once.
    private static func redelivered(_ log: String) -> Int {
        var counts: [Substring: Int] = [:]
        for line in log.split(separator: "\n") where line.contains("messages=") {
            guard let list = line.range(of: "messages=") else { continue }
            for word in line[list.upperBound...].split(whereSeparator: { " ]".contains($0) }) where word.contains("@") {
                counts[word, default: 0] += 1
            }
        }
        return counts.values.count { $0 > 1 }
    }

    /// A thousand garbage messages end in dead.letters with a reason; the races around them are scored; no worker goes down.
    @Test func garbageIsDeadLetteredAndTheRestIsScored() async throws {
        try await TestFleet.with { fleet in
            try await fleet.prepare()
            try await fleet.giddyup("backfill", "--from", "2025-12-01", "--to", "2025-12-31")
            let before = try await fleet.checksum()
            let good = try await fleet.messages("race.features.backfill", partitions: 24)
            #expect(good.count > 50)
            let sample = try RaceFeatures(serializedBytes: try #require(good.first?.value))
            try await fleet.pool.query("TRUNCATE modeling.signals")

            var records: [KafkaRecord] = []
            for i in 0..<1000 {
                var bad = sample
                var value: [UInt8]
                switch i % 8 {
                case 0: bad.runners[0].features[0] = .nan; value = try bad.serializedBytes()
                case 2: bad.featureSet.hash = "0000000000000000"; value = try bad.serializedBytes()
                case 4: bad.runners.append(bad.runners[0]); value = try bad.serializedBytes()
                case 6: bad.runners = []; value = try bad.serializedBytes()
                default: value = (0..<(20 + i % 50)).map { UInt8(truncatingIfNeeded: ($0 &* 37) ^ i) | 0x80 }
                }
                records.append(KafkaRecord(topic: fleet.prefix + "race.features.backfill", key: Array("\(i)".utf8), value: value))
                if i % 10 == 0, i / 10 < good.count {
                    let message = good[i / 10]
                    records.append(
                        KafkaRecord(topic: fleet.prefix + "race.features.backfill", key: message.key, value: message.value, headers: message.headers))
                }
            }
            records += good.dropFirst(100).map {
                KafkaRecord(topic: fleet.prefix + "race.features.backfill", key: $0.key, value: $0.value, headers: $0.headers)
            }
            let (scorer, publisher) = (try fleet.start("scorer"), try fleet.start("publisher"))
            try await KafkaProducer(["bootstrap.servers": try await Servers.stack.bootstrapServers]).send(records)
            try await fleet.wait { try await fleet.checksum().rows == before.rows }
            #expect(try await fleet.checksum() == before)
            var letters: [KafkaMessage] = []
            try await fleet.wait {
                letters = try await fleet.messages("dead.letters", partitions: 12)
                return Set(letters.map { "\($0.header("dl_partition") ?? "")@\($0.header("dl_offset") ?? "")" }).count >= 1000
            }
            let sources = Set(letters.map { "\($0.header("dl_partition") ?? "")@\($0.header("dl_offset") ?? "")" })
            #expect(sources.count == 1000)
            // a rebalance redelivers, so a letter may be there twice; none may be missing, and none may be of a good message
            #expect(
                letters.allSatisfy {
                    $0.header("dl_reason")?.isEmpty == false && $0.header("dl_class") == "contract" && $0.header("dl_worker") == "scorer"
                })
            #expect(scorer.isRunning && publisher.isRunning)
            #expect(await scorer.stop() == 0)
            #expect(await publisher.stop() == 0)
        }
    }
}
