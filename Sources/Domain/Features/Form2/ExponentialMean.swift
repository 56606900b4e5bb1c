/// A mean that forgets: the first value, then a step towards each further one. Missing values are passed over.
struct ExponentialMean {
    private(set) var value = Double.nan
    private let step: Double

    init(step: Double, from value: Double = .nan) {
        self.step = step
        self.value = value
    }

    mutating func add(_ next: Double) {
        guard !next.isNaN else { return }
        value = value.isNaN ? next : value + step * (next - value)
    }
}
