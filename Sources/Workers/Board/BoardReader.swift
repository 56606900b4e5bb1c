import Drift
import Foundation
import ModelingStore
import Overview
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// Reads what the pages show. Every session is read-only.
struct BoardReader: Sendable {
    private let pool: PostgresPool
    private let overviews: OverviewReader
    let zone: TimeZone
    private let clock: @Sendable () -> Instant

    /// - Parameters:
    ///   - zone: in which "today" is meant.
    ///   - clock: the fleet's clock, which a replayed day sets.
    init(
        _ pool: PostgresPool,
        _ configuration: RuntimeConfiguration,
        zone: TimeZone,
        clock: @escaping @Sendable () -> Instant
    ) {
        self.pool = pool
        self.zone = zone
        self.clock = clock
        overviews = OverviewReader(configuration, pool, zone: zone)
    }

    var now: Instant { clock() }
    var today: CalendarDay { now.day(in: zone) }

    func overview() async -> FleetOverview { await overviews.read(at: now, day: today) }

    /// The races of a day in order of their offs.
    func day(_ day: CalendarDay) async throws -> BoardDay {
        try await pool.withConnection { connection in
            let races = try await RaceCalendar.read(from: day, through: day, connection).races
            let cards = try await CardReader.read(races.map(\.key), connection)
            let model = try await ModelRegistry.activeModels(connection).first { $0.stage == .production }
            var signals: [Int64: [StoredSignal]] = [:]
            if let model {
                let moments = try await BoardStore.readLatest(day, modelID: model.modelID, connection)
                signals = try await SignalStore.read(moments, modelID: model.modelID, live: true, connection)
            }
            return BoardDay(
                day: day,
                now: now,
                model: model,
                races: races,
                cards: cards,
                signals: signals,
                stakes: try await BoardStore.readStakes(day, connection),
                results: try await ResultReader.read(races.filter { $0.off < now }, connection).results
            )
        }
    }

    /// How prices and probabilities of a race moved, by horse.
    func path(raceID: Int64, modelID: Int64) async throws -> [Int64: [BoardStore.Point]] {
        try await pool.withConnection { try await BoardStore.readPath(raceID: raceID, modelID: modelID, $0) }
    }

    func drift() async throws -> [DriftRun] { try await pool.withConnection { try await DriftStore.readLatest($0) } }

    /// The bets since a day by source, and the closing line values of the signals since then.
    func record(since day: CalendarDay) async throws -> (books: [BoardStore.Book], signals: [SignalCLVStore.Row]) {
        let today = today
        return try await pool.withConnection { connection in
            (
                try await BoardStore.readBook(since: day, connection),
                try await SignalCLVStore.read(from: day, through: today, modelID: nil, connection)
            )
        }
    }
}
