import Synchronization

/// The state of one loop of a worker, written by the loop and by the sampler beside it.
public final class LoopHealth: Sendable {
    private struct State {
        var hasPartitions = false
        /// Why the loop is not ready, by cause.
        var problems: [String: String] = [:]
        var lastProgress = ContinuousClock.now
        var isBusy = false
    }

    public let name: String
    /// How long the loop may take for one piece of work before it counts as stuck, in seconds.
    let progressLimit: Double
    private let state = Mutex(State())

    init(_ name: String, progressLimit: Double) {
        self.name = name
        self.progressLimit = progressLimit
    }

    /// Whether the loop can take messages now.
    public var isReady: Bool { state.withLock { $0.hasPartitions && $0.problems.isEmpty } }

    /// Why the loop is not ready; `nil` if it is.
    public var problem: String? {
        state.withLock { state in
            if let problem = state.problems.sorted(by: { $0.key < $1.key }).first { return problem.value }
            return state.hasPartitions ? nil : "no partitions assigned yet"
        }
    }

    /// How long ago the loop last finished a step of its work. Zero while it has no work.
    public var secondsSinceProgress: Double {
        state.withLock { $0.isBusy ? (ContinuousClock.now - $0.lastProgress) / .seconds(1) : 0 }
    }

    public func setHasPartitions(_ value: Bool) { state.withLock { $0.hasPartitions = value } }

    /// Records that the loop starts or has finished a piece of work.
    public func recordProgress(isBusy: Bool) {
        state.withLock { state in
            state.lastProgress = .now
            state.isBusy = isBusy
        }
    }

    /// - Parameter problem: what an operator should know; `nil` if the cause is gone.
    public func report(_ cause: String, _ problem: String?) { state.withLock { $0.problems[cause] = problem } }
}
