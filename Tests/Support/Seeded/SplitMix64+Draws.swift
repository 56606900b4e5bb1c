import Foundation
import Randomness

extension SplitMix64 {
    /// Win probabilities of a field of `count` runners, some of them long shots. They sum to 1.
    public mutating func probabilities(_ count: Int) -> [Double] {
        let strengths = (0..<count).map { _ in exp(normal()) }
        let sum = strengths.reduce(0, +)
        return strengths.map { $0 / sum }
    }

    /// A random permutation of `0..<count`.
    public mutating func shuffled(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, below(index + 1)) }
        return order
    }
}
