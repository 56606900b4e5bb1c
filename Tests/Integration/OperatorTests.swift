import Foundation
import Postgres
import RacingImport
import Testing

/// The operator's commands: migrations, topics, smoke test, import, and their errors.
@Suite(.timeLimit(.minutes(20))) struct OperatorTests {
    // MARK: Migrations

    private struct Migrations: Decodable { let steps: [String] }

    @Test func `migrations go up and down and adopt a database that has the seed's tables`() async throws {
        try await TestFleet.with { fleet async throws in
            let seed = try String(contentsOfFile: TestFleet.root + "/migrations/001_seed.up.sql", encoding: .utf8)
            try await fleet.pool.withConnection { try await $0.script(seed) }
            try await fleet.pool.query("INSERT INTO modeling.models (name, version) VALUES ('old', '1')")
            try await fleet.pool.query(
                """
                INSERT INTO modeling.bets (ts, race_id, horse_id, side, odds, stake)
                VALUES (now(), 1, 2, 'win', 3, 4)
                """
            )
            let first = try await fleet.json(Migrations.self, "migrate")
            #expect(first.steps.contains("up 006_roles"))
            #expect(try await fleet.json(Migrations.self, "migrate").steps.isEmpty)
            #expect(try await fleet.pool.query("SELECT name FROM modeling.models")[0].get("name") == "old")
            #expect(try await fleet.pool.query("SELECT odds FROM modeling.bets")[0].get("odds") == 3.0)

            try await fleet.giddyup("migrate --to 1")
            // The seed's tables hold rows.
            #expect(try await fleet.giddyup("migrate --to 0", expecting: 1).contains("not dropped"))
            let second = try await fleet.json(Migrations.self, "migrate")
            #expect(second.steps.contains("up 002_signals"))
        }
    }

    @Test func `a worker cannot write to racing`() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            try await fleet.pool.withConnection {
                try await RacingSchema.install(TestFleet.root + "/upstream/racing.sql", $0)
            }
            let worker = PostgresPool(fleet.databaseURL, setup: ["SET ROLE giddyup_worker"])
            #expect(try await worker.query("SELECT * FROM racing.races").isEmpty)
            for statement in [
                "INSERT INTO racing.courses (course, region) VALUES ('x', 'GB')",
                "UPDATE racing.runners SET pos_raw = '1'",
                "DELETE FROM racing.races",
                "TRUNCATE racing.live_prices",
                "CREATE TABLE racing.mine (i int)",
            ] {
                let error = await #expect(throws: PostgresError.self) { try await worker.query(statement) }
                #expect(error?.sqlState == "42501", "\(statement)")
            }
        }
    }

    @Test func `each worker gets a login of its own that has the workers' rights and no others`() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            try await fleet.pool.withConnection {
                try await RacingSchema.install(TestFleet.root + "/upstream/racing.sql", $0)
            }
            let passwords = fleet.folder + "/passwords"
            try FileManager.default.createDirectory(atPath: passwords, withIntermediateDirectories: true)
            try "between-two-servers\n".write(toFile: passwords + "/scorer", atomically: true, encoding: .utf8)
            try await fleet.giddyup("roles apply --passwords \(passwords)")
            let again = try await fleet.giddyup("roles apply")
            #expect(again.contains("changed giddyup_scorer") && again.contains("changed giddyup_clv_tracker"))
            let role = try await fleet.pool.query(
                """
                SELECT rolsuper OR rolcreaterole OR rolcreatedb AS strong, rolpassword LIKE 'SCRAM-SHA-256$%' AS hashed
                  FROM pg_authid WHERE rolname = 'giddyup_scorer'
                """
            )[0]
            #expect(try !role.get("strong", as: Bool.self) && role.get("hashed", as: Bool.self))

            let scorer = PostgresPool(
                fleet.databaseURL,
                setup: ["SET SESSION AUTHORIZATION giddyup_scorer", "SET ROLE giddyup_worker"]
            )
            #expect(try await scorer.query("SELECT FROM racing.races").isEmpty)
            try await scorer.query("INSERT INTO modeling.workers VALUES ('i', 'scorer', 'h', 1)")
            for statement in ["RESET ROLE; DELETE FROM racing.races", "RESET ROLE; SET ROLE postgres"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await scorer.withConnection { try await $0.script(statement) }
                }
                #expect(error?.sqlState == "42501", "\(statement)")
            }
        }
    }

    // MARK: Topics and the smoke test

    private struct Topics: Decodable { let created: [String], differences: [String], unchanged: Int }
    private struct Smoke: Decodable { let edgeWin: Double }

    @Test func `smoke sends a signal through the broker to the table`() async throws {
        try await TestFleet.with { fleet async throws in
            #expect(try await fleet.giddyup("status", expecting: 1).contains("giddyup migrate"))
            try await fleet.giddyup("migrate")
            let first = try await fleet.json(Topics.self, "topics apply")
            #expect(first.created.count == 14 && first.unchanged == 0 && first.differences.isEmpty)
            let second = try await fleet.json(Topics.self, "topics apply")
            #expect(second.created.isEmpty && second.unchanged == 14 && second.differences.isEmpty)

            #expect(try await fleet.giddyup("smoke", expecting: 1).contains("hrd_win_prob 0.0.1"))
            try await fleet.giddyup("seed")
            let smoke = try await fleet.json(Smoke.self, "smoke")
            #expect(abs(smoke.edgeWin - 0.20) < 1e-12)
        }
    }

    // MARK: Errors

    @Test func `an import names a missing file, a missing column or a bad date, and imports nothing`() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            func importError(races: String, runners: String) async throws -> String {
                try await fleet.giddyup("import hk --races", races, "--runners", runners, expecting: 1)
            }
            let races = fleet.folder + "/races.csv"
            try write(["race_id,race_date", "1,2025-01-01"], to: races)
            #expect(try await importError(races: "/no/such.csv", runners: races).contains("/no/such.csv"))
            #expect(try await importError(races: races, runners: races).contains("column \"region\""))

            let raceColumns =
                "race_id,race_date,region,course,race_no,race_name,type,class,pattern,rating_band,dist_f,dist_m,going,"
                + "surface,ran"
            try write([raceColumns, "x,2025-02-30,HK,ST,1,n,Flat,Class 4,,,6,1200,GOOD,Turf,8"], to: races)
            let runners = fleet.folder + "/runners.csv"
            let runnerColumns =
                "runner_id,race_id,race_date,horse_id,horse_name,num,status,pos_raw,draw,ovr_btn,btn,lbs,hg,secs,dec,"
                + "or,jockey,trainer"
            try write([runnerColumns], to: runners)
            let badDate = try await importError(races: races, runners: runners)
            for fragment in ["line 2", "\"race_date\"", "\"2025-02-30\""] {
                #expect(badDate.contains(fragment), "\(badDate)")
            }
            let schema = try await fleet.pool.query("SELECT to_regnamespace('racing') IS NULL AS is_absent")[0]
            #expect(try schema.get("is_absent") == true)
        }
    }

    private func write(_ lines: [String], to path: String) throws {
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func `names an unknown model, a bad option and an unreachable server`() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            #expect(try await fleet.giddyup("models show nobody", expecting: 1).contains("model nobody"))
            #expect(try await fleet.giddyup("train --to yesterday", expecting: 64).contains("--to"))
            let withoutPostgres = fleet.setting(["DATABASE_URL": "postgresql://postgres@127.0.0.1:1/none"])
            #expect(try await withoutPostgres.giddyup("migrate", expecting: 1).contains("refused"))
            let withoutKafka = fleet.setting(["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"])
            #expect(try await withoutKafka.giddyup("topics apply", expecting: 1).contains("kafka:"))
        }
    }
}
