import CLibrdkafka
import Foundation

/// Creates and describes topics.
public final class KafkaAdmin: Sendable {
    let client: KafkaClient
    private let lastFailure: LastFailure

    /// - Parameter properties: librdkafka's (CONFIGURATION.md); `bootstrap.servers` is required.
    /// - Throws: `KafkaError` if a property is invalid.
    public init(_ properties: [String: String], log: @escaping KafkaLog.Sink = { _ in }) throws(KafkaError) {
        let lastFailure = LastFailure()
        self.lastFailure = lastFailure
        let callbacks = KafkaCallbacks { line in
            lastFailure.record(line)
            log(line)
        }
        client = try KafkaClient(RD_KAFKA_PRODUCER, properties, callbacks: callbacks)
    }

    /// Reads the partition count of every topic in the cluster.
    ///
    /// - Throws: a retriable `KafkaError` if no broker answers within `timeout`.
    public func topics(timeout: Duration = .seconds(10)) async throws(KafkaError) -> [String: Int32] {
        try await client.blocking { [lastFailure] handle throws(KafkaError) in
            let metadata: UnsafePointer<rd_kafka_metadata>
            do throws(KafkaError) { metadata = try Self.metadata(handle, within: timeout) } catch {
                throw lastFailure.explain(error)
            }
            defer { rd_kafka_metadata_destroy(metadata) }
            var counts: [String: Int32] = [:]
            for index in 0..<Int(metadata.pointee.topic_cnt) {
                let topic = metadata.pointee.topics[index]
                counts[String(cString: topic.topic)] = topic.partition_cnt
            }
            return counts
        }
    }

    /// The metadata of all topics, which the caller destroys. A connection that breaks fails a request at once, so what
    /// is retriable is retried.
    private static func metadata(_ handle: OpaquePointer, within timeout: Duration) throws(KafkaError)
        -> UnsafePointer<rd_kafka_metadata>
    {
        let deadline = ContinuousClock.now + timeout
        while true {
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let remaining = max(.milliseconds(1), deadline - ContinuousClock.now)
            let code = rd_kafka_metadata(handle, 1, nil, &metadata, remaining.milliseconds)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata { return metadata }
            let error = KafkaError(code, "read cluster metadata")
            guard error.isRetriable, ContinuousClock.now < deadline else { throw error }
            // On the client's own queue, which blocking calls use anyway.
            usleep(100_000)
        }
    }

    /// Creates topics, and waits until every partition of them has a leader. Topics that already exist are left
    /// unchanged.
    ///
    /// A broker answers CreateTopics before the partitions can be used. Until then, clients get "unknown topic" and
    /// "not leader for partition".
    ///
    /// - Parameters:
    ///   - timeout: how long the broker may take to answer.
    ///   - leaderTimeout: how long the partitions may take to get leaders.
    /// - Throws: `KafkaError` if a setting is invalid, the broker rejects a topic, or a timeout passes. The error is
    ///   retriable if the topics were created but have no leaders yet.
    public func create(
        _ topics: [KafkaTopic],
        timeout: Duration = .seconds(30),
        leaderTimeout: Duration = .seconds(180)
    ) async throws(KafkaError) {
        guard !topics.isEmpty else { return }
        try await client.blocking { handle throws(KafkaError) in
            var requests: [OpaquePointer?] = []
            defer {
                requests.withUnsafeMutableBufferPointer { rd_kafka_NewTopic_destroy_array($0.baseAddress, $0.count) }
            }
            for topic in topics { try Self.append(topic, to: &requests) }
            let queue = rd_kafka_queue_new(handle)
            defer { rd_kafka_queue_destroy(queue) }
            rd_kafka_CreateTopics(handle, &requests, requests.count, nil, queue)
            guard let event = rd_kafka_queue_poll(queue, timeout.milliseconds) else {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, "create topics")
            }
            defer { rd_kafka_event_destroy(event) }
            try check(rd_kafka_event_error(event), "create topics")
            try Self.checkCreated(event)
        }
        try await waitForLeaders(of: topics, timeout: leaderTimeout)
    }

    private func waitForLeaders(of topics: [KafkaTopic], timeout: Duration) async throws(KafkaError) {
        let deadline = ContinuousClock.now + timeout
        while true {
            let ready = try await topicsWithLeaders()
            let pending = topics.filter { !ready.contains($0.name) }.map(\.name)
            guard !pending.isEmpty else { return }
            guard ContinuousClock.now < deadline else {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                    "wait for the leaders of \(pending.joined(separator: ", "))"
                )
            }
            do { try await Task.sleep(for: .milliseconds(50)) } catch {
                throw KafkaError(RD_KAFKA_RESP_ERR__INTR, "wait for the leaders of new topics")
            }
        }
    }

    /// The topics whose partitions all have a leader.
    private func topicsWithLeaders() async throws(KafkaError) -> Set<String> {
        try await client.blocking { handle throws(KafkaError) in
            let metadata = try Self.metadata(handle, within: .seconds(10))
            defer { rd_kafka_metadata_destroy(metadata) }
            var names: Set<String> = []
            for topic in UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt)) {
                let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
                let isReady = partitions.allSatisfy { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR && $0.leader >= 0 }
                if topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, !partitions.isEmpty, isReady {
                    names.insert(String(cString: topic.topic))
                }
            }
            return names
        }
    }

    /// Deletes topics. Topics that do not exist are ignored.
    ///
    /// - Throws: `KafkaError` if the broker rejects a deletion, or `timeout` passes.
    public func delete(_ topics: [String], timeout: Duration = .seconds(30)) async throws(KafkaError) {
        guard !topics.isEmpty else { return }
        try await client.blocking { handle throws(KafkaError) in
            var requests: [OpaquePointer?] = topics.map { rd_kafka_DeleteTopic_new($0) }
            defer {
                requests.withUnsafeMutableBufferPointer {
                    rd_kafka_DeleteTopic_destroy_array($0.baseAddress, $0.count)
                }
            }
            let queue = rd_kafka_queue_new(handle)
            defer { rd_kafka_queue_destroy(queue) }
            rd_kafka_DeleteTopics(handle, &requests, requests.count, nil, queue)
            guard let event = rd_kafka_queue_poll(queue, timeout.milliseconds) else {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, "delete topics")
            }
            defer { rd_kafka_event_destroy(event) }
            try check(rd_kafka_event_error(event), "delete topics")
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            for index in 0..<count {
                guard let result = results?[index] else { continue }
                let code = rd_kafka_topic_result_error(result)
                guard code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART else { continue }
                try check(code, "delete \(String(cString: rd_kafka_topic_result_name(result)))")
            }
        }
    }

    /// Appends the request to create `topic`. The caller destroys the requests, even after an error.
    private static func append(_ topic: KafkaTopic, to requests: inout [OpaquePointer?]) throws(KafkaError) {
        var reason = [CChar](repeating: 0, count: 512)
        guard
            let request = rd_kafka_NewTopic_new(
                topic.name,
                topic.partitions,
                topic.replicas,
                &reason,
                reason.count
            )
        else {
            throw KafkaError(configuration: text(reason))
        }
        requests.append(request)
        for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) {
            try check(rd_kafka_NewTopic_set_config(request, name, value), "set \(name) of \(topic.name)")
        }
    }

    /// Throws the first topic's error, unless the topic already exists.
    private static func checkCreated(_ event: OpaquePointer) throws(KafkaError) {
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        for index in 0..<count {
            guard let result = results?[index] else { continue }
            let code = rd_kafka_topic_result_error(result)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
                continue
            }
            let name = String(cString: rd_kafka_topic_result_name(result))
            throw KafkaError(
                code,
                "create \(name)",
                message: rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
            )
        }
    }
}
