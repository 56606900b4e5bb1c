/// One expectation of a suite, as Great Expectations 1.x writes it.
public struct Expectation: Sendable, Codable, Equatable {
    public enum Severity: String, Sendable, Codable {
        case critical, warning, info
    }

    /// The types that are understood here.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case columnExists = "expect_column_to_exist"
        case rowCount = "expect_table_row_count_to_be_between"
        case notNull = "expect_column_values_to_not_be_null"
        case null = "expect_column_values_to_be_null"
        case between = "expect_column_values_to_be_between"
        case inSet = "expect_column_values_to_be_in_set"
        case unique = "expect_column_values_to_be_unique"
        case mean = "expect_column_mean_to_be_between"
        case sum = "expect_column_sum_to_be_between"
    }

    public struct Arguments: Sendable, Codable, Equatable {
        public var column: String?
        public var minValue: Double?
        public var maxValue: Double?
        public var strictMin: Bool?
        public var strictMax: Bool?
        /// The share of the values that must be as expected, 1 by default.
        public var mostly: Double?
        public var valueSet: [ExpectationValue]?

        enum CodingKeys: String, CodingKey {
            case column, mostly
            case minValue = "min_value"
            case maxValue = "max_value"
            case strictMin = "strict_min"
            case strictMax = "strict_max"
            case valueSet = "value_set"
        }
    }

    public let type: Kind
    public let kwargs: Arguments
    public let severity: Severity
    /// What a person reads where it fails.
    public let notes: String?

    private struct Meta: Codable, Equatable {
        var notes: String?
    }
    private enum CodingKeys: String, CodingKey { case type, kwargs, severity, meta }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .type)
        guard let type = Kind(rawValue: name) else {
            throw ExpectationError("expectation \"\(name)\" is not one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.type = type
        let known = Set(["column", "mostly", "min_value", "max_value", "strict_min", "strict_max", "value_set"])
        let given = try container.decode([String: Anything].self, forKey: .kwargs).keys
        if let other = given.sorted().first(where: { !known.contains($0) }) {
            throw ExpectationError("\(name): \"\(other)\" is not understood here, and leaving it out would change what is expected")
        }
        kwargs = try container.decode(Arguments.self, forKey: .kwargs)
        // Great Expectations' own default
        severity = try container.decodeIfPresent(Severity.self, forKey: .severity) ?? .critical
        notes = try container.decodeIfPresent(Meta.self, forKey: .meta)?.notes
        try check()
    }

    private struct Anything: Decodable { init(from decoder: any Decoder) throws {} }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        try container.encode(kwargs, forKey: .kwargs)
        try container.encode(severity, forKey: .severity)
        try container.encode(Meta(notes: notes), forKey: .meta)
    }

    private func check() throws(ExpectationError) {
        if type != .rowCount, kwargs.column == nil { throw ExpectationError("\(type.rawValue) names no column") }
        if type == .inSet, kwargs.valueSet == nil { throw ExpectationError("\(type.rawValue) of \(kwargs.column ?? "") has no value_set") }
        if [.rowCount, .between, .mean, .sum].contains(type), kwargs.minValue == nil, kwargs.maxValue == nil {
            throw ExpectationError("\(type.rawValue) has neither min_value nor max_value")
        }
        if let mostly = kwargs.mostly, !(0...1).contains(mostly) { throw ExpectationError("\(type.rawValue): mostly \(mostly) is not from 0 to 1") }
    }
}

/// A suite that cannot be used: what is wrong with it.
public struct ExpectationError: Error, Sendable, CustomStringConvertible, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}
