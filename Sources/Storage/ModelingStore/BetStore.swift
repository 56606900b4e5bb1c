import Betting
import Messages
import Postgres
import Racing
import RacingStore

/// Reads and writes `modeling.bets`.
public enum BetStore {
    /// Locks these races until the transaction ends.
    ///
    /// Every transaction that writes a race's bets, results or signals takes this lock, so that a placement and a
    /// settlement that run concurrently both take effect.
    public static func lock(races: [Int64], _ connection: PostgresConnection) async throws {
        try await connection.query(lockStatement(races: races))
    }

    /// The statement of `lock`, for a pipeline.
    static func lockStatement(races: [Int64]) -> PostgresStatement {
        // Locking in a fixed order prevents deadlocks.
        PostgresStatement(
            "SELECT pg_advisory_xact_lock(race_id) FROM unnest($1::bigint[]) AS race_id ORDER BY race_id",
            [.ints(Array(Set(races)).sorted())],
            isPrepared: true
        )
    }

    /// Inserts placements by their `bet_ref`. A placement that is already recorded changes nothing, except that it adds
    /// terms to an unsettled bet that has none.
    ///
    /// - Parameter policy: the rules of the sources, which are stored with the bets: a later policy does not change
    ///   earlier bets.
    /// - Returns: the refs under which a different bet is recorded. Their placements were not inserted.
    public static func insert(_ placements: [BetPlacement], _ policy: StakingPolicy, _ connection: PostgresConnection)
        async throws -> Set<String>
    {
        guard !placements.isEmpty else { return [] }
        let sorted = placements.sorted { $0.betRef < $1.betRef }
        try await insertSorted(sorted, policy, connection)
        return try await readConflictingRefs(sorted, connection)
    }

    private static func insertSorted(
        _ placements: [BetPlacement],
        _ policy: StakingPolicy,
        _ connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO modeling.bets (bet_ref, ts, race_id, race_date, horse_id, side, odds, stake, expected_ev,
                                       source, places, place_fraction, source_kind, commission)
            SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::date[], $5::bigint[], $6::text[],
                                 $7::float8[], $8::float8[], $9::float8[], $10::text[], $11::float8[], $12::float8[],
                                 $13::text[], $14::float8[])
            -- The terms of an unsettled bet may arrive later.
            ON CONFLICT (bet_ref) DO UPDATE SET places = excluded.places, place_fraction = excluded.place_fraction
             WHERE bets.places IS NULL AND excluded.places IS NOT NULL AND bets.pnl IS NULL
               AND (bets.race_id, bets.horse_id, bets.side, bets.odds, bets.stake)
                 = (excluded.race_id, excluded.horse_id, excluded.side, excluded.odds, excluded.stake)
            """,
            [
                .texts(placements.map(\.betRef)),
                .instants(placements.map { PostgresInstant(microseconds: $0.at) }),
                .ints(placements.map(\.raceID)),
                .dates(placements.map { PostgresDate(daysSince1970: $0.raceDay) }),
                .ints(placements.map(\.horseID)),
                .texts(placements.map(\.side)),
                .doubles(placements.map(\.odds)),
                .doubles(placements.map(\.stake)),
                .doubles(placements.map { $0.hasExpectedEv ? $0.expectedEv : nil }),
                .texts(placements.map(\.source)),
                .doubles(placements.map { $0.hasPlaces ? Double($0.places) : nil }),
                .doubles(placements.map { $0.hasPlaceFraction ? $0.placeFraction : nil }),
                .texts(placements.map { policy.source($0.source).kind.rawValue }),
                .doubles(placements.map { policy.source($0.source).commission }),
            ]
        )
    }

    /// Reads the refs whose recorded bet differs from the placement.
    private static func readConflictingRefs(_ placements: [BetPlacement], _ connection: PostgresConnection)
        async throws -> Set<String>
    {
        let rows = try await connection.query(
            """
            SELECT n.bet_ref
              FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::float8[], $6::float8[], $7::text[],
                          $8::float8[], $9::float8[])
                AS n(bet_ref, race_id, horse_id, side, odds, stake, source, places, place_fraction)
              JOIN modeling.bets b USING (bet_ref)
             WHERE (b.race_id, b.horse_id, b.side, b.odds, b.stake) <> (n.race_id, n.horse_id, n.side, n.odds, n.stake)
                OR coalesce(b.source, '') <> n.source
                OR (n.places IS NOT NULL AND (b.places, b.place_fraction) IS DISTINCT FROM (n.places, n.place_fraction))
            """,
            [
                .texts(placements.map(\.betRef)),
                .ints(placements.map(\.raceID)),
                .ints(placements.map(\.horseID)),
                .texts(placements.map(\.side)),
                .doubles(placements.map(\.odds)),
                .doubles(placements.map(\.stake)),
                .texts(placements.map(\.source)),
                .doubles(placements.map { $0.hasPlaces ? Double($0.places) : nil }),
                .doubles(placements.map { $0.hasPlaceFraction ? $0.placeFraction : nil }),
            ]
        )
        return Set(try rows.map { try $0.get("bet_ref", as: String.self) })
    }

    /// Returns whether an identical bet is recorded.
    public static func isRecorded(_ bet: BetPlacement, _ connection: PostgresConnection) async throws -> Bool {
        try await !connection.query(
            """
            SELECT 1 FROM modeling.bets
             WHERE (bet_ref, race_id, horse_id, side, odds, stake, coalesce(source, '')) = ($1, $2, $3, $4, $5, $6, $7)
               AND ($8::float8 IS NULL OR (places, place_fraction) IS NOT DISTINCT FROM ($8::float8, $9::float8))
            """,
            [
                .text(bet.betRef),
                .int(Int(bet.raceID)),
                .int(Int(bet.horseID)),
                .text(bet.side),
                .double(bet.odds),
                .double(bet.stake),
                .text(bet.source),
                .double(bet.hasPlaces ? Double(bet.places) : nil),
                .double(bet.hasPlaceFraction ? bet.placeFraction : nil),
            ]
        ).isEmpty
    }

    /// Reads the bets of these races that are not settled by the current results.
    public static func readOpen(races: [Int64], _ connection: PostgresConnection) async throws -> [OpenBet] {
        try await connection.query(
            """
            SELECT b.bet_id, b.ts, b.race_id, b.horse_id, b.side, b.odds, b.stake, coalesce(b.source, '') AS source,
                   b.places, b.place_fraction, b.source_kind, b.commission
              FROM modeling.bets b
             WHERE b.race_id = ANY ($1::bigint[])
               AND (b.settled_revision IS DISTINCT FROM (SELECT max(revision) FROM modeling.results r
                                                          WHERE r.race_id = b.race_id)
                    -- A withdrawal that arrived after the settlement may reduce the odds.
                    OR b.settled_at < (SELECT max(written_at) FROM modeling.withdrawals w WHERE w.race_id = b.race_id))
               -- Bets that another system settled before this schema was adopted keep their settlement.
               AND NOT (b.pnl IS NOT NULL AND b.settled_revision IS NULL)
             ORDER BY b.bet_id
            """,
            [.ints(races)]
        ).map { row in
            let places = try row.find("places", as: Double.self)
            return OpenBet(
                betID: try row.get("bet_id"),
                at: Instant(try row.get("ts", as: PostgresInstant.self)),
                raceID: try row.get("race_id"),
                horseID: try row.get("horse_id"),
                type: BetType(rawValue: try row.get("side")) ?? .win,
                odds: try row.get("odds"),
                stake: try row.get("stake"),
                source: try row.get("source"),
                terms: try places.map { EachWayTerms(places: Int($0), fraction: try row.find("place_fraction") ?? 0) },
                rule: try row.find("source_kind", as: String.self).flatMap { StakingPolicy.Source.Kind(rawValue: $0) }
                    .map {
                        StakingPolicy.Source(kind: $0, commission: try row.find("commission") ?? 0)
                    }
            )
        }
    }

    /// Reads the bets on these races, ordered by time.
    public static func readRecorded(races: [Int64], _ connection: PostgresConnection) async throws -> [RecordedBet] {
        try await connection.query(
            """
            SELECT coalesce(bet_ref, bet_id::text) AS ref, ts, race_id, horse_id, side, odds, stake,
                   coalesce(source, '') AS source, clv_close_odds, clv_close_src, clv, pnl, unsettled_reason
              FROM modeling.bets WHERE race_id = ANY ($1::bigint[]) ORDER BY ts, bet_id
            """,
            [.ints(races)]
        ).map { row in
            RecordedBet(
                ref: try row.get("ref"),
                at: Instant(try row.get("ts", as: PostgresInstant.self)),
                raceID: try row.get("race_id"),
                horseID: try row.get("horse_id"),
                type: BetType(rawValue: try row.get("side")) ?? .win,
                odds: try row.get("odds"),
                stake: try row.get("stake"),
                source: try row.get("source"),
                closingOdds: try row.find("clv_close_odds"),
                closingSource: try row.find("clv_close_src"),
                clv: try row.find("clv"),
                profit: try row.find("pnl"),
                unsettledReason: try row.find("unsettled_reason")
            )
        }
    }

    /// Reads, for each bet, the withdrawn runners that may still have been in the market when the bet was placed: all
    /// withdrawn runners except those already missing from the last live signals before the bet.
    ///
    /// - Returns: horse ids by bet id.
    public static func readWithdrawnAfterBet(_ bets: [Int64], _ connection: PostgresConnection)
        async throws -> [Int64: [Int64]]
    {
        var withdrawn: [Int64: [Int64]] = [:]
        for row in try await connection.query(
            """
            SELECT DISTINCT b.bet_id, r.horse_id FROM modeling.bets b
              JOIN modeling.results r ON r.race_id = b.race_id AND r.withdrawn
             CROSS JOIN LATERAL (SELECT max(l.as_of) AS as_of FROM modeling.signals l
                                  WHERE l.race_id = b.race_id AND l.as_of <= b.ts AND l.origin = 'live') l
             WHERE b.bet_id = ANY ($1::bigint[])
               AND (l.as_of IS NULL
                    OR EXISTS (SELECT FROM modeling.signals s
                                WHERE (s.race_id, s.horse_id, s.as_of) = (r.race_id, r.horse_id, l.as_of)))
             ORDER BY 1, 2
            """,
            [.ints(bets)]
        ) {
            withdrawn[try row.get("bet_id"), default: []].append(try row.get("horse_id"))
        }
        return withdrawn
    }

    /// Updates bets with their settlement, and appends each settlement that changes a bet to
    /// `modeling.bet_settlements`.
    public static func updateSettled(_ bets: [SettledBet], _ connection: PostgresConnection) async throws {
        guard !bets.isEmpty else { return }
        try await connection.query(
            """
            WITH n AS (
                SELECT * FROM unnest($1::bigint[], $2::float8[], $3::float8[], $4::text[], $5::float8[], $6::text[],
                                     $7::float8[])
                    AS n(bet_id, pnl, close_odds, close_src, clv, reason, odds)),
            kept AS (
                INSERT INTO modeling.bet_settlements (bet_id, revision, pnl, odds, close_odds, close_src, clv,
                                                      unsettled_reason)
                SELECT n.bet_id, (SELECT max(revision) FROM modeling.results r WHERE r.race_id = b.race_id), n.pnl,
                       n.odds, n.close_odds, n.close_src, n.clv, n.reason
                  FROM n JOIN modeling.bets b USING (bet_id)
                 -- A redelivered settlement is not recorded twice.
                 WHERE (b.pnl, b.unsettled_reason, b.settled_odds) IS DISTINCT FROM (n.pnl, n.reason, n.odds))
            UPDATE modeling.bets b
               SET pnl = n.pnl, settled_odds = n.odds, clv_close_odds = n.close_odds, clv_close_src = n.close_src,
                   clv = n.clv, unsettled_reason = n.reason,
                   settled_at = CASE WHEN n.pnl IS NULL THEN NULL ELSE clock_timestamp() END,
                   settled_revision = CASE WHEN n.pnl IS NULL THEN NULL
                                           ELSE (SELECT max(revision) FROM modeling.results r
                                                  WHERE r.race_id = b.race_id) END
              FROM n
             WHERE b.bet_id = n.bet_id
            """,
            [
                .ints(bets.map(\.betID)),
                .doubles(bets.map(\.profit)),
                .doubles(bets.map(\.closingOdds)),
                .texts(bets.map(\.closingSource)),
                .doubles(bets.map(\.clv)),
                .texts(bets.map(\.unsettledReason)),
                .doubles(bets.map(\.odds)),
            ]
        )
    }
}
