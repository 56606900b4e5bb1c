import Racing

/// The result and the closing prices of one runner.
public struct OfficialResult: Sendable, Equatable {
    public let runnerID: Int64
    public let horseID: Int64
    public let finish: Finish
    public let bsp: Double?
    public let placeBSP: Double?
    /// The last live price at or before the off.
    public let lastTraded: Double?
    public let sp: Double?
    /// Whether the exchange's place market paid the runner; `nil` if unknown.
    public let placePaid: Bool?

    public init(
        runnerID: Int64,
        horseID: Int64,
        finish: Finish,
        bsp: Double?,
        placeBSP: Double?,
        lastTraded: Double?,
        sp: Double?,
        placePaid: Bool?
    ) {
        self.runnerID = runnerID
        self.horseID = horseID
        self.finish = finish
        self.bsp = bsp
        self.placeBSP = placeBSP
        self.lastTraded = lastTraded
        self.sp = sp
        self.placePaid = placePaid
    }

    /// The same result with this last traded price, if it has none of its own.
    public func knowing(lastTraded known: Double?) -> OfficialResult {
        OfficialResult(
            runnerID: runnerID,
            horseID: horseID,
            finish: finish,
            bsp: bsp,
            placeBSP: placeBSP,
            lastTraded: lastTraded ?? known,
            sp: sp,
            placePaid: placePaid
        )
    }
}
