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
    }

    /// Loads everything in one transaction: rows that are there already are replaced, and on an error nothing is written.
    ///
    /// - Parameter superuser: a connection that may become `racing_loader`.
    @discardableResult
    public static func load(
        races: [UpstreamRace], runners: [UpstreamRunner], prices: [UpstreamPrice], _ superuser: PostgresConnection
    ) async throws -> Count {
        try await superuser.transaction { connection in
            try await connection.query("SET LOCAL ROLE racing_loader")
            for month in Set(races.map { CalendarDay(year: $0.day.components.year, month: $0.day.components.month, day: 1) }).compactMap(\.self)
                .sorted()
            {
                try await connection.query("SELECT racing.ensure_month($1)", [.date(month.postgres)])
            }
            try await connection.script(temporaryTables)
            try await copy(races, connection)
            try await copy(runners, connection)
            try await connection.script(merge)
            try await connection.copyIn("new_prices (race_id, runner_id, ts, back_price, lay_price, traded_vol)", prices) { price, row in
                row.int8(price.raceID)
                row.int8(price.runnerID)
                row.timestamptz(price.at.postgres)
                row.float8(price.back)
                row.float8(price.lay)
                row.float8(price.volume)
            }
            try await connection.script(
                """
                INSERT INTO racing.live_prices (race_id, runner_id, ts, back_price, lay_price, traded_vol)
                SELECT race_id, runner_id, ts, back_price, lay_price, traded_vol FROM new_prices
                ON CONFLICT (race_id, runner_id, ts) DO UPDATE
                   SET back_price = excluded.back_price, lay_price = excluded.lay_price, traded_vol = excluded.traded_vol
                """)
            return Count(races: races.count, runners: runners.count, prices: prices.count)
        }
    }

    private static func copy(_ races: [UpstreamRace], _ connection: PostgresConnection) async throws {
        try await connection.copyIn("new_races", races) { race, row in
            row.int8(race.raceID)
            row.text(race.key)
            row.date(race.day.postgres)
            row.text(race.region)
            row.text(race.course)
            row.time(microseconds: race.off.map { Int64($0.seconds) * 1_000_000 })
            for text in [race.name, race.type, race.raceClass, race.pattern, race.ratingBand] { row.text(text) }
            row.float8(race.furlongs)
            row.int4(race.metres.map(Int32.init))
            row.text(race.going)
            row.text(race.surface)
            row.int4(race.ran.map(Int32.init))
            row.bool(race.isPreliminary)
        }
    }

    private static func copy(_ runners: [UpstreamRunner], _ connection: PostgresConnection) async throws {
        try await connection.copyIn("new_runners", runners) { runner, row in
            row.int8(runner.runnerID)
            row.text(runner.key)
            row.int8(runner.raceID)
            row.date(runner.day.postgres)
            for text in [runner.horse, runner.trainer, runner.jockey] { row.text(text) }
            row.int4(runner.number.map(Int32.init))
            row.text(runner.position)
            row.int4(runner.draw.map(Int32.init))
            row.float8(runner.beatenLengths)
            row.float8(runner.lengthsToNext)
            row.int4(runner.age.map(Int32.init))
            row.int4(runner.pounds.map(Int32.init))
            row.text(runner.headgear)
            row.float8(runner.seconds)
            row.float8(runner.odds)
            row.int4(runner.officialRating.map(Int32.init))
            for price in [runner.bsp, runner.placeBSP, runner.morningPrice, runner.morningVolume] { row.float8(price) }
        }
    }

    private static let temporaryTables = """
        CREATE TEMPORARY TABLE new_races (race_id bigint, race_key text, race_date date, region text, course text, off_time time, race_name text,
            race_type text, class text, pattern text, rating_band text, dist_f float8, dist_m int, going text, surface text, ran int, prelim boolean)
            ON COMMIT DROP;
        CREATE TEMPORARY TABLE new_runners (runner_id bigint, runner_key text, race_id bigint, race_date date, horse text, trainer text, jockey text,
            num int, pos_raw text, draw int, ovr_btn float8, btn float8, age int, lbs int, hg text, secs float8, dec float8, rating int,
            win_bsp float8, place_bsp float8, win_morningwap float8, win_morning_vol float8) ON COMMIT DROP;
        CREATE TEMPORARY TABLE new_prices (race_id bigint, runner_id bigint, ts timestamptz, back_price float8, lay_price float8, traded_vol float8)
            ON COMMIT DROP;
        """

    /// Names get ids in order of name, so that the same files give the same ids in an empty database.
    private static let merge = """
        INSERT INTO racing.courses (course, region) SELECT DISTINCT course, region FROM new_races ORDER BY region, course ON CONFLICT DO NOTHING;
        INSERT INTO racing.horses (horse) SELECT DISTINCT horse FROM new_runners ORDER BY 1 ON CONFLICT DO NOTHING;
        INSERT INTO racing.trainers (trainer) SELECT DISTINCT trainer FROM new_runners WHERE trainer IS NOT NULL ORDER BY 1 ON CONFLICT DO NOTHING;
        INSERT INTO racing.jockeys (jockey) SELECT DISTINCT jockey FROM new_runners WHERE jockey IS NOT NULL ORDER BY 1 ON CONFLICT DO NOTHING;
        INSERT INTO racing.races (race_id, race_key, race_date, region, course_id, off_time, race_name, race_type, class, pattern, rating_band,
                                  dist_f, dist_m, going, surface, ran, prelim)
        SELECT n.race_id, n.race_key, n.race_date, n.region, c.course_id, n.off_time, n.race_name, n.race_type, n.class, n.pattern, n.rating_band,
               n.dist_f, n.dist_m, n.going, n.surface, n.ran, n.prelim
          FROM new_races n JOIN racing.courses c USING (course, region)
        ON CONFLICT (race_id, race_date) DO UPDATE SET
               off_time = excluded.off_time, race_name = excluded.race_name, class = excluded.class, going = excluded.going, ran = excluded.ran,
               prelim = excluded.prelim;
        INSERT INTO racing.runners (runner_id, runner_key, race_id, race_date, horse_id, trainer_id, jockey_id, num, pos_raw, draw, ovr_btn, btn, age,
                                    lbs, hg, secs, dec, "or", win_bsp, place_bsp, win_morningwap, win_morning_vol)
        SELECT n.runner_id, n.runner_key, n.race_id, n.race_date, h.horse_id, t.trainer_id, j.jockey_id, n.num, n.pos_raw, n.draw, n.ovr_btn, n.btn,
               n.age, n.lbs, n.hg, n.secs, n.dec, n.rating, n.win_bsp, n.place_bsp, n.win_morningwap, n.win_morning_vol
          FROM new_runners n JOIN racing.horses h USING (horse) LEFT JOIN racing.trainers t USING (trainer) LEFT JOIN racing.jockeys j USING (jockey)
        ON CONFLICT (runner_id, race_date) DO UPDATE SET
               jockey_id = excluded.jockey_id, num = excluded.num, pos_raw = excluded.pos_raw, draw = excluded.draw, ovr_btn = excluded.ovr_btn,
               btn = excluded.btn, lbs = excluded.lbs, hg = excluded.hg, secs = excluded.secs, dec = excluded.dec, "or" = excluded."or",
               win_bsp = excluded.win_bsp, place_bsp = excluded.place_bsp, win_morningwap = excluded.win_morningwap,
               win_morning_vol = excluded.win_morning_vol;
        """
}
