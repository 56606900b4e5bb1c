import Dispatch
import Synchronization

/// Runs `count` jobs on at most `lanes` threads, the next one whenever one is done, and returns their results in order.
///
/// - Throws: the error of the first job that failed; jobs after it in order that have not started are not run.
func inParallel<T: Sendable>(_ count: Int, lanes: Int, _ job: @Sendable (Int) throws -> T) throws -> [T] {
    let results = Mutex([Result<T, any Error>?](repeating: nil, count: count))
    let next = Atomic(0)
    let isFailed = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: lanes) { _ in
        while !isFailed.load(ordering: .relaxed) {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            let result = Result { try job(index) }
            if case .failure = result { isFailed.store(true, ordering: .relaxed) }
            results.withLock { $0[index] = result }
        }
    }
    return try results.withLock { $0.compactMap(\.self) }.map { try $0.get() }
}
