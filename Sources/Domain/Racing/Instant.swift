import Foundation

/// A point in time with microsecond precision.
public struct Instant: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    public init(_ date: Date) { self.init(microseconds: Int64((date.timeIntervalSince1970 * 1e6).rounded())) }

    /// Parses a timestamp.
    ///
    /// - Parameter text: RFC 3339, such as `2025-07-16T10:00:00Z`.
    /// - Returns: `nil` if the text is not RFC 3339.
    public init?(_ text: String) {
        if let date = try? Date(text, strategy: .iso8601) {
            self.init(date)
        } else if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
            self.init(date)
        } else {
            return nil
        }
    }

    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }

    public func advanced(bySeconds seconds: Double) -> Instant {
        Instant(microseconds: microseconds + Int64((seconds * 1e6).rounded()))
    }
    public func seconds(since other: Instant) -> Double { Double(microseconds - other.microseconds) / 1e6 }

    public static func < (lhs: Instant, rhs: Instant) -> Bool { lhs.microseconds < rhs.microseconds }

    /// RFC 3339 in UTC. The fraction of a second is omitted if it is 0.
    public var description: String {
        let style = Date.ISO8601FormatStyle()
        return microseconds % 1_000_000 == 0
            ? date.formatted(style) : date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
