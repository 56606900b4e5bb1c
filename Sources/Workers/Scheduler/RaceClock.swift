import Foundation
import Racing
import WorkerRuntime

/// The scheduler's clock: the real time, or a time that starts elsewhere and runs faster, to replay a day.
public struct RaceClock: Sendable {
    private let start: Instant
    /// Clock seconds per real second.
    public let speed: Double
    private let origin: Date

    /// - Parameters:
    ///   - start: the time that the clock shows at `origin`; `nil` for the real time.
    ///   - speed: clock seconds per real second. It is ignored for the real time.
    ///   - origin: the real time at which the clock shows `start`.
    public init(start: Instant? = nil, speed: Double = 1, origin: Date = Date()) {
        self.start = start ?? Instant(origin)
        self.speed = start == nil ? 1 : speed
        self.origin = origin
    }

    /// Reads `CLOCK_START` (RFC 3339), `CLOCK_SPEED` (above 0) and `CLOCK_ORIGIN` (RFC 3339).
    ///
    /// - Throws: `ConfigurationError` naming the variable, its value and the accepted values.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ConfigurationError) {
        self.init(
            start: try Self.instant("CLOCK_START", environment),
            speed: try Self.speed(environment),
            origin: try Self.instant("CLOCK_ORIGIN", environment)?.date ?? Date()
        )
    }

    private static func instant(
        _ variable: String,
        _ environment: [String: String]
    ) throws(ConfigurationError) -> Instant? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard let instant = Instant(text) else {
            throw ConfigurationError("\(variable)=\(text) is not a time such as 2025-07-16T08:00:00Z")
        }
        return instant
    }

    private static func speed(_ environment: [String: String]) throws(ConfigurationError) -> Double {
        guard let text = environment["CLOCK_SPEED"], !text.isEmpty else { return 1 }
        guard let speed = Double(text), speed > 0, speed.isFinite else {
            throw ConfigurationError("CLOCK_SPEED=\(text) is not a number above 0")
        }
        return speed
    }

    public var now: Instant { start.advanced(bySeconds: Date().timeIntervalSince(origin) * speed) }

    /// Real seconds until the clock has advanced by `seconds`.
    public func realSeconds(for seconds: Double) -> Double { seconds / speed }
}
