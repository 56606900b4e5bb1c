import ArgumentParser
import Features
import Foundation
import Learning
import Modeling
import Operations
import Racing
import RacingStore
import Reporting
import WorkerRuntime

extension FeaturesCommand {
    struct AblateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ablate",
            abstract: "Measure what each group of features contributes, compared with the noise.",
            discussion: """
                Trains the model without each group in turn, its comparisons within the race included, and tests it \
                on later races.

                Example: giddyup features ablate --to 2024-07-05 --holdout-to 2025-07-16
                """
        )

        @Option(help: "The first day to learn from; by default a year after the first result.")
        var from: DayArgument?
        @Option(help: "The last day to learn from.")
        var to: DayArgument
        @Option(help: "The last day to test on; the first is the day after --to.")
        var holdoutTo: DayArgument
        @Option(help: "\(Objective.names).")
        var objective = Objective.raceExploded.rawValue
        @Option(help: "The feature set's version.")
        var set = FeatureSet.latest.version
        @Option(help: "The number of trainings with all features, each with another seed, to measure the noise.")
        var seeds = 3
        @Flag(help: "Train with a higher learning rate and fewer trees.")
        var fast = false
        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard to.day < holdoutTo.day else {
                throw ValidationError("--holdout-to \(holdoutTo.day) is not after --to \(to.day)")
            }
            guard Objective(rawValue: objective) != nil else {
                throw ValidationError("--objective \(objective): use one of \(Objective.names)")
            }
            guard FeatureSet.all[set] != nil else {
                throw ValidationError("unknown --set \(set): use one of \(FeaturesCommand.versions)")
            }
            guard (1...20).contains(seeds) else { throw ValidationError("--seeds \(seeds): 1 to 20") }
        }

        func run() async throws {
            let context = try CommandContext()
            let formBook = try await FormBookReader.read(context.pool, before: holdoutTo.day.advanced(by: 1)).book
            guard let start = formBook.firstTrainingDay(from: from?.day, through: to.day) else {
                throw CommandError("there is no result up to \(to.day): import results first")
            }
            let ablation = try await ablate(formBook, from: start)
            if json { return try Console.json(ablation) }
            for line in lines(ablation, from: start) { Console.print(line) }
        }

        private func ablate(_ formBook: FormBook, from start: CalendarDay) async throws -> Ablation {
            var plan = TrainingPlan.standard(
                Objective(rawValue: objective) ?? .raceExploded,
                threads: ProcessInfo.processInfo.activeProcessorCount,
                fast: fast
            )
            // Enough to weigh and calibrate the two learners; a model for each group takes long enough.
            plan.forwardSeasons = 1
            plan.forwardFolds = 2
            let features = FeatureSet.all[set] ?? .latest
            let bar = ProgressBar("ablation")
            let ablation = try await runOnThread { [plan, seeds, to, holdoutTo, features] isCancelled, progress in
                let training = try TrainingSet(
                    formBook,
                    features,
                    from: start,
                    through: to.day,
                    isCancelled: isCancelled
                )
                let later = try TrainingSet(
                    formBook,
                    features,
                    from: to.day.advanced(by: 1),
                    through: holdoutTo.day,
                    isCancelled: isCancelled
                )
                return try Ablation(
                    training: training,
                    holdout: later.withSingleWinners(),
                    features,
                    plan,
                    seeds: seeds,
                    isCancelled: isCancelled,
                    onProgress: progress
                )
            } report: { stage, share in
                bar.update(share, stage)
            }
            bar.finish("\(ablation.races) races tested")
            return ablation
        }

        private func lines(_ ablation: Ablation, from start: CalendarDay) -> [String] {
            let full = ablation.full.map(Figure.loss).joined(separator: ", ")
            let header = [
                "\(objective), trained \(start) to \(to.day), tested on \(ablation.races) races to \(holdoutTo.day); "
                    + "uniform \(Figure.loss(ablation.uniform))",
                "all features: \(full) from \(seeds) seeds; noise from seed to seed \(Figure.loss(ablation.seedNoise))",
                "without     columns  log loss    worse by",
            ]
            let rows = ablation.lines.sorted { $0.worse > $1.worse }.map { line in
                let name = line.group.padding(toLength: 10, withPad: " ", startingAt: 0)
                let columns = String(format: "%5d", line.columns)
                let loss = Figure.loss(line.logLoss)
                return "  \(name)  \(columns)    \(loss)    \(Figure.signed(line.worse, error: line.worseSE))"
            }
            return header + rows
        }
    }
}
