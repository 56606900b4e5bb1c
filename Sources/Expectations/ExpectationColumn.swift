/// One column of a table under examination; nil and NaN are missing.
public enum ExpectationColumn: Sendable, Equatable {
    case numbers([Double])
    case texts([String?])

    public var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// The values that are there.
    var present: [ExpectationValue] {
        switch self {
        case .numbers(let values): values.compactMap { $0.isNaN ? nil : .number($0) }
        case .texts(let values): values.compactMap { $0.map { .text($0) } }
        }
    }
}

/// A value in a suite's file or in a table.
public enum ExpectationValue: Sendable, Hashable, Codable, CustomStringConvertible {
    case number(Double)
    case text(String)

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) { self = .number(number) } else { self = .text(try container.decode(String.self)) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }

    public var description: String {
        switch self {
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        case .text(let text): "\"\(text)\""
        }
    }
}
