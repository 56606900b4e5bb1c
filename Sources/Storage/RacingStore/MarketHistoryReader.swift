import Foundation
import Postgres
import Racing

/// Reads past prices at fixed leads before the off, to fit the market blend.
public enum MarketHistoryReader {
    /// Reads the latest price of each runner at each lead.
    ///
    /// - Parameter leads: seconds before the off.
    /// - Returns: decimal odds by lead and runner id. Races whose course has no known time zone are left out, as are
    ///   leads at which no race has prices.
    public static func read(
        leads: [Int],
        from first: CalendarDay,
        through last: CalendarDay,
        _ connection: PostgresConnection
    ) async throws -> [Int: [Int64: Double]] {
        let races = try await readOffs(from: first, through: last, connection)
        guard !races.isEmpty else { return [:] }
        var prices: [Int: [Int64: Double]] = [:]
        for lead in leads {
            let rows = try await connection.query(
                """
                SELECT p.runner_id, p.back_price AS odds
                  FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, at)
                 CROSS JOIN LATERAL (
                       SELECT DISTINCT ON (runner_id) runner_id, back_price
                         FROM racing.live_prices
                        WHERE race_id = q.race_id AND ts <= q.at AND back_price > 1
                        ORDER BY runner_id, ts DESC, traded_vol DESC NULLS LAST, back_price DESC, lay_price) p
                """,
                [
                    .ints(races.map(\.raceID)),
                    .instants(races.map { $0.off.advanced(bySeconds: -Double(lead)).postgres }),
                ]
            )
            guard !rows.isEmpty else { continue }
            var oddsByRunner: [Int64: Double] = [:]
            oddsByRunner.reserveCapacity(rows.count)
            for row in rows { oddsByRunner[try row.get("runner_id")] = try row.get("odds", as: Double.self) }
            prices[lead] = oddsByRunner
        }
        return prices
    }

    private static func readOffs(
        from first: CalendarDay,
        through last: CalendarDay,
        _ connection: PostgresConnection
    ) async throws -> [(raceID: Int64, off: Instant)] {
        let rows = try await connection.query(
            """
            SELECT r.race_id, r.race_date, r.region, c.course, extract(epoch FROM r.off_time)::bigint AS off
              FROM racing.races r JOIN racing.courses c USING (course_id)
             WHERE r.race_date BETWEEN $1 AND $2 AND r.off_time IS NOT NULL
            """,
            [.date(first.postgres), .date(last.postgres)]
        )
        var races: [(raceID: Int64, off: Instant)] = []
        for row in rows {
            let region: String = try row.get("region")
            let course: String = try row.get("course")
            guard let wallTime = WallTime(seconds: try row.get("off")),
                let zone = try? CourseZone.zone(region: region, course: course)
            else { continue }
            let day = CalendarDay(try row.get("race_date", as: PostgresDate.self))
            races.append((raceID: try row.get("race_id"), off: wallTime.instant(on: day, in: zone)))
        }
        return races
    }
}
