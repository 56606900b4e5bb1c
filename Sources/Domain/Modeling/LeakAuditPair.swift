/// A leak audit, and a second one with a planted leak, which proves that the audit detects leaks.
public struct LeakAuditPair: Sendable, Codable, Equatable {
    public let permuted: LeakAudit
    public let planted: LeakAudit

    public init(permuted: LeakAudit, planted: LeakAudit) {
        self.permuted = permuted
        self.planted = planted
    }

    public var passes: Bool { permuted.passes && !planted.passes }

    /// The reason why the pair fails; `nil` if it passes.
    public var objection: String? {
        if !permuted.passes {
            return "the leak audit failed: the features predict permuted results "
                + "by \(permuted.gain) ± \(permuted.gainSE) nats a race"
        }
        return planted.passes ? "the leak audit is inconclusive: it did not detect the planted leak" : nil
    }
}
