import ArgumentParser
import ModelingStore
import Modelling
import Racing
import RacingStore
import Workers

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "How good the signals of a window were: log loss beside the market, calibration, ROI and CLV.",
        discussion: """
            The last signals of each race at or before its off are judged. A window that the model was trained on is refused.
            Example: giddyup evaluate --from 2024-07-06 --to 2025-07-16 --json
            """)

    @Option(help: "The first day.")
    var from: DayArgument
    @Option(help: "The last day.")
    var to: DayArgument
    @Option(help: "NAME or NAME@VERSION; without a version the one in production.")
    var model = ModelArgument(argument: "hrd_win_prob")!
    @Option(help: "Judge the last signals at or before so long before the off, as 60m.")
    var beforeOff = DurationArgument(seconds: 0)
    @Flag(help: "Print JSON.")
    var json = false

    struct Outcome: Encodable, Sendable {
        var model: String
        var from: String
        var to: String
        var blend: [MarketBlend]
        var evaluation: Evaluation

        private enum CodingKeys: String, CodingKey { case model, from, to, blend }

        /// One flat object: the evaluation's keys beside these.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(model, forKey: .model)
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
            try container.encode(blend, forKey: .blend)
            try evaluation.encode(to: encoder)
        }
    }

    func validate() throws {
        guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
    }

    func run() async throws {
        let connection = try Connection()
        let outcome = try await Self.evaluate(from: from.day, to: to.day, beforeOff: beforeOff.seconds, model, connection)
        if json { return try Console.json(outcome) }
        for line in Self.lines(outcome) { Console.print(line) }
    }

    static func evaluate(
        from first: CalendarDay, to last: CalendarDay, beforeOff: Double, _ model: ModelArgument, _ connection: Connection
    ) async throws -> Outcome {
        let found = try await connection.pool.withConnection { try await ModelRegistry.find(name: model.name, version: model.version, $0) }
        return try await read(from: first, to: last, beforeOff: beforeOff, found, connection).outcome
    }

    /// The races of a window with what was said of them, and how good that was.
    static func read(
        from first: CalendarDay, to last: CalendarDay, beforeOff: Double = 0, _ found: RegisteredModel, _ connection: Connection
    ) async throws -> (outcome: Outcome, races: [EvaluatedRace]) {
        if let trained = found.trainedThrough, first <= trained {
            throw CommandError("\(found.name) \(found.version) was trained on races to \(trained): choose --from after it")
        }
        let entries = try await BackfillCommand.races(first, last, connection)
        let (races, bundle) = try await connection.pool.withConnection { database in
            (
                try await EvaluationReader.read(entries, modelID: found.modelID, beforeOff: beforeOff, database),
                try await ModelRegistry.bundle(modelID: found.modelID, database)
            )
        }
        let evaluation = try Evaluation(races, policy: try StakingPolicyFile.read())
        return (
            Outcome(model: "\(found.name) \(found.version)", from: "\(first)", to: "\(last)", blend: bundle.blends, evaluation: evaluation), races
        )
    }

    private static func time(_ seconds: Double) -> String {
        seconds == 0 ? "the off" : seconds < 120 ? "\(Int(seconds)) s before the off" : "\(Int(seconds / 60)) min before the off"
    }

    static func lines(_ outcome: Outcome) -> [String] {
        let e = outcome.evaluation
        func number(_ value: Double) -> String { TrainCommand.number(value) }
        let lead = e.leadLow == e.leadHigh ? time(e.leadLow) : "\(time(e.leadLow)) to \(time(e.leadHigh))"
        var lines = ["\(outcome.model), \(outcome.from) to \(outcome.to), as of \(lead): \(e.races) races, \(e.runners) runners"]
        if e.stakesLeftOut > 0 { lines.append("  \(e.stakesLeftOut) stakes left out: a priced runner of their race was withdrawn later") }
        if !e.leftOut.isEmpty {
            lines.append("  left out: " + e.leftOut.sorted { $0.key < $1.key }.map { "\($0.value) for \($0.key)" }.joined(separator: ", "))
        }
        lines.append("              log loss   pseudo-R2")
        for (name, loss, r2) in [
            ("uniform", e.logLoss.uniform, e.pseudoR2.uniform), ("market", e.logLoss.market, e.pseudoR2.market),
            ("model", e.logLoss.model, e.pseudoR2.model),
            ("blend", e.logLoss.blend, e.pseudoR2.blend),
        ] { lines.append("  \(name.padding(toLength: 10, withPad: " ", startingAt: 0))   \(number(loss))      \(number(r2))") }
        lines.append("  gain of the blend over the market \(number(e.blendGain)) ± \(number(e.blendGainSE)); calibration error \(number(e.ece))")
        for blend in outcome.blend {
            lines.append(
                "  blend at \(blend.lead) s: a = \(number(blend.a)) (\(blend.aError.map { "± " + number($0) } ?? "held at 0; free \(number(blend.unconstrainedA)) ± \(number(blend.unconstrainedAError))")), b = \(number(blend.b)) ± \(number(blend.bError)), \(blend.races) races"
            )
        }
        if let roi = e.roi {
            lines.append("  staked \(e.staked) times, \(number(e.turnover)) units: ROI \(number(roi)) ± \(e.roiSE.map(number) ?? "?")")
            lines.append(
                "  CLV of the staked "
                    + (e.clv.map { "\(number($0)) ± \(e.clvSE.map(number) ?? "?")" } ?? "not measurable: the only price is the closing one"))
        } else {
            lines.append("  nothing was staked")
        }
        return lines
    }
}
