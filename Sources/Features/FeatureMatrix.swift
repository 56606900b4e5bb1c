import Racing

/// The features of one race: a row per starter, in the order of the card.
public struct FeatureMatrix: Sendable, Equatable {
    /// Row-major; NaN is "missing".
    public let values: [Float]
    public let columns: Int
    public var rows: Int { columns == 0 ? 0 : values.count / columns }

    public func row(_ index: Int) -> ArraySlice<Float> { values[index * columns..<(index + 1) * columns] }
}

extension FeatureSet {
    /// Builds one race. Batch and live call this same function, so they agree to the bit.
    ///
    /// - Parameters:
    ///   - runners: the field as known; withdrawn runners are not in it.
    ///   - horizon: the first day whose results must not be seen: the earlier of the race's day and that of the request.
    public func build(_ race: RaceFacts, _ runners: ArraySlice<RunnerFacts>, book: FormBook, horizon: CalendarDay) -> FeatureMatrix {
        precondition(horizon <= race.day, "the horizon is after the race")
        let width = features.count
        let values = [Float](unsafeUninitializedCapacity: runners.count * width) { values, count in
            values.initialize(repeating: .nan)
            count = values.count
            // the contexts point into the book
            withExtendedLifetime(book.storage) {
                let common = RaceContext(race, runners, book: book.storage, before: horizon)
                for (row, runner) in runners.enumerated() {
                    let context = StarterContext(common, runner, book: book.storage)
                    for index in starterColumns.indices { values[row * width + starterColumns[index].column] = starterColumns[index].value(context) }
                }
            }
            for column in comparedColumns { column.compare(values, rows: runners.count, width: width) }
        }
        return FeatureMatrix(values: values, columns: width)
    }

    public func build(_ race: RaceFacts, _ runners: [RunnerFacts], book: FormBook, horizon: CalendarDay) -> FeatureMatrix {
        build(race, runners[...], book: book, horizon: horizon)
    }
}

/// Where a feature's value goes.
struct StarterColumn: Sendable {
    let column: Int
    let value: @Sendable (borrowing StarterContext) -> Float
}

/// Where a column's comparisons within the race go; -1: not asked for.
struct ComparedColumn: Sendable {
    let source: Int
    var rank = -1
    var diff = -1
    var z = -1

    /// The three comparisons of one column of row-major values. A value that is missing stays missing in all of them.
    func compare(_ values: UnsafeMutableBufferPointer<Float>, rows: Int, width: Int) {
        // filled up with NaN, which is above, below and equal to nothing
        withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: (rows + 7) / 8) { field in
            field.initialize(repeating: SIMD8(repeating: .nan))
            var (sum, known): (Float, Float) = (0, 0)
            for row in 0..<rows {
                let value = values[row * width + source]
                field[row / 8][row % 8] = value
                guard !value.isNaN else { continue }
                sum += value
                known += 1
            }
            guard known > 0 else { return }
            let mean = sum / known
            var squares: Float = 0
            for row in 0..<rows where !field[row / 8][row % 8].isNaN {
                let difference = field[row / 8][row % 8] - mean
                squares += difference * difference
            }
            let deviation = known > 1 ? (squares / (known - 1)).squareRoot() + 1e-6 : .infinity
            for row in 0..<rows {
                let value = field[row / 8][row % 8]
                guard !value.isNaN else { continue }
                if diff >= 0 { values[row * width + diff] = value - mean }
                if z >= 0 { values[row * width + z] = (value - mean) / deviation }
                guard rank >= 0 else { continue }
                // ties share the mean of their ranks
                var (above, equal) = (SIMD8<Int32>.zero, SIMD8<Int32>.zero)
                for rivals in field {
                    above.replace(with: above &+ 1, where: rivals .> value)
                    equal.replace(with: equal &+ 1, where: rivals .== value)
                }
                values[row * width + rank] = (Float(above.wrappedSum()) + Float(equal.wrappedSum() + 1) / 2) / Float(rows)
            }
        }
    }
}
