import CLibrdkafka

/// A member of a consumer group, under the classic protocol with `cooperative-sticky` assignment. Offsets advance only
/// by `commit` and `beginCommit`.
///
/// All calls run one after another on the consumer's queue. Rebalances run inside `poll`, so they never overlap a
/// `commit`; a `beginCommit` may be unanswered when one starts.
public final class KafkaConsumer: Sendable {
    let client: KafkaClient
    private let callbacks: RebalanceCallbacks

    /// - Parameters:
    ///   - properties: librdkafka's (CONFIGURATION.md); `bootstrap.servers` and `group.id` are required. Automatic
    ///     commits cannot be turned on.
    ///   - onCommit: called inside a later `poll` with the answer to each `beginCommit`, and also to each `commit`.
    /// - Throws: `KafkaError` if a property is invalid.
    public init(
        _ properties: [String: String],
        rebalance: KafkaRebalanceHandlers = .init(),
        onCommit: @escaping @Sendable (KafkaCommitAnswer) -> Void = { _ in },
        log: @escaping KafkaLog.Sink = { _ in }
    ) throws(KafkaError) {
        var settings = [
            "auto.offset.reset": "earliest",
            // A seek, a resumed and a new partition wait for the fetch under way. With less time, idle consumers
            // fetch more often.
            "fetch.wait.max.ms": "250",
            "partition.assignment.strategy": "cooperative-sticky",
        ]
        settings.merge(properties) { $1 }
        settings["enable.auto.commit"] = "false"
        settings["enable.auto.offset.store"] = "false"
        callbacks = RebalanceCallbacks(handlers: rebalance, onCommit: onCommit, log: log)
        client = try KafkaClient(RD_KAFKA_CONSUMER, settings, callbacks: callbacks) {
            RebalanceCallbacks.install(on: $0)
        }
        rd_kafka_poll_set_consumer(client.handle)
    }

    /// Joins the group and subscribes to topics. Partitions are assigned during later polls.
    public func subscribe(_ topics: [String]) async throws(KafkaError) {
        callbacks.markAsMember()
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(topics.map { TopicPartition($0, RD_KAFKA_PARTITION_UA) }) {
                list throws(KafkaError) in
                try check(rd_kafka_subscribe(handle, list), "subscribe to \(topics.joined(separator: ", "))")
            }
        }
    }

    /// Reads these partitions without joining a group.
    ///
    /// - Parameter offsets: where to start, by partition; `nil` starts at the beginning.
    public func assign(_ offsets: [TopicPartition: Int64?]) async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(offsets.map { ($0.key, $0.value ?? Int64(RD_KAFKA_OFFSET_BEGINNING)) }) {
                list throws(KafkaError) in
                try check(rd_kafka_assign(handle, list), "assign")
            }
        }
    }

    /// Waits up to `timeout` for a message, then returns it with the others already fetched, up to `limit`.
    ///
    /// - Returns: messages in offset order within each partition; empty if none arrived.
    /// - Throws: a fatal `KafkaError`, or one that is not retriable (an unknown topic, a failed authorization).
    public func poll(limit: Int, timeout: Duration) async throws(KafkaError) -> [KafkaMessage] {
        let callbacks = callbacks
        let currentFatalError = { @Sendable [client] in client.fatalError }
        return try await client.blocking { handle throws(KafkaError) in
            if let error = callbacks.takePendingError() { throw error }
            if let error = currentFatalError() { throw error }
            var messages: [KafkaMessage] = []
            while messages.count < limit {
                let pointer = rd_kafka_consumer_poll(handle, messages.isEmpty ? timeout.milliseconds : 0)
                // Messages from revoked partitions are the new owner's to process.
                let revoked = callbacks.takeRevoked()
                if !revoked.isEmpty { messages.removeAll { revoked.contains($0.source) } }
                guard let pointer else { break }
                defer { rd_kafka_message_destroy(pointer) }
                switch pointer.pointee.err {
                case RD_KAFKA_RESP_ERR_NO_ERROR: messages.append(KafkaMessage(pointer))
                case RD_KAFKA_RESP_ERR__PARTITION_EOF: break
                default:
                    let reason = rd_kafka_message_errstr(pointer).map { String(cString: $0) }
                    let error = KafkaError(pointer.pointee.err, "consume", message: reason)
                    callbacks.log(
                        KafkaLog(level: error.isRetriable ? 4 : 3, facility: "CONSUME", message: error.description)
                    )
                    guard error.isRetriable else {
                        // librdkafka reports a fatal error once. Return the messages first and throw in the next poll.
                        if messages.isEmpty { throw error }
                        callbacks.setPendingError(error)
                        return messages
                    }
                }
            }
            return messages
        }
    }

    /// Stops fetching from these partitions; `resume` restarts it.
    public func pause(_ partitions: [TopicPartition]) async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(partitions) { list throws(KafkaError) in
                try check(rd_kafka_pause_partitions(handle, list), "pause")
            }
        }
    }

    public func resume(_ partitions: [TopicPartition]) async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(partitions) { list throws(KafkaError) in
                try check(rd_kafka_resume_partitions(handle, list), "resume")
            }
        }
    }

    /// Sets the offset at which the next `poll` reads, by partition. The partitions must be assigned.
    public func seek(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        try await client.blocking { handle throws(KafkaError) in
            try PartitionList.with(offsets.map { ($0.key, $0.value) }) { list throws(KafkaError) in
                if let error = KafkaError(consuming: rd_kafka_seek_partitions(handle, list, 30_000), "seek") {
                    throw error
                }
                for (partition, _, code) in PartitionList.read(list) { try check(code, "seek \(partition)") }
            }
        }
    }

    /// The partitions currently assigned to this consumer.
    public func assignment() async throws(KafkaError) -> Set<TopicPartition> {
        try await client.blocking { handle throws(KafkaError) in
            var list: PartitionList.Pointer?
            try check(rd_kafka_assignment(handle, &list), "read the assignment")
            guard let list else { return [] }
            defer { rd_kafka_topic_partition_list_destroy(list) }
            return Set(PartitionList.read(list).map(\.partition))
        }
    }

    /// Calls `onRevoke` and leaves the group, so that its partitions are reassigned at once.
    public func close() async throws(KafkaError) {
        try await client.blocking { handle throws(KafkaError) in try check(rd_kafka_consumer_close(handle), "close") }
    }
}
