import Foundation
import Racing

/// Figures of past runs relative to what was known on the day of the run: speed against par, and the performance
/// rating.
struct RunFigures: Sendable {
    /// Tenths of a second per furlong faster than par; NaN without a time or a par.
    private(set) var speed: [Float]
    /// `speed` less the course's deviation from par that day. The deviation depends on all races of the day, so it is
    /// known only on later days.
    private(set) var speedForDay: [Float]
    /// Pounds above the context's mean; NaN for a run without a position.
    private(set) var rating: [Float]

    /// Makes one pass through the days. Each day's runs are compared with the days before it and only then added.
    init(_ history: RunHistory) {
        let count = history.runners.count
        speed = [Float](repeating: .nan, count: count)
        speedForDay = speed
        rating = speed
        var rawRatings = [Double](repeating: .nan, count: count)
        var totals = Totals(history.races)
        history.forEachDay { today in
            totals.startDay(today)
            for race in today { compare(race, history, &totals, &rawRatings) }
            // The day is over: its runs count from tomorrow.
            for race in today { add(race, history, &totals, rawRatings) }
        }
    }

    /// Sets the speeds and ratings of one race, relative to the totals of the days before.
    private mutating func compare(
        _ race: Int,
        _ history: RunHistory,
        _ totals: inout Totals,
        _ rawRatings: inout [Double]
    ) {
        let facts = history.races[race]
        let meanPounds = Self.meanPounds(history.runners[history.runs(race)])
        let contextMean = totals.contextMean(race)
        let par = totals.par(race)
        for run in history.runs(race) {
            rawRatings[run] = Self.rawRating(facts, history.runners[run], history.results[run], meanPounds)
            rating[run] = Float(rawRatings[run] - contextMean)
            let pace = Self.secondsPerFurlong(facts, history.results[run])
            guard !par.isNaN, !pace.isNaN else { continue }
            speed[run] = Float((par - pace) * 10)
            totals.addToday(speed: Double(speed[run]), race)
        }
    }

    /// Adds one race to the totals, and sets the speeds that take the day into account.
    private mutating func add(_ race: Int, _ history: RunHistory, _ totals: inout Totals, _ rawRatings: [Double]) {
        let facts = history.races[race]
        let deviation = totals.deviationToday(race)
        for run in history.runs(race) {
            if !speed[run].isNaN { speedForDay[run] = speed[run] - Float(deviation) }
            let pace = Self.secondsPerFurlong(facts, history.results[run])
            if !pace.isNaN { totals.add(pace: pace, race) }
            if !rawRatings[run].isNaN { totals.add(rating: rawRatings[run], race) }
        }
    }

    /// The mean weight carried, without unknown weights; NaN if all are unknown.
    static func meanPounds(_ runners: ArraySlice<RunnerFacts>) -> Double {
        var sum = 0.0
        var known = 0.0
        for runner in runners where !runner.pounds.isNaN {
            sum += Double(runner.pounds)
            known += 1
        }
        return known > 0 ? sum / known : .nan
    }

    /// Seconds per furlong; NaN without a position, a time or a distance.
    private static func secondsPerFurlong(_ race: RaceFacts, _ result: PastResult) -> Double {
        result.position > 0 ? Double(result.seconds) / race.furlongs : .nan
    }

    /// Pounds: minus the beaten lengths in pounds, plus the weight carried over the race's mean, plus the class bonus.
    /// NaN for a run without a position, lengths or a distance.
    private static func rawRating(_ race: RaceFacts, _ runner: RunnerFacts, _ result: PastResult, _ meanPounds: Double)
        -> Double
    {
        guard result.position > 0, !result.beatenLengths.isNaN, !race.furlongs.isNaN else { return .nan }
        let beaten = min(Double(result.beatenLengths), 30) * Distance.poundsPerLength(furlongs: race.furlongs)
        let weight = Double(runner.pounds) - meanPounds
        let bonus = Double(race.classBonus)
        return -beaten + (weight.isNaN ? 0 : weight) + (bonus.isNaN ? 0 : bonus)
    }
}

extension RunFigures {
    /// The totals of all days before the current one, and the speeds of the current day.
    private struct Totals {
        private struct Sum {
            var total = 0.0
            var count = 0.0
            var mean: Double { total / count }
            mutating func add(_ value: Double) {
                total += value
                count += 1
            }
        }

        private let groups: RunGroups
        /// Sums of seconds per furlong.
        private var goingPars: [Sum]
        private var pars: [Sum]
        /// Sums of raw ratings.
        private var contexts: [Sum]
        private var all = Sum()
        /// Sums of the speeds of the current day.
        private var tracks: [Sum]

        /// The minimum number of runs in a par.
        private static let parRuns = 24.0
        /// The weight of the par over all goings in the par of one going, in runs.
        private static let parWeight = 60.0
        /// The weight of "no deviation" in the deviation of a day, in runs.
        private static let dayWeight = 10.0
        /// The weight of the mean over all contexts in the mean of one context, in runs.
        private static let contextWeight = 50.0

        init(_ races: [RaceFacts]) {
            groups = RunGroups(races)
            goingPars = [Sum](repeating: Sum(), count: groups.goingPar.count)
            pars = [Sum](repeating: Sum(), count: groups.par.count)
            contexts = [Sum](repeating: Sum(), count: groups.context.count)
            tracks = [Sum](repeating: Sum(), count: groups.track.count)
        }

        mutating func startDay(_ races: Range<Int>) {
            for race in races { tracks[groups.track.numbers[race]] = Sum() }
        }

        /// Seconds per furlong expected under a race's conditions; NaN with too few runs.
        func par(_ race: Int) -> Double {
            let goingPar = goingPars[groups.goingPar.numbers[race]]
            let par = pars[groups.par.numbers[race]]
            guard par.count >= Self.parRuns else { return .nan }
            return (goingPar.total + Self.parWeight * par.mean) / (goingPar.count + Self.parWeight)
        }

        /// The mean raw rating under a race's conditions, shrunk towards the mean of all.
        func contextMean(_ race: Int) -> Double {
            let context = contexts[groups.context.numbers[race]]
            let mean = all.count > 0 ? all.mean : 0
            return (context.total + Self.contextWeight * mean) / (context.count + Self.contextWeight)
        }

        mutating func addToday(speed: Double, _ race: Int) { tracks[groups.track.numbers[race]].add(speed) }

        /// How much faster than par the race's course rode today, shrunk towards 0.
        func deviationToday(_ race: Int) -> Double {
            let today = tracks[groups.track.numbers[race]]
            return today.total / (today.count + Self.dayWeight)
        }

        mutating func add(pace: Double, _ race: Int) {
            goingPars[groups.goingPar.numbers[race]].add(pace)
            pars[groups.par.numbers[race]].add(pace)
        }

        mutating func add(rating: Double, _ race: Int) {
            contexts[groups.context.numbers[race]].add(rating)
            all.add(rating)
        }
    }
}
