import CLibrdkafka

extension KafkaAdmin {
    /// Reads the settings of topics, defaults included. librdkafka's mock cluster does not support this.
    ///
    /// - Returns: the settings of each topic, by topic name.
    /// - Throws: `KafkaError` if a topic does not exist, or `timeout` passes.
    public func settings(of topics: [String], timeout: Duration = .seconds(30))
        async throws(KafkaError) -> [String: [String: String]]
    {
        guard !topics.isEmpty else { return [:] }
        return try await retryingStaleMetadata(for: timeout) { () throws(KafkaError) in
            try await describe(topics, timeout: timeout)
        }
    }

    private func describe(_ topics: [String], timeout: Duration) async throws(KafkaError)
        -> [String: [String: String]]
    {
        try await client.blocking { handle throws(KafkaError) in
            var requests: [OpaquePointer?] = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
            defer {
                requests.withUnsafeMutableBufferPointer {
                    rd_kafka_ConfigResource_destroy_array($0.baseAddress, $0.count)
                }
            }
            let queue = rd_kafka_queue_new(handle)
            defer { rd_kafka_queue_destroy(queue) }
            rd_kafka_DescribeConfigs(handle, &requests, requests.count, nil, queue)
            guard let event = rd_kafka_queue_poll(queue, timeout.milliseconds) else {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, "describe topics")
            }
            defer { rd_kafka_event_destroy(event) }
            try check(rd_kafka_event_error(event), "describe topics")
            var count = 0
            let resources = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event),
                &count
            )
            var settings: [String: [String: String]] = [:]
            for index in 0..<count {
                guard let resource = resources?[index] else { continue }
                let topic = String(cString: rd_kafka_ConfigResource_name(resource))
                try check(rd_kafka_ConfigResource_error(resource), "describe \(topic)")
                var entryCount = 0
                let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
                for entryIndex in 0..<entryCount {
                    guard let entry = entries?[entryIndex], let value = rd_kafka_ConfigEntry_value(entry) else {
                        continue
                    }
                    let name = String(cString: rd_kafka_ConfigEntry_name(entry))
                    settings[topic, default: [:]][name] = String(cString: value)
                }
            }
            return settings
        }
    }
}
