/// The opaque object that librdkafka passes to its callbacks. Subclasses add callbacks for one kind of client.
///
/// `@unchecked Sendable`: immutable; subclasses synchronize the state they add.
package class KafkaCallbacks: @unchecked Sendable {
    let log: KafkaLog.Sink

    init(log: @escaping KafkaLog.Sink) { self.log = log }

    /// Whether `rd_kafka_destroy` is safe. If not, the instance is leaked, because destroying it would abort the
    /// process.
    var mayBeDestroyed: Bool { true }
}
