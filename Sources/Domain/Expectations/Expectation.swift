/// One expectation of a Great Expectations 1.x suite.
public struct Expectation: Sendable, Codable, Equatable {
    public enum Severity: String, Sendable, Codable {
        case critical, warning, info
    }

    /// The supported expectation types.
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

    /// The supported arguments (`kwargs`).
    public struct Arguments: Sendable, Codable, Equatable {
        public var column: String?
        public var minValue: Double?
        public var maxValue: Double?
        /// Whether `minValue` itself is unexpected; `false` by default.
        public var strictMin: Bool?
        /// Whether `maxValue` itself is unexpected; `false` by default.
        public var strictMax: Bool?
        /// The share of the values that must meet the expectation; 1 by default.
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
    /// The explanation shown to people if the expectation fails.
    public let notes: String?

    private struct Meta: Codable, Equatable {
        var notes: String?
    }

    private enum CodingKeys: String, CodingKey { case type, kwargs, severity, meta }

    /// Decodes any value and discards it, to read only the keys of an object.
    private struct IgnoredValue: Decodable { init(from decoder: any Decoder) throws {} }

    /// Decodes an expectation.
    ///
    /// - Throws: `ExpectationError` if the type or an argument is not supported, or if an argument is missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .type)
        guard let type = Kind(rawValue: name) else {
            let types = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ExpectationError("unsupported expectation \"\(name)\", must be one of \(types)")
        }
        self.type = type
        // Ignoring an unknown argument would change the meaning of the expectation.
        let supported = Set(["column", "mostly", "min_value", "max_value", "strict_min", "strict_max", "value_set"])
        let arguments = try container.decode([String: IgnoredValue].self, forKey: .kwargs).keys
        if let unknown = arguments.sorted().first(where: { !supported.contains($0) }) {
            throw ExpectationError(
                "\(name): unsupported argument \"\(unknown)\", must be one of "
                    + supported.sorted().joined(separator: ", ")
            )
        }
        kwargs = try container.decode(Arguments.self, forKey: .kwargs)
        // Great Expectations also defaults to critical.
        severity = try container.decodeIfPresent(Severity.self, forKey: .severity) ?? .critical
        notes = try container.decodeIfPresent(Meta.self, forKey: .meta)?.notes
        try check()
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        try container.encode(kwargs, forKey: .kwargs)
        try container.encode(severity, forKey: .severity)
        try container.encode(Meta(notes: notes), forKey: .meta)
    }

    private func check() throws(ExpectationError) {
        if type != .rowCount, kwargs.column == nil { throw ExpectationError("\(type.rawValue) names no column") }
        if type == .inSet, kwargs.valueSet == nil {
            throw ExpectationError("\(type.rawValue) of \(kwargs.column ?? "") has no value_set")
        }
        if [.rowCount, .between, .mean, .sum].contains(type), kwargs.minValue == nil, kwargs.maxValue == nil {
            throw ExpectationError("\(type.rawValue) has neither min_value nor max_value")
        }
        if let mostly = kwargs.mostly, !(0...1).contains(mostly) {
            throw ExpectationError("\(type.rawValue): mostly is \(mostly), must be from 0 to 1")
        }
    }
}
