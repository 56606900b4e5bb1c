import Foundation
import Postgres
import Servers
import Testing

/// From training to production, past the gate.
@Suite struct PromotionTests {
    @Test func aChallengerMustBeBetterOrBeLetThroughByName() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.prepare()
            // the first of its name went into production, on the strength of its audit
            let audits = try await fleet.pool.query("SELECT passes FROM modeling.leak_audits")
            #expect(try audits.map { try $0.get("passes", as: Bool.self) } == [true])
            let first = try await fleet.pool.query("SELECT to_version, why FROM modeling.promotions")[0]
            #expect(try first.get("to_version", as: String.self) == "1" && first.get("why", as: String.self).contains("leak audit passes"))

            // the same data and seed again: no better, and the audit is not made twice
            try await fleet.giddyup("train", "--to", "2025-09-30", "--fast")
            let refused = try await fleet.giddyup("models", "promote", "hrd_win_prob", "--latest", expecting: 1)
            #expect(refused.contains("is not promoted") && refused.contains("not more than the standard error"), "\(refused)")
            #expect(refused.contains("planted leak found"))
            let count: Int = try await fleet.pool.query("SELECT count(*) AS n FROM modeling.leak_audits")[0].get("n")
            #expect(count == 1)
            // a window that holds next to nothing decides nothing
            let short = try await fleet.giddyup("models", "promote", "hrd_win_prob", "--version", "2", "--window-to", "2025-10-05", expecting: 1)
            #expect(short.contains("at least 100 are needed"), "\(short)")

            try await fleet.giddyup("models", "shadow", "hrd_win_prob@2")
            #expect(try await fleet.giddyup("models", "list").contains("shadow"))
            try await fleet.giddyup("models", "promote", "hrd_win_prob", "--latest", "--override", "A. Person", "--why", "a test")
            let stages: [String] = try await fleet.pool.query("SELECT stage FROM modeling.models ORDER BY model_id").map { try $0.get("stage") }
            #expect(stages == ["archived", "production"])
            let kept = try await fleet.pool.query(
                "SELECT overridden_by, gate->'gate'->'comparison'->>'races' AS races FROM modeling.promotions ORDER BY promotion_id DESC")[0]
            #expect(try kept.get("overridden_by", as: String.self) == "A. Person" && (Int(kept.get("races", as: String.self)) ?? 0) > 200)

            try await fleet.giddyup("models", "rollback", "hrd_win_prob")
            let back: [String] = try await fleet.pool.query("SELECT stage FROM modeling.models ORDER BY model_id").map { try $0.get("stage") }
            #expect(back == ["production", "archived"])
        }
    }
}
