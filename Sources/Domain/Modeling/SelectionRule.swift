import Betting
import Racing

/// A fixed rule that bets one unit to win.
///
/// It needs no model, so it is a baseline that checks prices taken, the closing line and settlement.
public enum SelectionRule: String, Sendable, CaseIterable {
    /// Every priced runner.
    case everyRunner = "every-runner"
    /// The runner with the shortest price of the race; the first declared if several share it.
    case favourite
    /// Every runner whose average price up to the off was longer than the price taken. It looks ahead, so it is a
    /// baseline and not a strategy.
    case drifter

    /// A runner with the prices that a rule reads.
    public struct Runner: Sendable {
        public let horseID: Int64
        /// Decimal odds that the rule takes; `nil` without a price.
        public let morning: Double?
        /// Average decimal odds up to the off; `nil` if unknown.
        public let preplay: Double?
        /// Decimal closing odds; `nil` if unknown.
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

    /// The bets of the rule in one race, settled.
    ///
    /// - Parameters:
    ///   - field: in the order of declaration.
    ///   - commission: the share taken from net winnings.
    /// - Returns: `nil` if a priced runner was withdrawn later: the reduction of the other prices is unknown.
    public func bets(raceID: Int64, day: CalendarDay, _ field: [Runner], commission: Double) -> [BacktestBet]? {
        guard !field.contains(where: { $0.outcome.isWithdrawn && ($0.morning ?? 0) > 1 }) else { return nil }
        let outcomes = field.map(\.outcome)
        let priced = field.filter { $0.morning.map { $0 > 1 } == true && !$0.outcome.isWithdrawn }
        let chosen =
            switch self {
            case .everyRunner: priced
            case .favourite:
                priced.enumerated().min { ($0.element.morning ?? 0, $0.offset) < ($1.element.morning ?? 0, $1.offset) }
                    .map { [$0.element] } ?? []
            case .drifter:
                priced.filter { runner in runner.preplay.map { $0 > 1 && $0 > runner.morning ?? .infinity } == true }
            }
        return chosen.compactMap { runner in
            runner.morning.map { odds in
                BacktestBet(
                    day: day,
                    raceID: raceID,
                    horseID: runner.horseID,
                    probability: nil,
                    odds: odds,
                    stake: 1,
                    share: Settlement.share(runner.outcome, outcomes, places: 1),
                    commission: commission,
                    closing: runner.closing.flatMap { $0 > 1 ? $0 : nil }
                )
            }
        }
    }
}
