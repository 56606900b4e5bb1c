import Betting
import Messages
import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.results`.
public enum ResultStore {
    struct Row {
        let settlement: RaceSettlement
        let runner: RunnerResult
        let closing: ClosingPrice?
        /// The runner's share of the closing market without its overround; `nil` if a starter has no closing price.
        let closingProbability: Double?
    }

    /// Inserts settlements, or replaces the results of lower revisions. Runners that a corrected result no longer has
    /// are deleted.
    public static func upsert(_ settlements: [RaceSettlement], _ connection: PostgresConnection) async throws {
        var newest: [Int64: RaceSettlement] = [:]
        for settlement in settlements where settlement.revision >= newest[settlement.raceID]?.revision ?? 0 {
            newest[settlement.raceID] = settlement
        }
        let rows = newest.values.sorted { $0.raceID < $1.raceID }.flatMap(runnerRows)
        guard !rows.isEmpty else { return }
        try await upsertRows(rows, connection)
        try await connection.query(
            """
            DELETE FROM modeling.results r
             USING (SELECT race_id, max(revision) AS revision FROM modeling.results
                     WHERE race_id = ANY ($1::bigint[]) GROUP BY 1) n
             WHERE r.race_id = n.race_id AND r.revision < n.revision
            """,
            [.ints(Array(Set(rows.map(\.settlement.raceID))))]
        )
    }

    static func runnerRows(_ settlement: RaceSettlement) -> [Row] {
        let starters = settlement.runners.indices.filter { !settlement.runners[$0].withdrawn }
        let prices = starters.map { index in
            let runner = settlement.runners[index]
            return ClosingBook.Prices(
                bsp: runner.hasBsp ? runner.bsp : nil,
                lastTraded: runner.hasLastTraded ? runner.lastTraded : nil,
                sp: runner.hasSp ? runner.sp : nil
            )
        }
        let odds = ClosingBook.prices(prices).compactMap { $0?.odds }
        // The overround of an incomplete market is unknown, so it gives no probabilities.
        let probabilities = odds.count == starters.count ? try? Overround.marketProbabilities(odds) : nil
        return settlement.runners.enumerated().map { index, runner in
            let starter = starters.firstIndex(of: index)
            return Row(
                settlement: settlement,
                runner: runner,
                closing: starter.flatMap { prices[$0].best },
                closingProbability: starter.flatMap { starter in probabilities.map { $0[starter] } }
            )
        }
    }

    private static func upsertRows(_ rows: [Row], _ connection: PostgresConnection) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.results AS r (race_id, horse_id, race_date, off, is_handicap, position, withdrawn, bsp,
                                               place_bsp, close_odds, close_src, close_p, revision, place_paid)
            SELECT race_id, horse_id, race_date, off, handicap = 1, position, withdrawn = 1, bsp, place_bsp, close_odds,
                   close_src, close_p, revision, place_paid = 1
              FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::timestamptz[], $5::bigint[], $6::bigint[],
                          $7::bigint[], $8::float8[], $9::float8[], $10::float8[], $11::text[], $12::float8[],
                          $13::bigint[], $14::float8[])
                AS n(race_id, horse_id, race_date, off, handicap, position, withdrawn, bsp, place_bsp, close_odds,
                     close_src, close_p, revision, place_paid)
            ON CONFLICT (race_id, horse_id) DO UPDATE SET
                   off = excluded.off, is_handicap = excluded.is_handicap, position = excluded.position,
                   withdrawn = excluded.withdrawn, bsp = excluded.bsp, place_bsp = excluded.place_bsp,
                   close_odds = excluded.close_odds, close_src = excluded.close_src, close_p = excluded.close_p,
                   revision = excluded.revision, place_paid = excluded.place_paid, written_at = now()
             WHERE r.revision < excluded.revision
            """,
            [
                .ints(rows.map(\.settlement.raceID)),
                .ints(rows.map(\.runner.horseID)),
                .dates(rows.map { PostgresDate(daysSince1970: $0.settlement.raceDay) }),
                .instants(rows.map { PostgresInstant(microseconds: $0.settlement.off) }),
                .ints(rows.map { $0.settlement.isHandicap ? 1 : 0 }),
                .ints(rows.map { Int64($0.runner.position) }),
                .ints(rows.map { $0.runner.withdrawn ? 1 : 0 }),
                .doubles(rows.map { $0.runner.hasBsp ? $0.runner.bsp : nil }),
                .doubles(rows.map { $0.runner.hasPlaceBsp ? $0.runner.placeBsp : nil }),
                .doubles(rows.map { $0.closing?.odds }),
                .texts(rows.map { $0.closing?.source.rawValue }),
                .doubles(rows.map(\.closingProbability)),
                .ints(rows.map { Int64($0.settlement.revision) }),
                .doubles(rows.map { $0.runner.hasPlacePaid ? ($0.runner.placePaid ? 1 : 0) : nil }),
            ]
        )
    }

    /// Reads the results of these races.
    ///
    /// - Returns: results by race id, ordered by horse id; races without a result are absent.
    public static func read(races: [Int64], _ connection: PostgresConnection) async throws -> [Int64: [StoredResult]] {
        var results: [Int64: [StoredResult]] = [:]
        for row in try await connection.query(
            """
            SELECT race_id, horse_id, off, is_handicap, position, withdrawn, place_bsp, place_paid, close_odds,
                   close_src
              FROM modeling.results WHERE race_id = ANY ($1::bigint[]) ORDER BY race_id, horse_id
            """,
            [.ints(races)]
        ) {
            let position: Int = try row.get("position")
            let source = try row.find("close_src", as: String.self).flatMap { ClosingPrice.Source(rawValue: $0) }
            let odds = try row.find("close_odds", as: Double.self)
            let result = StoredResult(
                raceID: try row.get("race_id"),
                horseID: try row.get("horse_id"),
                off: Instant(try row.get("off", as: PostgresInstant.self)),
                isHandicap: try row.get("is_handicap"),
                outcome: RunnerOutcome(position: position > 0 ? position : nil, isWithdrawn: try row.get("withdrawn")),
                placeBSP: try row.find("place_bsp"),
                placePaid: try row.find("place_paid"),
                closing: source.flatMap { source in odds.map { ClosingPrice(odds: $0, source: source) } }
            )
            results[result.raceID, default: []].append(result)
        }
        return results
    }
}
