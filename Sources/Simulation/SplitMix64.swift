import Foundation

/// A small generator whose stream depends on the seed alone (Steele, Lea and Flood 2014): same seed, same bytes, on any machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform on (0, 1).
    mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992 }
    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    /// Standard Gumbel: the largest of many, which makes the order of finish a Plackett-Luce draw.
    mutating func gumbel() -> Double { -log(-log(uniform())) }
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
