import Racing

/// A feature in doubles with its column in the matrix and those of its comparisons within the race.
struct FormColumn: Sendable {
    let value: @Sendable (borrowing StarterForm) -> Double
    let compared: ComparedColumn

    /// Writes a column and its comparisons.
    ///
    /// Ranks compare values of 32 bits: sums of the same numbers in another order differ in the last of 64.
    static func write(
        _ field: UnsafeBufferPointer<Double>,
        _ compared: ComparedColumn,
        to values: UnsafeMutableBufferPointer<Float>,
        width: Int
    ) {
        let rows = field.count
        FieldLanes.with(rows: rows) { lanes in
            var mean = FieldMean()
            var front = 0
            for row in 0..<rows {
                let value = field[row]
                lanes[row] = Float(value)
                values[row * width + compared.source] = Float(value)
                mean.add(value)
                if value < Self.front { front += 1 }
            }
            let centre = mean.value
            if compared.diff >= 0 {
                for row in 0..<rows { values[row * width + compared.diff] = Float(field[row] - centre) }
            }
            if compared.rank >= 0 {
                for row in 0..<rows where !field[row].isNaN {
                    let rank = Double(lanes.doubledRank(of: lanes[row])) / 2
                    values[row * width + compared.rank] = Float(rank / Double(rows))
                }
            }
            if compared.mean >= 0 {
                for row in 0..<rows { values[row * width + compared.mean] = Float(centre) }
            }
            if compared.front >= 0 {
                let share = Float(Double(front) / Double(rows))
                for row in 0..<rows { values[row * width + compared.front] = share }
            }
        }
    }

    private static let front = 0.25
}

extension FeatureSet {
    /// Builds the columns in doubles of one race.
    func buildForm(
        _ race: RaceFacts,
        _ runners: ArraySlice<RunnerFacts>,
        _ pasts: [HorsePast],
        book: FormBook.Storage,
        before horizon: CalendarDay,
        into values: UnsafeMutableBufferPointer<Float>
    ) {
        let rows = runners.count
        let common = StarterForm.Race(race, runners, book: book, before: horizon)
        // The elements of an array would be copied for each call, which counts references.
        formColumns.withUnsafeBufferPointer { columns in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * columns.count) { numbers in
                for (row, runner) in runners.enumerated() {
                    let form = StarterForm(common, runner, row: row, pasts[row])
                    for column in columns.indices { numbers[column * rows + row] = columns[column].value(form) }
                }
                for column in columns.indices {
                    let field = UnsafeBufferPointer(rebasing: numbers[column * rows..<(column + 1) * rows])
                    FormColumn.write(field, columns[column].compared, to: values, width: features.count)
                }
            }
        }
    }
}
