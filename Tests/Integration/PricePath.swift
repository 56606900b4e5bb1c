import Betting
import Postgres
import Racing
import RacingImport
import RacingStore
import Testing

/// The exchange prices of two races, tick by tick, and the BSP of their runners.
struct PricePath {
    /// The oracle's answer for one lead before the off.
    struct Lead: Decodable {
        let runners: Int
        let meanClv: Double
    }

    /// The off of this race is unknown, so its last tick is used instead.
    private static let sampleRace: Int64 = 132_153_978
    private static let seasonRace: Int64 = 258_017_291

    private struct Ticks {
        var races: [Int64] = []
        var runners: [Int64] = []
        var times: [String] = []
        var odds: [Double] = []
        var volumes: [Double?] = []
    }
    private let ticks: Ticks
    /// BSP by runner by race.
    private let closing: [Int64: [Int64: Double]]
    private let seasonOff: Instant

    init() throws {
        ticks = try Self.readTicks()
        closing = [Self.sampleRace: try Self.readSampleBSP(), Self.seasonRace: try Self.readSeasonBSP()]
        let races = try CSVFile(RealData.folder + "/ukie2026_races.csv.xz", required: ["win_market_id", "off_utc"])
        let index = try #require(
            (0..<races.count).first { races.row($0).text("win_market_id") == "\(Self.seasonRace)" }
        )
        seasonOff = try #require(Instant(try races.row(index).required("off_utc").prefix(19) + "Z"))
    }

    private static func readTicks() throws -> Ticks {
        let file = try CSVFile(
            RealData.folder + "/live_prices_sample.csv.xz",
            required: ["win_market_id", "selection_id", "ts", "traded_price", "traded_vol"]
        )
        var ticks = Ticks()
        for index in 0..<file.count {
            let row = file.row(index)
            ticks.races.append(Int64(try row.required("win_market_id")) ?? 0)
            ticks.runners.append(Int64(try row.required("selection_id")) ?? 0)
            ticks.times.append(try row.required("ts"))
            ticks.odds.append(try #require(try row.double("traded_price")))
            ticks.volumes.append(try row.double("traded_vol"))
        }
        return ticks
    }

    private static func readSampleBSP() throws -> [Int64: Double] {
        let file = try CSVFile(
            RealData.folder + "/live_prices_sample_result_\(sampleRace).csv.xz",
            required: ["selection_id", "bsp"]
        )
        var closing: [Int64: Double] = [:]
        for index in 0..<file.count {
            let row = file.row(index)
            closing[Int64(try row.required("selection_id")) ?? 0] = try row.double("bsp")
        }
        return closing
    }

    private static func readSeasonBSP() throws -> [Int64: Double] {
        let file = try CSVFile(
            RealData.folder + "/ukie2026_runners.csv.xz",
            required: ["win_market_id", "selection_id", "win_bsp"]
        )
        var closing: [Int64: Double] = [:]
        for index in 0..<file.count {
            let row = file.row(index)
            guard try row.required("win_market_id") == "\(seasonRace)" else { continue }
            closing[Int64(try row.required("selection_id")) ?? 0] = try row.double("win_bsp")
        }
        return closing
    }

    /// Creates racing.live_prices and inserts the ticks.
    func insert(_ pool: PostgresPool) async throws {
        try await pool.withConnection {
            try await RacingSchema.install(TestFleet.root + "/upstream/racing.sql", $0)
        }
        // The sample has several prices in one second, which upstream's table may have too.
        try await pool.query("ALTER TABLE racing.live_prices DROP CONSTRAINT live_prices_pkey")
        try await pool.query(
            """
            INSERT INTO racing.live_prices (race_id, runner_id, ts, back_price, traded_vol)
            SELECT race_id, runner_id, ts::timestamptz, odds, volume
              FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::float8[], $5::float8[])
                       AS t(race_id, runner_id, ts, odds, volume)
            """,
            [
                .ints(ticks.races),
                .ints(ticks.runners),
                .texts(ticks.times),
                .doubles(ticks.odds),
                .doubles(ticks.volumes),
            ]
        )
    }

    /// The off of each race.
    func offs(_ pool: PostgresPool) async throws -> [Int64: Instant] {
        let last = try await pool.query(
            "SELECT max(ts) AS ts FROM racing.live_prices WHERE race_id = $1",
            [.int(Int(Self.sampleRace))]
        )[0]
        return [
            Self.seasonRace: seasonOff,
            Self.sampleRace: Instant(try last.get("ts", as: PostgresInstant.self)),
        ]
    }

    /// ln(taken / closing) of each runner that has a price and a BSP.
    func logRatios(
        _ raceID: Int64,
        _ off: Instant,
        minutesBeforeOff minutes: Int,
        _ pool: PostgresPool
    ) async throws -> [Double] {
        let question = PriceReader.Question(
            key: RaceKey(raceID: raceID, day: off.day(in: .gmt)),
            asOf: off.advanced(bySeconds: -60 * Double(minutes))
        )
        let stages = PriceReader.Stages(morning: off, off: off.advanced(bySeconds: 1))
        let prices = try await pool.withConnection { try await PriceReader.read([question], [stages], $0)[0] }
        return (closing[raceID] ?? [:]).compactMap { runner, bsp in
            prices[runner].map { ClosingLineValue.logRatio(taken: $0.odds, closing: bsp) }
        }
    }
}
