import Foundation

/// The SplitMix64 generator (Steele, Lea and Flood 2014). The same seed gives the same values on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform on the open interval (0, 1).
    public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// Standard normal, by the Box-Muller transform.
    public mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }

    /// Standard Gumbel. Sorting scores perturbed by Gumbel noise draws an order from the Plackett-Luce model.
    public mutating func gumbel() -> Double { -log(-log(uniform())) }

    /// Uniform on `0..<count`; the modulo bias is below `count` / 2^64.
    public mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
