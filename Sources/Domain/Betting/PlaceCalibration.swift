import Foundation

/// Calibrates place probabilities: logit p' = c + slope x + curvature x², with x = logit p and the constant c of the
/// race at which the probabilities sum to the number of places.
///
/// Discounted Harville gives both favourites and outsiders too many places: a favourite that is beaten has often run
/// below its form, and then it is not placed either. A negative curvature corrects both.
public struct PlaceCalibration: Sendable, Codable, Equatable {
    public let slope: Double
    public let curvature: Double

    public init(slope: Double, curvature: Double) {
        self.slope = slope
        self.curvature = curvature
    }

    /// Changes nothing.
    public static let identity = PlaceCalibration(slope: 1, curvature: 0)

    /// The place probabilities nearest to 0 and 1 that are told apart.
    private static let limit = 1e-9

    /// The logit of a place probability.
    public static func logit(_ p: Double) -> Double {
        let inside = min(max(p, limit), 1 - limit)
        return log(inside / (1 - inside))
    }

    /// - Parameters:
    ///   - place: The place probability of each runner; they sum to `places`.
    ///   - win: The win probability of each runner. No place probability falls below it.
    ///   - places: The number of places paid.
    /// - Returns: One probability per runner. They sum to `places`, and their order is that of `place`.
    public func callAsFunction(_ place: [Double], win: [Double], places: Int) -> [Double] {
        guard places < place.count, self != .identity else { return place }
        let scores = place.map { score(Self.logit($0)) }
        func probabilities(_ constant: Double) -> [Double] {
            zip(scores, win).map { max(1 / (1 + exp(-constant - $0)), $1) }
        }
        var low = -60.0
        var high = 60.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if probabilities(middle).reduce(0, +) < Double(places) { low = middle } else { high = middle }
        }
        return probabilities((low + high) / 2)
    }

    /// The curve is a parabola: beyond its vertex it stays level, so that the order of the runners is kept.
    private func score(_ logit: Double) -> Double {
        let vertex = -slope / (2 * curvature)
        let x = curvature < 0 ? min(logit, vertex) : curvature > 0 ? max(logit, vertex) : logit
        return slope * x + curvature * x * x
    }
}
