import Racing

/// Speed figures against a day's variant that knows the horses.
///
/// A course rides fast if its horses run faster than their own ratings, not if good horses run on it: the variant is
/// the mean difference from what the ratings led one to expect. Figures are tenths of a second over 6 furlongs.
struct SpeedRatings: Sendable {
    /// The figure of each run; NaN without a time or a par.
    private(set) var figures: [Double]
    /// The rating of each run's horse after the day of the run; NaN before its first figure.
    private(set) var ratings: [Double]

    /// The minimum number of past finishers in a par.
    private static let parRuns = 24.0
    /// The most that one run may say about the day, and the weight of "no variant" in runs.
    private static let limit = 30.0
    private static let variantWeight = 6.0
    static let perPound = 0.5
    private static let smallestStep = 0.3

    init(_ history: RunHistory, _ horses: Entities, _ groups: RunGroups, extraPounds: [Double]) {
        figures = [Double](repeating: .nan, count: history.runners.count)
        ratings = figures
        var pars = [(total: Double, count: Double)](repeating: (0, 0), count: groups.par.count)
        var state = [(rating: Double, figures: Double)](repeating: (.nan, 0), count: horses.count)
        var tracks: [Int: [Int]] = [:]
        history.forEachDay { today in
            tracks.removeAll(keepingCapacity: true)
            for race in today {
                tracks[groups.track.numbers[race], default: []].append(race)
                compare(race, history, par: pars[groups.par.numbers[race]])
            }
            // The order of the tracks does not matter: a horse runs at one of them.
            for races in tracks.values { subtractVariant(races.flatMap { Array(history.runs($0)) }, horses, state) }
            // The day is over: its runs count from tomorrow.
            for race in today {
                for run in history.runs(race) {
                    let pace = Self.pace(history.races[race], history.results[run])
                    if !pace.isNaN {
                        pars[groups.par.numbers[race]].total += pace
                        pars[groups.par.numbers[race]].count += 1
                    }
                    move(run, horses, &state, extraPounds[run])
                }
            }
            for run in history.runs(of: today) where horses.slotOfRun[run] >= 0 {
                ratings[run] = state[Int(horses.slotOfRun[run])].rating
            }
        }
    }

    /// Sets the figures of a race to the difference from par.
    private mutating func compare(_ race: Int, _ history: RunHistory, par: (total: Double, count: Double)) {
        guard par.count >= Self.parRuns else { return }
        let facts = history.races[race]
        for run in history.runs(race) {
            figures[run] = (par.total / par.count - Self.pace(facts, history.results[run])) * 10 * facts.furlongs / 6
        }
    }

    /// Subtracts the day's variant from the figures of one course and surface.
    private mutating func subtractVariant(
        _ runs: [Int],
        _ horses: Entities,
        _ state: [(rating: Double, figures: Double)]
    ) {
        func rating(_ run: Int) -> Double {
            horses.slotOfRun[run] < 0 ? .nan : state[Int(horses.slotOfRun[run])].rating
        }
        let timed = runs.filter { !figures[$0].isNaN }
        guard !timed.isEmpty else { return }
        var rated = FieldMean()
        for run in timed { rated.add(rating(run)) }
        let mean = rated.value.isNaN ? 0 : rated.value
        var sum = 0.0
        for run in timed {
            let expected = rating(run).isNaN ? mean : rating(run)
            sum += min(max(figures[run] - expected, -Self.limit), Self.limit)
        }
        let variant = sum / (Double(timed.count) + Self.variantWeight)
        for run in timed { figures[run] -= variant }
    }

    private func move(
        _ run: Int,
        _ horses: Entities,
        _ state: inout [(rating: Double, figures: Double)],
        _ extraPounds: Double
    ) {
        guard !figures[run].isNaN, horses.slotOfRun[run] >= 0 else { return }
        let horse = Int(horses.slotOfRun[run])
        let (rating, count) = state[horse]
        let figure = figures[run] + Self.perPound * extraPounds
        let step = max(Self.smallestStep, 1 / (count + 1.5))
        state[horse] = (count == 0 ? figure : rating + step * (figure - rating), count + 1)
    }

    /// Seconds per furlong; NaN without a position, a time or a distance.
    private static func pace(_ race: RaceFacts, _ result: PastResult) -> Double {
        result.position > 0 ? result.time / race.furlongs : .nan
    }
}
