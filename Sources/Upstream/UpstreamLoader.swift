import Postgres
import Racing
import RacingStore

/// Writes `racing.*` in development, as its owner `racing_loader` and never as a worker.
public enum UpstreamLoader {
    /// What one load wrote.
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

    /// Loads everything in one transaction: rows that are there already are replaced, and on an error nothing is written.
    ///
    /// - Parameter superuser: a connection that may become `racing_loader`.
    @discardableResult
    public static func load(
        races: [UpstreamRace], runners: [UpstreamRunner], prices: [UpstreamPrice], _ superuser: PostgresConnection
    ) async throws -> Count {
        try await superuser.transaction { connection in
            try await load(races: races, runners: runners, prices: prices, inside: connection)
        }
    }

    /// The same inside the caller's transaction.
    static func load(
        races: [UpstreamRace], runners: [UpstreamRunner], prices: [UpstreamPrice], inside connection: PostgresConnection
    ) async throws -> Count {
        try await connection.query("SET LOCAL ROLE racing_loader")
        for month in Set(races.map { CalendarDay(year: $0.day.components.year, month: $0.day.components.month, day: 1) }).compactMap(\.self)
            .sorted()
        {
            try await connection.query("SELECT racing.ensure_month($1)", [.date(month.postgres)])
        }
        try await copy(races, into: "new_races", UpstreamColumn.all, connection)
        try await copy(runners, into: "new_runners", UpstreamColumn.all, connection)
        try await connection.script(merge)
        try await connection.script(
            """
            CREATE TEMPORARY TABLE new_prices (race_id bigint, runner_id bigint, ts timestamptz, back_price float8, lay_price float8, vwap float8,
                traded_vol float8) ON COMMIT DROP
            """)
        try await connection.copyIn("new_prices (race_id, runner_id, ts, back_price, lay_price, vwap, traded_vol)", prices) { price, row in
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
               SET back_price = excluded.back_price, lay_price = excluded.lay_price, vwap = excluded.vwap, traded_vol = excluded.traded_vol;
            DROP TABLE new_races, new_runners, new_prices;
            """)
        try await connection.query("RESET ROLE")
        return Count(races: races.count, runners: runners.count, prices: prices.count)
    }

    private static func copy<Row>(_ rows: [Row], into table: String, _ columns: [UpstreamColumn<Row>], _ connection: PostgresConnection) async throws
    {
        let definitions = columns.map { "\"\($0.name)\" \($0.type)" }.joined(separator: ", ")
        try await connection.script("CREATE TEMPORARY TABLE \(table) (\(definitions)) ON COMMIT DROP")
        try await connection.copyIn("\(table) (\(quoted(columns.map(\.name))))", rows) { value, row in
            for column in columns { column.write(value, &row) }
        }
        try await connection.script("ANALYZE \(table)")
    }

    private static func quoted(_ names: [String], _ prefix: String = "") -> String { names.map { "\(prefix)\"\($0)\"" }.joined(separator: ", ") }

    /// Inserts from a temporary table into upstream's, where names were replaced by ids.
    private static func insert<Row>(
        _ target: String, key: String, _ columns: [UpstreamColumn<Row>], replacing names: [String: String], from source: String
    ) -> String {
        let kept = columns.filter { names[$0.name] != "" }
        let targets = kept.map { names[$0.name] ?? $0.name }
        let replaced = kept.filter(\.isReplaced).map { names[$0.name] ?? $0.name }
        return """
            INSERT INTO racing.\(target) (\(quoted(targets))) SELECT \(quoted(targets, "n.")) FROM (\(source)) n
            ON CONFLICT (\(key), race_date) DO UPDATE SET \(replaced.map { "\"\($0)\" = excluded.\"\($0)\"" }.joined(separator: ", "));
            """
    }

    /// Names get ids in order of name, so that the same files give the same ids in an empty database.
    private static let merge: String = {
        func names(_ table: String, _ column: String) -> String {
            "INSERT INTO racing.\(table) (\(column)) SELECT DISTINCT \(column) FROM new_runners WHERE \(column) IS NOT NULL ORDER BY 1 ON CONFLICT DO NOTHING;"
        }
        return """
            INSERT INTO racing.courses (course, region) SELECT DISTINCT course, region FROM new_races ORDER BY region, course ON CONFLICT DO NOTHING;
            \(names("horses", "horse")) \(names("trainers", "trainer")) \(names("jockeys", "jockey")) \(names("owners", "owner"))
            INSERT INTO racing.bloodlines (sire, dam, damsire)
            SELECT sire, dam, damsire FROM new_runners WHERE sire IS NOT NULL EXCEPT SELECT sire, dam, damsire FROM racing.bloodlines ORDER BY 1, 2, 3;
            CREATE TEMPORARY TABLE new_bloods ON COMMIT DROP AS
            SELECT coalesce(sire, '') AS sire, coalesce(dam, '') AS dam, coalesce(damsire, '') AS damsire, min(blood_id) AS blood_id
              FROM racing.bloodlines GROUP BY 1, 2, 3;
            \(insert("races", key: "race_id", UpstreamColumn<UpstreamRace>.all, replacing: ["course": "course_id"],
                from: "SELECT n.*, c.course_id FROM new_races n JOIN racing.courses c USING (course, region)"))
            \(insert("runners", key: "runner_id", UpstreamColumn<UpstreamRunner>.all,
                replacing: ["horse": "horse_id", "trainer": "trainer_id", "jockey": "jockey_id", "owner": "owner_id", "sire": "blood_id", "dam": "",
                            "damsire": ""],
                from: """
                SELECT n.*, h.horse_id, t.trainer_id, j.jockey_id, o.owner_id, b.blood_id FROM new_runners n
                   JOIN racing.horses h USING (horse) LEFT JOIN racing.trainers t USING (trainer) LEFT JOIN racing.jockeys j USING (jockey)
                   LEFT JOIN racing.owners o USING (owner)
                   LEFT JOIN new_bloods b ON n.sire IS NOT NULL AND (b.sire, b.dam, b.damsire) = (n.sire, coalesce(n.dam, ''), coalesce(n.damsire, ''))
                """))
            DROP TABLE new_bloods;
            """
    }()
}
