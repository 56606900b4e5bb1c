import Expectations
import Features
import Fleet
import Messages

extension RaceFeatures {
    /// Checks what was built, as a table of a row per runner: the features by name, and `runner_id`, `horse_id`, `trainer_id`, `jockey_id`, `odds`.
    /// Warnings go with the message.
    ///
    /// - Parameter card: whose runners are in the message's order.
    package mutating func meet(_ suite: ExpectationSuite, _ set: FeatureSet, people: [(trainer: Int64?, jockey: Int64?)]) -> ExpectationReport {
        let report = suite.check(rows: runners.count) { name in
            switch name {
            // as text: of large ids, numbers would take two for one
            case "runner_id": return .texts(runners.map { String($0.runnerID) })
            case "horse_id": return .texts(runners.map { String($0.horseID) })
            case "trainer_id": return .texts(people.map { $0.trainer.map { String($0) } })
            case "jockey_id": return .texts(people.map { $0.jockey.map { String($0) } })
            case "odds": return .numbers(runners.map { $0.hasPrice ? $0.price.odds : .nan })
            default: return set.column(name).map { column in .numbers(runners.map { Double($0.features[column]) }) }
            }
        }
        warnings += report.failures(.warning).map(\.warning)
        return report
    }
}

extension ExpectationResult {
    /// In the words of the suite's notes, for those who read the signals.
    var warning: String {
        let what = expectation.notes ?? description
        return unexpectedCount > 0 && elementCount > 0 ? "\(what): \(unexpectedCount) of \(elementCount) runners" : what
    }
}
