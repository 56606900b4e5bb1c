import CParquet

/// A named column of values.
public struct ParquetColumn: Sendable, Equatable {
    public enum Kind: Int32, Sendable {
        case int64, float, double, text
        /// Days since 1970-01-01.
        case date
    }

    public enum Values: Sendable, Equatable {
        case int64([Int64])
        case float([Float])
        case double([Double])
        case text([String])
        case date([Int32])
    }

    public let name: String
    public let values: Values
    /// Whether each value is non-null; `nil` if all are. `values` holds an arbitrary value for each null.
    public let isValid: [Bool]?
    /// Whether NaN is written as null.
    let isNullNaN: Bool

    public init(_ name: String, _ values: Values, isValid: [Bool]? = nil) {
        self.name = name
        self.values = values
        self.isValid = isValid
        isNullNaN = false
    }

    /// Creates a column of floats in which NaN means null.
    public init(_ name: String, nullForNaN values: [Float]) {
        self.name = name
        self.values = .float(values)
        isValid = nil
        isNullNaN = true
    }

    public var kind: Kind {
        switch values {
        case .int64: .int64
        case .float: .float
        case .double: .double
        case .text: .text
        case .date: .date
        }
    }

    public var count: Int {
        switch values {
        case .int64(let values): values.count
        case .float(let values): values.count
        case .double(let values): values.count
        case .text(let values): values.count
        case .date(let values): values.count
        }
    }
}
