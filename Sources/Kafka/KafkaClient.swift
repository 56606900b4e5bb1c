import CLibrdkafka
import Dispatch

/// One librdkafka instance and what its C callbacks need.
///
/// `@unchecked Sendable`: an `rd_kafka_t` is thread-safe (INTRODUCTION.md, "Threads and callbacks"); the callbacks are set before it exists
/// and never change.
final class KafkaClient: @unchecked Sendable {
    let handle: OpaquePointer
    /// librdkafka keeps an unretained pointer to these.
    private let callbacks: KafkaCallbacks
    /// Where its blocking calls run, off Swift's cooperative threads.
    let queue: DispatchQueue

    init(_ type: rd_kafka_type_t, _ properties: [String: String], callbacks: KafkaCallbacks, configure: (OpaquePointer) -> Void = { _ in })
        throws(KafkaError)
    {
        let conf: OpaquePointer = rd_kafka_conf_new()
        var reason = [CChar](repeating: 0, count: 512)
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            guard rd_kafka_conf_set(conf, name, value, &reason, reason.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(conf)
                throw KafkaError(configuration: text(reason))
            }
        }
        rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(callbacks).toOpaque())
        rd_kafka_conf_set_log_cb(conf) { handle, level, facility, message in
            guard let handle, let opaque = rd_kafka_opaque(handle), let facility, let message else { return }
            let callbacks = Unmanaged<KafkaCallbacks>.fromOpaque(opaque).takeUnretainedValue()
            callbacks.log(KafkaLog(level: Int(level), facility: String(cString: facility), message: String(cString: message)))
        }
        configure(conf)
        guard let handle = rd_kafka_new(type, conf, &reason, reason.count) else {
            rd_kafka_conf_destroy(conf)
            throw KafkaError(configuration: text(reason))
        }
        self.handle = handle
        self.callbacks = callbacks
        self.queue = DispatchQueue(label: "kafka.client")
    }

    /// Runs a blocking call on the client's own serial queue.
    func blocking<R: Sendable>(_ body: @escaping @Sendable (OpaquePointer) throws(KafkaError) -> R) async throws(KafkaError) -> R {
        let result: Result<R, KafkaError> = await withCheckedContinuation { continuation in
            queue.async { [self] in
                do throws(KafkaError) { continuation.resume(returning: .success(try body(handle))) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// The reason of a fatal error, if there was one: the instance must then be replaced.
    var fatalError: KafkaError? {
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(handle, &reason, reason.count)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code, "client", message: text(reason), isFatal: true)
    }

    /// A serial queue has a thread of its own; the global ones share theirs with Swift's tasks.
    private static let destroying = DispatchQueue(label: "kafka.destroy")

    deinit {
        // destroying waits for librdkafka's threads, so it must not hold whichever thread dropped the last reference
        let pointer = UInt(bitPattern: handle)
        let callbacks = callbacks
        guard callbacks.mayBeDestroyed else {
            _ = Unmanaged.passRetained(callbacks)
            return
        }
        Self.destroying.async {
            rd_kafka_destroy(OpaquePointer(bitPattern: pointer))
            withExtendedLifetime(callbacks) {}
        }
    }
}

/// What librdkafka calls back into; subclasses add the callbacks of their kind.
///
/// `@unchecked Sendable`: immutable, and subclasses guard what they add.
package class KafkaCallbacks: @unchecked Sendable {
    let log: KafkaLog.Sink
    init(log: @escaping KafkaLog.Sink) { self.log = log }

    /// False: the instance is left to the end of the process, for destroying it would end the process at once.
    var mayBeDestroyed: Bool { true }
}

func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
