import Foundation
import Racing

/// Figures of past runs that compare them with what was known on their own day: speed against par, and the performance rating.
struct RunFigures: Sendable {
    /// Tenths of a second per furlong faster than par; NaN without a time or a par.
    private(set) var speed: [Float]
    /// The same, less how fast the course rode that day. The day's other races are in it, so it is known only on later days.
    private(set) var speedForDay: [Float]
    /// Pounds above the context's mean; NaN for a run without a position.
    private(set) var rating: [Float]

    fileprivate struct Sum {
        var total = 0.0
        var count = 0.0
        var mean: Double { total / count }
    }
    private struct Place: Hashable {
        let course: Int64
        let metres: Int32
        let surface: UInt8
        let going: UInt8
    }
    private struct Context: Hashable {
        let course: Int64
        let going: UInt8
        let distance: UInt8
    }

    /// Runs in a par before it is used, the weight of the par over all goings in that of one, and the weight of a day without deviation.
    private static let (parRuns, parWeight, dayWeight) = (24.0, 60.0, 10.0)
    /// The weight of the mean over all contexts in that of one.
    private static let contextWeight = 50.0

    /// One pass through the days; each day's runs are compared with the days before it and only then added.
    init(races: [RaceFacts], raceOfRun: [Int32], runners: [RunnerFacts], results: [PastResult]) {
        let count = runners.count
        speed = [Float](repeating: .nan, count: count)
        speedForDay = speed
        rating = speed
        var (fine, coarse, contexts, all): ([Place: Sum], [Place: Sum], [Context: Sum], Sum) = ([:], [:], [:], Sum())
        var start = 0
        while start < count {
            let day = races[Int(raceOfRun[start])].day
            var end = start
            while end < count, races[Int(raceOfRun[end])].day == day { end += 1 }
            var rode: [Place: Sum] = [:]
            var first = start
            while first < end {
                var last = first
                while last < end, raceOfRun[last] == raceOfRun[first] { last += 1 }
                let race = races[Int(raceOfRun[first])]
                let meanPounds = Self.mean(runners[first..<last].map { Double($0.pounds) })
                let context = contexts[Context(course: race.course, going: race.going, distance: race.distanceBand)] ?? Sum()
                let everywhere = all.count > 0 ? all.mean : 0
                let contextMean = (context.total + Self.contextWeight * everywhere) / (context.count + Self.contextWeight)
                let goingPar = fine[Self.place(race, going: race.going)] ?? Sum()
                let par: Double? = coarse[Self.place(race, going: nil)].flatMap { any in
                    any.count >= Self.parRuns ? (goingPar.total + Self.parWeight * any.mean) / (goingPar.count + Self.parWeight) : nil
                }
                for run in first..<last {
                    if let raw = Self.rawRating(race, runners[run], results[run], meanPounds) { rating[run] = Float(raw - contextMean) }
                    guard let par, let pace = Self.secondsPerFurlong(race, results[run]) else { continue }
                    speed[run] = Float((par - pace) * 10)
                    rode[Self.course(race), default: Sum()].total += Double(speed[run])
                    rode[Self.course(race), default: Sum()].count += 1
                }
                first = last
            }
            for run in start..<end {
                let race = races[Int(raceOfRun[run])]
                if let ride = rode[Self.course(race)], !speed[run].isNaN {
                    speedForDay[run] = speed[run] - Float(ride.total / (ride.count + Self.dayWeight))
                }
            }
            // the day is over: what it showed counts from tomorrow
            first = start
            while first < end {
                var last = first
                while last < end, raceOfRun[last] == raceOfRun[first] { last += 1 }
                let race = races[Int(raceOfRun[first])]
                let meanPounds = Self.mean(runners[first..<last].map { Double($0.pounds) })
                for run in first..<last {
                    if let pace = Self.secondsPerFurlong(race, results[run]) {
                        fine[Self.place(race, going: race.going), default: Sum()].add(pace)
                        coarse[Self.place(race, going: nil), default: Sum()].add(pace)
                    }
                    if let raw = Self.rawRating(race, runners[run], results[run], meanPounds) {
                        contexts[Context(course: race.course, going: race.going, distance: race.distanceBand), default: Sum()].add(raw)
                        all.add(raw)
                    }
                }
                first = last
            }
            start = end
        }
    }

    private static func place(_ race: RaceFacts, going: UInt8?) -> Place {
        Place(course: race.course, metres: race.metres, surface: race.surface, going: going ?? RaceFacts.missingBand - 1)
    }
    private static func course(_ race: RaceFacts) -> Place { Place(course: race.course, metres: 0, surface: race.surface, going: 0) }

    private static func mean(_ values: [Double]) -> Double {
        let known = values.filter { !$0.isNaN }
        return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    }

    private static func secondsPerFurlong(_ race: RaceFacts, _ result: PastResult) -> Double? {
        guard result.position > 0, !result.seconds.isNaN, !race.furlongs.isNaN else { return nil }
        return Double(result.seconds) / race.furlongs
    }

    /// Pounds: minus the beaten lengths in pounds, plus the weight carried over the race's mean, plus the class bonus.
    private static func rawRating(_ race: RaceFacts, _ runner: RunnerFacts, _ result: PastResult, _ meanPounds: Double) -> Double? {
        guard result.position > 0, !result.beatenLengths.isNaN, !race.furlongs.isNaN else { return nil }
        let beaten = min(Double(result.beatenLengths), 30) * Distance.poundsPerLength(furlongs: race.furlongs)
        let weight = Double(runner.pounds) - meanPounds
        let bonus = Double(race.classBonus)
        return -beaten + (weight.isNaN ? 0 : weight) + (bonus.isNaN ? 0 : bonus)
    }
}

extension RunFigures.Sum {
    fileprivate mutating func add(_ value: Double) {
        total += value
        count += 1
    }
}
