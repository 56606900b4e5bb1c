import Foundation

/// A generator whose stream depends on the seed alone, so that a failing case can be drawn again (Steele, Lea and Flood 2014).
public struct SplitMix64 {
    private var state: UInt64

    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Within (0, 1).
    public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }
    public mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    public mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }

    /// Win probabilities of a field, some of them long shots; they add up to 1.
    public mutating func probabilities(_ count: Int) -> [Double] {
        let raw = (0..<count).map { _ in exp(normal()) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    public mutating func shuffled(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, below(index + 1)) }
        return order
    }
}
