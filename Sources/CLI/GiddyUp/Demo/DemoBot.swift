import Messages
import ModelingStore
import Racing

/// Strikes the bets that the signals advise, as a betting bot would: through bet.placements, at the price and time of
/// the signal.
struct DemoBot {
    /// The source of the signals' prices, so that bets are settled at its commission.
    static let source = "live"
    /// The source of bets that no signal advised: one unit on the model's first choice, so that a day without stakes
    /// still shows how a bet is settled.
    static let paperSource = "demo paper bet"

    static func advised(_ signals: [StoredSignal], day: CalendarDay) -> [BetPlacement] {
        signals.filter { $0.stake > 0 }.compactMap { placement($0, stake: $0.stake, source: source, day: day) }
    }

    static func paperBet(_ signals: [StoredSignal], day: CalendarDay) -> BetPlacement? {
        let priced = signals.filter { $0.odds != nil }
        let choice = priced.max { ($0.pWin, $1.horseID) < ($1.pWin, $0.horseID) }
        return choice.flatMap { placement($0, stake: 1, source: paperSource, day: day) }
    }

    private static func placement(
        _ signal: StoredSignal,
        stake: Double,
        source: String,
        day: CalendarDay
    ) -> BetPlacement? {
        guard let odds = signal.odds else { return nil }
        var bet = BetPlacement()
        bet.betRef = "demo-\(signal.raceID)-\(signal.horseID)"
        bet.at = signal.asOf.microseconds
        bet.raceID = signal.raceID
        bet.raceDay = day.number
        bet.horseID = signal.horseID
        bet.side = "win"
        bet.odds = odds
        bet.stake = stake
        bet.source = source
        if let edge = signal.edge { bet.expectedEv = edge * stake }
        return bet
    }
}
