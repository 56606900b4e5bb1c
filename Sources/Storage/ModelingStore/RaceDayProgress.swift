/// The outstanding work of a replayed race day.
public struct RaceDayProgress: Sendable, Equatable, CustomStringConvertible {
    public let requestsWithoutSignals: Int
    public let racesWithoutResult: Int
    public let openBets: Int

    public var isFinished: Bool { requestsWithoutSignals <= 0 && racesWithoutResult <= 0 && openBets <= 0 }
    public var description: String {
        "\(requestsWithoutSignals) requests without signals, \(racesWithoutResult) races without a result, "
            + "\(openBets) bets unsettled"
    }
}
