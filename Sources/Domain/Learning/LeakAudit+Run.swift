import Features
import LightGBM
import Modeling
import Racing
import Randomness

extension LeakAudit {
    /// Permutes the results, rebuilds the features, trains on the earlier races and tests on the later ones.
    ///
    /// Blocks for the whole training: do not call it on the cooperative thread pool.
    ///
    /// - Parameters:
    ///   - book: the form book with the true results.
    ///   - testShare: the share of the races, the latest ones, to test on.
    ///   - plant: a leak to add to the features.
    ///   - isCancelled: polled during training; `true` ends it with an error.
    ///   - onProgress: receives the current stage and the completed share, 0 to 1.
    /// - Throws: `ModelingError` if there are too few races, `LightGBMError` if LightGBM fails or training is
    ///   cancelled.
    public init(
        _ book: FormBook,
        _ set: FeatureSet,
        from first: CalendarDay,
        through last: CalendarDay,
        seed: UInt64 = 1,
        testShare: Double = 0.25,
        plant: Plant? = nil,
        threads: Int,
        isCancelled: @escaping @Sendable () -> Bool = { false },
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) throws {
        onProgress("permuting results", 0)
        let permuted = Self.permuted(book, through: last, seed: seed)
        var data = try TrainingSet(
            permuted,
            set,
            from: first,
            through: last,
            isCancelled: isCancelled
        ) { done, total in
            onProgress("features", 0.3 * Double(done) / Double(max(total, 1)))
        }
        if let plant { data = data.planting(plant, from: permuted) }
        let split = Int(Double(data.races.count) * (1 - testShare))
        guard split > 100, data.races.count - split > 30 else {
            throw ModelingError(
                "\(data.races.count) races from \(first) to \(last) are too few for a leak audit: "
                    + "more than 100 are needed for training and more than 30 for the test"
            )
        }
        var plan = TrainingPlan.standard(.raceSoftmax, threads: threads, fast: true)
        plan.forwardSeasons = 1
        let trainer = ModelTrainer(plan, isCancelled: isCancelled) { stage, share in
            onProgress(stage, 0.3 + 0.7 * share)
        }
        let test = data.taking(Array(split..<data.races.count))
        // Releases the rows of all races, which training does not need a second time.
        data = data.taking(Array(0..<split))
        let bundle = try trainer.train(data, name: "audit", version: "1")
        try self.init(testing: bundle, on: test)
    }

    private init(testing bundle: ModelBundle, on test: TrainingSet) throws {
        let predictor = try Predictor(bundle)
        var probabilities: [Double] = []
        for race in test.races { probabilities += try predictor.race(test.matrix.rows(at: Array(race.rows))) }
        let shares = test.winShares
        let uniform = test.races.flatMap { race in race.rows.map { _ in 1 / Double(race.rows.count) } }
        let uniformLosses = RaceMetrics.losses(uniform, shares, test.races)
        let modelLosses = RaceMetrics.losses(probabilities, shares, test.races)
        let gains = zip(uniformLosses, modelLosses).map { $0 - $1 }
        self.init(
            races: test.races.count,
            uniform: RaceMetrics.mean(uniformLosses),
            model: RaceMetrics.mean(modelLosses),
            gain: RaceMetrics.mean(gains),
            gainSE: RaceMetrics.standardError(gains)
        )
    }

    /// The form book with whole result records permuted among the starters of each race.
    private static func permuted(_ book: FormBook, through last: CalendarDay, seed: UInt64) -> FormBook {
        var random = SplitMix64(seed: seed)
        return FormBook(
            book.races(from: .earliest, through: last).map { race, runners in
                var results = book.labels(of: race.raceID, on: race.day)
                results.shuffle(using: &random)
                return (race, zip(runners, results).map { ($0, $1) })
            }
        )
    }
}

extension TrainingSet {
    /// The set with the planted leak as a further column.
    fileprivate func planting(_ plant: LeakAudit.Plant, from book: FormBook) -> TrainingSet {
        var values: [Float] = []
        values.reserveCapacity(matrix.rows * (matrix.columns + 1))
        for race in races {
            let results = book.labels(of: race.raceID, on: race.day)
            // Relative to the race's mean, like a speed figure relative to par.
            let isTimed = results.contains { !$0.seconds.isNaN }
            let leak = results.map { result in
                isTimed ? Float(result.seconds) : Float(result.position > 0 ? Int(result.position) : results.count)
            }
            let known = leak.filter { !$0.isNaN }
            let mean = known.reduce(0, +) / Float(known.count)
            for (index, row) in race.rows.enumerated() {
                values += matrix.values[row * matrix.columns..<(row + 1) * matrix.columns]
                values.append(leak[index] - mean)
            }
        }
        return TrainingSet(
            featureNames: featureNames + [plant.rawValue],
            featureSetVersion: featureSetVersion,
            featureSetHash: "planted",
            matrix: LightGBMMatrix(values, columns: matrix.columns + 1),
            races: races,
            positions: positions,
            odds: odds
        )
    }
}
