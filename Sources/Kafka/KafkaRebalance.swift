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
        try KafkaConsumer.commit(offsets, handle, async: false)
    }
}

/// The consumer's side of a rebalance.
///
/// `@unchecked Sendable`: adds only a mutex and immutable closures to its parent.
final class RebalanceCallbacks: KafkaCallbacks, @unchecked Sendable {
    private let handlers: KafkaRebalanceHandlers
    /// Partitions revoked during the present `poll`: what it has already fetched of them must not be handed out.
    let revoked = Mutex<Set<TopicPartition>>([])

    init(handlers: KafkaRebalanceHandlers, log: @escaping KafkaLog.Sink) {
        self.handlers = handlers
        super.init(log: log)
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
            revoked.withLock { $0.subtract(places) }
            if isCooperative { error = rd_kafka_incremental_assign(handle, list) } else { rd_kafka_assign(handle, list) }
            handlers.onAssign(places)
        } else {
            let isLost = rd_kafka_assignment_lost(handle) == 1
            if !places.isEmpty { handlers.onRevoke(places, isLost, KafkaCommitter(handle: handle)) }
            revoked.withLock { $0.formUnion(places) }
            if isCooperative { error = rd_kafka_incremental_unassign(handle, list) } else { rd_kafka_assign(handle, nil) }
        }
        if let failure = KafkaError(consuming: error, "rebalance") {
            log(KafkaLog(level: 3, facility: "REBALANCE", message: failure.description))
        }
    }
}
