import Betting
import Messages
import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.withdrawals`: when a runner was withdrawn, and how that reduces the odds of the others.
public enum WithdrawalStore {
    public struct Withdrawal: Sendable, Equatable {
        public let raceID: Int64
        public let horseID: Int64
        public let at: Instant
        public let reduction: OddsReduction.Withdrawal

        public init(raceID: Int64, horseID: Int64, at: Instant, reduction: OddsReduction.Withdrawal) {
            self.raceID = raceID
            self.horseID = horseID
            self.at = at
            self.reduction = reduction
        }
    }

    private struct RunnerKey: Hashable, Comparable {
        let raceID: Int64
        let horseID: Int64

        static func < (a: Self, b: Self) -> Bool { (a.raceID, a.horseID) < (b.raceID, b.horseID) }
    }

    /// Inserts withdrawals, or merges them into earlier ones of the same runner: a report replaces the fields that it
    /// has and keeps the others. A report of a lower revision, as in a replay, only adds the fields that are unknown.
    ///
    /// The caller's transaction holds `BetStore.lock` on the races.
    ///
    /// - Returns: the races whose withdrawals changed.
    public static func upsert(_ messages: [RunnerWithdrawal], _ connection: PostgresConnection) async throws
        -> Set<Int64>
    {
        let rows = merged(messages)
        guard !rows.isEmpty else { return [] }
        let changed = try await connection.query(
            """
            WITH n AS (
                SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::timestamptz[], $5::float8[],
                                     $6::float8[], $7::float8[], $8::bigint[])
                           AS n(race_id, horse_id, race_date, at, rule4, factor, place_factor, revision)),
            merged AS (
                SELECT n.race_id, n.horse_id, n.race_date,
                       CASE WHEN is_new THEN n.at ELSE w.at END AS at,
                       CASE WHEN is_new THEN coalesce(n.rule4, w.rule4) ELSE coalesce(w.rule4, n.rule4) END AS rule4,
                       CASE WHEN is_new THEN coalesce(n.factor, w.factor) ELSE coalesce(w.factor, n.factor) END
                       AS factor,
                       CASE WHEN is_new THEN coalesce(n.place_factor, w.place_factor)
                            ELSE coalesce(w.place_factor, n.place_factor) END AS place_factor,
                       greatest(n.revision, w.revision) AS revision
                  FROM n LEFT JOIN modeling.withdrawals w USING (race_id, horse_id)
                 CROSS JOIN LATERAL (SELECT w.race_id IS NULL OR n.revision >= w.revision AS is_new) i)
            INSERT INTO modeling.withdrawals AS w
                   (race_id, horse_id, race_date, at, rule4, factor, place_factor, revision)
            SELECT * FROM merged
            ON CONFLICT (race_id, horse_id) DO UPDATE SET
                   at = excluded.at, rule4 = excluded.rule4, factor = excluded.factor,
                   place_factor = excluded.place_factor, revision = excluded.revision, written_at = clock_timestamp()
             WHERE (w.at, w.rule4, w.factor, w.place_factor, w.revision) IS DISTINCT FROM
                   (excluded.at, excluded.rule4, excluded.factor, excluded.place_factor, excluded.revision)
            RETURNING race_id
            """,
            [
                .ints(rows.map(\.raceID)),
                .ints(rows.map(\.horseID)),
                .dates(rows.map { PostgresDate(daysSince1970: $0.raceDay) }),
                .instants(rows.map { PostgresInstant(microseconds: $0.at) }),
                .doubles(rows.map { $0.hasRule4 ? $0.rule4 : nil }),
                .doubles(rows.map { $0.hasFactor ? $0.factor : nil }),
                .doubles(rows.map { $0.hasPlaceFactor ? $0.placeFactor : nil }),
                .ints(rows.map(\.revision)),
            ]
        )
        return Set(try changed.map { try $0.get("race_id", as: Int64.self) })
    }

    /// Merges the messages about each runner, by revision and then in the order given.
    ///
    /// - Returns: one message per runner, ordered by race and horse.
    private static func merged(_ messages: [RunnerWithdrawal]) -> [RunnerWithdrawal] {
        var newest: [RunnerKey: RunnerWithdrawal] = [:]
        for message in messages.enumerated().sorted(by: {
            ($0.element.revision, $0.offset) < ($1.element.revision, $1.offset)
        }).map(\.element) {
            let key = RunnerKey(raceID: message.raceID, horseID: message.horseID)
            var merged = message
            if let earlier = newest[key] {
                if !message.hasRule4, earlier.hasRule4 { merged.rule4 = earlier.rule4 }
                if !message.hasFactor, earlier.hasFactor { merged.factor = earlier.factor }
                if !message.hasPlaceFactor, earlier.hasPlaceFactor { merged.placeFactor = earlier.placeFactor }
            }
            newest[key] = merged
        }
        return newest.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Reads the revision of the newest report about a runner; `nil` if there is none.
    public static func readRevision(
        race: Int64,
        horse: Int64,
        _ connection: PostgresConnection
    ) async throws -> Int64? {
        try await connection.query(
            "SELECT revision FROM modeling.withdrawals WHERE (race_id, horse_id) = ($1, $2)",
            [.int(race), .int(horse)]
        ).first?.get("revision")
    }

    /// Reads the withdrawals of these races, by race, ordered by horse id.
    public static func read(races: [Int64], _ connection: PostgresConnection) async throws -> [Int64: [Withdrawal]] {
        var withdrawals: [Int64: [Withdrawal]] = [:]
        for row in try await connection.query(
            """
            SELECT race_id, horse_id, at, rule4, factor, place_factor FROM modeling.withdrawals
             WHERE race_id = ANY ($1::bigint[]) ORDER BY 1, 2
            """,
            [.ints(races)]
        ) {
            let race: Int64 = try row.get("race_id")
            withdrawals[race, default: []].append(
                Withdrawal(
                    raceID: race,
                    horseID: try row.get("horse_id"),
                    at: Instant(try row.get("at", as: PostgresInstant.self)),
                    reduction: OddsReduction.Withdrawal(
                        rule4: try row.find("rule4"),
                        factor: try row.find("factor"),
                        placeFactor: try row.find("place_factor")
                    )
                )
            )
        }
        return withdrawals
    }
}
