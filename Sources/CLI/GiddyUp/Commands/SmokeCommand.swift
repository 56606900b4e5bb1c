import ArgumentParser
import Betting
import Foundation
import Messages
import ModelingStore
import Operations
import Racing

struct SmokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smoke",
        abstract: "Send one signal through the broker and the publisher, and read it back from modeling.signals.",
        discussion: "Example: giddyup seed && giddyup smoke"
    )

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

    private static let timeout = Duration.seconds(60)

    func run() async throws {
        let context = try CommandContext()
        let model = try await context.model("hrd_win_prob", version: "0.0.1")
        let message = Self.message(model.modelID)
        let outcome = try await LocalFleet.with(["publisher"], context) { check in
            let start = ContinuousClock.now
            try await context.send([message])
            return try await Self.arrival(of: message, since: start, context, check: check)
        }
        guard outcome.pWin == 0.12, outcome.odds == 10, abs(outcome.edgeWin - 0.20) < 1e-12 else {
            throw CommandError("the row differs from what was sent: \(outcome)")
        }
        if json { return try Console.json(outcome) }
        Console.print(
            "signal \(outcome.signalID): race \(outcome.raceID), horse \(outcome.horseID), p_win \(outcome.pWin), odds "
                + "\(outcome.odds), edge_win "
                + String(format: "%.2f, %.0f ms through the broker", outcome.edgeWin, outcome.seconds * 1000)
        )
    }

    /// Waits until the signal is in modeling.signals.
    ///
    /// - Throws: `CommandError` if it does not arrive in time.
    private static func arrival(
        of message: RaceSignals,
        since start: ContinuousClock.Instant,
        _ context: CommandContext,
        check: () async throws -> Void
    ) async throws -> Outcome {
        let horse = message.signals[0].horseID
        while true {
            let published = try await context.pool.withConnection { connection in
                try await SignalStore.read(
                    asOf: Instant(microseconds: message.asOf),
                    raceID: message.raceID,
                    horseID: horse,
                    modelID: message.model.modelID,
                    connection
                )
            }
            if let published {
                return Outcome(
                    signalID: published.signalID,
                    raceID: message.raceID,
                    horseID: horse,
                    pWin: published.pWin,
                    odds: published.odds ?? .nan,
                    edgeWin: published.edgeWin ?? .nan,
                    seconds: (ContinuousClock.now - start) / .seconds(1)
                )
            }
            try await check()
            guard ContinuousClock.now - start < timeout else {
                throw CommandError(
                    "the signal did not arrive in modeling.signals within 60 s: is a publisher running on this broker?"
                )
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func message(_ modelID: Int64) -> RaceSignals {
        var signals = RaceSignals()
        signals.raceID = 123_456
        signals.revision = 1
        signals.origin = .live
        signals.asOf = Int64(Date().timeIntervalSince1970) * 1_000_000
        signals.raceDay = Int32(signals.asOf / 86_400_000_000)
        signals.model.name = "hrd_win_prob"
        signals.model.version = "0.0.1"
        signals.model.modelID = modelID
        signals.signals = [signal()]
        return signals
    }

    private static func signal() -> Signal {
        var signal = Signal()
        signal.horseID = 42
        signal.pWin = 0.12
        signal.pModel = 0.12
        signal.bestOddsWin = 10
        signal.bestOddsSource = "smoke"
        signal.fairOddsWin = 1 / signal.pWin
        signal.edgeWin = Edge.win(probability: signal.pWin, odds: signal.bestOddsWin)
        signal.kellyFraction = Kelly.single(probability: signal.pWin, odds: signal.bestOddsWin)
        signal.liquidityOk = true
        signal.reasonsJson = #"{"gates":["smoke test"]}"#
        return signal
    }
}
