import Foundation

/// A Great Expectations 1.x suite: `{"name", "expectations": [{"type", "kwargs", "meta", "severity"}]}`.
public struct ExpectationSuite: Sendable, Codable, Equatable {
    public let name: String
    public let expectations: [Expectation]

    /// - Throws: `ExpectationError` that names the file and what is wrong in it.
    public init(file: String) throws(ExpectationError) {
        guard let data = FileManager.default.contents(atPath: file) else { throw ExpectationError("\(file) cannot be read") }
        do { self = try JSONDecoder().decode(Self.self, from: data) } catch let error as ExpectationError {
            throw ExpectationError("\(file): \(error.message)")
        } catch { throw ExpectationError("\(file) is not a suite of expectations: \(error)") }
    }

    /// The columns that it asks about.
    public var columns: Set<String> { Set(expectations.compactMap(\.kwargs.column)) }

    /// - Parameters:
    ///   - rows: how many the table has.
    ///   - column: by name; nil where there is none of that name.
    public func check(rows: Int, column: (String) -> ExpectationColumn?) -> ExpectationReport {
        ExpectationReport(suite: name, results: expectations.map { $0.check(rows: rows, column: column) })
    }
}

/// What a suite found in one table.
public struct ExpectationReport: Sendable, Equatable {
    public let suite: String
    public let results: [ExpectationResult]

    public var failures: [ExpectationResult] { results.filter { !$0.success } }
    public func failures(_ severity: Expectation.Severity) -> [ExpectationResult] { failures.filter { $0.expectation.severity == severity } }
    public var success: Bool { failures.isEmpty }
}

/// What became of one expectation.
public struct ExpectationResult: Sendable, Equatable {
    public let expectation: Expectation
    public let success: Bool
    /// Values that were looked at, missing ones included.
    public let elementCount: Int
    public let unexpectedCount: Int
    /// A few of the unexpected values.
    public let unexpected: [ExpectationValue]
    /// Of the expectations about a whole column or table: what was seen.
    public let observed: Double?

    /// In words: what failed, where, and what was seen.
    public var description: String {
        let subject = [expectation.kwargs.column, expectation.notes].compactMap(\.self).joined(separator: ": ")
        var seen = observed.map { "\(ExpectationValue.number($0))" } ?? "\(unexpectedCount) of \(elementCount)"
        if !unexpected.isEmpty { seen += ", such as \(unexpected.prefix(3).map(\.description).joined(separator: ", "))" }
        return "\(expectation.type.rawValue) (\(subject)): \(seen)"
    }
}
