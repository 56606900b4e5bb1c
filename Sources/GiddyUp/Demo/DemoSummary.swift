import Foundation
import Modelling

/// `demo/summary.json`.
struct DemoSummary: Encodable, Sendable {
    /// "simulated", or whose data it is.
    var data: String
    /// Loaded, withdrawn runners included.
    var races: Int
    var runners: Int
    /// Rows of modeling.signals.
    var signals: Int
    var bets: Int
    var settled: Int
    var deadLetters: Int
    /// From the start to the report.
    var seconds: Double
    var evaluation: EvaluateCommand.Outcome
    var raceDay: String
    /// Of the race day's bets, in units.
    var profit: Double

    enum CodingKeys: String, CodingKey {
        case data, races, runners, signals, bets, settled, seconds, evaluation, profit
        case deadLetters = "dead_letters"
        case raceDay = "race_day"
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
