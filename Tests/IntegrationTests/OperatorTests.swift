import DevStack
import Foundation
import Postgres
import RacingStore
import Servers
import Testing
import Upstream

@Suite struct OperatorTests {
    @Test func migrationsGoUpAndDownAndAdoptTheSeed() async throws {
        try await TestFleet.with { fleet in
            let seed = try String(contentsOfFile: TestFleet.root + "/migrations/001_seed.up.sql", encoding: .utf8)
            try await fleet.pool.withConnection { try await $0.script(seed) }
            try await fleet.pool.query("INSERT INTO modeling.models (name, version) VALUES ('old', '1')")
            try await fleet.pool.query("INSERT INTO modeling.bets (ts, race_id, horse_id, side, odds, stake) VALUES (now(), 1, 2, 'win', 3, 4)")
            #expect(try await fleet.giddyup("migrate").contains("ran up 006_roles"))
            #expect(try await fleet.giddyup("migrate").contains("nothing to do"))
            #expect(try await fleet.pool.query("SELECT name FROM modeling.models")[0].get("name") == "old")
            #expect(try await fleet.pool.query("SELECT odds FROM modeling.bets")[0].get("odds") == 3.0)
            try await fleet.giddyup("migrate", "--to", "1")
            #expect(try await fleet.giddyup("migrate", "--to", "0", expecting: 1).contains("they are not dropped"))
            #expect(try await fleet.giddyup("migrate").contains("ran up 002_signals"))
        }
    }

    @Test func aWorkersWriteToRacingIsRefused() async throws {
        try await TestFleet.with { fleet in
            try await fleet.giddyup("migrate")
            try await fleet.pool.withConnection { try await UpstreamSchema.install(TestFleet.root + "/upstream/racing.sql", $0) }
            let worker = PostgresPool(fleet.databaseURL, setup: ["SET ROLE giddyup_worker"])
            #expect(try await worker.query("SELECT * FROM racing.races").isEmpty)
            for statement in [
                "INSERT INTO racing.courses (course, region) VALUES ('x', 'GB')", "UPDATE racing.runners SET pos_raw = '1'",
                "DELETE FROM racing.races",
                "TRUNCATE racing.live_prices", "CREATE TABLE racing.mine (i int)",
            ] {
                let error = await #expect(throws: PostgresError.self) { try await worker.query(statement) }
                #expect(error?.sqlState == "42501", "\(statement)")
            }
        }
    }

    @Test func smokeGoesThroughTheBrokerToTheTable() async throws {
        try await TestFleet.with { fleet in
            #expect(try await fleet.giddyup("status", expecting: 1).contains("giddyup migrate"))
            try await fleet.giddyup("migrate")
            #expect(try await fleet.giddyup("topics", "apply").contains("created"))
            #expect(try await fleet.giddyup("topics", "apply").contains("0 topics created, 14 as they should be, 0 different"))
            #expect(try await fleet.giddyup("smoke", expecting: 1).contains("there is no model hrd_win_prob 0.0.1"))
            try await fleet.giddyup("seed")
            #expect(try await fleet.giddyup("smoke").contains("edge_win 0.20"))
        }
    }

    @Test func badInputIsOneClearLineAndNothingIsWritten() async throws {
        try await TestFleet.with { fleet in
            try await fleet.giddyup("migrate")
            try await fleet.giddyup("topics", "apply")
            let races = fleet.folder + "/races.csv"
            try "race_id,race_date\n1,2025-01-01\n".write(toFile: races, atomically: true, encoding: .utf8)
            let missing = try await fleet.giddyup("import", "hk", "--races", "/no/such.csv", "--runners", races, expecting: 1)
            #expect(missing.contains("there is no file /no/such.csv"))
            let column = try await fleet.giddyup("import", "hk", "--races", races, "--runners", races, expecting: 1)
            #expect(column.contains("has no column \"region\""))
            let header = "race_id,race_date,region,course,race_no,race_name,type,class,pattern,rating_band,dist_f,dist_m,going,surface,ran"
            try "\(header)\nx,2025-02-30,HK,ST,1,n,Flat,Class 4,,,6,1200,GOOD,Turf,8\n".write(toFile: races, atomically: true, encoding: .utf8)
            let runners = fleet.folder + "/runners.csv"
            let columns = "runner_id,race_id,race_date,horse_id,horse_name,num,status,pos_raw,draw,ovr_btn,btn,lbs,hg,secs,dec,or,jockey,trainer"
            try "\(columns)\n".write(toFile: runners, atomically: true, encoding: .utf8)
            let date = try await fleet.giddyup("import", "hk", "--races", races, "--runners", runners, expecting: 1)
            #expect(date.contains("line 2, column \"race_date\": \"2025-02-30\" is not a date"))
            #expect(try await fleet.pool.query("SELECT to_regnamespace('racing') IS NULL AS absent")[0].get("absent") == true)
            #expect(try await fleet.giddyup("models", "show", "nobody", expecting: 1).contains("there is no model nobody"))
            #expect(try await fleet.giddyup("train", "--to", "yesterday", expecting: 64).contains("--to"))
            var environment = fleet.environment
            environment["DATABASE_URL"] = "postgresql://postgres@127.0.0.1:1/none"
            let away = TestFleet(environment: environment, databaseURL: fleet.databaseURL, prefix: fleet.prefix, folder: fleet.folder)
            #expect(try await away.giddyup("migrate", expecting: 1).contains("refused"))
            environment = fleet.environment
            environment["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1"
            let deaf = TestFleet(environment: environment, databaseURL: fleet.databaseURL, prefix: fleet.prefix, folder: fleet.folder)
            #expect(try await deaf.giddyup("topics", "apply", expecting: 1).contains("kafka:"))
        }
    }
}
