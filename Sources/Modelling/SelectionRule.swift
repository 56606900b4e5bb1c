import Betting
import Racing

/// A stated rule of what to bet, one unit to win each: a yardstick for the record of taken prices, closing line and settlement.
public enum SelectionRule: String, Sendable, CaseIterable {
    /// Every runner that has a price.
    case everyRunner = "every-runner"
    /// The shortest price of the race; of equal ones the first declared.
    case favourite
    /// Every runner whose price averaged longer up to the off than it was taken at. It looks ahead: a yardstick, not a way to bet.
    case drifter

    /// A runner with the price that the rule takes.
    public struct Runner: Sendable {
        public let horseID: Int64
        /// As taken; nil: none.
        public let morning: Double?
        /// The average up to the off.
        public let preplay: Double?
        public let closing: Double?
        public let outcome: RunnerOutcome

        public init(horseID: Int64, morning: Double?, preplay: Double?, closing: Double?, outcome: RunnerOutcome) {
            self.horseID = horseID
            self.morning = morning
            self.preplay = preplay
            self.closing = closing
            self.outcome = outcome
        }
    }

    /// - Parameter field: in the order of declaration.
    /// - Returns: nil where a priced runner was withdrawn later: the others' prices were reduced, by a factor that is not known here.
    public func bets(raceID: Int64, day: CalendarDay, _ field: [Runner], commission: Double) -> [BacktestBet]? {
        guard !field.contains(where: { $0.outcome.isWithdrawn && ($0.morning ?? 0) > 1 }) else { return nil }
        let outcomes = field.map(\.outcome)
        let priced = field.filter { $0.morning.map { $0 > 1 } == true && !$0.outcome.isWithdrawn }
        let chosen =
            switch self {
            case .everyRunner: priced
            case .favourite:
                priced.enumerated().min { ($0.element.morning ?? 0, $0.offset) < ($1.element.morning ?? 0, $1.offset) }.map { [$0.element] } ?? []
            case .drifter: priced.filter { runner in runner.preplay.map { $0 > 1 && $0 > runner.morning ?? .infinity } == true }
            }
        return chosen.compactMap { runner in
            runner.morning.map { odds in
                BacktestBet(
                    day: day, raceID: raceID, horseID: runner.horseID, probability: nil, odds: odds, stake: 1,
                    share: Settlement.share(runner.outcome, outcomes, places: 1), commission: commission,
                    closing: runner.closing.flatMap { $0 > 1 ? $0 : nil })
            }
        }
    }
}
