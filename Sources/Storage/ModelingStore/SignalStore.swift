import Crypto
import Foundation
import Messages
import Postgres

/// Reads and writes `modeling.signals`. Writes are idempotent upserts by the natural key (as_of, race_id, horse_id,
/// model_id).
public enum SignalStore {
    struct Row {
        let message: RaceSignals
        let signal: Signal
        let payload: Int64
        var key: (Int64, Int64, Int64, Int64) { (message.asOf, message.raceID, signal.horseID, message.model.modelID) }
    }

    /// Writes all messages in one transaction, and refreshes the CLV of their races.
    ///
    /// A row is replaced only by a higher revision of the same origin. A live row also replaces a backfilled one; a
    /// backfill never replaces a live row.
    public static func upsert(_ messages: [RaceSignals], _ connection: PostgresConnection) async throws -> SignalWrite {
        var write = SignalWrite()
        let rows = unique(try messages.flatMap(signalRows), &write)
        guard !rows.isEmpty else { return write }
        let races = Array(Set(messages.map(\.raceID)))
        let result = try await connection.transaction { connection in
            // Serializes with concurrent results, so that the transaction that commits last sees both.
            try await BetStore.lock(races: races, connection)
            try await connection.script(
                "CREATE TEMPORARY TABLE IF NOT EXISTS new_signals \(columnTypes) ON COMMIT DELETE ROWS"
            )
            try await connection.copyIn("new_signals (\(columns))", rows) { encode($0, &$1) }
            let counts = try await connection.query(upsertRows)[0]
            try await SignalCLVStore.refresh(races: races, connection)
            return counts
        }
        write.inserted = try result.get("inserted")
        write.replaced = try result.get("replaced")
        write.kept = rows.count - write.inserted - write.replaced
        let contradictions = try result.get("contradictions", as: Int.self)
        if contradictions > 0 {
            write.contradictions.append(
                "\(contradictions) rows in the table, the first \(try result.find("example", as: String.self) ?? "?")"
            )
        }
        return write
    }

    static func signalRows(_ message: RaceSignals) throws -> [Row] {
        try message.signals.map { Row(message: message, signal: $0, payload: try payload($0)) }
    }

    /// Keeps the strongest row of each key.
    ///
    /// - Parameter write: collects contradictions between rows of equal strength.
    /// - Returns: the rows sorted by key, so that concurrent publishers lock table rows in the same order.
    static func unique(_ rows: [Row], _ write: inout SignalWrite) -> [Row] {
        let sorted = rows.sorted { a, b in a.key != b.key ? a.key < b.key : strength(a) > strength(b) }
        var unique: [Row] = []
        for row in sorted {
            if let last = unique.last, last.key == row.key {
                if strength(last) == strength(row), last.payload != row.payload {
                    write.contradictions.append(describe(row))
                }
            } else {
                unique.append(row)
            }
        }
        return unique
    }

    /// The precedence of a row: live before backfill, then by revision.
    private static func strength(_ row: Row) -> (Int, UInt32) {
        (row.message.origin == .live ? 1 : 0, row.message.revision)
    }

    private static func describe(_ row: Row) -> String {
        "race \(row.message.raceID), horse \(row.signal.horseID), model \(row.message.model.modelID), "
            + "revision \(row.message.revision)"
    }

    /// The first 64 bits of the payload's SHA-256.
    private static func payload(_ signal: Signal) throws -> Int64 {
        let bytes: [UInt8] = try signal.serializedBytes()
        return SHA256.hash(data: bytes).prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    static func encode(_ row: Row, _ out: inout CopyRowEncoder) {
        let message = row.message
        let signal = row.signal
        out.timestamptz(PostgresInstant(microseconds: message.asOf))
        out.int8(message.raceID)
        out.int8(signal.horseID)
        out.int8(message.model.modelID)
        out.float8(signal.pWin)
        out.float8(signal.hasPPlace ? signal.pPlace : nil)
        out.float8(signal.fairOddsWin)
        out.float8(signal.hasFairOddsPlace ? signal.fairOddsPlace : nil)
        out.float8(signal.hasBestOddsWin ? signal.bestOddsWin : nil)
        out.text(signal.hasBestOddsSource ? signal.bestOddsSource : nil)
        out.int4(signal.hasEwPlaces ? Int32(clamping: signal.ewPlaces) : nil)
        out.float8(signal.hasEwFraction ? signal.ewFraction : nil)
        out.float8(signal.hasEdgeWin ? signal.edgeWin : nil)
        out.float8(signal.hasEdgeEw ? signal.edgeEw : nil)
        out.float8(signal.kellyFraction)
        out.float8(signal.stakeUnits)
        out.bool(signal.liquidityOk)
        out.text(signal.reasonsJson.isEmpty ? nil : signal.reasonsJson)
        out.float8(signal.pModel)
        out.float8(signal.hasPMarket ? signal.pMarket : nil)
        out.bool(signal.blended)
        out.text(message.origin.name)
        out.int8(Int64(message.revision))
        out.int8(row.payload)
        out.date(message.raceDay == 0 ? nil : PostgresDate(daysSince1970: message.raceDay))
        out.timestamptz(message.off == 0 ? nil : PostgresInstant(microseconds: message.off))
    }

    private static let columns = """
        as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win,
        best_odds_src, ew_places, ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units, liquidity_ok,
        reasons_json, p_model, p_market, blended, origin, revision, payload, race_date, off
        """

    private static let columnTypes = """
        (as_of timestamptz, race_id bigint, horse_id bigint, model_id bigint, p_win float8, p_place float8,
         fair_odds_win float8, fair_odds_place float8, best_odds_win float8, best_odds_src text, ew_places int,
         ew_fraction float8, edge_win float8, edge_ew float8, kelly_fraction float8, stake_units float8,
         liquidity_ok bool, reasons_json text, p_model float8, p_market float8, blended bool, origin text,
         revision bigint, payload bigint, race_date date, off timestamptz)
        """

    /// Upserts the rows of `new_signals` and counts the effects. `xmax = 0` distinguishes inserted rows from updated
    /// ones.
    private static let upsertRows = """
        WITH contradiction AS (
            SELECT n.race_id, n.horse_id FROM new_signals n
              JOIN modeling.signals s USING (as_of, race_id, horse_id, model_id)
             WHERE s.origin = n.origin AND s.revision = n.revision AND s.payload <> n.payload),
        written AS (
            INSERT INTO modeling.signals AS s (\(columns))
            SELECT as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win,
                   best_odds_src, ew_places, ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units, liquidity_ok,
                   reasons_json::jsonb, p_model, p_market, blended, origin, revision, payload, race_date, off
              FROM new_signals
            ON CONFLICT (as_of, race_id, horse_id, model_id) DO UPDATE SET
                   (p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win, best_odds_src, ew_places,
                    ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units, liquidity_ok, reasons_json, p_model,
                    p_market, blended, origin, revision, payload, race_date, off, written_at)
                 = (excluded.p_win, excluded.p_place, excluded.fair_odds_win, excluded.fair_odds_place,
                    excluded.best_odds_win, excluded.best_odds_src, excluded.ew_places, excluded.ew_fraction,
                    excluded.edge_win, excluded.edge_ew, excluded.kelly_fraction, excluded.stake_units,
                    excluded.liquidity_ok, excluded.reasons_json, excluded.p_model, excluded.p_market,
                    excluded.blended, excluded.origin, excluded.revision, excluded.payload, excluded.race_date,
                    excluded.off, now())
             WHERE (s.origin = excluded.origin AND s.revision < excluded.revision)
                OR (s.origin = 'backfill' AND excluded.origin = 'live')
            RETURNING (s.xmax = 0) AS is_new)
        SELECT (SELECT count(*) FROM written WHERE is_new) AS inserted,
               (SELECT count(*) FROM written WHERE NOT is_new) AS replaced,
               (SELECT count(*) FROM contradiction) AS contradictions,
               (SELECT 'race ' || race_id || ', horse ' || horse_id FROM contradiction LIMIT 1) AS example
        """
}
