import Postgres
import Racing

/// A race and when it is off: what a schedule and a backfill need to know.
public struct DiaryEntry: Sendable, Hashable {
    public let key: RaceKey
    public let off: Instant
    public let isHandicap: Bool

    public init(key: RaceKey, off: Instant, isHandicap: Bool) {
        self.key = key
        self.off = off
        self.isHandicap = isHandicap
    }
}

/// Reads which races there are.
public enum RaceDiary {
    /// The races of a range of days in order of off. One without an off time, or with a course of no known zone, is reported, not guessed.
    public static func read(
        from first: CalendarDay, through last: CalendarDay, _ connection: PostgresConnection
    ) async throws -> (entries: [DiaryEntry], faults: [String]) {
        let rows = try await connection.query(
            """
            SELECT r.race_id, r.race_date, r.region, c.course, extract(epoch FROM r.off_time)::bigint AS off, r.race_name, r.rating_band
              FROM racing.races r JOIN racing.courses c USING (course_id)
             WHERE r.race_date BETWEEN $1 AND $2
            """, [.date(first.postgres), .date(last.postgres)])
        var (entries, faults): ([DiaryEntry], [String]) = ([], [])
        for row in rows {
            let key = RaceKey(raceID: try row.get("race_id"), day: CalendarDay(try row.get("race_date", as: PostgresDate.self)))
            let card = RaceCard(
                raceID: key.raceID, day: key.day, region: try row.get("region"), courseID: 0, courseName: try row.get("course"),
                off: try row.find("off", as: Int.self).flatMap { WallTime(seconds: $0) }, name: try row.find("race_name") ?? "", raceClass: nil,
                pattern: nil, ratingBand: try row.find("rating_band"), furlongs: 0, metres: 0, going: nil, surface: nil)
            do throws(RacingError) { entries.append(DiaryEntry(key: key, off: try card.offInstant(), isHandicap: card.isHandicap)) } catch {
                faults.append("\(error)")
            }
        }
        return (entries.sorted { ($0.off, $0.key.raceID) < ($1.off, $1.key.raceID) }, faults)
    }
}
