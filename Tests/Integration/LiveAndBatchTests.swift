import Expectations
import FeatureBuilder
import Features
import Foundation
import Learning
import Logging
import Messages
import ModelingStore
import Postgres
import Racing
import RacingImport
import RacingStore
import Randomness
import Seeded
import Servers
import Simulation
import Testing
import WorkerRuntime

/// Training and serving share one path. Features that the worker builds from a Postgres that also holds later data
/// equal the training rows bit for bit, and no event on or after the horizon changes a bit.
@Suite(.timeLimit(.minutes(20))) struct LiveAndBatchTests {
    @Test func `live features equal training rows in the simulated world`() async throws {
        try await withRacing { connection in
            var settings = SimulationSettings()
            settings.seasons = 1
            settings.seed = 11
            _ = try await SimulationLoad.load(settings, connection)
        } _: { world in
            try await expectLiveEqualsBatch(world, races: 300, seed: 11)
            try await expectNoLaterEventShows(world, on: #require(CalendarDay("2025-09-02")))
        }
    }

    @Test(.enabled(if: DemoTests.hasData, "no Hong Kong files at ../shared/data"))
    func `live features equal training rows in Hong Kong`() async throws {
        try await withRacing { connection in
            let files = try HongKongImport(
                races: DemoTests.data + "/hk_races.csv.xz",
                runners: DemoTests.data + "/hk_runners.csv.xz"
            )
            try await RacingLoader.load(races: files.races, runners: files.runners, prices: files.prices, connection)
        } _: { world in
            try await expectLiveEqualsBatch(world, races: 500, seed: 12)
            try await expectNoLaterEventShows(world, on: #require(CalendarDay("2023-11-05")))
        }
    }

    /// Runs `body` with a database that `load` filled.
    private func withRacing(
        _ load: (PostgresConnection) async throws -> Void,
        _ body: (World) async throws -> Void
    ) async throws {
        try await Servers.withDatabase { url async throws in
            let pool = PostgresPool(url)
            try await pool.withConnection { connection in
                try await RacingSchema.install(TestFleet.root + "/upstream/racing.sql", connection)
                try await load(connection)
            }
            _ = try await pool.withConnection {
                try await MigrationRunner(try Migration.read(TestFleet.root + "/migrations")).run($0)
            }
            try await body(World(pool: pool, worker: PostgresPool(url, setup: ["SET ROLE giddyup_worker"])))
        }
    }

    // MARK: Live equals batch

    /// - Parameters:
    ///   - count: the number of races to compare.
    ///   - seed: selects the races.
    private func expectLiveEqualsBatch(_ world: World, races count: Int, seed: UInt64) async throws {
        let formBook = try await FormBookReader.read(world.pool).book
        for set in [FeatureSet.ability1, .latest] {
            try await expectLiveEqualsBatch(world, formBook, set, races: count, seed: seed)
        }
    }

    private func expectLiveEqualsBatch(
        _ world: World,
        _ formBook: FormBook,
        _ features: FeatureSet,
        races count: Int,
        seed: UInt64
    ) async throws {
        let set = try TrainingSet(formBook, features, from: CalendarDay(0), through: CalendarDay(40_000))
        let calendar = Dictionary(uniqueKeysWithValues: try await world.calendar().map { ($0.key.raceID, $0) })
        var random = SplitMix64(seed: seed)
        let races = random.shuffled(set.races.count).prefix(count).map { set.races[$0] }
        #expect(races.count == count)
        let live = try await world.build(
            races.compactMap { calendar[$0.raceID]?.request(secondsBeforeOff: 3600) },
            features
        )
        try #require(live.count == count)
        for (race, features) in zip(races, live) {
            #expect(features.request.raceID == race.raceID && features.runners.count == race.rows.count)
            let batch = race.rows.flatMap { row in
                set.matrix.values[row * set.matrix.columns..<(row + 1) * set.matrix.columns].map(\.bitPattern)
            }
            #expect(
                features.runners.flatMap { $0.features.map(\.bitPattern) } == batch,
                "race \(race.raceID), seed \(seed)"
            )
        }
    }

    // MARK: No look-ahead

    /// Builds the races of `day`, and cards of the nine days after it, as of half an hour before the first off.
    /// Rewrites every result and price after that time, and builds them again.
    private func expectNoLaterEventShows(_ world: World, on day: CalendarDay) async throws {
        let calendar = try await world.calendar()
        let today = calendar.filter { $0.key.day == day }
        let ahead = calendar.filter { $0.key.day > day && $0.key.day <= day.advanced(by: 9) }
        #expect(!ahead.isEmpty)
        let asOf = try #require(today.first).off.advanced(bySeconds: -1800)
        let early = (today + ahead).map { FeatureRequest(key: $0.key, asOf: asOf) }
        let late = ahead.map { $0.request(secondsBeforeOff: 1800) }

        let earlyBefore = try await bytes(world, early)
        let lateBefore = try await bytes(world, late)
        try await perturb(world, from: day, after: asOf)
        let earlyAfter = try await bytes(world, early)
        let lateAfter = try await bytes(world, late)
        #expect(earlyBefore.count == early.count && earlyAfter == earlyBefore)
        #expect(lateAfter != lateBefore, "the perturbation changes features of later days")
    }

    private func bytes(_ world: World, _ requests: [FeatureRequest]) async throws -> [[UInt8]] {
        try await world.build(requests).map { features in
            var features = features
            // A later card may have a warning that depends on its draw, which the perturbation changes.
            features.warnings = []
            return try features.serializedBytes()
        }
    }

    private func perturb(_ world: World, from day: CalendarDay, after asOf: Instant) async throws {
        try await world.pool.query("SELECT setseed(0.5)")
        try await world.pool.query(
            """
            UPDATE racing.runners
               SET pos_raw = CASE WHEN random() < 0.1 THEN 'PU' ELSE (1 + floor(random() * 12))::int::text END,
                   ovr_btn = random() * 30, btn = random() * 5, secs = secs * (0.9 + random() / 5),
                   dec = 1.5 + random() * 50, win_bsp = 1.5 + random() * 50, rpr = (random() * 100)::int, comment = 'x'
             WHERE race_date >= $1 AND pos_raw <> 'NR'
            """,
            [.date(day.postgres)]
        )
        try await world.pool.query(
            """
            UPDATE racing.live_prices SET back_price = 1.5 + random() * 50, traded_vol = random() * 9000 WHERE ts > $1
            """,
            [.instant(asOf.postgres)]
        )
    }
}

private struct FeatureRequest {
    let key: RaceKey
    let asOf: Instant

    func message(_ set: FeatureSet) -> RaceRequest {
        var request = RaceRequest()
        request.raceID = key.raceID
        request.raceDay = key.day.number
        request.asOf = asOf.microseconds
        request.origin = .backfill
        request.models = [.reading(set)]
        return request
    }
}

extension ScheduledRace {
    fileprivate func request(secondsBeforeOff seconds: Double) -> FeatureRequest {
        FeatureRequest(key: key, asOf: off.advanced(bySeconds: -seconds))
    }
}

/// A database of racing.
private struct World {
    let pool: PostgresPool
    /// Connects in the role of the workers.
    let worker: PostgresPool

    /// The features that a feature-builder builds if it starts now, in the order of the requests.
    func build(_ requests: [FeatureRequest], _ set: FeatureSet = .latest) async throws -> [RaceFeatures] {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let handler = FeatureBuilderHandler(
            worker,
            FormBookCache(worker, logger: logger),
            suite: try ExpectationSuite(file: TestFleet.root + "/expectations/race.json")
        )
        var built: [RaceFeatures] = []
        for start in stride(from: 0, to: requests.count, by: 100) {
            let batch = requests[start..<min(start + 100, requests.count)].map { $0.message(set) }
            for outcome in try await handler.handle(batch) {
                guard case .done(let messages) = outcome, let features = messages.first as? RaceFeatures else {
                    Issue.record("a race was not built: \(outcome)")
                    continue
                }
                // Decode the message again, as the scorer does.
                let bytes: [UInt8] = try features.serializedBytes()
                built.append(try RaceFeatures(serializedBytes: bytes))
            }
        }
        return built
    }

    func calendar() async throws -> [ScheduledRace] {
        try await pool.withConnection {
            try await RaceCalendar.read(from: CalendarDay(0), through: CalendarDay(40_000), $0).races
        }
    }
}
