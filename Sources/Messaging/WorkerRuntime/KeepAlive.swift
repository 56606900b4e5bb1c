import Kafka
import Synchronization

/// Keeps a worker in its consumer groups while a long piece of work runs, by polling its lanes beside the work.
///
/// The polling is a task of its own that lives as long as the worker, because starting one for each piece of work would
/// cost a live race more than most of that work.
final class KeepAlive: Sendable {
    private struct State {
        /// When polling begins; `nil` while no work is under way.
        var pollsFrom: ContinuousClock.Instant?
        var isPolling = false
        /// Whether the lanes were paused during the work.
        var hasPolled = false
        /// What the polling has met that ends the worker.
        var fatalError: KafkaError?
        /// The work that has ended and waits for the poll under way.
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// All lanes of the worker: the one that is not being worked on would be evicted as well.
    private let lanes: [LaneConsumer]
    let stopping: StopSignal
    private let state = Mutex(State())

    /// How long the work may run before polling starts. It is well below `max.poll.interval.ms`.
    private static let patience = Duration.seconds(5)
    private static let interval = Duration.milliseconds(500)

    init(lanes: [LaneConsumer], stopping: StopSignal) {
        self.lanes = lanes
        self.stopping = stopping
    }

    /// Runs one piece of work at a time, and has the paused lanes polled once it has taken longer than `patience`.
    ///
    /// - Throws: `WorkerStopping` if the work was cancelled because the time to drain is over; a fatal `KafkaError` of
    ///   the polling, which cancels the work too.
    func run<R: Sendable>(
        after patience: Duration = KeepAlive.patience,
        _ work: @Sendable () async throws -> R
    ) async throws -> R {
        state.withLock { $0.pollsFrom = .now + patience }
        let result: Result<R, any Error>
        do { result = .success(try await work()) } catch {
            result = .failure(state.withLock(\.fatalError) ?? (stopping.isOverdue ? WorkerStopping() : error))
        }
        // The caller may dead-letter the message and poll again, so the lanes must not stay paused.
        try await end()
        return try result.get()
    }

    /// Ends the polling of the work that has ended: waits for the poll under way, and resumes the lanes.
    private func end() async throws {
        let isPolling = state.withLock { state in
            state.pollsFrom = nil
            return state.isPolling
        }
        if isPolling {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isPolling { state.waiter = continuation }
                    return !state.isPolling
                }
                if isOver { continuation.resume() }
            }
        }
        let hasPolled = state.withLock { state in
            defer { state.hasPolled = false }
            return state.hasPolled
        }
        if hasPolled { for lane in lanes { try await lane.resume() } }
    }

    /// Polls beside the work, until the task is cancelled.
    ///
    /// - Parameter abandon: cancels the work. Called when the worker's time to drain is over, and after a fatal error.
    func poll(abandon: () -> Void) async {
        while !Task.isCancelled {
            if stopping.isOverdue, isWorking { abandon() }
            if beginPoll() {
                do throws(KafkaError) {
                    for lane in lanes {
                        try await lane.keepAlive()
                        // That of the batch before this long one.
                        try await commitWhatIsDue(on: lane)
                    }
                } catch {
                    state.withLock { $0.fatalError = error }
                    abandon()
                }
                endPoll()
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// What is not committed is committed later.
    private func commitWhatIsDue(on lane: LaneConsumer) async throws(KafkaError) {
        do throws(KafkaError) { try await lane.commitWhatIsDue() } catch { if error.isFatal { throw error } }
    }

    private var isWorking: Bool { state.withLock { $0.pollsFrom != nil } }

    private func beginPoll() -> Bool {
        state.withLock { state in
            guard let from = state.pollsFrom, from <= .now else { return false }
            state.isPolling = true
            state.hasPolled = true
            return true
        }
    }

    private func endPoll() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.isPolling = false
            return state.waiter
        }
        waiter?.resume()
    }
}
