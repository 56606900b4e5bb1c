import Foundation
import Synchronization

/// Kills this process with SIGKILL between two steps of its work, to test what a crash there loses or repeats.
///
/// `CRASH_AT=produced:3` kills it once it has produced for the third time. Without the variable nothing happens.
public final class CrashPoint: Sendable {
    /// The steps of a batch, in order.
    public enum Step: String, CaseIterable, Sendable {
        /// The messages were polled, and nothing was done with them.
        case polled
        /// They were handled: what they write to Postgres is committed. Writes that are made beside producing may be
        /// earlier or later than the outputs.
        case handled
        /// Their outputs were acknowledged by the brokers.
        case produced
        /// Their offsets were committed.
        case committed
    }

    private let target: (step: Step, count: Int)?
    private let count = Atomic(0)

    /// - Throws: `ConfigurationError` if the text is not a step and a count, such as `produced:3`.
    init(_ text: String?) throws(ConfigurationError) {
        guard let text else {
            target = nil
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let step = Step(rawValue: String(parts[0])), let count = Int(parts[1]), count > 0 else {
            let steps = Step.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError("CRASH_AT=\(text) is not a step (\(steps)) and a count, such as produced:3")
        }
        target = (step, count)
    }

    /// Whether this process is to crash at a step.
    public func isAt(_ step: Step) -> Bool { target?.step == step }

    /// Does not return if this is the step and the time to crash.
    public func reach(_ step: Step) {
        guard let target, target.step == step else { return }
        guard count.add(1, ordering: .relaxed).newValue == target.count else { return }
        kill(getpid(), SIGKILL)
    }
}
