/// The key figures of one row of `modeling.signals`.
public struct PublishedSignal: Sendable, Equatable {
    public let signalID: Int64
    public let pWin: Double
    /// Decimal odds; `nil` if no price was available.
    public let odds: Double?
    public let edgeWin: Double?
}
