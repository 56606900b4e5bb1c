import ArgumentParser
import Foundation
import Modelling
import Racing
import RacingStore
import Workers

struct AblateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ablate", abstract: "What each group of features is worth, beside the noise.",
        discussion: """
            The model is trained without each group in turn, comparisons within the race of its columns included, and judged on later races.
            Example: giddyup features ablate --to 2024-07-05 --holdout-to 2025-07-16
            """)

    @Option(help: "The first day to learn from; by default a year after the first result.")
    var from: DayArgument?
    @Option(help: "The last day to learn from.")
    var to: DayArgument
    @Option(help: "The last day to judge on; the first is the day after --to.")
    var holdoutTo: DayArgument
    @Option(help: "binary or race_softmax.")
    var objective = "race_softmax"
    @Option(help: "Trainings with all features, from other seeds, for the noise.")
    var seeds = 3
    @Flag(help: "Larger steps and fewer trees.")
    var fast = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard to.day < holdoutTo.day else { throw ValidationError("--holdout-to \(holdoutTo.day) is not after --to \(to.day)") }
        guard Objective(rawValue: objective) != nil else { throw ValidationError("--objective \(objective): binary or race_softmax") }
        guard (1...20).contains(seeds) else { throw ValidationError("--seeds \(seeds): 1 to 20") }
    }

    func run() async throws {
        let connection = try Connection()
        let (first, last) = (to.day, holdoutTo.day)
        let book = try await FormBookReader.read(connection.pool, before: last.advanced(by: 1)).book
        guard let start = book.firstTrainingDay(from: from?.day, through: first) else {
            throw CommandError("there is no result up to \(first): import results first")
        }
        var plan = TrainingPlan.standard(
            Objective(rawValue: objective) ?? .raceSoftmax, threads: ProcessInfo.processInfo.activeProcessorCount, fast: fast)
        plan.folds = 5
        let (chosen, count) = (plan, seeds)
        let bar = ProgressBar("ablation")
        let ablation = try await onOwnThread { isCancelled, progress in
            let training = try TrainingSet(book, .ability1, from: start, through: first, isCancelled: isCancelled)
            let all = try TrainingSet(book, .ability1, from: first.advanced(by: 1), through: last, isCancelled: isCancelled)
            let holdout = all.taking(all.races.indices.filter { index in all.races[index].rows.count { all.positions[$0] == 1 } == 1 })
            return try Ablation(
                training: training, holdout: holdout, .ability1, chosen, seeds: count, isCancelled: isCancelled, onProgress: progress)
        } report: { stage, share in
            bar.update(share, stage)
        }
        bar.finish("\(ablation.races) races judged")
        if json { return try Console.json(ablation) }
        func number(_ value: Double) -> String { String(format: "%+.4f", value) }
        func loss(_ value: Double) -> String { String(format: "%.4f", value) }
        Console.print("\(objective), trained \(start) to \(first), judged on \(ablation.races) races to \(last); uniform \(loss(ablation.uniform))")
        Console.print(
            "all features: \(ablation.full.map(loss).joined(separator: ", ")) from \(seeds) seeds; noise from seed to seed \(loss(ablation.seedNoise))"
        )
        Console.print("without     columns  log loss    worse by")
        for line in ablation.lines.sorted(by: { $0.worse > $1.worse }) {
            let name = line.group.padding(toLength: 10, withPad: " ", startingAt: 0)
            Console.print(
                "  \(name)  \(String(format: "%5d", line.columns))    \(loss(line.logLoss))    \(number(line.worse)) ± \(loss(line.worseSE))")
        }
    }
}
