/// Counts of runs, wins and places.
public struct Tally: Sendable, Equatable {
    public var runs: Int32 = 0
    public var wins: Int32 = 0
    public var places: Int32 = 0

    /// The means that strike rates are shrunk towards: about one winner in twelve runners, and three places.
    private static let winPrior: Float = 0.08
    private static let placePrior: Float = 0.25

    /// The win rate as if `weight` more runs at the prior rate had been seen.
    func winRate(shrunkBy weight: Float) -> Float { (Float(wins) + weight * Self.winPrior) / (Float(runs) + weight) }

    /// The place rate as if `weight` more runs at the prior rate had been seen.
    func placeRate(shrunkBy weight: Float) -> Float {
        (Float(places) + weight * Self.placePrior) / (Float(runs) + weight)
    }

    mutating func add(isWin: Bool, isPlace: Bool) {
        runs += 1
        if isWin { wins += 1 }
        if isPlace { places += 1 }
    }
}
