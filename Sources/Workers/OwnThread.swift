import Foundation

/// Runs long work on a thread of its own, cancelled with the task, while its progress is reported in order.
///
/// - Parameter niceness: 0 to 19; above 0 the thread gives way to others, which on Linux is a thread's own affair (sched(7), "The nice value").
public func onOwnThread<R: Sendable>(
    niceness: Int32 = 0,
    _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool, _ progress: @escaping @Sendable (String, Double) -> Void) throws -> R,
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
