/// A linear score of the starters of a race, from columns standardised within the race.
///
/// A column counts by its difference from the race's mean, in standard deviations of such differences, limited to 4;
/// a missing value counts as the mean. For a column that is often missing, the fact itself counts too.
public struct ConditionalLogit: Sendable, Codable, Equatable {
    public struct Term: Sendable, Codable, Equatable {
        /// The column in the feature set.
        public let column: Int
        /// The standard deviation of the differences from the race's mean, over the training rows.
        public let deviation: Double
        public var weight: Double
        /// The same of the flag "missing"; `nil` if the column is rarely missing.
        public var missing: MissingFlag?

        package init(column: Int, deviation: Double, weight: Double = 0, missing: MissingFlag? = nil) {
            self.column = column
            self.deviation = deviation
            self.weight = weight
            self.missing = missing
        }
    }

    public struct MissingFlag: Sendable, Codable, Equatable {
        public let deviation: Double
        public var weight: Double

        package init(deviation: Double, weight: Double = 0) {
            self.deviation = deviation
            self.weight = weight
        }
    }

    public var terms: [Term]

    package init(terms: [Term]) { self.terms = terms }

    /// The largest standardised difference that counts.
    package static let limit = 4.0

    /// The number of weights: one for each term, and one for each flag.
    package var width: Int { terms.reduce(0) { $0 + ($1.missing == nil ? 1 : 2) } }

    /// The weights in the order of `inputs`.
    package var weights: [Double] {
        get { terms.flatMap { [$0.weight] + ($0.missing.map { [$0.weight] } ?? []) } }
        set {
            var next = 0
            for index in terms.indices {
                terms[index].weight = newValue[next]
                next += 1
                guard terms[index].missing != nil else { continue }
                terms[index].missing?.weight = newValue[next]
                next += 1
            }
        }
    }

    /// Calls `body` with each standardised input of one race.
    ///
    /// - Parameters:
    ///   - values: the features of the race, row-major.
    ///   - body: receives the row, the number of the weight, the number of the term, and the input.
    package func inputs(
        _ values: ArraySlice<Float>,
        columns: Int,
        _ body: (_ row: Int, _ weight: Int, _ term: Int, _ input: Double) -> Void
    ) {
        let rows = values.count / columns
        values.withUnsafeBufferPointer { values in
            var weight = 0
            for (index, term) in terms.enumerated() {
                var sum = 0.0
                var known = 0
                for row in 0..<rows {
                    let value = values[row * columns + term.column]
                    guard !value.isNaN else { continue }
                    sum += Double(value)
                    known += 1
                }
                let mean = known > 0 ? sum / Double(known) : 0
                let missing = 1 - Double(known) / Double(rows)
                for row in 0..<rows {
                    let value = values[row * columns + term.column]
                    let difference = value.isNaN ? 0 : (Double(value) - mean) / term.deviation
                    body(row, weight, index, min(max(difference, -Self.limit), Self.limit))
                    if let flag = term.missing {
                        body(row, weight + 1, index, ((value.isNaN ? 1 : 0) - missing) / flag.deviation)
                    }
                }
                weight += term.missing == nil ? 1 : 2
            }
        }
    }

    /// The scores of one race's starters.
    public func scores(_ values: ArraySlice<Float>, columns: Int) -> [Double] {
        var scores = [Double](repeating: 0, count: values.count / columns)
        let weights = weights
        inputs(values, columns: columns) { row, weight, _, input in scores[row] += weights[weight] * input }
        return scores
    }

    /// What each column adds to the score of each starter: row-major, exact.
    public func contributions(_ values: ArraySlice<Float>, columns: Int) -> [Double] {
        var contributions = [Double](repeating: 0, count: values.count)
        let weights = weights
        inputs(values, columns: columns) { row, weight, term, input in
            contributions[row * columns + terms[term].column] += weights[weight] * input
        }
        return contributions
    }

    /// Whether a decoded model can score rows of `columns` values.
    func isUsable(columns: Int) -> Bool {
        terms.allSatisfy { term in
            (0..<columns).contains(term.column) && term.deviation > 0 && term.weight.isFinite
                && (term.missing.map { $0.deviation > 0 && $0.weight.isFinite } ?? true)
        }
    }
}
