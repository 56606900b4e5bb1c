import Expectations
import Features
import Fleet
import Foundation
import Kafka
import Logging
import Messages
import ModelingStore
import Modelling
import Postgres
import Racing
import RacingStore
import Seeded
import Servers
import Simulation
import Testing
import Upstream
import Workers

/// One path for training and serving: what the worker builds from Postgres, which also holds what came later, is the training row, bit for bit; and
/// nothing that happened on or after the horizon moves a bit.
@Suite struct LiveAndBatchTests {
    /// A database of its own, filled by `load`.
    private func withRacing(_ load: (PostgresConnection) async throws -> Void, _ body: (World) async throws -> Void) async throws {
        try await Servers.withDatabase { url async throws in
            let pool = PostgresPool(url)
            try await pool.withConnection { connection in
                try await UpstreamSchema.install(TestFleet.root + "/upstream/racing.sql", connection)
                try await load(connection)
            }
            _ = try await pool.withConnection { try await MigrationRunner(try Migration.read(TestFleet.root + "/migrations")).run($0) }
            try await body(World(pool: pool, worker: PostgresPool(url, setup: ["SET ROLE giddyup_worker"])))
        }
    }

    private struct World {
        let pool: PostgresPool
        let worker: PostgresPool

        /// What a feature-builder that starts now makes of requests.
        func live(_ requests: [(key: RaceKey, asOf: Instant)]) async throws -> [RaceFeatures] {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let handler = FeatureBuilderHandler(
                worker, BookKeeper(worker, logger: logger), topicPrefix: "",
                suite: try ExpectationSuite(file: TestFleet.root + "/expectations/race.json"))
            var built: [RaceFeatures] = []
            for start in stride(from: 0, to: requests.count, by: 100) {
                let batch = requests[start..<min(start + 100, requests.count)].map { key, asOf in
                    var request = RaceRequest()
                    (request.raceID, request.raceDay, request.asOf, request.origin) = (key.raceID, key.day.number, asOf.microseconds, .backfill)
                    request.models = [ModelReference()]
                    return request
                }
                for outcome in try await handler.handle(batch) {
                    guard case .done(let records) = outcome, let value = records.first?.value else {
                        Issue.record("a race was not built: \(outcome)")
                        continue
                    }
                    built.append(try RaceFeatures(serializedBytes: value))
                }
            }
            return built
        }

        func diary() async throws -> [DiaryEntry] {
            try await pool.withConnection { try await RaceDiary.read(from: CalendarDay(0), through: CalendarDay(40_000), $0).entries }
        }
    }

    private func liveIsBatch(_ world: World, races count: Int, seed: UInt64) async throws {
        let book = try await FormBookReader.read(world.pool).book
        let set = try TrainingSet(book, .ability1, from: CalendarDay(0), through: CalendarDay(40_000))
        let offs = Dictionary(uniqueKeysWithValues: try await world.diary().map { ($0.key.raceID, $0) })
        var random = SplitMix64(seed)
        let chosen = random.shuffled(set.races.count).prefix(count).map { set.races[$0] }
        #expect(chosen.count == count)
        let live = try await world.live(chosen.compactMap { race in offs[race.raceID].map { ($0.key, $0.off.advanced(bySeconds: -3600)) } })
        try #require(live.count == count)
        for (race, features) in zip(chosen, live) {
            #expect(features.request.raceID == race.raceID && features.runners.count == race.rows.count)
            let batch = race.rows.flatMap { row in set.matrix.values[row * set.matrix.columns..<(row + 1) * set.matrix.columns].map(\.bitPattern) }
            #expect(features.runners.flatMap { $0.features.map(\.bitPattern) } == batch, "race \(race.raceID), seed \(seed)")
        }
    }

    private func nothingLaterShows(_ world: World, on day: CalendarDay) async throws {
        let entries = try await world.diary()
        let today = entries.filter { $0.key.day == day }
        let first = try #require(today.first)
        let asOf = first.off.advanced(bySeconds: -1800)
        // and cards built days before their race: nothing in between must show
        let ahead = entries.filter { $0.key.day > day && $0.key.day <= day.advanced(by: 9) }
        #expect(!ahead.isEmpty)
        let requests = (today + ahead).map { (key: $0.key, asOf: asOf) }
        let later = ahead.map { (key: $0.key, asOf: $0.off.advanced(bySeconds: -1800)) }
        func bytes(_ requests: [(key: RaceKey, asOf: Instant)]) async throws -> [[UInt8]] {
            try await world.live(requests).map { features in
                var features = features
                // a draw of the days after is on the card
                features.warnings = []
                return try features.serializedBytes()
            }
        }
        let (before, laterBefore) = (try await bytes(requests), try await bytes(later))
        try await world.pool.query("SELECT setseed(0.5)")
        try await world.pool.query(
            """
            UPDATE racing.runners
               SET pos_raw = CASE WHEN random() < 0.1 THEN 'PU' ELSE (1 + floor(random() * 12))::int::text END, ovr_btn = random() * 30, btn = random() * 5,
                   secs = secs * (0.9 + random() / 5), dec = 1.5 + random() * 50, win_bsp = 1.5 + random() * 50, rpr = (random() * 100)::int, comment = 'x'
             WHERE race_date >= $1 AND pos_raw <> 'NR'
            """, [.date(day.postgres)])
        try await world.pool.query(
            "UPDATE racing.live_prices SET back_price = 1.5 + random() * 50, traded_vol = random() * 9000 WHERE ts > $1", [.instant(asOf.postgres)])
        let (after, laterAfter) = (try await bytes(requests), try await bytes(later))
        #expect(before.count == requests.count && after == before)
        #expect(laterAfter != laterBefore, "the days after do see it: the perturbation was one")
    }

    @Test func liveIsBatchInTheSimulatedWorld() async throws {
        try await withRacing { connection in
            var settings = SimulationSettings()
            (settings.seasons, settings.seed) = (1, 11)
            _ = try await SimulationLoad.load(settings, connection)
        } _: { world in
            try await liveIsBatch(world, races: 300, seed: 11)
            try await nothingLaterShows(world, on: #require(CalendarDay("2025-09-02")))
        }
    }

    @Test(.enabled(if: DemoTests.hasData, "no Hong Kong files at ../shared/data")) func liveIsBatchInHongKong() async throws {
        try await withRacing { connection in
            let files = try HongKongImport(races: DemoTests.data + "/hk_races.csv.xz", runners: DemoTests.data + "/hk_runners.csv.xz")
            try await UpstreamLoader.load(races: files.races, runners: files.runners, prices: files.prices, connection)
        } _: { world in
            try await liveIsBatch(world, races: 500, seed: 12)
            try await nothingLaterShows(world, on: #require(CalendarDay("2023-11-05")))
        }
    }
}
