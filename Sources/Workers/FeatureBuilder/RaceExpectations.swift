import Expectations
import Features
import Messages

extension RaceFeatures {
    /// Checks the message against a suite, as a table with one row for each runner. Its columns are the features, and
    /// `runner_id`, `horse_id`, `trainer_id`, `jockey_id` and `odds`. Warnings are added to the message.
    ///
    /// - Parameter connections: the trainer and jockey of each runner, in the message's order.
    package mutating func check(
        against suite: ExpectationSuite,
        _ set: FeatureSet,
        connections: [(trainer: Int64?, jockey: Int64?)]
    ) -> ExpectationReport {
        let report = suite.check(rows: runners.count) { name in
            switch name {
            // Ids are compared as text: as floating-point numbers, two large ids could be equal.
            case "runner_id": return .texts(runners.map { String($0.runnerID) })
            case "horse_id": return .texts(runners.map { String($0.horseID) })
            case "trainer_id": return .texts(connections.map { $0.trainer.map { String($0) } })
            case "jockey_id": return .texts(connections.map { $0.jockey.map { String($0) } })
            case "odds": return .numbers(runners.map { $0.hasPrice ? $0.price.odds : .nan })
            default:
                return set.column(name).map { column in .numbers(runners.map { Double($0.features[column]) }) }
            }
        }
        warnings += report.failures(.warning).map(\.warning)
        return report
    }
}

extension ExpectationResult {
    /// The failure worded by the suite's notes, for readers of signals.
    var warning: String {
        let failure = expectation.notes ?? description
        guard unexpectedCount > 0, elementCount > 0 else { return failure }
        return "\(failure): \(unexpectedCount) of \(elementCount) runners"
    }
}
