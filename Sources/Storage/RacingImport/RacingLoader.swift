import Postgres
import Racing
import RacingStore

/// Writes `racing.*` in development, as its owner `racing_loader`, never as a worker.
public enum RacingLoader {
    /// The number of rows that a load wrote.
    public struct Count: Sendable, Codable, Equatable {
        public var races = 0
        public var runners = 0
        public var prices = 0

        public init(races: Int = 0, runners: Int = 0, prices: Int = 0) {
            self.races = races
            self.runners = runners
            self.prices = prices
        }
    }

    /// Loads all records in one transaction. Existing rows are replaced; on an error nothing is written.
    ///
    /// - Parameter superuser: a connection that may `SET ROLE racing_loader`.
    @discardableResult
    public static func load(
        races: [RaceRecord],
        runners: [RunnerRecord],
        prices: [PriceRecord],
        _ superuser: PostgresConnection
    ) async throws -> Count {
        try await superuser.transaction { connection in
            try await load(races: races, runners: runners, prices: prices, inside: connection)
        }
    }

    /// Loads all records within the caller's transaction.
    static func load(
        races: [RaceRecord],
        runners: [RunnerRecord],
        prices: [PriceRecord],
        inside connection: PostgresConnection
    ) async throws -> Count {
        try await connection.query("SET LOCAL ROLE racing_loader")
        let months = Set(
            races.map { CalendarDay(year: $0.day.components.year, month: $0.day.components.month, day: 1) }
        ).compactMap(\.self).sorted()
        for month in months {
            try await connection.query("SELECT racing.ensure_month($1)", [.date(month.postgres)])
        }
        try await copy(races, into: "new_races", RacingColumn.all, connection)
        try await copy(runners, into: "new_runners", RacingColumn.all, connection)
        try await connection.script(merge)
        try await loadPrices(prices, connection)
        try await connection.script("DROP TABLE new_races, new_runners, new_prices")
        try await connection.query("RESET ROLE")
        return Count(races: races.count, runners: runners.count, prices: prices.count)
    }

    private static func loadPrices(_ prices: [PriceRecord], _ connection: PostgresConnection) async throws {
        try await connection.script(
            """
            CREATE TEMPORARY TABLE new_prices (race_id bigint, runner_id bigint, ts timestamptz, back_price float8,
                lay_price float8, vwap float8, traded_vol float8) ON COMMIT DROP
            """
        )
        try await connection.copyIn(
            "new_prices (race_id, runner_id, ts, back_price, lay_price, vwap, traded_vol)",
            prices
        ) { price, row in
            row.int8(price.raceID)
            row.int8(price.runnerID)
            row.timestamptz(price.at.postgres)
            for number in [price.back, price.lay, price.vwap, price.volume] { row.float8(number) }
        }
        try await connection.script(
            """
            INSERT INTO racing.live_prices (race_id, runner_id, ts, back_price, lay_price, vwap, traded_vol)
            SELECT race_id, runner_id, ts, back_price, lay_price, vwap, traded_vol FROM new_prices
            ON CONFLICT (race_id, runner_id, ts) DO UPDATE
               SET back_price = excluded.back_price, lay_price = excluded.lay_price, vwap = excluded.vwap,
                   traded_vol = excluded.traded_vol
            """
        )
    }

    private static func copy<Row>(
        _ rows: [Row],
        into table: String,
        _ columns: [RacingColumn<Row>],
        _ connection: PostgresConnection
    ) async throws {
        let definitions = columns.map { "\"\($0.name)\" \($0.type)" }.joined(separator: ", ")
        try await connection.script("CREATE TEMPORARY TABLE \(table) (\(definitions)) ON COMMIT DROP")
        try await connection.copyIn("\(table) (\(quoted(columns.map(\.name))))", rows) { value, row in
            for column in columns { column.write(value, &row) }
        }
        try await connection.script("ANALYZE \(table)")
    }

    private static func quoted(_ names: [String], _ prefix: String = "") -> String {
        names.map { "\(prefix)\"\($0)\"" }.joined(separator: ", ")
    }

    /// The statement that inserts the rows of a temporary table into a table of `racing`.
    ///
    /// - Parameters:
    ///   - ids: the id column that stands in for each name column; empty for a name column that has none.
    ///   - source: a query that joins the temporary table with the id columns.
    private static func insert<Row>(
        _ table: String,
        key: String,
        _ columns: [RacingColumn<Row>],
        replacing ids: [String: String],
        from source: String
    ) -> String {
        let kept = columns.filter { ids[$0.name] != "" }
        let targets = kept.map { ids[$0.name] ?? $0.name }
        let replaced = kept.filter(\.isReplaced).map { ids[$0.name] ?? $0.name }
        let assignments = replaced.map { "\"\($0)\" = excluded.\"\($0)\"" }.joined(separator: ", ")
        return """
            INSERT INTO racing.\(table) (\(quoted(targets))) SELECT \(quoted(targets, "n.")) FROM (\(source)) n
            ON CONFLICT (\(key), race_date) DO UPDATE SET \(assignments);
            """
    }

    /// The statement that inserts new names. Ids follow the order of names, so that the same files give the same ids in
    /// an empty database.
    private static func insertNames(_ table: String, _ column: String) -> String {
        """
        INSERT INTO racing.\(table) (\(column))
        SELECT DISTINCT \(column) FROM new_runners WHERE \(column) IS NOT NULL ORDER BY 1 ON CONFLICT DO NOTHING;
        """
    }

    /// Merges `new_races` and `new_runners` into `racing`.
    private static let merge: String = {
        let races = insert(
            "races",
            key: "race_id",
            RacingColumn<RaceRecord>.all,
            replacing: ["course": "course_id"],
            from: "SELECT n.*, c.course_id FROM new_races n JOIN racing.courses c USING (course, region)"
        )
        let runners = insert(
            "runners",
            key: "runner_id",
            RacingColumn<RunnerRecord>.all,
            replacing: [
                "horse": "horse_id", "trainer": "trainer_id", "jockey": "jockey_id", "owner": "owner_id",
                "sire": "blood_id", "dam": "", "damsire": "",
            ],
            from: """
                SELECT n.*, h.horse_id, t.trainer_id, j.jockey_id, o.owner_id, b.blood_id FROM new_runners n
                  JOIN racing.horses h USING (horse)
                  LEFT JOIN racing.trainers t USING (trainer)
                  LEFT JOIN racing.jockeys j USING (jockey)
                  LEFT JOIN racing.owners o USING (owner)
                  LEFT JOIN new_bloods b
                         ON n.sire IS NOT NULL
                        AND (b.sire, b.dam, b.damsire) = (n.sire, coalesce(n.dam, ''), coalesce(n.damsire, ''))
                """
        )
        return """
            INSERT INTO racing.courses (course, region)
            SELECT DISTINCT course, region FROM new_races ORDER BY region, course ON CONFLICT DO NOTHING;
            \(insertNames("horses", "horse"))
            \(insertNames("trainers", "trainer"))
            \(insertNames("jockeys", "jockey"))
            \(insertNames("owners", "owner"))
            INSERT INTO racing.bloodlines (sire, dam, damsire)
            SELECT sire, dam, damsire FROM new_runners WHERE sire IS NOT NULL
            EXCEPT SELECT sire, dam, damsire FROM racing.bloodlines ORDER BY 1, 2, 3;
            CREATE TEMPORARY TABLE new_bloods ON COMMIT DROP AS
            SELECT coalesce(sire, '') AS sire, coalesce(dam, '') AS dam, coalesce(damsire, '') AS damsire,
                   min(blood_id) AS blood_id
              FROM racing.bloodlines GROUP BY 1, 2, 3;
            \(races)
            \(runners)
            DROP TABLE new_bloods;
            """
    }()
}
