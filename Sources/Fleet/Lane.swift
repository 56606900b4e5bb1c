import Kafka
import Synchronization

/// One consumer of a worker, and which partitions it has lost since it last asked.
public final class Lane: Sendable {
    let topic: String
    private let consumer: KafkaConsumer
    private let state: Mutex<State>

    private struct State {
        var assigned: Set<TopicPartition> = []
        /// Partitions that went away while messages of theirs were being handled.
        var lost: Set<TopicPartition> = []
        var isPaused = false
    }

    init(_ topic: String, _ properties: [String: String], log: @escaping KafkaLog.Sink) async throws(KafkaError) {
        self.topic = topic
        let box = StateBox()
        consumer = try KafkaConsumer(
            properties,
            rebalance: KafkaRebalanceHandlers(
                onAssign: { places in box.lane?.state.withLock { $0.assigned.formUnion(places) } },
                onRevoke: { places, _, _ in
                    // what is done was committed when it was done: there is nothing left to commit here
                    box.lane?.state.withLock { state in
                        state.assigned.subtract(places)
                        state.lost.formUnion(places)
                    }
                }), log: log)
        state = Mutex(State())
        box.lane = self
        try await consumer.subscribe([topic])
    }

    /// Ties the callbacks, which exist first, to the lane.
    ///
    /// `@unchecked Sendable`: written once, before `subscribe` lets any callback run.
    private final class StateBox: @unchecked Sendable {
        weak var lane: Lane?
    }

    var assigned: Set<TopicPartition> { state.withLock { $0.assigned } }

    func poll(limit: Int, timeout: Duration) async throws(KafkaError) -> [KafkaMessage] {
        state.withLock { $0.lost = [] }
        return try await consumer.poll(limit: limit, timeout: timeout)
    }

    /// Goes on polling, as the group demands, without taking a message: everything assigned is paused, and what slips through because it was
    /// assigned just now is put back.
    func keepAlive() async throws(KafkaError) {
        state.withLock { $0.isPaused = true }
        try await consumer.pause(Array(assigned))
        let extra = try await consumer.poll(limit: 100, timeout: .zero)
        var back: [TopicPartition: Int64] = [:]
        for message in extra { back[message.source] = min(back[message.source] ?? .max, message.offset) }
        if !extra.isEmpty {
            try await consumer.pause(Array(assigned))
            try await consumer.seek(back.filter { assigned.contains($0.key) })
        }
    }

    /// Puts messages back that were taken and not handled: they are the next ones again.
    func giveBack(_ messages: [KafkaMessage]) async throws(KafkaError) {
        var back: [TopicPartition: Int64] = [:]
        for message in messages where !hasLost(message) { back[message.source] = min(back[message.source] ?? .max, message.offset) }
        try await consumer.seek(back.filter { assigned.contains($0.key) })
    }

    /// Undoes `keepAlive`.
    func resume() async throws(KafkaError) {
        let isPaused = state.withLock { state in
            defer { state.isPaused = false }
            return state.isPaused
        }
        if isPaused { try await consumer.resume(Array(assigned)) }
    }

    /// Whether a message's partition went to somebody else after it was taken.
    func hasLost(_ message: KafkaMessage) -> Bool { state.withLock { $0.lost.contains(message.source) } }

    /// Commits the next offset of what is still ours.
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        let lost = state.withLock { $0.lost }
        try await consumer.commit(offsets.filter { !lost.contains($0.key) })
    }

    /// Messages not yet taken, by partition, as far as the last fetches tell.
    func lag() async -> [TopicPartition: Int64] { (try? await consumer.lag(Array(assigned))) ?? [:] }

    func close() async throws(KafkaError) { try await consumer.close() }
}
