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

    private struct Sum {
        var total = 0.0
        var count = 0.0
        var mean: Double { total / count }
        mutating func add(_ value: Double) {
            total += value
            count += 1
        }
    }

    /// Runs in a par before it is used, the weight of the par over all goings in that of one, and the weight of a day without deviation.
    private static let (parRuns, parWeight, dayWeight) = (24.0, 60.0, 10.0)
    /// The weight of the mean over all contexts in that of one.
    private static let contextWeight = 50.0

    /// One pass through the days; each day's runs are compared with the days before it and only then added.
    init(_ history: RunHistory) {
        let (races, runners, results) = (history.races, history.runners, history.results)
        let count = runners.count
        speed = [Float](repeating: .nan, count: count)
        speedForDay = speed
        rating = speed
        let places = Places(races)
        var fine = [Sum](repeating: Sum(), count: places.fineCount)
        var coarse = [Sum](repeating: Sum(), count: places.coarseCount)
        var contexts = [Sum](repeating: Sum(), count: places.contextCount)
        var rode = [Sum](repeating: Sum(), count: places.trackCount)
        var raw = [Double](repeating: .nan, count: count)
        var all = Sum()
        history.forEachDay { today in
            for index in today { rode[places.track[index]] = Sum() }
            for index in today {
                let race = races[index]
                let meanPounds = Self.meanPounds(runners[history.runs(index)])
                let context = contexts[places.context[index]]
                let everywhere = all.count > 0 ? all.mean : 0
                let contextMean = (context.total + Self.contextWeight * everywhere) / (context.count + Self.contextWeight)
                let (goingPar, anyPar) = (fine[places.fine[index]], coarse[places.coarse[index]])
                let par =
                    anyPar.count >= Self.parRuns
                    ? (goingPar.total + Self.parWeight * anyPar.mean) / (goingPar.count + Self.parWeight) : .nan
                for run in history.runs(index) {
                    raw[run] = Self.rawRating(race, runners[run], results[run], meanPounds)
                    rating[run] = Float(raw[run] - contextMean)
                    let pace = Self.secondsPerFurlong(race, results[run])
                    guard !par.isNaN, !pace.isNaN else { continue }
                    speed[run] = Float((par - pace) * 10)
                    rode[places.track[index]].add(Double(speed[run]))
                }
            }
            // the day is over: what it showed counts from tomorrow
            for index in today {
                let ride = rode[places.track[index]]
                for run in history.runs(index) {
                    if !speed[run].isNaN { speedForDay[run] = speed[run] - Float(ride.total / (ride.count + Self.dayWeight)) }
                    let pace = Self.secondsPerFurlong(races[index], results[run])
                    if !pace.isNaN {
                        fine[places.fine[index]].add(pace)
                        coarse[places.coarse[index]].add(pace)
                    }
                    if !raw[run].isNaN {
                        contexts[places.context[index]].add(raw[run])
                        all.add(raw[run])
                    }
                }
            }
        }
    }

    static func meanPounds(_ runners: ArraySlice<RunnerFacts>) -> Double {
        var (sum, known) = (0.0, 0.0)
        for runner in runners where !runner.pounds.isNaN {
            sum += Double(runner.pounds)
            known += 1
        }
        return known > 0 ? sum / known : .nan
    }

    /// NaN without a position, a time or a distance.
    private static func secondsPerFurlong(_ race: RaceFacts, _ result: PastResult) -> Double {
        result.position > 0 ? Double(result.seconds) / race.furlongs : .nan
    }

    /// Pounds: minus the beaten lengths in pounds, plus the weight carried over the race's mean, plus the class bonus. NaN for a run without a
    /// position, lengths or a distance.
    private static func rawRating(_ race: RaceFacts, _ runner: RunnerFacts, _ result: PastResult, _ meanPounds: Double) -> Double {
        guard result.position > 0, !result.beatenLengths.isNaN, !race.furlongs.isNaN else { return .nan }
        let beaten = min(Double(result.beatenLengths), 30) * Distance.poundsPerLength(furlongs: race.furlongs)
        let weight = Double(runner.pounds) - meanPounds
        let bonus = Double(race.classBonus)
        return -beaten + (weight.isNaN ? 0 : weight) + (bonus.isNaN ? 0 : bonus)
    }
}

/// Where and on what each race was run, as dense numbers.
private struct Places {
    private struct Key: Hashable {
        let course: Int64
        let metres: Int32
        let surface: UInt8
        let band: UInt8
    }
    /// Course, distance, surface and going; the same without the going; course, going and distance band; course and surface. By race.
    private(set) var (fine, coarse, context, track): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
    private(set) var (fineCount, coarseCount, contextCount, trackCount) = (0, 0, 0, 0)

    init(_ races: [RaceFacts]) {
        func numbered(_ key: (RaceFacts) -> Key) -> ([Int], Int) {
            var numbers: [Key: Int] = [:]
            let all = races.map { race in
                let key = key(race)
                if let number = numbers[key] { return number }
                numbers[key] = numbers.count
                return numbers.count - 1
            }
            return (all, numbers.count)
        }
        (fine, fineCount) = numbered { Key(course: $0.course, metres: $0.metres, surface: $0.surface, band: $0.going) }
        (coarse, coarseCount) = numbered { Key(course: $0.course, metres: $0.metres, surface: $0.surface, band: 0) }
        (context, contextCount) = numbered { Key(course: $0.course, metres: Int32($0.distanceBand), surface: 0, band: $0.going) }
        (track, trackCount) = numbered { Key(course: $0.course, metres: 0, surface: $0.surface, band: 0) }
    }
}
