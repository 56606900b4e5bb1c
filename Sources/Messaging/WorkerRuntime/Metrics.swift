import Synchronization

/// Counters, gauges and histograms in the text format that Prometheus reads (exposition format 0.0.4).
public final class Metrics: Sendable {
    private struct Series: Hashable {
        let name: String
        let labels: String
    }
    private struct Histogram {
        var counts = [Int](repeating: 0, count: Metrics.bounds.count)
        var sum = 0.0
        var count = 0
    }
    private struct State {
        var counters: [Series: Double] = [:]
        var gauges: [Series: Double] = [:]
        var histograms: [Series: Histogram] = [:]
    }
    private let state = Mutex(State())

    /// Seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    public init() {}

    public func add(_ name: String, _ labels: [String: String] = [:], _ value: Double = 1) {
        state.withLock { $0.counters[Self.series(name, labels), default: 0] += value }
    }

    public func set(_ name: String, _ labels: [String: String] = [:], _ value: Double) {
        state.withLock { $0.gauges[Self.series(name, labels)] = value }
    }

    /// Removes a gauge whose subject is gone.
    public func remove(_ name: String, _ labels: [String: String] = [:]) {
        state.withLock { _ = $0.gauges.removeValue(forKey: Self.series(name, labels)) }
    }

    public func observe(_ name: String, _ labels: [String: String] = [:], seconds: Double) {
        state.withLock { state in
            let series = Self.series(name, labels)
            var histogram = state.histograms[series] ?? Histogram()
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { histogram.counts[index] += 1 }
            histogram.sum += seconds
            histogram.count += 1
            state.histograms[series] = histogram
        }
    }

    /// A counter's total over all label values.
    public func total(_ name: String) -> Double {
        state.withLock { $0.counters.filter { $0.key.name == name }.values.reduce(0, +) }
    }

    /// A gauge's value; `nil` if it was never set.
    public func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        state.withLock { $0.gauges[Self.series(name, labels)] }
    }

    public func text() -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func write(_ series: [Series: Double], _ type: String) {
            for (name, group) in Dictionary(grouping: series, by: \.key.name).sorted(by: { $0.key < $1.key }) {
                lines.append("# TYPE \(name) \(type)")
                for (key, value) in group.sorted(by: { $0.key.labels < $1.key.labels }) {
                    lines.append("\(name)\(Self.braces(key.labels)) \(value)")
                }
            }
        }
        write(state.counters, "counter")
        write(state.gauges, "gauge")
        for (name, group) in Dictionary(grouping: state.histograms, by: \.key.name).sorted(by: { $0.key < $1.key }) {
            lines.append("# TYPE \(name) histogram")
            for (key, histogram) in group.sorted(by: { $0.key.labels < $1.key.labels }) {
                let comma = key.labels.isEmpty ? "" : ","
                for (bound, count) in zip(Self.bounds, histogram.counts) {
                    lines.append("\(name)_bucket{\(key.labels)\(comma)le=\"\(bound)\"} \(count)")
                }
                lines.append("\(name)_bucket{\(key.labels)\(comma)le=\"+Inf\"} \(histogram.count)")
                lines.append("\(name)_sum\(Self.braces(key.labels)) \(histogram.sum)")
                lines.append("\(name)_count\(Self.braces(key.labels)) \(histogram.count)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func series(_ name: String, _ labels: [String: String]) -> Series {
        Series(
            name: name,
            labels: labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value))\"" }
                .joined(separator: ",")
        )
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0) })
        else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func braces(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }
}
