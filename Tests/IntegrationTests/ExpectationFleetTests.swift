import Foundation
import Kafka
import Messages
import Postgres
import Servers
import Testing

/// A critical expectation stops a race, a warning goes with its signals, and both are on record.
@Suite struct ExpectationFleetTests {
    @Test func criticalStopsTheRaceAndAWarningGoesWithIt() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.prepare()
            let races: [Int64] = try await fleet.pool.query(
                "SELECT race_id FROM racing.races WHERE race_date BETWEEN '2025-12-01' AND '2025-12-10' ORDER BY race_id"
            ).map { try $0.get("race_id") }
            try #require(races.count > 10)
            let (impossible, unknown) = (races[2], races[5])
            try await fleet.pool.query("UPDATE racing.races SET dist_f = 99 WHERE race_id = $1", [.int(impossible)])
            try await fleet.pool.query("UPDATE racing.races SET going = NULL WHERE race_id = $1", [.int(unknown)])
            let printed = try await fleet.giddyup("backfill", "--from", "2025-12-01", "--to", "2025-12-10", expecting: 1)
            #expect(printed.contains("1 races ended in dead.letters"))

            let letters = try await fleet.messages("dead.letters", partitions: 12)
            #expect(letters.count == 1)
            let reason = letters.first?.headers.first { $0.name.contains("reason") }.map { String(decoding: $0.value ?? [], as: UTF8.self) } ?? ""
            #expect(
                reason.contains("race \(impossible)") && reason.contains("suite race") && reason.contains("furlongs") && reason.contains("99"),
                "\(reason)")

            let scored: [Int64] = try await fleet.pool.query("SELECT DISTINCT race_id FROM modeling.signals").map { try $0.get("race_id") }
            #expect(Set(scored) == Set(races).subtracting([impossible]))
            let reasons: [String] = try await fleet.pool.query(
                "SELECT reasons_json::text AS reasons FROM modeling.signals WHERE race_id = $1", [.int(unknown)]
            ).map { try $0.get("reasons") }
            #expect(!reasons.isEmpty && reasons.count { !$0.contains("the going is not known") } == 0)

            let kept = try await fleet.pool.query(
                "SELECT race_id, critical, warnings, failures::text AS failures FROM modeling.race_expectations WHERE critical + warnings > 0 ORDER BY critical DESC"
            )
            #expect(try kept.map { try $0.get("race_id", as: Int64.self) } == [impossible, unknown])
            #expect(try kept[0].get("failures", as: String.self).contains("expect_column_values_to_be_between"))
            let all: Int = try await fleet.pool.query("SELECT count(*) AS n FROM modeling.race_expectations")[0].get("n")
            #expect(all == races.count, "what was as expected is on record too")
        }
    }
}
