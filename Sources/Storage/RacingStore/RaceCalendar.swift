import Postgres
import Racing

/// Reads which races take place, and when.
public enum RaceCalendar {
    /// Reads the races of a range of days, ordered by off.
    ///
    /// - Returns: the races, and a message for each race that has no off time or whose course has no known time zone.
    public static func read(
        from first: CalendarDay,
        through last: CalendarDay,
        _ connection: PostgresConnection
    ) async throws -> (races: [ScheduledRace], faults: [String]) {
        let rows = try await connection.query(
            """
            SELECT r.race_id, r.race_date, r.region, c.course, extract(epoch FROM r.off_time)::bigint AS off,
                   r.race_name, r.rating_band
              FROM racing.races r JOIN racing.courses c USING (course_id)
             WHERE r.race_date BETWEEN $1 AND $2
            """,
            [.date(first.postgres), .date(last.postgres)]
        )
        var races: [ScheduledRace] = []
        var faults: [String] = []
        for row in rows {
            let card = try raceCard(row)
            do throws(RacingError) {
                races.append(
                    ScheduledRace(
                        key: RaceKey(raceID: card.raceID, day: card.day),
                        off: try card.offInstant(),
                        isHandicap: card.isHandicap
                    )
                )
            } catch {
                faults.append("\(error)")
            }
        }
        return (races.sorted { ($0.off, $0.key.raceID) < ($1.off, $1.key.raceID) }, faults)
    }

    /// Reads the last day that has a race, run or not.
    ///
    /// - Returns: `nil` if there is no race.
    public static func lastDay(_ connection: PostgresConnection) async throws -> CalendarDay? {
        try await connection.query("SELECT max(race_date) AS day FROM racing.races")[0]
            .find("day", as: PostgresDate.self).map { CalendarDay($0) }
    }

    /// A card with the fields that determine the off and whether the race is a handicap.
    private static func raceCard(_ row: PostgresRow) throws -> RaceCard {
        RaceCard(
            raceID: try row.get("race_id"),
            day: CalendarDay(try row.get("race_date", as: PostgresDate.self)),
            region: try row.get("region"),
            courseID: 0,
            courseName: try row.get("course"),
            off: try row.find("off", as: Int.self).flatMap { WallTime(seconds: $0) },
            name: try row.find("race_name") ?? "",
            raceClass: nil,
            pattern: nil,
            ratingBand: try row.find("rating_band"),
            furlongs: 0,
            metres: 0,
            going: nil,
            surface: nil
        )
    }
}
