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
    public func build(_ race: RaceFacts, _ runners: [RunnerFacts], book: FormBook, horizon: CalendarDay) -> FeatureMatrix {
        precondition(horizon <= race.day, "the horizon is after the race")
        let width = features.count
        var values = [Float](repeating: .nan, count: runners.count * width)
        let weights = runners.map(\.pounds).filter { !$0.isNaN }
        let meanPounds = weights.isEmpty ? .nan : weights.reduce(0, +) / Float(weights.count)
        for (row, runner) in runners.enumerated() {
            let context = StarterContext(race, runner, fieldSize: runners.count, meanPounds: meanPounds, book: book, before: horizon)
            for (column, feature) in features.enumerated() {
                if case .starter(let value) = feature.value { values[row * width + column] = value(context) }
            }
        }
        for (column, feature) in features.enumerated() {
            guard case .field(let comparison, let base) = feature.value, let source = columns[base] else { continue }
            let compared = comparison.of((0..<runners.count).map { values[$0 * width + source] })
            for row in runners.indices { values[row * width + column] = compared[row] }
        }
        return FeatureMatrix(values: values, columns: width)
    }
}

extension Feature.Comparison {
    func of(_ column: [Float]) -> [Float] {
        let known = column.filter { !$0.isNaN }
        guard !known.isEmpty else { return column }
        switch self {
        case .rank:
            // ties share the mean of their ranks
            return column.map { value in
                guard !value.isNaN else { return .nan }
                let (above, equal) = (known.count { $0 > value }, known.count { $0 == value })
                return (Float(above) + Float(equal + 1) / 2) / Float(column.count)
            }
        case .diff:
            let mean = known.reduce(0, +) / Float(known.count)
            return column.map { $0 - mean }
        case .z:
            guard known.count > 1 else { return column.map { $0.isNaN ? .nan : 0 } }
            let mean = known.reduce(0, +) / Float(known.count)
            let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(known.count - 1)
            return column.map { ($0 - mean) / (variance.squareRoot() + 1e-6) }
        }
    }
}
