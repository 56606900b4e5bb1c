import Foundation
import Postgres
import Racing

/// Reads past prices, to fit the market blend.
public enum MarketHistoryReader {
    /// Reads the prices of the starters of past races.
    ///
    /// - Parameter leads: seconds before the off at which to read the latest live prices. At the off (0), the BSPs or
    ///   else the averages before the off stand in for them in races without a live price of every starter.
    /// - Returns: decimal odds by market and runner id, with the morning prices as a market of their own if there are
    ///   any. Races whose course has no known time zone are left out, as are markets without prices.
    public static func read(
        leads: [Int],
        from first: CalendarDay,
        through last: CalendarDay,
        _ connection: PostgresConnection
    ) async throws -> [MarketMoment: [Int64: Double]] {
        let races = try await readTimes(from: first, through: last, connection)
        guard !races.isEmpty else { return [:] }
        var prices: [MarketMoment: [Int64: Double]] = [:]
        for lead in leads { prices[MarketMoment(lead: lead)] = try await readLive(lead: lead, races, connection) }
        let staged = try await StagedPrices.read(from: first, through: last, connection)
        if leads.contains(0) {
            let live = prices[.off] ?? [:]
            prices[.off] = races.reduce(into: [:]) { odds, race in
                for (runner, price) in staged.atTheOff(race.raceID, live: live) { odds[runner] = price }
            }
        }
        if let (lead, odds) = staged.morning(races.map { ($0.raceID, $0.off.seconds(since: $0.morning)) }) {
            prices[MarketMoment(lead: lead, prices: .morning)] = odds
        }
        return prices.filter { !$0.value.isEmpty }
    }

    private static func readLive(
        lead: Int,
        _ races: [RaceTimes],
        _ connection: PostgresConnection
    ) async throws -> [Int64: Double] {
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
        var odds: [Int64: Double] = [:]
        odds.reserveCapacity(rows.count)
        for row in rows { odds[try row.get("runner_id")] = try row.get("odds", as: Double.self) }
        return odds
    }

    private struct RaceTimes {
        let raceID: Int64
        let off: Instant
        /// 11:00 at the course on the race's day.
        let morning: Instant
    }

    private static func readTimes(
        from first: CalendarDay,
        through last: CalendarDay,
        _ connection: PostgresConnection
    ) async throws -> [RaceTimes] {
        let rows = try await connection.query(
            """
            SELECT r.race_id, r.race_date, r.region, c.course, extract(epoch FROM r.off_time)::bigint AS off
              FROM racing.races r JOIN racing.courses c USING (course_id)
             WHERE r.race_date BETWEEN $1 AND $2 AND r.off_time IS NOT NULL
            """,
            [.date(first.postgres), .date(last.postgres)]
        )
        return try rows.compactMap { row in
            let region: String = try row.get("region")
            let course: String = try row.get("course")
            guard let wallTime = WallTime(seconds: try row.get("off")),
                let zone = try? CourseZone.zone(region: region, course: course)
            else { return nil }
            let day = CalendarDay(try row.get("race_date", as: PostgresDate.self))
            return RaceTimes(
                raceID: try row.get("race_id"),
                off: wallTime.instant(on: day, in: zone),
                morning: MarketPrice.morningKnownFrom.instant(on: day, in: zone)
            )
        }
    }
}
