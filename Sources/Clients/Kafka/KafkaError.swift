import CLibrdkafka

/// An error that librdkafka reported, and the operation that failed.
public struct KafkaError: Error, Sendable, CustomStringConvertible, Equatable {
    /// librdkafka's error code: negative for local errors, positive for the broker's protocol errors.
    public let code: Int32
    public let message: String
    /// What failed, such as "produce to TOPIC".
    public let operation: String
    /// Whether the client instance is unusable. Close it and create another.
    public let isFatal: Bool
    private let retriable: Bool

    /// Whether the same call can succeed later.
    public var isRetriable: Bool { !isFatal && (retriable || Self.transientCodes.contains(code)) }

    private static let transientCodes: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
            RD_KAFKA_RESP_ERR__QUEUE_FULL,
            RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR__TRANSPORT,
            RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        ].map(\.rawValue)
    )

    init(
        _ code: rd_kafka_resp_err_t,
        _ operation: String,
        message: String? = nil,
        isFatal: Bool = false,
        isRetriable: Bool = false
    ) {
        self.code = code.rawValue
        self.message = message ?? String(cString: rd_kafka_err2str(code))
        self.operation = operation
        self.isFatal = isFatal || code == RD_KAFKA_RESP_ERR__FATAL
        self.retriable = isRetriable
    }

    /// The same error with a cause added to its message.
    func adding(_ cause: String) -> KafkaError {
        KafkaError(
            rd_kafka_resp_err_t(rawValue: code),
            operation,
            message: "\(message): \(cause)",
            isFatal: isFatal,
            isRetriable: retriable
        )
    }

    /// Takes ownership of `error` and destroys it. `nil` if there was no error.
    init?(consuming error: OpaquePointer?, _ operation: String) {
        guard let error else { return nil }
        self.init(
            rd_kafka_error_code(error),
            operation,
            message: String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) == 1,
            isRetriable: rd_kafka_error_is_retriable(error) == 1
        )
        rd_kafka_error_destroy(error)
    }

    package init(configuration message: String) {
        self.init(RD_KAFKA_RESP_ERR__INVALID_ARG, "configure", message: message)
    }

    /// Whether the client's or the broker's metadata of a topic is out of date, as after its creation.
    var isStaleMetadata: Bool {
        isUnknownTopic
            || [RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE].map(\.rawValue)
                .contains(code)
    }

    /// Whether the topic or partition does not exist.
    public var isUnknownTopic: Bool {
        [
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
            RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
        ].map(\.rawValue).contains(code)
    }

    /// Whether the client holds as many messages as it may.
    var isQueueFull: Bool { code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue }

    /// Whether the topic or the client accepts no message of that size.
    public var isTooLarge: Bool {
        [RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE].map(\.rawValue).contains(code)
    }

    public var description: String { "kafka: \(operation): \(message) (\(code))" }
}

/// Throws if `code` is an error.
func check(_ code: rd_kafka_resp_err_t, _ operation: @autoclosure () -> String) throws(KafkaError) {
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code, operation()) }
}
