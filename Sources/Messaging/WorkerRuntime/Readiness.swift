import Synchronization

/// Whether a worker can work now, and whether it makes progress: the sum of its loops.
public final class Readiness: Sendable {
    private let loops = Mutex<[LoopHealth]>([])

    public init() {}

    /// Adds a loop. The worker is ready when all of its loops are.
    ///
    /// - Parameter progressLimit: how long one piece of work may take before the worker counts as stuck.
    public func add(_ name: String, progressLimit: Duration = .seconds(300)) -> LoopHealth {
        let health = LoopHealth(name, progressLimit: progressLimit / .seconds(1))
        loops.withLock { $0.append(health) }
        return health
    }

    public var isReady: Bool { loops.withLock { loops in !loops.isEmpty && loops.allSatisfy(\.isReady) } }

    /// Why the worker is not ready, a line for each loop.
    public var problems: [String] {
        loops.withLock { loops in
            if loops.isEmpty { return ["starting"] }
            return loops.compactMap { loop in loop.problem.map { "\(loop.name): \($0)" } }
        }
    }

    /// The loops that have work and have made no progress for too long.
    public var stuckLoops: [String] {
        loops.withLock { loops in
            loops.filter { $0.secondsSinceProgress > $0.progressLimit }.map { loop in
                "\(loop.name): no progress for \(Int(loop.secondsSinceProgress)) s"
            }
        }
    }
}
