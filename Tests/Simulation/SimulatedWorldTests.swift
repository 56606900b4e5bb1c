import Betting
import Foundation
import Modeling
import Racing
import Simulation
import Testing

/// Checks that measurements in a simulated world recover the planted truth.
@Suite struct SimulatedWorldTests {
    private static func races(
        seed: UInt64 = 5,
        seasons: Int = 2,
        _ change: (inout SimulationSettings) -> Void = { _ in }
    ) -> [SimulatedRace] {
        var settings = SimulationSettings()
        settings.seed = seed
        settings.seasons = seasons
        change(&settings)
        var races: [SimulatedRace] = []
        var simulator = Simulator(settings)
        simulator.run { races.append($0) }
        return races
    }
    private static let world = races(seasons: 6)

    @Test func `equal seeds give equal worlds`() {
        let first = Self.races()
        #expect("\(first)" == "\(Self.races())")
        #expect("\(first)" != "\(Self.races(seed: 6))")
    }

    @Test func `the true probabilities are calibrated`() {
        var bins = [(predicted: Double, won: Double, variance: Double)](repeating: (0, 0, 0), count: 10)
        for race in Self.world {
            #expect(abs(race.runners.reduce(0) { $0 + $1.truth } - 1) < 1e-9)
            let winners = race.runners.filter { $0.position == "1" }
            #expect((1...2).contains(winners.count))
            for runner in race.runners where runner.position != "NR" {
                let bin = min(9, Int(runner.truth * 20))
                bins[bin].predicted += runner.truth
                bins[bin].won += runner.position == "1" ? 1 / Double(winners.count) : 0
                bins[bin].variance += runner.truth * (1 - runner.truth)
            }
        }
        // Pulling up does not depend on ability, which shifts the true probabilities by about one per cent.
        for (index, bin) in bins.enumerated() where bin.variance > 5 {
            #expect(
                abs(bin.won - bin.predicted) < 4 * bin.variance.squareRoot() + 0.02 * bin.predicted,
                "bin \(index): \(bin)"
            )
        }
    }

    /// In short races, low draws win more at Simford and less at Seed Park.
    @Test(arguments: [("Simford", 1.0), ("Seed Park", -1.0)])
    func `the planted draw bias is present`(course: String, sign: Double) {
        var low = 0.0
        var high = 0.0
        for race in Self.world where race.course == course && race.furlongs <= 7 {
            for runner in race.runners where runner.position == "1" {
                let relativeDraw = Double(runner.draw - 1) / Double(max(race.runners.count - 1, 1))
                if relativeDraw < 1 / 3.0 { low += 1 } else if relativeDraw > 2 / 3.0 { high += 1 }
            }
        }
        #expect(sign * (low - high) > 2 * (low + high).squareRoot(), "\(low) winners from low draws, \(high) from high")
    }

    private struct Market {
        var truth: [Double] = []
        var closing: [Double] = []
        var shares: [Double] = []
        var races: [TrainingRace] = []

        init(_ world: [SimulatedRace]) throws {
            for race in world {
                let starters = race.runners.filter { $0.position != "NR" }
                let odds = starters.compactMap(\.bsp)
                guard odds.count == starters.count, starters.count > 1,
                    starters.count(where: { $0.position == "1" }) == 1
                else { continue }
                races.append(
                    TrainingRace(raceID: race.raceID, day: race.day, rows: truth.count..<truth.count + starters.count)
                )
                truth += starters.map(\.truth)
                closing += try Overround.power.probabilities(odds)
                shares += starters.map { $0.position == "1" ? 1 : 0 }
            }
        }
    }

    /// Blended with the truth, the market gets no weight: a = 1 and b = 0 within three standard errors.
    @Test func `a model that is the truth gets the whole weight`() throws {
        let market = try Market(Self.world)
        let blend = try MarketBlend.fit(
            model: market.truth,
            market: market.closing,
            shares: market.shares,
            races: market.races
        )
        let error = try #require(blend.aError)
        #expect(abs(blend.unconstrainedA - 1) < 3 * error, "a = \(blend.unconstrainedA) ± \(error)")
        #expect(
            abs(blend.unconstrainedB) < 3 * blend.unconstrainedBError,
            "b = \(blend.unconstrainedB) ± \(blend.unconstrainedBError)"
        )
    }

    /// If the market is the truth, a model that is the truth plus noise gets no weight.
    @Test func `a model without information gets no weight`() throws {
        let market = try Market(
            Self.races(seed: 8, seasons: 6) {
                $0.closingError = 0
                $0.favouriteLongshot = 1
            }
        )
        // The noise is a factor of 0.6 to 1.4.
        let noisy = market.truth.enumerated().map { index, p -> Double in
            let noise = Double((index &* 2_654_435_761) % 1000) / 1000
            return p * (0.6 + 0.8 * noise)
        }
        let blend = try MarketBlend.fit(
            model: normalised(noisy, market.races),
            market: market.closing,
            shares: market.shares,
            races: market.races
        )
        #expect(
            abs(blend.unconstrainedA) < 3 * blend.unconstrainedAError,
            "a = \(blend.unconstrainedA) ± \(blend.unconstrainedAError)"
        )
        #expect(
            abs(blend.unconstrainedB - 1) < 3 * blend.unconstrainedBError + 3 * abs(blend.unconstrainedA),
            "b = \(blend.unconstrainedB)"
        )
    }

    @Test func `prices have the overround, skip non-runners and converge to the truth`() throws {
        var early = 0.0
        var late = 0.0
        var count = 0
        for race in Self.world {
            for runner in race.runners {
                let hasPath =
                    runner.position != "NR"
                    && SimulationSettings().end.days(since: race.day) <= SimulationSettings().pricedDays
                #expect((runner.bsp == nil) == (runner.position == "NR") && runner.quotes.isEmpty != hasPath)
                guard runner.truth > 0, let first = runner.quotes.first, let last = runner.quotes.last else { continue }
                #expect(
                    zip(runner.quotes, runner.quotes.dropFirst()).allSatisfy { $0.at < $1.at && $0.volume <= $1.volume }
                )
                early += abs(log(first.odds * runner.truth))
                late += abs(log(last.odds * runner.truth))
                count += 1
            }
            let book = race.runners.compactMap(\.bsp).reduce(0) { $0 + 1 / $1 }
            #expect(book > 1 && book < 1.06, "race \(race.raceID): book \(book)")
        }
        #expect(
            late < 0.7 * early,
            "mean error \(late / Double(count)) at the off, \(early / Double(count)) in the morning"
        )
    }

    @Test func `withdrawals, pulled-up runners and dead heats occur at realistic rates`() {
        let runners = Self.world.flatMap(\.runners)
        func share(_ position: String) -> Double {
            Double(runners.count { $0.position == position }) / Double(runners.count)
        }
        #expect((0.012...0.028).contains(share("NR")) && (0.006...0.018).contains(share("PU")))
        let deadHeats = Self.world.count { race in race.runners.count { $0.position == "1" } == 2 }
        #expect((0.001...0.009).contains(Double(deadHeats) / Double(Self.world.count)))
    }
}
