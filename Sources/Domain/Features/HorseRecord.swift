import Foundation
import Racing

/// A horse's record up to a race, overall and under the race's conditions, from one pass over its runs.
struct HorseRecord {
    private(set) var career = Tally()
    private(set) var year = Tally()
    private(set) var atCourse = Tally()
    private(set) var atDistance = Tally()
    private(set) var onGoing = Tally()
    private(set) var onSurface = Tally()
    private(set) var withJockey = Tally()
    /// The highest official rating that it has won off, pounds; NaN without such a win.
    private(set) var bestWin: Float = .nan
    /// The performance rating (GPR), pounds: run ratings weighted by recency and shrunk towards 0, the mean of the
    /// context. NaN without a rated run.
    private(set) var performance: Float = .nan
    /// The standard error of `performance`, pounds; NaN with fewer than two rated runs.
    private(set) var performanceError: Float = .nan

    /// The age in days at which a run counts half.
    static let halfLife = 120.0
    /// Weights by the age of the run in days, precomputed for the length of a long career.
    private static let weights: [Double] = (0..<8192).map { exp2(-Double($0) / halfLife) }

    init(_ past: HorsePast, race: RaceFacts, jockey: Int64, before horizon: CalendarDay) {
        var weights = 0.0
        var squaredWeights = 0.0
        var sum = 0.0
        var sumOfSquares = 0.0
        var rated = 0.0
        let band = race.distanceBand
        past.oldestFirst { run in
            let isWin = run.isWin
            let isPlace = run.isPlace
            let age = Int(horizon.number - run.day)
            career.add(isWin: isWin, isPlace: isPlace)
            if age <= 365 { year.add(isWin: isWin, isPlace: isPlace) }
            if run.course == race.course { atCourse.add(isWin: isWin, isPlace: isPlace) }
            if run.distanceBand == band { atDistance.add(isWin: isWin, isPlace: isPlace) }
            if run.going == race.going { onGoing.add(isWin: isWin, isPlace: isPlace) }
            if run.surface == race.surface { onSurface.add(isWin: isWin, isPlace: isPlace) }
            if run.jockey == jockey, jockey != 0 { withJockey.add(isWin: isWin, isPlace: isPlace) }
            if isWin, !run.officialRating.isNaN, !(bestWin >= run.officialRating) { bestWin = run.officialRating }
            guard !run.rating.isNaN else { return }
            let weight = age < Self.weights.count ? Self.weights[age] : exp2(-Double(age) / Self.halfLife)
            let rating = Double(run.rating)
            weights += weight
            squaredWeights += weight * weight
            sum += weight * rating
            sumOfSquares += weight * rating * rating
            rated += 1
        }
        guard rated > 0 else { return }
        let mean = sum / weights
        performance = Float(mean * rated / (rated + 4))
        let variance = max(1, sumOfSquares / weights - mean * mean)
        if rated > 1 { performanceError = Float((variance * squaredWeights).squareRoot() / weights) }
    }
}
