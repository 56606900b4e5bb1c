import Foundation

/// Place probabilities from win probabilities by the discounted Harville model (Lo and Bacon-Shone 1994).
///
/// Given the runners in the ranks before, P(j is next) = p_j^l / sum of p_k^l over the others, with an exponent l for
/// each rank. With l = 1 for all ranks this is Harville (1973).
public enum PlaceProbability {
    /// Returns the probability that each runner finishes within the places.
    ///
    /// The result is exact: it sums over the runners in the ranks before. The cost is cubic in the number of runners
    /// for both three and four places.
    ///
    /// - Parameters:
    ///   - win: One win probability per runner; they sum to 1.
    ///   - places: The number of places paid, 1 to 4.
    ///   - exponents: The exponents of the second, third and fourth rank.
    /// - Returns: One probability per runner. They sum to the smaller of `places` and the number of runners.
    /// - Throws: `BettingError` if `places` is not 1 to 4, if exponents are missing, or if a probability is invalid.
    public static func place(win: [Double], places: Int, exponents: [Double] = [1, 1, 1]) throws(BettingError)
        -> [Double]
    {
        try validate(win: win, places: places, exponents: exponents)
        let n = win.count
        if places >= n { return win.map { _ in 1 } }
        var result = win
        if places == 1 { return result }
        let powers = exponents.prefix(places - 1).map { l in win.map { pow($0, l) } }
        let sums = powers.map { $0.reduce(0, +) }

        let second = powers[0]
        let secondSum = sums[0]
        var weights = [Double](repeating: 0, count: n)
        for i in 0..<n where win[i] > 0 {
            let leftOfSecond = secondSum - second[i]
            guard leftOfSecond > 0 else { continue }
            for j in 0..<n where j != i {
                let firstTwo = win[i] * second[j] / leftOfSecond
                result[j] += firstTwo
                guard places > 2, firstTwo > 0 else { continue }
                let third = powers[1]
                let leftOfThird = sums[1] - powers[1][i] - powers[1][j]
                guard leftOfThird > 0 else { continue }
                let step = firstTwo / leftOfThird
                guard places > 3 else {
                    for k in 0..<n where k != i && k != j { result[k] += step * third[k] }
                    continue
                }
                let fourth = powers[2]
                let leftOfFourth = sums[2] - powers[2][i] - powers[2][j]
                for k in 0..<n {
                    let left = leftOfFourth - fourth[k]
                    guard k != i, k != j, step * third[k] > 0 else {
                        weights[k] = 0
                        continue
                    }
                    result[k] += step * third[k]
                    weights[k] = left > 0 ? step * third[k] / left : 0
                }
                addFourth(fourth, weights: weights, excluding: (i, j), to: &result)
            }
        }
        return result
    }

    private static func validate(win: [Double], places: Int, exponents: [Double]) throws(BettingError) {
        guard (1...4).contains(places) else { throw BettingError("\(places) places: only 1 to 4 can be priced") }
        guard exponents.count >= places - 1 else {
            throw BettingError("\(exponents.count) exponents for \(places) places: \(places - 1) are needed")
        }
        guard win.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw BettingError("a win probability is negative or not a number")
        }
    }

    /// Adds the probabilities of the fourth rank, given the first two runners.
    ///
    /// Runner l can be fourth behind any third but itself. Summing the weights before and after l avoids the
    /// cancellation in subtracting its own weight from the total.
    private static func addFourth(
        _ fourth: [Double],
        weights: [Double],
        excluding firstTwo: (Int, Int),
        to result: inout [Double]
    ) {
        var before = 0.0
        for l in fourth.indices {
            if l != firstTwo.0, l != firstTwo.1 { result[l] += before * fourth[l] }
            before += weights[l]
        }
        var after = 0.0
        for l in fourth.indices.reversed() {
            if l != firstTwo.0, l != firstTwo.1 { result[l] += after * fourth[l] }
            after += weights[l]
        }
    }
}
