import Racing

/// Where a scan of a topic starts or ends: at a time, or at an offset of each partition that is named.
public enum ScanBound: Sendable, Equatable, CustomStringConvertible {
    /// The time of the messages: when they were produced.
    case time(Instant)
    /// By partition. As an end, the offset itself is left out.
    case offsets([Int32: Int64])

    /// - Parameter text: RFC 3339, such as 2025-07-16T10:00:00Z, or PARTITION:OFFSET,...; `nil` if it is neither.
    public init?(_ text: String) {
        if let instant = Instant(text) {
            self = .time(instant)
            return
        }
        var offsets: [Int32: Int64] = [:]
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let partition = Int32(parts[0]), let offset = Int64(parts[1]), partition >= 0,
                offset >= 0, offsets.updateValue(offset, forKey: partition) == nil
            else { return nil }
        }
        self = .offsets(offsets)
    }

    public var description: String {
        switch self {
        case .time(let instant): "\(instant)"
        case .offsets(let offsets):
            offsets.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
        }
    }
}
