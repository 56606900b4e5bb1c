import Expectations

/// A part that fails a critical expectation. No file is written.
public struct RefusedPart: Error, Sendable, CustomStringConvertible {
    public let report: ExpectationReport
    public var description: String {
        "suite \(report.suite): \(report.failures(.critical).map(\.description).joined(separator: "; "))"
    }
}
