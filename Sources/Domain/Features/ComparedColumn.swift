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
        FieldLanes.with(rows: rows) { field in
            var sum: Float = 0
            var known: Float = 0
            for row in 0..<rows {
                let value = values[row * width + source]
                field[row] = value
                guard !value.isNaN else { continue }
                sum += value
                known += 1
            }
            guard known > 0 else { return }
            let mean = sum / known
            var squares: Float = 0
            for row in 0..<rows where !field[row].isNaN {
                let difference = field[row] - mean
                squares += difference * difference
            }
            let deviation = known > 1 ? (squares / (known - 1)).squareRoot() + 1e-6 : .infinity
            for row in 0..<rows {
                let value = field[row]
                guard !value.isNaN else { continue }
                if diff >= 0 { values[row * width + diff] = value - mean }
                if z >= 0 { values[row * width + z] = (value - mean) / deviation }
                if rank >= 0 { values[row * width + rank] = Float(field.doubledRank(of: value)) / 2 / Float(rows) }
            }
        }
    }
}
