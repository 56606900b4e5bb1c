import Racing

/// The features of one race: one row for each starter, in the order of the card.
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
    ///   - runners: the declared field, without withdrawn runners.
    ///   - horizon: the first day whose results must not be seen: the day of the race or of the request, whichever is
    ///     earlier.
    public func build(_ race: RaceFacts, _ runners: ArraySlice<RunnerFacts>, book: FormBook, horizon: CalendarDay)
        -> FeatureMatrix
    {
        precondition(horizon <= race.day, "the horizon is after the race")
        let width = features.count
        let values = [Float](unsafeUninitializedCapacity: runners.count * width) { values, count in
            values.initialize(repeating: .nan)
            count = values.count
            // The contexts point into the book.
            withExtendedLifetime(book.storage) {
                let common = RaceContext(race, runners, book: book.storage, before: horizon)
                var pasts: [HorsePast] = []
                for (row, runner) in runners.enumerated() {
                    let context = StarterContext(common, runner, book: book.storage)
                    for index in starterColumns.indices {
                        values[row * width + starterColumns[index].column] = starterColumns[index].value(context)
                    }
                    if !formColumns.isEmpty { pasts.append(context.past) }
                }
                if !formColumns.isEmpty {
                    buildForm(race, runners, pasts, book: book.storage, before: horizon, into: values)
                }
            }
            for column in comparedColumns { column.compare(values, rows: runners.count, width: width) }
        }
        return FeatureMatrix(values: values, columns: width)
    }

    public func build(_ race: RaceFacts, _ runners: [RunnerFacts], book: FormBook, horizon: CalendarDay)
        -> FeatureMatrix
    {
        build(race, runners[...], book: book, horizon: horizon)
    }
}
