import Foundation
import Postgres
import Racing

/// Reads past prices at fixed leads before the off, for fitting the blend.
public enum MarketHistoryReader {
    /// - Parameter leads: seconds before the off.
    /// - Returns: decimal odds by lead and runner, without the races whose course has no known zone. A lead at which no race has prices is left out.
    public static func read(
        leads: [Int], from first: CalendarDay, through last: CalendarDay, _ connection: PostgresConnection
    ) async throws -> [Int: [Int64: Double]] {
        let races = try await connection.query(
            """
            SELECT r.race_id, r.race_date, r.region, c.course, extract(epoch FROM r.off_time)::bigint AS off
              FROM racing.races r JOIN racing.courses c USING (course_id)
             WHERE r.race_date BETWEEN $1 AND $2 AND r.off_time IS NOT NULL
            """, [.date(first.postgres), .date(last.postgres)])
        var (ids, offs): ([Int64], [Instant]) = ([], [])
        for row in races {
            let (region, course): (String, String) = (try row.get("region"), try row.get("course"))
            guard let wall = WallTime(seconds: try row.get("off")), let zone = try? CourseZone.zone(region: region, course: course) else { continue }
            ids.append(try row.get("race_id"))
            offs.append(wall.instant(on: CalendarDay(try row.get("race_date", as: PostgresDate.self)), in: zone))
        }
        var prices: [Int: [Int64: Double]] = [:]
        for lead in leads where !ids.isEmpty {
            let rows = try await connection.query(
                """
                SELECT p.runner_id, p.back_price AS odds
                  FROM unnest($1::bigint[], $2::timestamptz[]) AS q(race_id, at)
                 CROSS JOIN LATERAL (
                       SELECT DISTINCT ON (runner_id) runner_id, back_price
                         FROM racing.live_prices
                        WHERE race_id = q.race_id AND ts <= q.at AND back_price > 1
                        ORDER BY runner_id, ts DESC, traded_vol DESC NULLS LAST, back_price DESC, lay_price) p
                """, [.ints(ids), .instants(offs.map { $0.advanced(bySeconds: -Double(lead)).postgres })])
            guard !rows.isEmpty else { continue }
            var byRunner: [Int64: Double] = [:]
            byRunner.reserveCapacity(rows.count)
            for row in rows { byRunner[try row.get("runner_id")] = try row.get("odds", as: Double.self) }
            prices[lead] = byRunner
        }
        return prices
    }
}
