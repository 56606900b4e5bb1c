import Foundation

/// The chance to finish among the first k, from win probabilities: discounted Harville (Lo and Bacon-Shone 1994).
///
/// After the ranks already filled, P(j next) = p_j^l / sum of p_k^l over those left, with an exponent l per rank; l = 1 is Harville (1973).
public enum PlaceProbability {
    /// Exact, by summing over which runners fill the places before: 40 runners and 4 places take some milliseconds.
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
        for i in 0..<n where win[i] > 0 {
            let leftOfSecond = secondSum - second[i]
            guard leftOfSecond > 0 else { continue }
            for j in 0..<n where j != i {
                let first2 = win[i] * second[j] / leftOfSecond
                result[j] += first2
                guard places > 2, first2 > 0 else { continue }
                let (third, leftOfThird) = (powers[1], sums[1] - powers[1][i] - powers[1][j])
                guard leftOfThird > 0 else { continue }
                for k in 0..<n where k != i && k != j {
                    let first3 = first2 * third[k] / leftOfThird
                    result[k] += first3
                    guard places > 3, first3 > 0 else { continue }
                    let fourth = powers[2]
                    let left = sums[2] - fourth[i] - fourth[j] - fourth[k]
                    guard left > 0 else { continue }
                    for l in 0..<n where l != i && l != j && l != k { result[l] += first3 * fourth[l] / left }
                }
            }
        }
        return result
    }
}
