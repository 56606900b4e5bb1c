import Betting
import Foundation

extension PlaceCalibration {
    /// The place probabilities of one race's runners, and which of them were placed.
    private struct Field {
        let logits: [Double]
        let placed: [Double]
    }

    /// Fits the calibration of 2, 3 and 4 places by maximum likelihood of the runners that were placed.
    ///
    /// - Parameters:
    ///   - win: win probabilities, one per row.
    ///   - exponents: those of discounted Harville.
    ///   - positions: finishing positions, one per row; 0 without a position.
    /// - Returns: one calibration for each number of places; the identity for one with fewer than 300 races of the
    ///   field sizes that pay it, or with a curve that does not rise.
    public static func fit(
        _ win: [Double],
        exponents: [Double],
        positions: [Int16],
        races: [TrainingRace]
    ) throws -> [PlaceCalibration] {
        try (2...4).map { places in
            let fields = try races.compactMap { try field($0, win, places: places, exponents, positions) }
            return fields.count < 300 ? identity : fit(fields, places: places)
        }
    }

    /// - Returns: `nil` if a dead heat or too few finishers leave another number of placed runners.
    private static func field(
        _ race: TrainingRace,
        _ win: [Double],
        places: Int,
        _ exponents: [Double],
        _ positions: [Int16]
    ) throws -> Field? {
        let placed = race.rows.map { (1...Int16(places)).contains(positions[$0]) ? 1.0 : 0.0 }
        guard sizes(places).contains(race.rows.count), placed.reduce(0, +) == Double(places) else { return nil }
        let probabilities = try PlaceProbability.place(win: Array(win[race.rows]), places: places, exponents: exponents)
        return Field(logits: probabilities.map(logit), placed: placed)
    }

    /// The field sizes that usually pay so many places. Four are paid from 16 runners on, but most fields are smaller.
    private static func sizes(_ places: Int) -> ClosedRange<Int> {
        switch places {
        case 2: 5...7
        case 3: 8...Int.max
        default: 12...Int.max
        }
    }

    /// Newton's method. The likelihood is concave: with the constant of each race determined by the number of places,
    /// its second derivatives are covariances within the races.
    private static func fit(_ fields: [Field], places: Int) -> PlaceCalibration {
        var slope = 1.0
        var curvature = 0.0
        var constants = [Double](repeating: 0, count: fields.count)
        for _ in 0..<50 {
            var gradient = (0.0, 0.0)
            var information = (0.0, 0.0, 0.0)
            for (index, field) in fields.enumerated() {
                let scores = field.logits.map { slope * $0 + curvature * $0 * $0 }
                constants[index] = constant(scores, places: Double(places), from: constants[index])
                let moments = Moments(field.logits, scores, field.placed, constant: constants[index])
                gradient.0 += moments.gradient.0
                gradient.1 += moments.gradient.1
                information.0 += moments.information.0
                information.1 += moments.information.1
                information.2 += moments.information.2
            }
            let determinant = information.0 * information.2 - information.1 * information.1
            guard determinant > 1e-9 else { return .identity }
            let steps = (
                (information.2 * gradient.0 - information.1 * gradient.1) / determinant,
                (information.0 * gradient.1 - information.1 * gradient.0) / determinant
            )
            slope += steps.0
            curvature += steps.1
            if abs(steps.0) < 1e-9, abs(steps.1) < 1e-9 { break }
        }
        let fitted = PlaceCalibration(slope: slope, curvature: curvature)
        return slope > 0 && slope.isFinite && curvature.isFinite ? fitted : .identity
    }

    /// The constant at which the probabilities of a race sum to the number of places, by Newton's method.
    private static func constant(_ scores: [Double], places: Double, from start: Double) -> Double {
        var constant = start
        for _ in 0..<50 {
            let p = scores.map { 1 / (1 + exp(-constant - $0)) }
            let slope = p.reduce(0) { $0 + $1 * (1 - $1) }
            // A step of more than 2 leaves the range in which the sum is nearly linear.
            let step = min(2, max(-2, (places - p.reduce(0, +)) / max(slope, 1e-12)))
            constant += step
            if abs(step) < 1e-12 { break }
        }
        return constant
    }

    /// The derivatives of one race's log likelihood by slope and curvature.
    private struct Moments {
        var gradient = (0.0, 0.0)
        /// By slope twice, by both, by curvature twice; with the sign changed.
        var information = (0.0, 0.0, 0.0)

        init(_ logits: [Double], _ scores: [Double], _ placed: [Double], constant: Double) {
            var weight = 0.0
            var mean = (0.0, 0.0)
            for (index, x) in logits.enumerated() {
                let p = 1 / (1 + exp(-constant - scores[index]))
                let v = p * (1 - p)
                let z = x * x
                gradient.0 += (placed[index] - p) * x
                gradient.1 += (placed[index] - p) * z
                weight += v
                mean.0 += v * x
                mean.1 += v * z
                information.0 += v * x * x
                information.1 += v * x * z
                information.2 += v * z * z
            }
            information.0 -= mean.0 * mean.0 / weight
            information.1 -= mean.0 * mean.1 / weight
            information.2 -= mean.1 * mean.1 / weight
        }
    }
}
