import Foundation
import Kafka
import Messages
import Postgres
import Servers
import Testing
import WorkerRuntime

/// Replays in any order, overlapping and repeated converge to the same tables.
@Suite(.timeLimit(.minutes(20))) struct ReplayTests {
    private struct Outcome: Decodable {
        let read, sent: Int
        let leftOut: [String: Int]
    }

    /// A fleet whose workers have scored the races of December on both lanes: all of them on the backfill lane, and 20
    /// of them live, as of ten minutes earlier.
    private func withScoredRaces(_ body: (TestFleet) async throws -> Void) async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let workers = try ["feature-builder", "scorer", "publisher"].map(fleet.start)
            try await fleet.giddyup("backfill --from 2025-12-01 --to 2025-12-31")
            let recorded = try await fleet.messages("race.features.backfill")
            let requests = try recorded.prefix(20).map { message in
                var request = try RaceFeatures(serializedBytes: try #require(message.value)).request
                request.origin = .live
                request.revision = 1
                request.asOf -= 600_000_000
                return try request.record(prefix: fleet.prefix)
            }
            try await KafkaProducer(Servers.stack.kafkaProperties).send(requests)
            try await fleet.wait { try await rows(fleet, "origin = 'live'").races == 20 }
            try await body(fleet)
            for worker in workers { #expect(await worker.stop() == 0) }
        }
    }

    private func rows(_ fleet: TestFleet, _ condition: String) async throws -> (races: Int, rows: Int) {
        let row = try await fleet.pool.query(
            "SELECT count(DISTINCT race_id) AS races, count(*) AS rows FROM modeling.signals WHERE \(condition)"
        )[0]
        return (try row.get("races"), try row.get("rows"))
    }

    private static let all = "--from 2020-01-01T00:00:00Z"

    @Test func `replays in any order, overlapping and twice, give the same rows`() async throws {
        try await withScoredRaces { fleet async throws in
            let original = try await fleet.checksum()
            let half = "--from 0:0,1:0 --to 0:9,1:7"
            let orders = [
                ["race.signals.backfill \(Self.all)", "race.features \(Self.all)"],
                ["race.features \(Self.all)", "race.features.backfill \(half)", "race.features.backfill \(Self.all)"],
                ["race.features.backfill \(Self.all)", "race.signals \(Self.all)", "race.signals \(Self.all)"],
            ]
            for order in orders {
                try await fleet.pool.query("TRUNCATE modeling.signals")
                for arguments in order { try await fleet.giddyup("replay \(arguments)") }
                #expect(try await fleet.checksum() == original, "\(order)")
            }
            // Over rows that are there already, nothing changes; live requests become a reconstruction beside them.
            for topic in ["race.requests", "race.requests.backfill", "race.features", "race.signals"] {
                try await fleet.giddyup("replay \(topic) \(Self.all)")
            }
            #expect(try await fleet.checksum() == original)
            // A replay delays no live race: nothing of it has travelled on the live lane.
            for topic in ["race.requests", "race.features", "race.signals"] {
                let marked = try await fleet.messages(topic).filter { $0.header(Replayed.header) != nil }
                #expect(marked.isEmpty, "\(topic)")
            }
            let traced = try await fleet.messages("race.signals.backfill").compactMap { $0.header(Replayed.header) }
            #expect(traced.contains { $0.hasPrefix("\(fleet.prefix)race.features/") })
            #expect(try await fleet.deadLetters().isEmpty)
        }
    }

    @Test func `a replay sends what was asked for, and no more`() async throws {
        try await withScoredRaces { fleet async throws in
            let races = try await fleet.messages("race.features")
            let key = String(decoding: try #require(races.first?.key), as: UTF8.self)
            let preview = try await fleet.json(
                Outcome.self,
                "replay race.features \(Self.all) --only \(key) --dry-run"
            )
            #expect(preview.read == races.count && preview.sent == races.count { $0.key == Array(key.utf8) })
            let future = try await fleet.json(
                Outcome.self,
                "replay race.features --from 2099-01-01T00:00:00Z --dry-run"
            )
            #expect(future.sent == 0)
            let past = try await fleet.json(
                Outcome.self,
                "replay race.features \(Self.all) --to 2021-01-01T00:00:00Z --dry-run"
            )
            #expect(past.sent == 0)
            let offsets = try await fleet.json(Outcome.self, "replay race.features --from 0:1 --to 0:3 --dry-run")
            #expect(offsets.sent == min(2, max(0, races.count { $0.source.partition == 0 } - 1)))
            for (arguments, reason) in [
                ("dead.letters \(Self.all)", "dead-letters redrive"),
                ("model.versions \(Self.all)", "cannot be replayed"),
                ("race.signals \(Self.all) --model hrd_win_prob", "--model needs race.features"),
            ] {
                #expect(try await fleet.giddyup("replay \(arguments)", expecting: 1).contains(reason))
            }
            #expect(try await fleet.giddyup("replay race.features --from noon", expecting: 64).contains("--from"))
        }
    }

    @Test func `another model scores recorded features as a shadow, and never over live rows`() async throws {
        try await withScoredRaces { fleet async throws in
            let original = try await fleet.checksum()
            try await fleet.giddyup("replay race.features \(Self.all) --model hrd_win_prob@1")
            #expect(try await fleet.checksum() == original, "the model has live rows for these races")

            try await fleet.giddyup("train --to 2025-08-31 --fast --name challenger --version 7")
            try await fleet.giddyup("replay race.features \(Self.all) --model challenger@7")
            let challenger =
                "origin = 'backfill' AND stake_units = 0 AND model_id = (SELECT model_id FROM modeling.models "
                + "WHERE name = 'challenger')"
            let live = try await rows(fleet, "origin = 'live'")
            #expect(try await rows(fleet, challenger) == live)
            #expect(try await rows(fleet, "true").rows == original.rows + live.rows)
        }
    }

    @Test func `a correction replaces live rows, and an exact replay does not bring them back`() async throws {
        try await withScoredRaces { fleet async throws in
            let original = try await fleet.checksum()
            // As if a scorer had published a wrong price.
            try await fleet.pool.query(
                "UPDATE modeling.signals SET fair_odds_win = 99, payload = 0 WHERE origin = 'live'"
            )
            try await fleet.giddyup("replay race.features \(Self.all)")
            #expect(try await fleet.checksum() != original, "an equal revision replaces nothing")
            try await fleet.giddyup("replay race.features \(Self.all)", "--correct", "wrong fair odds")
            #expect(try await fleet.checksum() == original)
            #expect(try await rows(fleet, "origin = 'live' AND revision = 2").races == 20)
            try await fleet.giddyup("replay race.features \(Self.all)")
            #expect(try await rows(fleet, "origin = 'live' AND revision = 2").races == 20)
        }
    }

    @Test func `an interrupted replay is resumed where it was`() async throws {
        try await withScoredRaces { fleet async throws in
            let original = try await fleet.checksum()
            try await fleet.pool.query("TRUNCATE modeling.signals")
            let arguments = "replay race.features.backfill \(Self.all)"
            // One message at a time, so that the replay cannot finish before it is killed.
            let command = try fleet.startCommand(arguments + " --outstanding 1")
            try await fleet.wait {
                try await fleet.pool.query("SELECT count(*) AS n FROM modeling.replays WHERE sent > 0")[0].get("n") == 1
            }
            command.send(SIGKILL)
            await command.wait()
            let resumed = try await fleet.json(Outcome.self, arguments + " --resume")
            let total = try await fleet.messages("race.features.backfill").count { $0.header(Replayed.header) == nil }
            #expect(resumed.read < total && resumed.sent >= total, "\(resumed), \(total) messages")
            try await fleet.giddyup("replay race.features \(Self.all)")
            #expect(try await fleet.checksum() == original)
            let refusal = try await fleet.giddyup(arguments + " --resume", expecting: 1)
            #expect(refusal.contains("no interrupted replay"))
        }
    }
}
