import Foundation

/// The exponents of discounted Harville (Lo and Bacon-Shone 1994), fitted by maximum likelihood to the runners that
/// finished second, third and fourth.
public enum PlaceExponents {
    /// The runners from which one rank was drawn, as log probabilities.
    private struct Draw {
        let remaining: [Double]
        let chosen: Double
    }

    /// - Parameters:
    ///   - probabilities: win probabilities, one per row.
    ///   - positions: finishing positions, one per row; 0 without a position.
    /// - Returns: one exponent each for the second, third and fourth place; 1 (plain Harville) for a rank with fewer
    ///   than 100 races.
    public static func fit(_ probabilities: [Double], positions: [Int16], races: [TrainingRace]) -> [Double] {
        (2...4).map { rank in
            let draws = races.compactMap { draw(rank, probabilities, positions, $0) }
            guard draws.count >= 100 else { return 1 }
            func loss(_ l: Double) -> Double {
                draws.reduce(0) { total, draw in
                    let top = draw.remaining.max() ?? 0
                    return total - l * (draw.chosen - top) + log(draw.remaining.reduce(0) { $0 + exp(l * ($1 - top)) })
                }
            }
            return minimum(of: loss, from: 0.05, to: 2)
        }
    }

    /// - Returns: `nil` if a rank up to `rank` is empty or tied, or fewer than two runners remain.
    private static func draw(
        _ rank: Int,
        _ probabilities: [Double],
        _ positions: [Int16],
        _ race: TrainingRace
    ) -> Draw? {
        let ranked = race.rows.filter { positions[$0] == Int16(rank) }
        guard ranked.count == 1,
            (1..<rank).allSatisfy({ earlier in race.rows.count { positions[$0] == Int16(earlier) } == 1 })
        else { return nil }
        let remaining = race.rows.filter { positions[$0] == 0 || positions[$0] >= Int16(rank) }
        guard remaining.count > 1 else { return nil }
        return Draw(
            remaining: remaining.map { log(max(probabilities[$0], 1e-12)) },
            chosen: log(max(probabilities[ranked[0]], 1e-12))
        )
    }

    /// Golden-section search for the minimum of a convex function.
    private static func minimum(of f: (Double) -> Double, from start: Double, to end: Double) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var low = start
        var high = end
        var x = high - ratio * (high - low)
        var y = low + ratio * (high - low)
        var fx = f(x)
        var fy = f(y)
        while high - low > 1e-7 {
            if fx < fy {
                high = y
                y = x
                fy = fx
                x = high - ratio * (high - low)
                fx = f(x)
            } else {
                low = x
                x = y
                fx = fy
                y = low + ratio * (high - low)
                fy = f(y)
            }
        }
        return (low + high) / 2
    }
}
