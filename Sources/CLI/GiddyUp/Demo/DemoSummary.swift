import CanonicalForm
import Foundation
import Modeling

/// The content of `demo/summary.json`.
struct DemoSummary: Encodable, Sendable {
    /// "simulated", or the origin of the data.
    var data: String
    /// Races and runners loaded, including withdrawn runners.
    var races: Int
    var runners: Int
    /// Rows of modeling.signals.
    var signals: Int
    var bets: Int
    var settled: Int
    var deadLetters: Int
    /// Seconds from the start to the report.
    var seconds: Double
    var evaluation: WindowEvaluation
    var raceDay: String
    /// Profit of the race day's bets, in units.
    var profit: Double

    enum CodingKeys: String, CodingKey {
        case data, races, runners, signals, bets, settled, seconds, evaluation, profit
        case deadLetters = "dead_letters"
        case raceDay = "race_day"
    }

    func write(to path: String) throws {
        try CanonicalJSON.data(self, isPretty: true).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
