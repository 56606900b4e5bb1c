import Racing
import RacingImport
import Simulation
import WorkerRuntime

/// Fills a development copy of racing.*.
public enum DevelopmentData {
    public struct HongKongOutcome: Codable, Sendable {
        public let races: Int
        public let runners: Int
        public let withdrawn: Int
        public let prices: Int
        public let clippedOdds: Int
    }

    /// Imports Hong Kong's files, all or nothing.
    ///
    /// - Parameter context: the database to write to; `nil` only reads and checks the files.
    public static func importHongKong(
        races: String,
        runners: String,
        _ context: CommandContext?
    ) async throws -> HongKongOutcome {
        let bar = ProgressBar("import hk")
        bar.update(0, "reading")
        let files = try HongKongImport(races: races, runners: runners)
        if let context {
            bar.update(0.4, "writing")
            _ = try await load(files.races, files.runners, files.prices, context)
        }
        bar.finish("\(files.races.count) races")
        return HongKongOutcome(
            races: files.races.count,
            runners: files.runners.count,
            withdrawn: files.runners.count { $0.position == "NR" },
            prices: files.prices.count,
            clippedOdds: files.clippedOdds
        )
    }

    /// Installs the schema and writes the records in one transaction.
    public static func load(
        _ races: [RaceRecord],
        _ runners: [RunnerRecord],
        _ prices: [PriceRecord],
        _ context: CommandContext
    ) async throws -> RacingLoader.Count {
        let schema = try ProjectFiles.locate("upstream/racing.sql")
        return try await context.pool.withConnection { connection in
            try await RacingSchema.install(schema, connection)
            return try await RacingLoader.load(races: races, runners: runners, prices: prices, connection)
        }
    }

    /// Writes a simulated world.
    ///
    /// - Parameters:
    ///   - small: a meeting every other day, as the demo has it.
    ///   - until: the day after the last season.
    public static func simulate(
        seasons: Int,
        small: Bool,
        seed: UInt64,
        until: CalendarDay,
        _ context: CommandContext
    ) async throws -> RacingLoader.Count {
        var settings = small ? SimulationSettings() : .full
        settings.seasons = seasons
        settings.seed = seed
        settings.end = until
        let chosen = settings
        let meetings = seasons * 365 / settings.daysBetween * settings.meetingsPerDay
        let expected = Double(meetings * settings.racesPerMeeting)
        let bar = ProgressBar("simulate")
        let schema = try ProjectFiles.locate("upstream/racing.sql")
        let count = try await context.pool.withConnection { connection in
            try await RacingSchema.install(schema, connection)
            return try await SimulationLoad.load(chosen, connection) { bar.update(Double($0) / expected, "racing") }
        }
        bar.finish("\(count.races) races")
        return count
    }
}
