import ArgumentParser
import Betting
import Fleet
import Foundation
import Messages
import ModelingStore
import Postgres

struct SmokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smoke", abstract: "Send one signal through the broker and the publisher, and read it back from modeling.signals.",
        discussion: "Example: giddyup seed && giddyup smoke")

    @Flag(help: "Print JSON.")
    var json = false

    struct Outcome: Codable {
        let signalID: Int64
        let raceID: Int64
        let horseID: Int64
        let pWin: Double
        let odds: Double
        let edgeWin: Double
        let seconds: Double
    }

    func run() async throws {
        let connection = try Connection()
        let model = try await connection.pool.withConnection { try await ModelRegistry.find(name: "hrd_win_prob", version: "0.0.1", $0) }
        let message = Self.message(model.modelID)
        let outcome = try await LocalFleet.with(["publisher"], connection) { fleet in
            let start = ContinuousClock.now
            try await connection.producer().send([try message.record(prefix: connection.configuration.topicPrefix)])
            while true {
                let rows = try await connection.pool.query(
                    "SELECT signal_id, p_win, best_odds_win, edge_win FROM modeling.signals WHERE as_of = $1 AND race_id = $2 AND horse_id = $3 AND model_id = $4",
                    [
                        .instant(PostgresInstant(microseconds: message.asOf)), .int(message.raceID), .int(message.signals[0].horseID),
                        .int(model.modelID),
                    ])
                if let row = rows.first {
                    return Outcome(
                        signalID: try row.get("signal_id"), raceID: message.raceID, horseID: message.signals[0].horseID, pWin: try row.get("p_win"),
                        odds: try row.get("best_odds_win"), edgeWin: try row.get("edge_win"), seconds: (ContinuousClock.now - start) / .seconds(1))
                }
                try fleet?.check()
                guard ContinuousClock.now - start < .seconds(60) else {
                    throw CommandError(
                        "the signal was sent and did not arrive in modeling.signals within 60 s: is the publisher running against this broker?")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        guard outcome.pWin == 0.12, outcome.odds == 10, abs(outcome.edgeWin - 0.20) < 1e-12 else {
            throw CommandError("the row differs from what was sent: \(outcome)")
        }
        if json { return try Console.json(outcome) }
        Console.print(
            "signal \(outcome.signalID): race \(outcome.raceID), horse \(outcome.horseID), p_win \(outcome.pWin), odds \(outcome.odds), edge_win "
                + String(format: "%.2f, %.0f ms through the broker", outcome.edgeWin, outcome.seconds * 1000))
    }

    private static func message(_ modelID: Int64) -> RaceSignals {
        var signals = RaceSignals()
        (signals.raceID, signals.revision, signals.origin) = (123_456, 1, .live)
        signals.asOf = Int64(Date().timeIntervalSince1970) * 1_000_000
        signals.raceDay = Int32(signals.asOf / 86_400_000_000)
        (signals.model.name, signals.model.version, signals.model.modelID) = ("hrd_win_prob", "0.0.1", modelID)
        var signal = Signal()
        (signal.horseID, signal.pWin, signal.pModel, signal.bestOddsWin, signal.bestOddsSource) = (42, 0.12, 0.12, 10, "smoke")
        signal.fairOddsWin = 1 / signal.pWin
        signal.edgeWin = Edge.win(probability: signal.pWin, odds: signal.bestOddsWin)
        signal.kellyFraction = Kelly.single(probability: signal.pWin, odds: signal.bestOddsWin)
        signal.liquidityOk = true
        signal.reasonsJson = #"{"gates":["smoke test"]}"#
        signals.signals = [signal]
        return signals
    }
}
