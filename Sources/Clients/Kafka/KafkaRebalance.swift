import CLibrdkafka
import Synchronization

/// Handlers for assigned and revoked partitions. Both run inside `poll` or `close` and delay the group's rebalance.
public struct KafkaRebalanceHandlers: Sendable {
    /// Called after the partitions are assigned. None of them is paused, even if it was when it was revoked.
    public let onAssign: @Sendable ([TopicPartition]) -> Void
    /// Called before the partitions are given up: the last chance to commit their offsets, with `committer`. `isLost`
    /// is true if the group has already reassigned them; a commit then fails.
    public let onRevoke:
        @Sendable (_ partitions: [TopicPartition], _ isLost: Bool, _ committer: borrowing KafkaCommitter) -> Void

    public init(
        onAssign: @escaping @Sendable ([TopicPartition]) -> Void = { _ in },
        onRevoke: @escaping @Sendable ([TopicPartition], Bool, borrowing KafkaCommitter) -> Void = { _, _, _ in }
    ) {
        self.onAssign = onAssign
        self.onRevoke = onRevoke
    }
}

/// Commits offsets synchronously from inside `onRevoke`.
public struct KafkaCommitter: ~Copyable {
    let handle: OpaquePointer

    /// - Parameter offsets: the next offset to read, by partition.
    public func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        if !offsets.isEmpty { try KafkaConsumer.commit(offsets, handle, async: false) }
    }
}

/// Handles rebalances and the results of commits for a consumer, and keeps the state that `poll` shares with them.
///
/// `@unchecked Sendable`: adds only a mutex and immutable closures to its superclass.
package final class RebalanceCallbacks: KafkaCallbacks, @unchecked Sendable {
    private struct State {
        /// Partitions revoked since the last `takeRevoked`. Messages already fetched from them must be dropped.
        var revoked: Set<TopicPartition> = []
        /// An error that followed messages in a poll; the next poll throws it.
        var pendingError: KafkaError?
        var isMember = false
        var wasAssigned = false
    }

    private let handlers: KafkaRebalanceHandlers
    private let onCommit: @Sendable (KafkaCommitAnswer) -> Void
    private let state = Mutex(State())

    init(
        handlers: KafkaRebalanceHandlers,
        onCommit: @escaping @Sendable (KafkaCommitAnswer) -> Void,
        log: @escaping KafkaLog.Sink
    ) {
        self.handlers = handlers
        self.onCommit = onCommit
        super.init(log: log)
    }

    override var mayBeDestroyed: Bool {
        state.withLock {
            Self.mayBeDestroyed(version: rd_kafka_version(), isMember: $0.isMember, wasAssigned: $0.wasAssigned)
        }
    }

    /// Whether librdkafka can destroy this consumer without aborting the process.
    ///
    /// Versions before 2.3.0 fail an assertion when a group member that never had an assignment is destroyed
    /// (librdkafka #4312).
    ///
    /// - Parameter version: of librdkafka, as 0xMMmmrrxx (`rd_kafka_version()`).
    package static func mayBeDestroyed(version: Int32, isMember: Bool, wasAssigned: Bool) -> Bool {
        version >= 0x0203_0000 || !isMember || wasAssigned
    }

    /// Records that the consumer has subscribed.
    func markAsMember() { state.withLock { $0.isMember = true } }

    /// Returns the revoked partitions and clears them.
    func takeRevoked() -> Set<TopicPartition> {
        state.withLock { state in
            defer { state.revoked = [] }
            return state.revoked
        }
    }

    func setPendingError(_ error: KafkaError) { state.withLock { $0.pendingError = error } }

    /// Returns the pending error and clears it.
    func takePendingError() -> KafkaError? {
        state.withLock { state in
            defer { state.pendingError = nil }
            return state.pendingError
        }
    }

    static func install(on conf: OpaquePointer) {
        rd_kafka_conf_set_rebalance_cb(conf) { handle, code, list, opaque in
            guard let handle, let list, let opaque else { return }
            Unmanaged<RebalanceCallbacks>.fromOpaque(opaque).takeUnretainedValue().rebalance(handle, code, list)
        }
        rd_kafka_conf_set_offset_commit_cb(conf) { _, code, list, opaque in
            guard let list, let opaque else { return }
            Unmanaged<RebalanceCallbacks>.fromOpaque(opaque).takeUnretainedValue().recordCommit(code, list)
        }
    }

    private func recordCommit(_ code: rd_kafka_resp_err_t, _ list: PartitionList.Pointer) {
        let partitions = PartitionList.read(list)
        let failed = partitions.first { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }
        var committed = partitions.filter { $0.error == RD_KAFKA_RESP_ERR_NO_ERROR }
        var error = failed.map { KafkaError($0.error, "commit \($0.partition)") }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            error = KafkaError(code, "commit")
            committed = []
        }
        onCommit(
            KafkaCommitAnswer(
                requested: Dictionary(partitions.map { ($0.partition, $0.offset) }) { $1 },
                committed: Dictionary(committed.map { ($0.partition, $0.offset) }) { $1 },
                error: error
            )
        )
    }

    private func rebalance(_ handle: OpaquePointer, _ code: rd_kafka_resp_err_t, _ list: PartitionList.Pointer) {
        let partitions = PartitionList.read(list).map(\.partition)
        let isCooperative = rd_kafka_rebalance_protocol(handle).map { String(cString: $0) == "COOPERATIVE" } ?? false
        var error: OpaquePointer?
        if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            if isCooperative {
                error = rd_kafka_incremental_assign(handle, list)
            } else {
                rd_kafka_assign(handle, list)
            }
            // librdkafka keeps an application's pause across a revoke and a later assignment.
            _ = rd_kafka_resume_partitions(handle, list)
            state.withLock { $0.wasAssigned = true }
            handlers.onAssign(partitions)
        } else {
            let isLost = rd_kafka_assignment_lost(handle) == 1
            if !partitions.isEmpty { handlers.onRevoke(partitions, isLost, KafkaCommitter(handle: handle)) }
            state.withLock { $0.revoked.formUnion(partitions) }
            if isCooperative {
                error = rd_kafka_incremental_unassign(handle, list)
            } else {
                rd_kafka_assign(handle, nil)
            }
        }
        if let failure = KafkaError(consuming: error, "rebalance") {
            log(KafkaLog(level: 3, facility: "REBALANCE", message: failure.description))
        }
    }
}
