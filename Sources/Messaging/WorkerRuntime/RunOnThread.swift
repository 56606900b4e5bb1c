import Foundation

/// Runs long, blocking work on its own thread, off Swift's cooperative pool. Cancelling the task cancels the work.
///
/// - Parameters:
///   - niceness: 0 to 19. A positive value lowers the thread's priority, which Linux keeps per thread
///     (sched(7), "The nice value").
///   - work: gets a function that tells whether to stop, and one that reports progress: a stage and a share from 0 to
///     1.
///   - report: receives the progress in order. It skips values that arrive faster than it returns.
public func runOnThread<R: Sendable>(
    niceness: Int32 = 0,
    _ work:
        @escaping @Sendable (
            _ isCancelled: @escaping @Sendable () -> Bool,
            _ progress: @escaping @Sendable (String, Double) -> Void
        ) throws -> R,
    report: @escaping @Sendable (String, Double) async -> Void
) async throws -> R {
    let cancelled = CancellationFlag()
    let (stream, continuation) = AsyncStream.makeStream(of: (String, Double).self, bufferingPolicy: .bufferingNewest(1))
    let reporter = Task { for await (stage, share) in stream { await report(stage, share) } }
    defer { continuation.finish() }
    let result: Result<R, any Error> = await withTaskCancellationHandler {
        await withCheckedContinuation { done in
            let thread = Thread {
                if niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
                done.resume(returning: Result { try work({ cancelled.isRaised }, { continuation.yield(($0, $1)) }) })
            }
            thread.stackSize = 16 << 20
            thread.name = "long work"
            thread.start()
        }
    } onCancel: {
        cancelled.raise()
    }
    continuation.finish()
    await reporter.value
    return try result.get()
}

/// Runs long, blocking work that reports no progress.
public func runOnThread<R: Sendable>(
    niceness: Int32 = 0,
    _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> R
) async throws -> R {
    try await runOnThread(niceness: niceness) { isCancelled, _ in
        try work(isCancelled)
    } report: { _, _ in
    }
}
