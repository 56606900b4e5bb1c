import Postgres
import Racing

/// Reads race cards: what is known before the race.
public enum CardReader {
    /// Reads the cards of these races in one round trip.
    ///
    /// - Returns: the cards that exist, by race id, with their runners ordered by id; withdrawn runners are left out.
    public static func read(_ keys: [RaceKey], _ connection: PostgresConnection) async throws -> [Int64: RaceCard] {
        try cards(await connection.pipeline(statements(for: keys)))
    }

    /// The statements of `read`, for a pipeline.
    public static func statements(for keys: [RaceKey]) -> [PostgresStatement] {
        let races = keys.dayCondition("r.race_date", next: 3)
        let runners = keys.dayCondition("u.race_date", next: 3)
        let parameters: [PostgresParameter] = [.ints(keys.map(\.raceID)), .dates(keys.map(\.day.postgres))]
        return [(raceQuery(races.sql), races.parameters), (runnerQuery(runners.sql), runners.parameters)].map {
            PostgresStatement($0, parameters + $1, isPrepared: true)
        }
    }

    /// The cards in the rows of `statements`.
    public static func cards(_ sets: some Collection<PostgresRows>) throws -> [Int64: RaceCard] {
        let sets = Array(sets)
        var cards: [Int64: RaceCard] = [:]
        for row in sets[0] {
            let card = try raceCard(row)
            cards[card.raceID] = card
        }
        for row in sets[1] {
            if let raw = try row.find("pos_raw", as: String.self), let finish = try? Finish(raw), !finish.isStarter {
                continue
            }
            cards[try row.get("race_id")]?.runners.append(try declaredRunner(row))
        }
        return cards
    }

    private static func raceQuery(_ condition: String) -> String {
        """
        SELECT r.race_id, r.race_date, r.region, r.course_id, c.course, extract(epoch FROM r.off_time)::bigint AS off,
               r.race_name, r.class, r.pattern, r.rating_band, r.dist_f::float8 AS dist_f, r.dist_m, r.going, r.surface
          FROM unnest($1::bigint[], $2::date[]) AS k(race_id, race_date)
          JOIN racing.races r USING (race_id, race_date)
          JOIN racing.courses c USING (course_id)
         WHERE \(condition)
        """
    }

    private static func runnerQuery(_ condition: String) -> String {
        """
        SELECT u.race_id, u.runner_id, u.horse_id, u.trainer_id, u.jockey_id, h.horse, t.trainer, j.jockey, u.num,
               u.draw, u.age, u.lbs, u.hg, u."or" AS rating, u.pos_raw,
               hashtextextended(b.sire, 0) AS sire_id, hashtextextended(b.damsire, 0) AS damsire_id
          FROM unnest($1::bigint[], $2::date[]) AS k(race_id, race_date)
          JOIN racing.runners u USING (race_id, race_date)
          JOIN racing.horses h USING (horse_id)
          LEFT JOIN racing.trainers t USING (trainer_id)
          LEFT JOIN racing.jockeys j USING (jockey_id)
          LEFT JOIN racing.bloodlines b USING (blood_id)
         WHERE \(condition)
         ORDER BY u.race_id, u.runner_id
        """
    }

    private static func raceCard(_ row: PostgresRow) throws -> RaceCard {
        let furlongs = try row.find("dist_f", as: Double.self)
        let metres = try row.find("dist_m", as: Int.self)
        return RaceCard(
            raceID: try row.get("race_id"),
            day: CalendarDay(try row.get("race_date", as: PostgresDate.self)),
            region: try row.get("region"),
            courseID: try row.get("course_id"),
            courseName: try row.get("course"),
            off: try row.find("off", as: Int.self).flatMap { WallTime(seconds: $0) },
            name: try row.find("race_name") ?? "",
            raceClass: try row.find("class"),
            pattern: try row.find("pattern"),
            ratingBand: try row.find("rating_band"),
            furlongs: furlongs ?? metres.map { Double($0) / Distance.metresPerFurlong } ?? .nan,
            metres: metres ?? furlongs.map(Distance.metres) ?? 0,
            going: try row.find("going"),
            surface: try row.find("surface")
        )
    }

    private static func declaredRunner(_ row: PostgresRow) throws -> DeclaredRunner {
        DeclaredRunner(
            runnerID: try row.get("runner_id"),
            horseID: try row.get("horse_id"),
            trainerID: try row.find("trainer_id"),
            jockeyID: try row.find("jockey_id"),
            sireID: try row.find("sire_id"),
            damsireID: try row.find("damsire_id"),
            horseName: try row.get("horse"),
            trainerName: try row.find("trainer"),
            jockeyName: try row.find("jockey"),
            number: try row.find("num"),
            draw: try row.find("draw"),
            age: try row.find("age"),
            pounds: try row.find("lbs"),
            headgear: try row.find("hg"),
            officialRating: try row.find("rating")
        )
    }
}
