import Foundation

/// The chance to finish among the first k, from win probabilities: discounted Harville (Lo and Bacon-Shone 1994).
///
/// After the ranks already filled, P(j next) = p_j^l / sum of p_k^l over those left, with an exponent l per rank; l = 1 is Harville (1973).
public enum PlaceProbability {
    /// Exact, by summing over which runners fill the places before; in time by the third power of the field for three places and for four.
    ///
    /// - Parameters:
    ///   - win: win probabilities that add up to 1.
    ///   - places: 1 to 4 places paid.
    ///   - exponents: for the second, third and fourth rank.
    /// - Returns: one probability per runner; over the field they add up to the number of places, or to the field where that is smaller.
    public static func place(win: [Double], places: Int, exponents: [Double] = [1, 1, 1]) throws(BettingError) -> [Double] {
        guard (1...4).contains(places) else { throw BettingError("\(places) places: 1 to 4 can be priced") }
        guard exponents.count >= places - 1 else { throw BettingError("\(exponents.count) exponents for \(places) places") }
        guard win.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw BettingError("a win probability is negative or not a number") }
        let n = win.count
        if places >= n { return win.map { _ in 1 } }
        var result = win
        if places == 1 { return result }
        let powers = exponents.prefix(places - 1).map { l in win.map { pow($0, l) } }
        let sums = powers.map { $0.reduce(0, +) }

        let (second, secondSum) = (powers[0], sums[0])
        var weights = [Double](repeating: 0, count: n)
        for i in 0..<n where win[i] > 0 {
            let leftOfSecond = secondSum - second[i]
            guard leftOfSecond > 0 else { continue }
            for j in 0..<n where j != i {
                let first2 = win[i] * second[j] / leftOfSecond
                result[j] += first2
                guard places > 2, first2 > 0 else { continue }
                let (third, leftOfThird) = (powers[1], sums[1] - powers[1][i] - powers[1][j])
                guard leftOfThird > 0 else { continue }
                let step = first2 / leftOfThird
                guard places > 3 else {
                    for k in 0..<n where k != i && k != j { result[k] += step * third[k] }
                    continue
                }
                let (fourth, leftOfFourth) = (powers[2], sums[2] - powers[2][i] - powers[2][j])
                for k in 0..<n {
                    let left = leftOfFourth - fourth[k]
                    guard k != i, k != j, step * third[k] > 0 else {
                        weights[k] = 0
                        continue
                    }
                    result[k] += step * third[k]
                    weights[k] = left > 0 ? step * third[k] / left : 0
                }
                // l is fourth behind any third but itself: the weights before it and after it, which loses nothing to a difference of large sums
                var (before, after) = (0.0, 0.0)
                for l in 0..<n {
                    if l != i, l != j { result[l] += before * fourth[l] }
                    before += weights[l]
                }
                for l in (0..<n).reversed() {
                    if l != i, l != j { result[l] += after * fourth[l] }
                    after += weights[l]
                }
            }
        }
        return result
    }
}
