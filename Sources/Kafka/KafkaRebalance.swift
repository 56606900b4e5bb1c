import CLibrdkafka
import Synchronization

/// What a consumer's owner does when partitions come and go. Both run inside `poll`, and the group waits for them.
public struct KafkaRebalanceHandlers: Sendable {
    public let onAssign: @Sendable ([TopicPartition]) -> Void
    /// The last moment to commit: after it returns the partitions belong to somebody else. `committer` commits at once, in this call.
    public let onRevoke: @Sendable (_ places: [TopicPartition], _ isLost: Bool, _ committer: borrowing KafkaCommitter) -> Void

    public init(
        onAssign: @escaping @Sendable ([TopicPartition]) -> Void = { _ in },
        onRevoke: @escaping @Sendable ([TopicPartition], Bool, borrowing KafkaCommitter) -> Void = { _, _, _ in }
    ) {
        self.onAssign = onAssign
        self.onRevoke = onRevoke
    }
}

/// Commits from inside a revoke.
public struct KafkaCommitter: ~Copyable {
    let handle: OpaquePointer

    /// - Parameter offsets: the next offset to be read, by partition.
    public func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        if !offsets.isEmpty { try KafkaConsumer.commit(offsets, handle, async: false) }
    }
}

/// The consumer's side of a rebalance.
///
/// `@unchecked Sendable`: adds only a mutex and immutable closures to its parent.
package final class RebalanceCallbacks: KafkaCallbacks, @unchecked Sendable {
    private let handlers: KafkaRebalanceHandlers
    private struct State {
        /// Partitions revoked since they were last taken: what was fetched of them before must not be handed out.
        var revoked: Set<TopicPartition> = []
        /// An error that came after messages, for the next poll.
        var pending: KafkaError?
        var isMember = false
        var wasAssigned = false
    }
    private let state = Mutex(State())

    init(handlers: KafkaRebalanceHandlers, log: @escaping KafkaLog.Sink) {
        self.handlers = handlers
        super.init(log: log)
    }

    override var mayBeDestroyed: Bool {
        state.withLock { Self.mayBeDestroyed(version: rd_kafka_version(), isMember: $0.isMember, wasAssigned: $0.wasAssigned) }
    }

    /// librdkafka before 2.3.0 asserts, and takes the process with it, where a member that joined and was never assigned anything is destroyed
    /// (librdkafka #4312).
    ///
    /// - Parameter version: as `rd_kafka_version()`, 0xMMmmrrxx.
    package static func mayBeDestroyed(version: Int32, isMember: Bool, wasAssigned: Bool) -> Bool {
        version >= 0x0203_0000 || !isMember || wasAssigned
    }

    func joining() { state.withLock { $0.isMember = true } }

    func takeRevoked() -> Set<TopicPartition> {
        state.withLock { state in
            defer { state.revoked = [] }
            return state.revoked
        }
    }

    func setPending(_ error: KafkaError) { state.withLock { $0.pending = error } }

    func takePending() -> KafkaError? {
        state.withLock { state in
            defer { state.pending = nil }
            return state.pending
        }
    }

    static func install(on conf: OpaquePointer) {
        rd_kafka_conf_set_rebalance_cb(conf) { handle, code, list, opaque in
            guard let handle, let list, let opaque else { return }
            Unmanaged<RebalanceCallbacks>.fromOpaque(opaque).takeUnretainedValue().rebalance(handle, code, list)
        }
    }

    private func rebalance(_ handle: OpaquePointer, _ code: rd_kafka_resp_err_t, _ list: PartitionList.Pointer) {
        let places = PartitionList.read(list).map(\.place)
        let isCooperative = rd_kafka_rebalance_protocol(handle).map { String(cString: $0) == "COOPERATIVE" } ?? false
        var error: OpaquePointer?
        if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            if isCooperative { error = rd_kafka_incremental_assign(handle, list) } else { rd_kafka_assign(handle, list) }
            state.withLock { $0.wasAssigned = true }
            handlers.onAssign(places)
        } else {
            let isLost = rd_kafka_assignment_lost(handle) == 1
            if !places.isEmpty { handlers.onRevoke(places, isLost, KafkaCommitter(handle: handle)) }
            state.withLock { $0.revoked.formUnion(places) }
            if isCooperative { error = rd_kafka_incremental_unassign(handle, list) } else { rd_kafka_assign(handle, nil) }
        }
        if let failure = KafkaError(consuming: error, "rebalance") {
            log(KafkaLog(level: 3, facility: "REBALANCE", message: failure.description))
        }
    }
}
