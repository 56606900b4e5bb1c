extension Expectation {
    /// As Great Expectations 1.x decides: missing values are left out of what is asked of values, nothing at all is as expected, and bounds are
    /// inclusive unless said to be strict.
    func check(rows: Int, column named: (String) -> ExpectationColumn?) -> ExpectationResult {
        if type == .rowCount { return result(isWithin(Double(rows)), observed: Double(rows)) }
        guard let name = kwargs.column, let column = named(name) else { return result(false) }
        let present = column.present
        let missing = column.count - present.count
        switch type {
        case .rowCount, .columnExists: return result(true)
        case .notNull: return values(of: column.count, wrong: [], missing)
        case .null: return values(of: column.count, wrong: present, present.count)
        case .between:
            let wrong = present.filter { value in if case .number(let number) = value { !isWithin(number) } else { true } }
            return values(of: column.count, among: present.count, wrong: wrong, wrong.count)
        case .inSet:
            let allowed = Set(kwargs.valueSet ?? [])
            let wrong = present.filter { !allowed.contains($0) }
            return values(of: column.count, among: present.count, wrong: wrong, wrong.count)
        case .unique:
            var counts: [ExpectationValue: Int] = [:]
            for value in present { counts[value, default: 0] += 1 }
            let wrong = present.filter { counts[$0, default: 0] > 1 }
            return values(of: column.count, among: present.count, wrong: wrong, wrong.count)
        case .mean, .sum:
            let numbers = present.compactMap { value in if case .number(let number) = value { number } else { nil } }
            let sum = numbers.reduce(0, +)
            guard !numbers.isEmpty else { return result(false) }
            let observed = type == .sum ? sum : sum / Double(numbers.count)
            return result(isWithin(observed), observed: observed)
        }
    }

    private func isWithin(_ value: Double) -> Bool {
        let (strictMin, strictMax) = (kwargs.strictMin ?? false, kwargs.strictMax ?? false)
        if let low = kwargs.minValue, strictMin ? value <= low : value < low { return false }
        if let high = kwargs.maxValue, strictMax ? value >= high : value > high { return false }
        return true
    }

    private func result(_ success: Bool, observed: Double? = nil) -> ExpectationResult {
        ExpectationResult(expectation: self, success: success, elementCount: 0, unexpectedCount: success ? 0 : 1, unexpected: [], observed: observed)
    }

    private func values(of all: Int, among asked: Int? = nil, wrong: [ExpectationValue], _ count: Int) -> ExpectationResult {
        let asked = asked ?? all
        let share = asked == 0 ? 1 : Double(asked - count) / Double(asked)
        return ExpectationResult(
            expectation: self, success: share >= kwargs.mostly ?? 1, elementCount: all, unexpectedCount: count, unexpected: Array(wrong.prefix(5)),
            observed: nil)
    }
}
