extension Expectation {
    /// Checks a table by the rules of Great Expectations 1.x.
    ///
    /// Expectations about values ignore missing values, and are met if there are no values. Bounds are inclusive unless
    /// strict.
    ///
    /// - Parameters:
    ///   - rows: The number of rows of the table.
    ///   - column: Returns the column of a name, or `nil` if the table has none.
    func check(rows: Int, column columnNamed: (String) -> ExpectationColumn?) -> ExpectationResult {
        if type == .rowCount { return aggregateResult(isWithinBounds(Double(rows)), observed: Double(rows)) }
        guard let name = kwargs.column, let column = columnNamed(name) else { return aggregateResult(false) }
        let present = column.present
        switch type {
        case .rowCount, .columnExists: return aggregateResult(true)
        case .notNull:
            let missing = column.count - present.count
            return valueResult(elements: column.count, checked: column.count, unexpected: [], count: missing)
        case .null: return valueResult(of: column, checked: column.count, unexpected: present)
        case .between:
            let unexpected = present.filter { value in
                if case .number(let number) = value { !isWithinBounds(number) } else { true }
            }
            return valueResult(of: column, checked: present.count, unexpected: unexpected)
        case .inSet:
            let allowed = Set(kwargs.valueSet ?? [])
            return valueResult(of: column, checked: present.count, unexpected: present.filter { !allowed.contains($0) })
        case .unique:
            var counts: [ExpectationValue: Int] = [:]
            for value in present { counts[value, default: 0] += 1 }
            let repeated = present.filter { counts[$0, default: 0] > 1 }
            return valueResult(of: column, checked: present.count, unexpected: repeated)
        case .mean, .sum:
            let numbers = present.compactMap { value in if case .number(let number) = value { number } else { nil } }
            let sum = numbers.reduce(0, +)
            guard !numbers.isEmpty else { return aggregateResult(false) }
            let observed = type == .sum ? sum : sum / Double(numbers.count)
            return aggregateResult(isWithinBounds(observed), observed: observed)
        }
    }

    private func isWithinBounds(_ value: Double) -> Bool {
        let isMinStrict = kwargs.strictMin ?? false
        let isMaxStrict = kwargs.strictMax ?? false
        if let low = kwargs.minValue, isMinStrict ? value <= low : value < low { return false }
        if let high = kwargs.maxValue, isMaxStrict ? value >= high : value > high { return false }
        return true
    }

    private func aggregateResult(_ success: Bool, observed: Double? = nil) -> ExpectationResult {
        ExpectationResult(
            expectation: self,
            success: success,
            elementCount: 0,
            unexpectedCount: success ? 0 : 1,
            unexpected: [],
            observed: observed
        )
    }

    private func valueResult(
        of column: ExpectationColumn,
        checked: Int,
        unexpected: [ExpectationValue]
    ) -> ExpectationResult {
        valueResult(elements: column.count, checked: checked, unexpected: unexpected, count: unexpected.count)
    }

    /// Applies `mostly` to the share of the checked values that are as expected.
    private func valueResult(
        elements: Int,
        checked: Int,
        unexpected: [ExpectationValue],
        count: Int
    ) -> ExpectationResult {
        let share = checked == 0 ? 1 : Double(checked - count) / Double(checked)
        return ExpectationResult(
            expectation: self,
            success: share >= kwargs.mostly ?? 1,
            elementCount: elements,
            unexpectedCount: count,
            unexpected: Array(unexpected.prefix(5)),
            observed: nil
        )
    }
}
