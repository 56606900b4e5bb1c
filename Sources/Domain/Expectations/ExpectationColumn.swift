/// A column of a checked table. NaN and `nil` are missing values.
public enum ExpectationColumn: Sendable, Equatable {
    case numbers([Double])
    case texts([String?])

    /// The number of values, missing ones included.
    public var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// The values that are not missing.
    var present: [ExpectationValue] {
        switch self {
        case .numbers(let values): values.compactMap { $0.isNaN ? nil : .number($0) }
        case .texts(let values): values.compactMap { $0.map { .text($0) } }
        }
    }
}
