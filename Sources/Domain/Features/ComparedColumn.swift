/// A column, and the columns of its comparisons within the race; -1 if the set does not have the comparison.
struct ComparedColumn: Sendable {
    let source: Int
    var rank = -1
    var diff = -1
    var z = -1
    var mean = -1
    var front = -1

    mutating func set(_ comparison: Feature.Comparison, to column: Int) {
        switch comparison {
        case .rank: rank = column
        case .diff: diff = column
        case .z: z = column
        case .mean: mean = column
        case .front: front = column
        }
    }

    /// Fills in the comparisons of one column of row-major values. A missing value is missing in all of them.
    func compare(_ values: UnsafeMutableBufferPointer<Float>, rows: Int, width: Int) {
        // Pad with NaN, which is neither above, below nor equal to any value.
        withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: (rows + 7) / 8) { field in
            field.initialize(repeating: SIMD8(repeating: .nan))
            var sum: Float = 0
            var known: Float = 0
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
                // Ties share the mean of their ranks.
                var above = SIMD8<Int32>.zero
                var equal = SIMD8<Int32>.zero
                for rivals in field {
                    above.replace(with: above &+ 1, where: rivals .> value)
                    equal.replace(with: equal &+ 1, where: rivals .== value)
                }
                values[row * width + rank] =
                    (Float(above.wrappedSum()) + Float(equal.wrappedSum() + 1) / 2) / Float(rows)
            }
        }
    }
}
