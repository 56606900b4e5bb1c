import Foundation
import Racing
import Randomness

/// The exchange market of a simulated race: one entry per runner.
struct SimulatedMarket {
    /// Seconds before the off at which prices are quoted.
    private static let quoteLeads = [21_600, 10_800, 7200, 3600, 1800, 1200, 900, 600, 300, 120, 60, 30, 0]

    private(set) var bsp: [Double?]
    private(set) var morning: [Double?]
    private(set) var quotes: [[(at: Instant, odds: Double, volume: Double)]]

    /// Draws prices around the true probabilities, with an error that shrinks towards the off, a favourite-longshot
    /// bias and an overround.
    ///
    /// - Parameters:
    ///   - truth: One win probability per runner; 0 for a withdrawn one, which gets no price.
    ///   - off: The instant of the off.
    ///   - hasPath: Whether to draw a price path besides the morning price and BSP.
    init(
        truth: [Double],
        off: Instant,
        hasPath: Bool,
        settings: SimulationSettings,
        random: inout SplitMix64
    ) {
        let closingErrors = truth.map { _ in random.normal() * settings.closingError }
        let earlyVariance =
            settings.morningError * settings.morningError - settings.closingError * settings.closingError
        let earlyErrors = truth.map { _ in random.normal() * earlyVariance.squareRoot() }
        func odds(earlyShare: Double) -> [Double?] {
            let views = truth.indices.map { runner -> Double in
                guard truth[runner] > 0 else { return 0 }
                let closing = log(truth[runner]) / settings.favouriteLongshot + closingErrors[runner]
                return exp(closing + earlyShare * earlyErrors[runner])
            }
            let sum = views.reduce(0, +)
            return views.map { view in
                guard view > 0 else { return nil }
                let price = max(1.02, min(800, sum / (view * settings.overround)))
                return (price * 100).rounded() / 100
            }
        }
        bsp = odds(earlyShare: 0)
        morning = odds(earlyShare: 1)
        quotes = truth.map { _ in [] }
        guard hasPath else { return }
        for (index, lead) in Self.quoteLeads.enumerated() {
            let prices = odds(earlyShare: Double(lead) / Double(lead + 3600))
            for runner in truth.indices {
                guard let price = prices[runner] else { continue }
                let volume = (truth[runner] * 40_000 * Double(index + 1) / Double(Self.quoteLeads.count)).rounded()
                quotes[runner].append((off.advanced(bySeconds: -Double(lead)), price, volume))
            }
        }
    }
}
