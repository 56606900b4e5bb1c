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

    /// Inserts withdrawals, or merges them into earlier ones of the same runner: a later message replaces the fields
    /// that it has and keeps the others.
    ///
    /// - Returns: the races whose withdrawals changed.
    public static func upsert(_ messages: [RunnerWithdrawal], _ connection: PostgresConnection) async throws
        -> Set<Int64>
    {
        let rows = merged(messages)
        guard !rows.isEmpty else { return [] }
        let changed = try await connection.query(
            """
            INSERT INTO modeling.withdrawals AS w (race_id, horse_id, race_date, at, rule4, factor, place_factor)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::timestamptz[], $5::float8[], $6::float8[],
                                 $7::float8[])
            ON CONFLICT (race_id, horse_id) DO UPDATE SET
                   at = excluded.at, rule4 = coalesce(excluded.rule4, w.rule4),
                   factor = coalesce(excluded.factor, w.factor),
                   place_factor = coalesce(excluded.place_factor, w.place_factor), written_at = clock_timestamp()
             WHERE (w.at, w.rule4, w.factor, w.place_factor) IS DISTINCT FROM
                   (excluded.at, coalesce(excluded.rule4, w.rule4), coalesce(excluded.factor, w.factor),
                    coalesce(excluded.place_factor, w.place_factor))
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
            ]
        )
        return Set(try changed.map { try $0.get("race_id", as: Int64.self) })
    }

    /// Merges the messages about each runner in the order given.
    ///
    /// - Returns: one message per runner, ordered by race and horse.
    private static func merged(_ messages: [RunnerWithdrawal]) -> [RunnerWithdrawal] {
        var newest: [RunnerKey: RunnerWithdrawal] = [:]
        for message in messages {
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
