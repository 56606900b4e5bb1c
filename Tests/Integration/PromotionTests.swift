import ModelingStore
import Postgres
import Testing

/// Takes models from training to production, through the gate.
@Suite(.timeLimit(.minutes(20))) struct PromotionTests {
    @Test func `a challenger must beat production or be promoted with an override`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            try await promotesTheFirstModelAfterItsAudit(fleet)
            try await refusesAChallengerThatIsNoBetter(fleet)
            try await refusesAWindowWithFewRaces(fleet)
            try await promotesWithAnOverride(fleet)
            try await fleet.giddyup("models rollback hrd_win_prob")
            #expect(try await stages(fleet) == ["production", "archived"])
            try await keepsAnotherNameInStaging(fleet)
        }
    }

    @Test func `a refit replaces its parent if it passes its own rule`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            try await fleet.giddyup("train --refit --to 2025-11-30")
            #expect(try await stages(fleet) == ["production", "staging"])
            try await fleet.giddyup("models promote hrd_win_prob --latest --why", "by hand")
            #expect(try await stages(fleet) == ["archived", "production"])

            // The parent was trained to the end of November, so five days have too few races to compare the two.
            try await fleet.giddyup("train --refit --promote --to 2025-12-05")
            #expect(try await stages(fleet) == ["archived", "production", "staging"])
            let refusal = try await fleet.giddyup("models promote hrd_win_prob --latest", expecting: 1)
            #expect(refusal.contains("races are after the parent's training"), "\(refusal)")

            try await fleet.giddyup("models rollback hrd_win_prob")
            try await fleet.giddyup("train --refit --promote")
            #expect(try await stages(fleet) == ["archived", "archived", "staging", "production"])
            let promotion = try await fleet.pool.query(
                "SELECT by_whom, why, gate->'comparison'->>'races' AS races FROM modeling.promotions "
                    + "ORDER BY promotion_id DESC"
            )[0]
            #expect(try promotion.get("by_whom", as: String.self) == "trainer")
            #expect(try promotion.get("why", as: String.self).contains("a refit of hrd_win_prob 1"))
            #expect(try Int(promotion.get("races", as: String.self)) ?? 0 >= 100)

            let none = try await fleet.giddyup("train --refit", expecting: 1)
            #expect(none.contains("a refit needs later ones"), "\(none)")
        }
    }

    private func stages(_ fleet: TestFleet) async throws -> [String] {
        try await fleet.pool.query("SELECT stage FROM modeling.models ORDER BY model_id").map { try $0.get("stage") }
    }

    private func promotesTheFirstModelAfterItsAudit(_ fleet: TestFleet) async throws {
        let audits = try await fleet.pool.query("SELECT passes FROM modeling.leak_audits")
        #expect(try audits.map { try $0.get("passes", as: Bool.self) } == [true])
        let promotion = try await fleet.pool.query("SELECT to_version, why FROM modeling.promotions")[0]
        #expect(try promotion.get("to_version", as: String.self) == "1")
        #expect(try promotion.get("why", as: String.self).contains("leak audit"))
    }

    /// Two names in production would both stake on the same races.
    private func keepsAnotherNameInStaging(_ fleet: TestFleet) async throws {
        try await fleet.giddyup("train --name experiment --to 2025-09-30 --fast")
        #expect(try await stages(fleet) == ["production", "archived", "staging"])
        try await fleet.giddyup("models promote experiment --latest --why", "a test")
        #expect(try await stages(fleet) == ["production", "archived", "production"])
    }

    /// The same data and seed give the same model. Its audit is not repeated.
    private func refusesAChallengerThatIsNoBetter(_ fleet: TestFleet) async throws {
        try await fleet.giddyup("train --to 2025-09-30 --fast")
        let refusal = try await fleet.giddyup("models promote hrd_win_prob --latest", expecting: 1)
        for fragment in ["not promoted", "standard error", "planted leak found"] {
            #expect(refusal.contains(fragment), "\(refusal)")
        }
        #expect(try await stages(fleet) == ["production", "staging"])
        let audits: Int = try await fleet.pool.query("SELECT count(*) AS n FROM modeling.leak_audits")[0].get("n")
        #expect(audits == 1)
    }

    private func refusesAWindowWithFewRaces(_ fleet: TestFleet) async throws {
        let refusal = try await fleet.giddyup(
            "models promote hrd_win_prob --version 2 --window-to 2025-10-05",
            expecting: 1
        )
        #expect(refusal.contains("100 or more are needed"), "\(refusal)")
    }

    private func promotesWithAnOverride(_ fleet: TestFleet) async throws {
        try await fleet.giddyup("models shadow hrd_win_prob@2")
        #expect(try await fleet.json([RegisteredModel].self, "models list").map(\.isShadow) == [false, true])
        try await fleet.giddyup(
            "models promote hrd_win_prob --latest --override",
            "A. Person",
            "--why",
            "a test"
        )
        #expect(try await stages(fleet) == ["archived", "production"])
        let promotion = try await fleet.pool.query(
            """
            SELECT overridden_by, gate->'gate'->'comparison'->>'races' AS races FROM modeling.promotions
             ORDER BY promotion_id DESC
            """
        )[0]
        #expect(try promotion.get("overridden_by", as: String.self) == "A. Person")
        #expect(try Int(promotion.get("races", as: String.self)) ?? 0 > 200)
    }
}
