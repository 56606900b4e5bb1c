import Postgres
import Racing
import RacingStore

/// Reads what the board shows of a day's races.
public enum BoardStore {
    /// A horse in a race.
    public struct Runner: Sendable, Hashable {
        public let raceID: Int64
        public let horseID: Int64

        public init(raceID: Int64, horseID: Int64) {
            self.raceID = raceID
            self.horseID = horseID
        }
    }

    /// When the latest live signals of each race of a day were computed, as of the race's clock.
    public static func readLatest(
        _ day: CalendarDay,
        modelID: Int64,
        _ connection: PostgresConnection
    ) async throws -> [(raceID: Int64, asOf: Instant)] {
        try await connection.query(
            "SELECT race_id, as_of FROM modeling.latest_signals WHERE race_date = $1 AND model_id = $2",
            [.date(day.postgres), .int(modelID)]
        ).map { (try $0.get("race_id"), Instant(try $0.get("as_of", as: PostgresInstant.self))) }
    }

    /// The stakes that may be placed now, in units, with the day's limits applied.
    public static func readStakes(
        _ day: CalendarDay,
        _ connection: PostgresConnection
    ) async throws -> [Runner: Double] {
        var stakes: [Runner: Double] = [:]
        for row in try await connection.query(
            """
            SELECT race_id, horse_id, stake_units FROM modeling.actionable_signals
             WHERE race_date = $1 AND stake_units > 0
            """,
            [.date(day.postgres)]
        ) {
            let runner = Runner(raceID: try row.get("race_id"), horseID: try row.get("horse_id"))
            stakes[runner, default: 0] += try row.get("stake_units", as: Double.self)
        }
        return stakes
    }

    /// A price and a probability at one moment.
    public struct Point: Sendable, Equatable {
        public let asOf: Instant
        public let odds: Double?
        public let probability: Double?
    }

    /// How prices and probabilities of a race moved, by horse, in order of time.
    public static func readPath(
        raceID: Int64,
        modelID: Int64,
        _ connection: PostgresConnection
    ) async throws -> [Int64: [Point]] {
        var path: [Int64: [Point]] = [:]
        for row in try await connection.query(
            """
            SELECT horse_id, as_of, best_odds_win, p_win FROM modeling.signals
             WHERE race_id = $1 AND model_id = $2 AND origin = 'live' ORDER BY as_of
            """,
            [.int(raceID), .int(modelID)]
        ) {
            path[try row.get("horse_id"), default: []].append(
                Point(
                    asOf: Instant(try row.get("as_of", as: PostgresInstant.self)),
                    odds: try row.find("best_odds_win"),
                    probability: try row.find("p_win")
                )
            )
        }
        return path
    }

    /// What was bet on a day, by source.
    public struct Book: Sendable, Equatable {
        public let source: String
        public let bets: Int
        public let staked: Double
        public let settled: Int
        public let profit: Double
        public let clv: Double?
        /// The standard error of `clv`; `nil` for fewer than two bets.
        public let clvError: Double?
    }

    /// All bets since a day, by source.
    public static func readBook(since day: CalendarDay, _ connection: PostgresConnection) async throws -> [Book] {
        try await connection.query(
            """
            SELECT coalesce(source, 'unknown') AS source, count(*) AS bets, sum(stake)::double precision AS staked,
                   count(pnl) AS settled, coalesce(sum(pnl), 0)::double precision AS profit, avg(clv) AS clv,
                   stddev_samp(clv) / sqrt(count(clv)) AS clv_se
              FROM modeling.bets WHERE race_date >= $1 GROUP BY 1 ORDER BY 1
            """,
            [.date(day.postgres)]
        ).map { row in
            Book(
                source: try row.get("source"),
                bets: try row.get("bets"),
                staked: try row.get("staked"),
                settled: try row.get("settled"),
                profit: try row.get("profit"),
                clv: try row.find("clv"),
                clvError: try row.find("clv_se")
            )
        }
    }
}
