import Betting
import Messages
import Postgres
import Racing
import RacingStore

/// A bet that waits for a result, or whose result has changed.
public struct OpenBet: Sendable, Equatable {
    public let betID: Int64
    public let at: Instant
    public let raceID: Int64
    public let horseID: Int64
    public let side: BetSide
    public let odds: Double
    public let stake: Double
    public let source: String
    /// As struck; nil: the usual ones.
    public let terms: EachWayTerms?
    /// As its source's was when it was recorded; nil in rows that are older than this.
    public let rule: StakingPolicy.Source?

    public init(
        betID: Int64, at: Instant, raceID: Int64, horseID: Int64, side: BetSide, odds: Double, stake: Double, source: String = "",
        terms: EachWayTerms? = nil, rule: StakingPolicy.Source? = nil
    ) {
        self.rule = rule
        self.source = source
        self.terms = terms
        self.betID = betID
        self.at = at
        self.raceID = raceID
        self.horseID = horseID
        self.side = side
        self.odds = odds
        self.stake = stake
    }
}

/// What a settlement says of one bet.
public struct SettledBet: Sendable, Equatable {
    public let betID: Int64
    /// nil: it stays unsettled, for this reason.
    public let profit: Double?
    /// What it was paid at, after reductions.
    public let odds: Double?
    public let closingOdds: Double?
    public let closingSource: String?
    public let clv: Double?
    public let unsettledReason: String?

    public init(
        betID: Int64, profit: Double?, odds: Double? = nil, closingOdds: Double?, closingSource: String?, clv: Double?, unsettledReason: String?
    ) {
        self.odds = odds
        self.betID = betID
        self.profit = profit
        self.closingOdds = closingOdds
        self.closingSource = closingSource
        self.clv = clv
        self.unsettledReason = unsettledReason
    }
}

/// modeling.bets.
public enum BetStore {
    /// Whoever writes a race's bets or results holds this to the end of the transaction, so that a placement and a settlement that cross each
    /// other both take effect.
    public static func lock(races: [Int64], _ connection: PostgresConnection) async throws {
        // in one order, so that two transactions cannot wait for each other
        try await connection.query(
            "SELECT pg_advisory_xact_lock(race_id) FROM unnest($1::bigint[]) AS race_id ORDER BY race_id", [.ints(Array(Set(races)).sorted())])
    }

    /// Enters placements by their `bet_ref`; one that is there already changes nothing.
    ///
    /// - Returns: the refs under which another bet is recorded: these placements were not.
    ///
    /// - Parameter policy: its sources are kept with the bets: a later policy changes no earlier bet.
    public static func record(_ placements: [BetPlacement], _ policy: StakingPolicy, _ connection: PostgresConnection) async throws -> Set<String> {
        guard !placements.isEmpty else { return [] }
        let sorted = placements.sorted { $0.betRef < $1.betRef }
        try await connection.query(
            """
            INSERT INTO modeling.bets (bet_ref, ts, race_id, race_date, horse_id, side, odds, stake, expected_ev, source, places, place_fraction,
                                       source_kind, commission)
            SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::date[], $5::bigint[], $6::text[], $7::float8[], $8::float8[],
                                 $9::float8[], $10::text[], $11::float8[], $12::float8[], $13::text[], $14::float8[])
            -- the terms of a bet that waits for them may come later
            ON CONFLICT (bet_ref) DO UPDATE SET places = excluded.places, place_fraction = excluded.place_fraction
             WHERE bets.places IS NULL AND excluded.places IS NOT NULL AND bets.pnl IS NULL
               AND (bets.race_id, bets.horse_id, bets.side, bets.odds, bets.stake)
                 = (excluded.race_id, excluded.horse_id, excluded.side, excluded.odds, excluded.stake)
            """,
            [
                .texts(sorted.map(\.betRef)), .instants(sorted.map { PostgresInstant(microseconds: $0.at) }), .ints(sorted.map(\.raceID)),
                .dates(sorted.map { PostgresDate(daysSince1970: $0.raceDay) }), .ints(sorted.map(\.horseID)), .texts(sorted.map(\.side)),
                .doubles(sorted.map(\.odds)), .doubles(sorted.map(\.stake)), .doubles(sorted.map { $0.hasExpectedEv ? $0.expectedEv : nil }),
                .texts(sorted.map(\.source)), .doubles(sorted.map { $0.hasPlaces ? Double($0.places) : nil }),
                .doubles(sorted.map { $0.hasPlaceFraction ? $0.placeFraction : nil }), .texts(sorted.map { policy.source($0.source).kind.rawValue }),
                .doubles(sorted.map { policy.source($0.source).commission }),
            ])
        let others = try await connection.query(
            """
            SELECT n.bet_ref FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::float8[], $6::float8[],
                                           $7::text[], $8::float8[], $9::float8[])
                AS n(bet_ref, race_id, horse_id, side, odds, stake, source, places, place_fraction)
              JOIN modeling.bets b USING (bet_ref)
             WHERE (b.race_id, b.horse_id, b.side, b.odds, b.stake) <> (n.race_id, n.horse_id, n.side, n.odds, n.stake)
                OR coalesce(b.source, '') <> n.source
                OR (n.places IS NOT NULL AND (b.places, b.place_fraction) IS DISTINCT FROM (n.places, n.place_fraction))
            """,
            [
                .texts(sorted.map(\.betRef)), .ints(sorted.map(\.raceID)), .ints(sorted.map(\.horseID)), .texts(sorted.map(\.side)),
                .doubles(sorted.map(\.odds)), .doubles(sorted.map(\.stake)), .texts(sorted.map(\.source)),
                .doubles(sorted.map { $0.hasPlaces ? Double($0.places) : nil }),
                .doubles(sorted.map { $0.hasPlaceFraction ? $0.placeFraction : nil }),
            ])
        return Set(try others.map { try $0.get("bet_ref", as: String.self) })
    }

    /// Whether this very bet is recorded.
    public static func isRecorded(_ bet: BetPlacement, _ connection: PostgresConnection) async throws -> Bool {
        try await !connection.query(
            """
            SELECT 1 FROM modeling.bets WHERE (bet_ref, race_id, horse_id, side, odds, stake, coalesce(source, '')) = ($1, $2, $3, $4, $5, $6, $7)
               AND ($8::float8 IS NULL OR (places, place_fraction) IS NOT DISTINCT FROM ($8::float8, $9::float8))
            """,
            [
                .text(bet.betRef), .int(Int(bet.raceID)), .int(Int(bet.horseID)), .text(bet.side), .double(bet.odds), .double(bet.stake),
                .text(bet.source), .double(bet.hasPlaces ? Double(bet.places) : nil), .double(bet.hasPlaceFraction ? bet.placeFraction : nil),
            ]
        ).isEmpty
    }

    /// The bets of these races that are not settled by the results that stand now.
    public static func open(races: [Int64], _ connection: PostgresConnection) async throws -> [OpenBet] {
        try await connection.query(
            """
            SELECT b.bet_id, b.ts, b.race_id, b.horse_id, b.side, b.odds, b.stake, coalesce(b.source, '') AS source, b.places, b.place_fraction,
                   b.source_kind, b.commission
              FROM modeling.bets b
             WHERE b.race_id = ANY ($1::bigint[])
               AND (b.settled_revision IS DISTINCT FROM (SELECT max(revision) FROM modeling.results r WHERE r.race_id = b.race_id)
                    -- a withdrawal that was heard of since may reduce the odds
                    OR b.settled_at < (SELECT max(written_at) FROM modeling.withdrawals w WHERE w.race_id = b.race_id))
               -- settled by somebody else, before this schema was adopted: theirs stands
               AND NOT (b.pnl IS NOT NULL AND b.settled_revision IS NULL)
             ORDER BY b.bet_id
            """, [.ints(races)]
        ).map { row in
            let places = try row.find("places", as: Double.self)
            return OpenBet(
                betID: try row.get("bet_id"), at: Instant(try row.get("ts", as: PostgresInstant.self)), raceID: try row.get("race_id"),
                horseID: try row.get("horse_id"),
                side: BetSide(rawValue: try row.get("side")) ?? .win, odds: try row.get("odds"), stake: try row.get("stake"),
                source: try row.get("source"),
                terms: try places.map { EachWayTerms(places: Int($0), fraction: try row.find("place_fraction") ?? 0) },
                rule: try row.find("source_kind", as: String.self).flatMap { StakingPolicy.Source.Kind(rawValue: $0) }.map {
                    StakingPolicy.Source(kind: $0, commission: try row.find("commission") ?? 0)
                })
        }
    }

    /// The runners that did not start and may have been in the market when a bet was struck: all but those that the last live signals by then no longer
    /// had.
    public static func withdrawnAfterBet(_ bets: [Int64], _ connection: PostgresConnection) async throws -> [Int64: [Int64]] {
        var withdrawn: [Int64: [Int64]] = [:]
        for row in try await connection.query(
            """
            SELECT DISTINCT b.bet_id, r.horse_id FROM modeling.bets b
              JOIN modeling.results r ON r.race_id = b.race_id AND r.withdrawn
             CROSS JOIN LATERAL (SELECT max(l.as_of) AS as_of FROM modeling.signals l
                                  WHERE l.race_id = b.race_id AND l.as_of <= b.ts AND l.origin = 'live') l
             WHERE b.bet_id = ANY ($1::bigint[])
               AND (l.as_of IS NULL OR EXISTS (SELECT FROM modeling.signals s WHERE (s.race_id, s.horse_id, s.as_of) = (r.race_id, r.horse_id, l.as_of)))
             ORDER BY 1, 2
            """, [.ints(bets)])
        {
            withdrawn[try row.get("bet_id"), default: []].append(try row.get("horse_id"))
        }
        return withdrawn
    }

    public static func settle(_ bets: [SettledBet], _ connection: PostgresConnection) async throws {
        guard !bets.isEmpty else { return }
        try await connection.query(
            """
            WITH n AS (
                SELECT * FROM unnest($1::bigint[], $2::float8[], $3::float8[], $4::text[], $5::float8[], $6::text[], $7::float8[])
                    AS n(bet_id, pnl, close_odds, close_src, clv, reason, odds)),
            kept AS (
                INSERT INTO modeling.bet_settlements (bet_id, revision, pnl, odds, close_odds, close_src, clv, unsettled_reason)
                SELECT n.bet_id, (SELECT max(revision) FROM modeling.results r WHERE r.race_id = b.race_id), n.pnl, n.odds, n.close_odds, n.close_src,
                       n.clv, n.reason
                  FROM n JOIN modeling.bets b USING (bet_id)
                 -- the same again, redelivered, is no news
                 WHERE (b.pnl, b.unsettled_reason, b.settled_odds) IS DISTINCT FROM (n.pnl, n.reason, n.odds))
            UPDATE modeling.bets b
               SET pnl = n.pnl, settled_odds = n.odds, clv_close_odds = n.close_odds, clv_close_src = n.close_src, clv = n.clv, unsettled_reason = n.reason,
                   settled_at = CASE WHEN n.pnl IS NULL THEN NULL ELSE clock_timestamp() END,
                   settled_revision = CASE WHEN n.pnl IS NULL THEN NULL ELSE (SELECT max(revision) FROM modeling.results r WHERE r.race_id = b.race_id) END
              FROM n
             WHERE b.bet_id = n.bet_id
            """,
            [
                .ints(bets.map(\.betID)), .doubles(bets.map(\.profit)), .doubles(bets.map(\.closingOdds)), .texts(bets.map(\.closingSource)),
                .doubles(bets.map(\.clv)), .texts(bets.map(\.unsettledReason)),
                .doubles(bets.map(\.odds)),
            ])
    }
}
