import CanonicalForm
import Foundation

/// The metadata of a message: CloudEvents 1.0 in binary mode, as Kafka headers (cloudevents/spec, "Kafka Protocol
/// Binding", 3.2).
public struct Envelope: Sendable, Equatable {
    public let id: String
    public let type: String
    public let source: String
    /// Microseconds since 1970.
    public let time: Int64
    /// W3C Trace Context. The request, features and signals of one race and moment share a trace.
    public let traceparent: String

    public var headers: [(name: String, value: String)] {
        [
            ("ce_specversion", "1.0"), ("ce_id", id), ("ce_type", type), ("ce_source", source),
            ("ce_time", Self.rfc3339(time)), ("content-type", "application/protobuf"), ("traceparent", traceparent),
        ]
    }

    /// - Parameters:
    ///   - time: microseconds since 1970.
    ///   - key: the natural key of the message, revision included. The same key always gives the same id.
    ///   - trace: how many parts of the key identify the trace; `nil` for all of them.
    public init(type: String, source: String, time: Int64, key: [String], trace: Int? = nil) {
        let traceID = Self.digest(["trace"] + key.prefix(trace ?? key.count))
        id = Self.digest([type] + key)
        traceparent = "00-\(traceID)-\(id.prefix(16))-01"
        self.type = type
        self.source = source
        self.time = time
    }

    /// 128 bits in hexadecimal, over the parts with the ASCII unit separator between them.
    private static func digest(_ parts: [String]) -> String {
        HexDigest.sha256(parts.joined(separator: "\u{1F}"), bytes: 16)
    }

    private static func rfc3339(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(microseconds) / 1e6)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
