import CLibrdkafka

/// What librdkafka reported, and what it was asked to do.
public struct KafkaError: Error, Sendable, CustomStringConvertible, Equatable {
    /// librdkafka's code, negative for its own and positive for the broker's (KIP-0 protocol errors).
    public let code: Int32
    public let message: String
    /// What was being done, as in "produce to race.requests".
    public let operation: String
    /// The client instance is beyond use: close it and make another.
    public let isFatal: Bool
    private let retriable: Bool

    /// Whether the same call may well succeed later.
    public var isRetriable: Bool { !isFatal && (retriable || Self.passing.contains(code)) }

    private static let passing: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
        ].map(\.rawValue))

    init(_ code: rd_kafka_resp_err_t, _ operation: String, message: String? = nil, isFatal: Bool = false, isRetriable: Bool = false) {
        self.code = code.rawValue
        self.message = message ?? String(cString: rd_kafka_err2str(code))
        self.operation = operation
        self.isFatal = isFatal || code == RD_KAFKA_RESP_ERR__FATAL
        self.retriable = isRetriable
    }

    /// Takes over `error` and frees it.
    init?(consuming error: OpaquePointer?, _ operation: String) {
        guard let error else { return nil }
        self.init(
            rd_kafka_error_code(error), operation, message: String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) == 1, isRetriable: rd_kafka_error_is_retriable(error) == 1)
        rd_kafka_error_destroy(error)
    }

    init(configuration message: String) {
        self.init(RD_KAFKA_RESP_ERR__INVALID_ARG, "configure", message: message)
    }

    /// The topic, partition or offset does not exist.
    public var isUnknownTopic: Bool {
        [RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION].map(\.rawValue).contains(
            code)
    }

    public var description: String { "kafka: \(operation): \(message) (\(code))" }
}
