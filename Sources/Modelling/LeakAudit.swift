import Features
import Foundation
import LightGBM
import Racing

/// Whether a feature set can see a result that it must not see: whole result records are permuted among the starters of each race, so that nothing
/// known before a race tells its winner; the features are built again, a model is trained and tested on later races. A model that then beats 1/n by
/// more than two standard errors has read the result itself.
public struct LeakAudit: Sendable, Codable, Equatable {
    /// Tested on, after those that were trained on.
    public let races: Int
    /// Log losses per race, nats.
    public let uniform: Double
    public let model: Double
    /// uniform less model, with its paired standard error.
    public let gain: Double
    public let gainSE: Double

    public var passes: Bool { gain <= 2 * gainSE }

    /// What may be planted, to see that the audit would find it.
    public enum Plant: String, Sendable, Codable, CaseIterable {
        /// The runner's own time in the race.
        case ownTime
    }

    /// Blocks for as long as training takes: call it off the cooperative threads.
    ///
    /// - Parameters:
    ///   - book: the true results.
    ///   - testShare: the share of the races, the latest, that is tested on.
    ///   - plant: a leak to add.
    public init(
        _ book: FormBook, _ set: FeatureSet, from first: CalendarDay, through last: CalendarDay, seed: UInt64 = 1, testShare: Double = 0.25,
        plant: Plant? = nil, threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) throws {
        onProgress("permuting results", 0)
        let permuted = Self.permuted(book, through: last, seed: seed)
        var data = try TrainingSet(permuted, set, from: first, through: last, isCancelled: isCancelled) { done, all in
            onProgress("features", 0.3 * Double(done) / Double(max(all, 1)))
        }
        if let plant { data = data.planting(plant, from: permuted) }
        let split = Int(Double(data.races.count) * (1 - testShare))
        guard split > 100, data.races.count - split > 30 else {
            throw ModellingError("\(data.races.count) races from \(first) to \(last) are too few for an audit")
        }
        var plan = TrainingPlan.standard(.raceSoftmax, threads: threads, fast: true)
        plan.forwardSeasons = 1
        let trainer = ModelTrainer(plan, isCancelled: isCancelled) { stage, share in onProgress(stage, 0.3 + 0.7 * share) }
        let bundle = try trainer.train(data.taking(Array(0..<split)), name: "audit", version: "1")
        let test = data.taking(Array(split..<data.races.count))
        let predictor = try Predictor(bundle)
        var probabilities: [Double] = []
        for race in test.races { probabilities += try predictor.race(test.matrix.rows(at: Array(race.rows))) }
        let shares = test.winShares
        let even = test.races.flatMap { race in race.rows.map { _ in 1 / Double(race.rows.count) } }
        let losses = (RaceMetrics.losses(even, shares, test.races), RaceMetrics.losses(probabilities, shares, test.races))
        let gains = zip(losses.0, losses.1).map { $0 - $1 }
        races = test.races.count
        (uniform, model) = (RaceMetrics.mean(losses.0), RaceMetrics.mean(losses.1))
        (gain, gainSE) = (RaceMetrics.mean(gains), RaceMetrics.standardError(gains))
    }

    static func permuted(_ book: FormBook, through last: CalendarDay, seed: UInt64) -> FormBook {
        var random = SplitMix64(state: seed)
        return FormBook(
            book.races(from: CalendarDay(-700_000), through: last).map { race, runners in
                var results = book.labels(of: race.raceID, on: race.day)
                results.shuffle(using: &random)
                return (race, zip(runners, results).map { ($0, $1) })
            })
    }
}

extension TrainingSet {
    fileprivate func planting(_ plant: LeakAudit.Plant, from book: FormBook) -> TrainingSet {
        var values: [Float] = []
        values.reserveCapacity(matrix.rows * (matrix.columns + 1))
        for race in races {
            let results = book.labels(of: race.raceID, on: race.day)
            for (index, row) in race.rows.enumerated() {
                values += matrix.values[row * matrix.columns..<(row + 1) * matrix.columns]
                // against the race's mean, as a rate against par would be
                let times = results.map(\.seconds).filter { !$0.isNaN }
                let mean = times.isEmpty ? .nan : times.reduce(0, +) / Float(times.count)
                values.append(results[index].seconds - mean)
            }
        }
        return TrainingSet(
            featureNames: featureNames + [plant.rawValue], featureSetVersion: featureSetVersion, featureSetHash: "planted",
            matrix: LightGBMMatrix(values, columns: matrix.columns + 1), races: races, positions: positions, odds: odds)
    }
}
