import Kafka

/// W3C Trace Context: which trace a message belongs to, and which message of it.
package struct Traceparent: Sendable, Equatable, CustomStringConvertible {
    package static let header = "traceparent"

    /// 32 hexadecimal digits.
    package let traceID: String
    /// 16 hexadecimal digits.
    package let parentID: String
    /// Two hexadecimal digits; the last bit says whether the trace is sampled.
    package let flags: String

    /// - Parameter text: the header in version 00; anything else gives `nil`, and starts a new trace.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "00", Self.isHex(parts[1], 32), Self.isHex(parts[2], 16),
            Self.isHex(parts[3], 2), parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        (traceID, parentID, flags) = (parts[1], parts[2], parts[3])
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private init(traceID: String, parentID: String, flags: String) {
        self.traceID = traceID
        self.parentID = parentID
        self.flags = flags
    }

    /// The trace of `input` for a message that was made from it: the trace and flags of the input, its own parent.
    package func continuing(_ input: Traceparent) -> Traceparent {
        Traceparent(traceID: input.traceID, parentID: parentID, flags: input.flags)
    }

    package var description: String { "00-\(traceID)-\(parentID)-\(flags)" }
}

extension KafkaMessage {
    /// The trace of the message; `nil` if it carries none.
    package var traceparent: Traceparent? { header(Traceparent.header).flatMap(Traceparent.init) }
}
