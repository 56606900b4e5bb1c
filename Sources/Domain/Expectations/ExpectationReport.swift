/// The results of a suite on one table.
public struct ExpectationReport: Sendable, Equatable {
    /// The name of the suite.
    public let suite: String
    public let results: [ExpectationResult]

    public var failures: [ExpectationResult] { results.filter { !$0.success } }

    /// Returns the failures of one severity.
    public func failures(_ severity: Expectation.Severity) -> [ExpectationResult] {
        failures.filter { $0.expectation.severity == severity }
    }

    public var success: Bool { failures.isEmpty }
}

/// The result of one expectation.
public struct ExpectationResult: Sendable, Equatable {
    public let expectation: Expectation
    public let success: Bool
    /// The number of values in the column, missing ones included.
    public let elementCount: Int
    public let unexpectedCount: Int
    /// The first few unexpected values.
    public let unexpected: [ExpectationValue]
    /// The observed aggregate, for expectations about a whole column or table.
    public let observed: Double?

    /// The expectation, its column and notes, and what was observed.
    public var description: String {
        let subject = [expectation.kwargs.column, expectation.notes].compactMap(\.self).joined(separator: ": ")
        var findings = observed.map { "\(ExpectationValue.number($0))" } ?? "\(unexpectedCount) of \(elementCount)"
        if !unexpected.isEmpty {
            findings += ", such as \(unexpected.prefix(3).map(\.description).joined(separator: ", "))"
        }
        return "\(expectation.type.rawValue) (\(subject)): \(findings)"
    }
}
