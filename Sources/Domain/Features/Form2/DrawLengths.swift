import Foundation
import Racing

/// What each stall was worth under a course, surface and distance, in lengths at 6 furlongs: the mean residual of past
/// runs from it and its neighbours, weighted by a normal kernel.
struct DrawLengths: Sendable {
    private struct Key: Hashable {
        let course: Int64
        let metres: Int32
        let surface: UInt8

        init(_ race: RaceFacts) {
            course = race.course
            metres = race.metres
            surface = race.surface
        }
    }

    /// Cumulative sums and counts by stall, up to and including each day.
    private struct Series: Sendable {
        var days: [Int32] = []
        var sums: [Double] = []
        var counts: [Double] = []

        mutating func add(day: Int32, stall: Int, residual: Double) {
            if days.last != day {
                days.append(day)
                sums += sums.isEmpty ? Array(repeating: 0, count: DrawLengths.stalls) : sums.suffix(DrawLengths.stalls)
                counts +=
                    counts.isEmpty ? Array(repeating: 0, count: DrawLengths.stalls) : counts.suffix(DrawLengths.stalls)
            }
            sums[sums.count - DrawLengths.stalls + stall] += residual
            counts[counts.count - DrawLengths.stalls + stall] += 1
        }
    }

    /// Stalls 1 to 17; a higher one counts as 17.
    private static let stalls = 17
    /// Standard deviation of the kernel, in stalls.
    private static let width = 1.5
    /// The weight of "no effect", in runs.
    private static let shrinkage = 60.0
    /// The kernel by distance in stalls.
    private static let kernel = (0..<stalls).map { exp(-0.5 * Double($0 * $0) / (width * width)) }

    private var numbers: [Key: Int] = [:]
    private var series: [Series] = []

    init(_ history: RunHistory, residuals: [Double]) {
        for (index, race) in history.races.enumerated() {
            let number = numbers[Key(race)] ?? series.count
            if number == series.count {
                numbers[Key(race)] = number
                series.append(Series())
            }
            for run in history.runs(index) {
                guard let stall = Self.stall(history.runners[run].draw), !residuals[run].isNaN else { continue }
                series[number].add(day: race.day.number, stall: stall, residual: residuals[run])
            }
        }
    }

    private static func stall(_ draw: Float) -> Int? { draw >= 1 ? min(Int(draw), stalls) - 1 : nil }

    /// The worth of each stall before `horizon`.
    struct Profile {
        fileprivate var values = [Double](repeating: 0, count: DrawLengths.stalls)

        /// NaN without a draw.
        func lengths(draw: Float) -> Double { DrawLengths.stall(draw).map { values[$0] } ?? .nan }
    }

    func profile(_ race: RaceFacts, before horizon: CalendarDay) -> Profile {
        var profile = Profile()
        guard let series = numbers[Key(race)].map({ series[$0] }) else { return profile }
        let end = series.days.indices.partitionPoint { series.days[$0] < horizon.number }
        guard end > 0 else { return profile }
        let first = (end - 1) * Self.stalls
        for stall in 0..<Self.stalls {
            var sum = 0.0
            var weight = Self.shrinkage
            for other in 0..<Self.stalls {
                let kernel = Self.kernel[abs(other - stall)]
                sum += kernel * series.sums[first + other]
                weight += kernel * series.counts[first + other]
            }
            profile.values[stall] = sum / weight
        }
        return profile
    }
}
