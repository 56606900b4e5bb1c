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
        let key: (asOf: Int64, raceID: Int64, horseID: Int64, modelID: Int64)
        /// The precedence of the row: live before backfill, then by revision.
        let strength: (Int, UInt32)

        init(_ message: RaceSignals, _ signal: Signal) throws {
            self.message = message
            self.signal = signal
            payload = try SignalStore.payload(signal)
            key = (message.asOf, message.raceID, signal.horseID, message.model.modelID)
            strength = (message.origin == .live ? 1 : 0, message.revision)
        }
    }

    /// What rows did to the table.
    struct Effect {
        var inserted = 0
        var replaced = 0
        var contradictions = 0
        /// A row that is a contradiction.
        var example: String?
    }

    /// The most rows that are sent as parameters of a statement. More are copied.
    private static let parameterLimit = 200

    /// Writes all messages in one transaction, and refreshes the CLV of their races that have a result.
    ///
    /// A row is replaced only by a higher revision of the same origin. A live row also replaces a backfilled one; a
    /// backfill never replaces a live row.
    public static func upsert(_ messages: [RaceSignals], _ connection: PostgresConnection) async throws -> SignalWrite {
        var write = SignalWrite()
        let rows = unique(try messages.flatMap(signalRows), &write)
        guard !rows.isEmpty else { return write }
        let races = Array(Set(messages.map(\.raceID)))
        let (effect, finished) =
            rows.count <= parameterLimit
            ? try await insert(rows, races, connection) : try await copy(rows, races, connection)
        if !finished.isEmpty {
            // The signals are committed. If this fails, the messages are delivered again, and this with them.
            try await connection.transaction { connection in
                try await BetStore.lock(races: finished, connection)
                try await SignalCLVStore.refresh(races: finished, connection)
            }
        }
        write.inserted = effect.inserted
        write.replaced = effect.replaced
        write.kept = rows.count - write.inserted - write.replaced
        if effect.contradictions > 0 {
            write.contradictions.append(
                "\(effect.contradictions) rows in the table, the first \(effect.example ?? "?")"
            )
        }
        return write
    }

    /// Writes rows in one round trip, which is one transaction.
    ///
    /// - Returns: the effect, and the races that have a result.
    private static func insert(
        _ rows: [Row],
        _ races: [Int64],
        _ connection: PostgresConnection
    ) async throws -> (Effect, [Int64]) {
        let sets = try await connection.pipeline([
            BetStore.lockStatement(races: races),
            PostgresStatement(upsertParameters, parameters(rows), isPrepared: true),
            SignalCLVStore.finishedStatement(races: races),
        ])
        return (try Effect(sets[1][0]), try sets[2].map { try $0.get("race_id") })
    }

    static func signalRows(_ message: RaceSignals) throws -> [Row] {
        try message.signals.map { try Row(message, $0) }
    }

    /// Keeps the strongest row of each key.
    ///
    /// - Parameter write: collects contradictions between rows of equal strength.
    /// - Returns: the rows sorted by key, so that concurrent writers lock table rows in the same order.
    static func unique(_ rows: [Row], _ write: inout SignalWrite) -> [Row] {
        // Rows are large: their numbers are sorted.
        let order = rows.indices.sorted { a, b in
            let (a, b) = (rows[a], rows[b])
            return a.key != b.key ? a.key < b.key : a.strength > b.strength
        }
        var unique: [Row] = []
        for index in order {
            let row = rows[index]
            if let last = unique.last, last.key == row.key {
                if last.strength == row.strength, last.payload != row.payload {
                    write.contradictions.append(describe(row))
                }
            } else {
                unique.append(row)
            }
        }
        return unique
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
        out.timestamptz(PostgresInstant(microseconds: row.key.asOf))
        out.int8(row.key.raceID)
        out.int8(row.key.horseID)
        out.int8(row.key.modelID)
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
        out.jsonb(signal.reasonsJson.isEmpty ? nil : signal.reasonsJson)
        out.float8(signal.pModel)
        out.float8(signal.hasPMarket ? signal.pMarket : nil)
        out.bool(signal.blended)
        out.text(message.origin.name)
        out.int8(Int64(message.revision))
        out.int8(row.payload)
        out.date(message.raceDay == 0 ? nil : PostgresDate(daysSince1970: message.raceDay))
        out.timestamptz(message.off == 0 ? nil : PostgresInstant(microseconds: message.off))
    }

    static let columns = """
        as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win,
        best_odds_src, ew_places, ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units, liquidity_ok,
        reasons_json, p_model, p_market, blended, origin, revision, payload, race_date, off
        """

    static let columnTypes = """
        (as_of timestamptz, race_id bigint, horse_id bigint, model_id bigint, p_win float8, p_place float8,
         fair_odds_win float8, fair_odds_place float8, best_odds_win float8, best_odds_src text, ew_places int,
         ew_fraction float8, edge_win float8, edge_ew float8, kelly_fraction float8, stake_units float8,
         liquidity_ok bool, reasons_json jsonb, p_model float8, p_market float8, blended bool, origin text,
         revision bigint, payload bigint, race_date date, off timestamptz)
        """

    private static let upsertParameters = upsertRows(of: "n", "n AS MATERIALIZED \(unnested),")

    /// The parameters of `unnested`, one array for each column.
    private static func parameters(_ rows: [Row]) -> [PostgresParameter] {
        func texts(_ value: (Row) -> String?) -> PostgresParameter { .texts(rows.map(value)) }
        func ints(_ value: (Row) -> Int64) -> PostgresParameter { .ints(rows.map(value)) }
        func doubles(_ value: (Signal) -> Double?) -> PostgresParameter { .doubles(rows.map { value($0.signal) }) }
        return [
            .instants(rows.map { PostgresInstant(microseconds: $0.key.asOf) }),
            ints(\.key.raceID),
            ints(\.key.horseID),
            ints(\.key.modelID),
            doubles { $0.pWin },
            doubles { $0.hasPPlace ? $0.pPlace : nil },
            doubles { $0.fairOddsWin },
            doubles { $0.hasFairOddsPlace ? $0.fairOddsPlace : nil },
            doubles { $0.hasBestOddsWin ? $0.bestOddsWin : nil },
            texts { $0.signal.hasBestOddsSource ? $0.signal.bestOddsSource : nil },
            doubles { $0.hasEwPlaces ? Double(Int32(clamping: $0.ewPlaces)) : nil },
            doubles { $0.hasEwFraction ? $0.ewFraction : nil },
            doubles { $0.hasEdgeWin ? $0.edgeWin : nil },
            doubles { $0.hasEdgeEw ? $0.edgeEw : nil },
            doubles { $0.kellyFraction },
            doubles { $0.stakeUnits },
            ints { $0.signal.liquidityOk ? 1 : 0 },
            texts { $0.signal.reasonsJson.isEmpty ? nil : $0.signal.reasonsJson },
            doubles { $0.pModel },
            doubles { $0.hasPMarket ? $0.pMarket : nil },
            ints { $0.signal.blended ? 1 : 0 },
            texts { $0.message.origin.name },
            ints { Int64($0.message.revision) },
            ints(\.payload),
            .dates(rows.map { $0.message.raceDay == 0 ? nil : PostgresDate(daysSince1970: $0.message.raceDay) }),
            .instants(rows.map { $0.message.off == 0 ? nil : PostgresInstant(microseconds: $0.message.off) }),
        ]
    }

    private static let unnested = """
        (SELECT as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win,
                best_odds_src, ew_places::int, ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units,
                liquidity_ok = 1 AS liquidity_ok, reasons_json, p_model, p_market, blended = 1 AS blended, origin,
                revision, payload, race_date, off
           FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[],
                       $7::float8[], $8::float8[], $9::float8[], $10::text[], $11::float8[], $12::float8[],
                       $13::float8[], $14::float8[], $15::float8[], $16::float8[], $17::bigint[], $18::text[],
                       $19::float8[], $20::float8[], $21::bigint[], $22::text[], $23::bigint[], $24::bigint[],
                       $25::date[], $26::timestamptz[]) AS u(\(columns)))
        """

    /// Upserts rows and counts the effects. `xmax = 0` distinguishes inserted rows from updated ones.
    ///
    /// Only a row that was kept can be a contradiction, so that the others are not looked up. `OFFSET 0` keeps the
    /// planner from joining the whole table: it knows nothing about the size of what was sent.
    ///
    /// - Parameters:
    ///   - table: the rows.
    ///   - definition: a common table expression that defines `table`, with a comma; empty if it exists.
    static func upsertRows(of table: String, _ definition: String = "") -> String {
        """
        WITH \(definition)
        written AS (
            INSERT INTO modeling.signals AS s (\(columns))
            SELECT as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win,
                   best_odds_src, ew_places, ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units, liquidity_ok,
                   reasons_json::jsonb, p_model, p_market, blended, origin, revision, payload, race_date, off
              FROM \(table)
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
            RETURNING (s.xmax = 0) AS is_new),
        effect AS (
            SELECT count(*) FILTER (WHERE is_new) AS inserted, count(*) FILTER (WHERE NOT is_new) AS replaced
              FROM written),
        contradiction AS (
            SELECT n.race_id, n.horse_id
              FROM \(table) n
             CROSS JOIN LATERAL (
                   SELECT origin, revision, payload FROM modeling.signals s
                    WHERE (s.as_of, s.race_id, s.horse_id, s.model_id) = (n.as_of, n.race_id, n.horse_id, n.model_id)
                   OFFSET 0) s
             WHERE (SELECT inserted + replaced FROM effect) < (SELECT count(*) FROM \(table))
               AND s.origin = n.origin AND s.revision = n.revision AND s.payload <> n.payload)
        SELECT (SELECT inserted FROM effect) AS inserted, (SELECT replaced FROM effect) AS replaced,
               (SELECT count(*) FROM contradiction) AS contradictions,
               (SELECT 'race ' || race_id || ', horse ' || horse_id FROM contradiction LIMIT 1) AS example
        """
    }
}
