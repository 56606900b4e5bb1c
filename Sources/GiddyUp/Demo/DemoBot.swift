import Fleet
import Messages
import ModelingStore
import Racing
import RacingStore

/// Strikes what the signals advise, as a betting bot would: through bet.placements, at the price and the moment of the signal.
struct DemoBot {
    /// The signals' own source of prices, so that the bet is settled at its commission.
    static let source = "live"
    /// Not advised: one unit on the model's first choice, so that a day without stakes still shows how a bet is settled.
    static let paper = "demo paper bet"

    static func advised(_ signals: [StoredSignal], day: CalendarDay) -> [BetPlacement] {
        signals.filter { $0.stake > 0 }.compactMap { placement($0, stake: $0.stake, source: source, day: day) }
    }

    static func paperBet(_ signals: [StoredSignal], day: CalendarDay) -> BetPlacement? {
        signals.filter { $0.odds != nil }.max { ($0.pWin, $1.horseID) < ($1.pWin, $0.horseID) }.flatMap {
            placement($0, stake: 1, source: paper, day: day)
        }
    }

    private static func placement(_ signal: StoredSignal, stake: Double, source: String, day: CalendarDay) -> BetPlacement? {
        guard let odds = signal.odds else { return nil }
        var bet = BetPlacement()
        bet.betRef = "demo-\(signal.raceID)-\(signal.horseID)"
        (bet.at, bet.raceID, bet.raceDay, bet.horseID) = (signal.asOf.microseconds, signal.raceID, day.number, signal.horseID)
        (bet.side, bet.odds, bet.stake, bet.source) = ("win", odds, stake, source)
        if let edge = signal.edge { bet.expectedEv = edge * stake }
        return bet
    }
}
