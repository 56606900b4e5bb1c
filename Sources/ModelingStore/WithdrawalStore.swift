import Betting
import Messages
import Postgres
import Racing
import RacingStore

/// modeling.withdrawals: when a runner was taken out, and what that takes from the others' odds.
public enum WithdrawalStore {
    public struct Withdrawal: Sendable, Equatable {
        public let raceID: Int64
        public let horseID: Int64
        public let at: Instant
        public let reduction: OddsReduction.Withdrawal

        public init(raceID: Int64, horseID: Int64, at: Instant, reduction: OddsReduction.Withdrawal) {
            (self.raceID, self.horseID, self.at, self.reduction) = (raceID, horseID, at, reduction)
        }
    }

    /// Keeps withdrawals. A later message about the same runner replaces what it says, and leaves what it does not say.
    ///
    /// - Returns: the races of which something is new.
    public static func write(_ messages: [RunnerWithdrawal], _ connection: PostgresConnection) async throws -> Set<Int64> {
        var newest: [[Int64]: RunnerWithdrawal] = [:]
        for message in messages {
            var merged = message
            if let known = newest[[message.raceID, message.horseID]] {
                if !message.hasRule4, known.hasRule4 { merged.rule4 = known.rule4 }
                if !message.hasFactor, known.hasFactor { merged.factor = known.factor }
                if !message.hasPlaceFactor, known.hasPlaceFactor { merged.placeFactor = known.placeFactor }
            }
            newest[[message.raceID, message.horseID]] = merged
        }
        let rows = newest.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }.map(\.value)
        guard !rows.isEmpty else { return [] }
        let changed = try await connection.query(
            """
            INSERT INTO modeling.withdrawals AS w (race_id, horse_id, race_date, at, rule4, factor, place_factor)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::timestamptz[], $5::float8[], $6::float8[], $7::float8[])
            ON CONFLICT (race_id, horse_id) DO UPDATE SET at = excluded.at, rule4 = coalesce(excluded.rule4, w.rule4),
                   factor = coalesce(excluded.factor, w.factor), place_factor = coalesce(excluded.place_factor, w.place_factor),
                   written_at = clock_timestamp()
             WHERE (w.at, w.rule4, w.factor, w.place_factor) IS DISTINCT FROM
                   (excluded.at, coalesce(excluded.rule4, w.rule4), coalesce(excluded.factor, w.factor), coalesce(excluded.place_factor, w.place_factor))
            RETURNING race_id
            """,
            [
                .ints(rows.map(\.raceID)), .ints(rows.map(\.horseID)), .dates(rows.map { PostgresDate(daysSince1970: $0.raceDay) }),
                .instants(rows.map { PostgresInstant(microseconds: $0.at) }), .doubles(rows.map { $0.hasRule4 ? $0.rule4 : nil }),
                .doubles(rows.map { $0.hasFactor ? $0.factor : nil }), .doubles(rows.map { $0.hasPlaceFactor ? $0.placeFactor : nil }),
            ])
        return Set(try changed.map { try $0.get("race_id", as: Int64.self) })
    }

    public static func read(races: [Int64], _ connection: PostgresConnection) async throws -> [Int64: [Withdrawal]] {
        var withdrawals: [Int64: [Withdrawal]] = [:]
        for row in try await connection.query(
            "SELECT race_id, horse_id, at, rule4, factor, place_factor FROM modeling.withdrawals WHERE race_id = ANY ($1::bigint[]) ORDER BY 1, 2",
            [.ints(races)])
        {
            let race: Int64 = try row.get("race_id")
            withdrawals[race, default: []].append(
                Withdrawal(
                    raceID: race, horseID: try row.get("horse_id"), at: Instant(try row.get("at", as: PostgresInstant.self)),
                    reduction: OddsReduction.Withdrawal(
                        rule4: try row.find("rule4"), factor: try row.find("factor"), placeFactor: try row.find("place_factor"))))
        }
        return withdrawals
    }
}
