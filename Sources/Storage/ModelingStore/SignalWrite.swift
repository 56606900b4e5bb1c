/// The effect of one batch on `modeling.signals`.
public struct SignalWrite: Sendable, Equatable {
    public var inserted = 0
    public var replaced = 0
    /// Rows left unchanged: the table holds the same row, a higher revision, or a live row.
    public var kept = 0
    /// Rows with equal revisions but different payloads. They indicate a bug upstream and are not written.
    public var contradictions: [String] = []
}
