import Foundation
import Kafka
import Postgres
import Testing

@Suite(.timeLimit(.minutes(20))) struct ExpectationFleetTests {
    @Test func `a critical failure stops a race, and a warning is published with the signals`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let races: [Int64] = try await fleet.pool.query(
                """
                SELECT race_id FROM racing.races WHERE race_date BETWEEN '2025-12-01' AND '2025-12-10' ORDER BY race_id
                """
            ).map { try $0.get("race_id") }
            try #require(races.count > 10)
            let impossible = races[2]
            let unknown = races[5]
            try await fleet.pool.query("UPDATE racing.races SET dist_f = 99 WHERE race_id = $1", [.int(impossible)])
            try await fleet.pool.query("UPDATE racing.races SET going = NULL WHERE race_id = $1", [.int(unknown)])
            let printed = try await fleet.giddyup("backfill --from 2025-12-01 --to 2025-12-10", expecting: 1)
            #expect(printed.contains("1 race") && printed.contains("dead.letters"))

            try await expectOneDeadLetter(fleet, race: impossible)
            try await expectSignals(fleet, races: Set(races).subtracting([impossible]), withoutGoing: unknown)
            try await expectRecords(fleet, races: races, critical: impossible, warning: unknown)
        }
    }

    private func expectOneDeadLetter(_ fleet: TestFleet, race: Int64) async throws {
        let deadLetters = try await fleet.deadLetters()
        #expect(deadLetters.count == 1)
        let reason = deadLetters.first?.header("dl_reason") ?? ""
        for fragment in ["race \(race)", "suite race", "furlongs", "99"] {
            #expect(reason.contains(fragment), "\(reason)")
        }
    }

    private func expectSignals(_ fleet: TestFleet, races: Set<Int64>, withoutGoing race: Int64) async throws {
        let scored: [Int64] = try await fleet.pool.query("SELECT DISTINCT race_id FROM modeling.signals").map {
            try $0.get("race_id")
        }
        #expect(Set(scored) == races)
        let reasons: [String] = try await fleet.pool.query(
            "SELECT reasons_json::text AS reasons FROM modeling.signals WHERE race_id = $1",
            [.int(race)]
        ).map { try $0.get("reasons") }
        #expect(!reasons.isEmpty && reasons.allSatisfy { $0.contains("the going is not known") })
    }

    /// Races that met every expectation are recorded too. A builder records them beside producing, so a race's signals
    /// may be written before its record.
    private func expectRecords(_ fleet: TestFleet, races: [Int64], critical: Int64, warning: Int64) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        func count() async throws -> Int {
            try await fleet.pool.query("SELECT count(*) AS n FROM modeling.race_expectations")[0].get("n")
        }
        while try await count() < races.count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        let failed = try await fleet.pool.query(
            """
            SELECT race_id, failures::text AS failures FROM modeling.race_expectations
             WHERE critical + warnings > 0 ORDER BY critical DESC
            """
        )
        #expect(try failed.map { try $0.get("race_id", as: Int64.self) } == [critical, warning])
        #expect(try failed[0].get("failures", as: String.self).contains("expect_column_values_to_be_between"))
        #expect(try await count() == races.count)
    }
}
