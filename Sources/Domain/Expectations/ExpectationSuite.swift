import Foundation

/// A Great Expectations 1.x suite: `{"name", "expectations": [{"type", "kwargs", "meta", "severity"}]}`.
public struct ExpectationSuite: Sendable, Codable, Equatable {
    public let name: String
    public let expectations: [Expectation]

    /// Reads a suite from a JSON file.
    ///
    /// - Throws: `ExpectationError` naming the file if it cannot be read or is not a valid suite.
    public init(file: String) throws(ExpectationError) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ExpectationError("cannot read \(file)")
        }
        do {
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let error as ExpectationError {
            throw ExpectationError("\(file): \(error.message)")
        } catch {
            throw ExpectationError("\(file) is not a suite of expectations: \(error)")
        }
    }

    /// The columns that the expectations refer to.
    public var columns: Set<String> { Set(expectations.compactMap(\.kwargs.column)) }

    /// Checks a table.
    ///
    /// - Parameters:
    ///   - rows: The number of rows of the table.
    ///   - column: Returns the column of a name, or `nil` if the table has none.
    public func check(rows: Int, column: (String) -> ExpectationColumn?) -> ExpectationReport {
        ExpectationReport(suite: name, results: expectations.map { $0.check(rows: rows, column: column) })
    }
}
