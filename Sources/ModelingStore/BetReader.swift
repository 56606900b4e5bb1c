import Betting
import Postgres
import Racing
import RacingStore

/// A bet as modeling.bets has it, with what came of it.
public struct RecordedBet: Sendable, Equatable {
    public let ref: String
    public let at: Instant
    public let raceID: Int64
    public let horseID: Int64
    public let side: BetSide
    public let odds: Double
    public let stake: Double
    public let source: String
    public let closingOdds: Double?
    public let closingSource: String?
    /// ln(taken / closing); nil where it cannot be measured.
    public let clv: Double?
    /// nil: not settled.
    public let profit: Double?
    public let unsettledReason: String?
}

/// Reads modeling.bets.
public enum BetReader {
    /// The bets on these races in order of time.
    public static func read(races: [Int64], _ connection: PostgresConnection) async throws -> [RecordedBet] {
        try await connection.query(
            """
            SELECT coalesce(bet_ref, bet_id::text) AS ref, ts, race_id, horse_id, side, odds, stake, coalesce(source, '') AS source, clv_close_odds,
                   clv_close_src, clv, pnl, unsettled_reason
              FROM modeling.bets WHERE race_id = ANY ($1::bigint[]) ORDER BY ts, bet_id
            """, [.ints(races)]
        ).map { row in
            RecordedBet(
                ref: try row.get("ref"), at: Instant(try row.get("ts", as: PostgresInstant.self)), raceID: try row.get("race_id"),
                horseID: try row.get("horse_id"), side: BetSide(rawValue: try row.get("side")) ?? .win, odds: try row.get("odds"),
                stake: try row.get("stake"), source: try row.get("source"), closingOdds: try row.find("clv_close_odds"),
                closingSource: try row.find("clv_close_src"), clv: try row.find("clv"), profit: try row.find("pnl"),
                unsettledReason: try row.find("unsettled_reason"))
        }
    }
}
