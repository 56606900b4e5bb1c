import Postgres
import Racing

/// The prices of past starters that `racing.runners` holds in columns: the morning average, the average before the off,
/// and the BSP.
struct StagedPrices {
    private struct Runner {
        let runnerID: Int64
        let morning: Double?
        let preplay: Double?
        let bsp: Double?
    }

    /// The starters of each race.
    private var starters: [Int64: [Runner]] = [:]

    static func read(
        from first: CalendarDay,
        through last: CalendarDay,
        _ connection: PostgresConnection
    ) async throws -> StagedPrices {
        let withdrawn = Finish.withdrawnCodes.sorted().map { "'\($0)'" }.joined(separator: ", ")
        var prices = StagedPrices()
        try await connection.copyOut(
            """
            SELECT race_id, runner_id, win_morningwap::float8, win_ppwap::float8, win_bsp::float8
              FROM racing.runners
             WHERE race_date BETWEEN '\(first)' AND '\(last)'
               AND pos_raw IS NOT NULL AND upper(trim(pos_raw)) NOT IN (\(withdrawn))
            """
        ) { row in
            let race = try row.required(row.int8(), "race_id")
            func price(_ odds: Double?) -> Double? { odds.flatMap { $0 > 1 ? $0 : nil } }
            prices.starters[race, default: []].append(
                Runner(
                    runnerID: try row.required(row.int8(), "runner_id"),
                    morning: price(try row.float8()),
                    preplay: price(try row.float8()),
                    bsp: price(try row.float8())
                )
            )
        }
        return prices
    }

    /// The prices of one race's starters at the off, all of one kind: live ones, BSPs, or averages before the off,
    /// which lag behind the others.
    ///
    /// - Parameter live: live prices at the off, by runner id.
    /// - Returns: the first kind that every starter has, or else the live prices.
    func atTheOff(_ raceID: Int64, live: [Int64: Double]) -> [(runnerID: Int64, odds: Double)] {
        guard let field = starters[raceID] else { return [] }
        func prices(_ odds: (Runner) -> Double?) -> [(runnerID: Int64, odds: Double)] {
            field.compactMap { runner in odds(runner).map { (runner.runnerID, $0) } }
        }
        let quoted = prices { live[$0.runnerID] }
        return [quoted, prices(\.bsp), prices(\.preplay)].first { $0.count == field.count } ?? quoted
    }

    /// The morning prices of the starters of these races.
    ///
    /// - Parameter races: the ids, with the seconds from the time at which the prices are known to the off. Races that
    ///   are off before that time are left out.
    /// - Returns: the median of those seconds, and the odds by runner id; `nil` if there are no prices.
    func morning(_ races: [(raceID: Int64, seconds: Double)]) -> (lead: Int, odds: [Int64: Double])? {
        var odds: [Int64: Double] = [:]
        var leads: [Double] = []
        for race in races where race.seconds > 0 {
            let priced = (starters[race.raceID] ?? []).compactMap { runner in
                runner.morning.map { (runner.runnerID, $0) }
            }
            guard !priced.isEmpty else { continue }
            leads.append(race.seconds)
            for (runner, price) in priced { odds[runner] = price }
        }
        return odds.isEmpty ? nil : (Int(leads.sorted()[leads.count / 2]), odds)
    }
}
