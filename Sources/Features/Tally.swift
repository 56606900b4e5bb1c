/// Runs, wins and places.
public struct Tally: Sendable, Equatable {
    public var runs: Int32 = 0
    public var wins: Int32 = 0
    public var places: Int32 = 0

    /// The strike rate shrunk towards `prior`, as if `weight` more runs at that rate had been seen.
    func winRate(prior: Float, weight: Float) -> Float { (Float(wins) + weight * prior) / (Float(runs) + weight) }
    func placeRate(prior: Float, weight: Float) -> Float { (Float(places) + weight * prior) / (Float(runs) + weight) }

    mutating func add(isWin: Bool, isPlace: Bool) {
        runs += 1
        if isWin { wins += 1 }
        if isPlace { places += 1 }
    }
}
