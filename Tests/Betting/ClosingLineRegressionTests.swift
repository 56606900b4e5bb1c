import Betting
import Foundation
import Randomness
import Reference
import Seeded
import Testing

@Suite struct ClosingLineRegressionTests {
    private func observations(_ seed: UInt64, slope: Double, races: Int = 120) -> [ClosingLineRegression.Observation] {
        var random = SplitMix64(seed: seed)
        return (0..<races).flatMap { race -> [ClosingLineRegression.Observation] in
            // A shock to the market moves all runners of a race together.
            let shock = random.uniform() * 0.2 - 0.1
            return (0..<(3 + random.below(8))).map { _ in
                let taken = 1.5 + 20 * random.uniform()
                let p = min(0.9, (0.7 + 0.6 * random.uniform()) / taken)
                let moved = slope * log(p * taken) + shock + (random.uniform() - 0.5) * 0.3
                return ClosingLineRegression.Observation(
                    race: Int64(race),
                    probability: p,
                    taken: taken,
                    closing: taken / exp(moved)
                )
            }
        }
    }

    @Test(.enabled(if: Python.isInstalled, "no Python libraries: ./setup --reference"))
    func `matches numpy`() async throws {
        let all = observations(7, slope: 0.4)
        let fit = try #require(ClosingLineRegression(all))
        let input = String(
            decoding: try JSONEncoder().encode(all.map { [Double($0.race), $0.probability, $0.taken, $0.closing] }),
            as: UTF8.self
        )
        let printed = try await Python.run(
            """
            import sys, json, numpy as np
            d = np.array(json.loads(sys.argv[1]))
            y, X = np.log(d[:, 2] / d[:, 3]), np.column_stack([np.ones(len(d)), np.log(d[:, 1] * d[:, 2])])
            b = np.linalg.lstsq(X, y, rcond=None)[0]
            e, A = y - X @ b, np.linalg.inv(X.T @ X)
            B = np.zeros((2, 2))
            for g in np.unique(d[:, 0]):
                s = X[d[:, 0] == g].T @ e[d[:, 0] == g]
                B += np.outer(s, s)
            G, n = len(np.unique(d[:, 0])), len(d)
            V = A @ B @ A * G / (G - 1) * (n - 1) / (n - 2)
            print(json.dumps([b[0], b[1], V[0, 0] ** 0.5, V[1, 1] ** 0.5]))
            """,
            input
        )
        let expected = try JSONDecoder().decode([Double].self, from: Data(printed.utf8))
        for (a, b) in zip([fit.intercept, fit.slope, fit.interceptSE, fit.slopeSE], expected) {
            #expect(abs(a - b) < 1e-9)
        }
        #expect(fit.races == 120 && fit.observations == all.count)
    }

    @Test func `recovers a planted slope within its standard errors`() throws {
        var within = 0
        for seed in UInt64(1)...60 {
            let fit = try #require(ClosingLineRegression(observations(seed, slope: 0.4)))
            within += abs(fit.slope - 0.4) <= 2 * fit.slopeSE ? 1 : 0
        }
        #expect(within >= 52, "\(within) of 60 within two standard errors")
    }

    @Test func `needs enough races and differing predictions`() {
        #expect(ClosingLineRegression([]) == nil)
        #expect(ClosingLineRegression(observations(1, slope: 0.4, races: 2)) == nil)
        #expect(
            ClosingLineRegression(observations(1, slope: 2, races: 40))?.verdict == "40 races: too few to say anything"
        )
        #expect(
            ClosingLineRegression(observations(1, slope: 0.9))?.verdict == "the closing line moved towards the model"
        )
        let same = (0..<50).map {
            ClosingLineRegression.Observation(
                race: Int64($0),
                probability: 0.25,
                taken: 4,
                closing: 4 + Double($0) / 50
            )
        }
        #expect(ClosingLineRegression(same) == nil, "there is no slope if p x taken is the same for all")
    }
}
