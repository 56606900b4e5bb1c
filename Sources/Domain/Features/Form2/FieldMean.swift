/// The mean of the known values of a field; NaN if there are none.
struct FieldMean {
    private var sum = 0.0
    private var known = 0.0

    mutating func add(_ value: Double) {
        guard !value.isNaN else { return }
        sum += value
        known += 1
    }

    var value: Double { known > 0 ? sum / known : .nan }
}

extension RunHistory {
    /// The weight that each run of a race carried over the field's mean, in pounds; 0 if it is unknown.
    func extraPounds(_ race: Int, into extra: inout [Double]) {
        var mean = FieldMean()
        for run in runs(race) { mean.add(Double(runners[run].pounds)) }
        for run in runs(race) {
            let difference = Double(runners[run].pounds) - mean.value
            extra[run] = difference.isNaN ? 0 : difference
        }
    }

    /// `extraPounds` of all runs.
    func extraPounds() -> [Double] {
        var extra = [Double](repeating: 0, count: runners.count)
        for race in races.indices { extraPounds(race, into: &extra) }
        return extra
    }
}
