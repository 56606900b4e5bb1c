import Synchronization

/// The last connection failure that librdkafka logged.
///
/// A wrong password or certificate comes back as "broker transport failure" or a timeout; only the log says why.
final class LastFailure: Sendable {
    private let message = Mutex<String?>(nil)

    /// The syslog level of errors.
    private static let errorLevel = 3

    func record(_ line: KafkaLog) {
        guard line.level <= Self.errorLevel, line.facility == "FAIL" || line.facility == "ERROR" else { return }
        message.withLock { $0 = line.message }
    }

    /// The error with the failure that preceded it, if there was one.
    func explain(_ error: KafkaError) -> KafkaError {
        guard let message = message.withLock(\.self) else { return error }
        return error.adding(message)
    }
}
