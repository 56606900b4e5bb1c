import Fleet
import Foundation
import Racing

/// The scheduler's clock: the real one, or one that starts elsewhere and runs faster, to play a day again.
public struct RaceClock: Sendable {
    private let start: Instant
    /// Seconds shown per real second.
    public let speed: Double
    private let origin: Date

    /// - Parameters:
    ///   - start: what it shows at `origin`; nil is the real time.
    ///   - speed: seconds shown per real second.
    ///   - origin: the real moment at which it shows `start`.
    public init(start: Instant? = nil, speed: Double = 1, origin: Date = Date()) {
        self.start = start ?? Instant(origin)
        self.speed = start == nil ? 1 : speed
        self.origin = origin
    }

    /// Reads `CLOCK_START` (RFC 3339), `CLOCK_SPEED` (above 0) and `CLOCK_ORIGIN` (RFC 3339).
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ConfigurationError) {
        func instant(_ name: String) throws(ConfigurationError) -> Instant? {
            guard let text = environment[name], !text.isEmpty else { return nil }
            guard let instant = Instant(text) else { throw ConfigurationError("\(name)=\(text) is not a time as 2025-07-16T08:00:00Z") }
            return instant
        }
        var speed = 1.0
        if let text = environment["CLOCK_SPEED"], !text.isEmpty {
            guard let number = Double(text), number > 0, number.isFinite else {
                throw ConfigurationError("CLOCK_SPEED=\(text) is not a number above 0")
            }
            speed = number
        }
        self.init(start: try instant("CLOCK_START"), speed: speed, origin: try instant("CLOCK_ORIGIN")?.date ?? Date())
    }

    public var now: Instant { start.advanced(bySeconds: Date().timeIntervalSince(origin) * speed) }

    /// Real seconds until the clock has gone on by so many of its own.
    public func realSeconds(for seconds: Double) -> Double { seconds / speed }
}
