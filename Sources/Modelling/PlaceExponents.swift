import Foundation

/// The exponents of discounted Harville (Lo and Bacon-Shone 1994), by maximum likelihood from who came second, third and fourth.
public enum PlaceExponents {
    /// - Returns: one exponent for each of the second, third and fourth place; 1 (Harville) for a rank that too few races show.
    public static func fit(_ probabilities: [Double], positions: [Int16], races: [TrainingRace]) -> [Double] {
        (2...4).map { rank in
            // what the rank was drawn from: the runners left when all ranks before were filled by one runner each
            let draws: [(left: [Double], chosen: Double)] = races.compactMap { race in
                let ranked = race.rows.filter { positions[$0] == Int16(rank) }
                guard ranked.count == 1, (1..<rank).allSatisfy({ r in race.rows.count { positions[$0] == Int16(r) } == 1 }) else { return nil }
                let left = race.rows.filter { positions[$0] == 0 || positions[$0] >= Int16(rank) }
                return left.count > 1 ? (left.map { log(max(probabilities[$0], 1e-12)) }, log(max(probabilities[ranked[0]], 1e-12))) : nil
            }
            guard draws.count >= 100 else { return 1 }
            func loss(_ l: Double) -> Double {
                draws.reduce(0) { total, draw in
                    let top = draw.left.max() ?? 0
                    return total - l * (draw.chosen - top) + log(draw.left.reduce(0) { $0 + exp(l * ($1 - top)) })
                }
            }
            return minimum(of: loss, from: 0.05, to: 2)
        }
    }

    /// Golden-section search of a convex function.
    private static func minimum(of f: (Double) -> Double, from low: Double, to high: Double) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (low, high)
        var (x, y) = (high - ratio * (high - low), low + ratio * (high - low))
        var (fx, fy) = (f(x), f(y))
        while high - low > 1e-7 {
            if fx < fy {
                (high, y, fy) = (y, x, fx)
                x = high - ratio * (high - low)
                fx = f(x)
            } else {
                (low, x, fx) = (x, y, fy)
                y = low + ratio * (high - low)
                fy = f(y)
            }
        }
        return (low + high) / 2
    }
}
