import CLibrdkafka
import Dispatch

/// A librdkafka instance and the objects that its C callbacks use.
///
/// `@unchecked Sendable`: an `rd_kafka_t` is thread-safe (librdkafka's INTRODUCTION.md, "Threads and callbacks"). The
/// callbacks are set before it is created and never change.
final class KafkaClient: @unchecked Sendable {
    let handle: OpaquePointer
    /// librdkafka holds an unretained pointer to this object.
    private let callbacks: KafkaCallbacks
    /// Runs blocking calls outside Swift's cooperative thread pool.
    let queue: DispatchQueue

    /// - Parameters:
    ///   - properties: librdkafka's (CONFIGURATION.md).
    ///   - configure: installs further C callbacks.
    /// - Throws: `KafkaError` if a property is invalid.
    init(
        _ type: rd_kafka_type_t,
        _ properties: [String: String],
        callbacks: KafkaCallbacks,
        configure: (OpaquePointer) -> Void = { _ in }
    ) throws(KafkaError) {
        let conf: OpaquePointer = rd_kafka_conf_new()
        var reason = [CChar](repeating: 0, count: 512)
        // Small requests are sent at once.
        let settings = ["socket.nagle.disable": "true"].merging(properties) { $1 }
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard rd_kafka_conf_set(conf, name, value, &reason, reason.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(conf)
                throw KafkaError(configuration: text(reason))
            }
        }
        rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(callbacks).toOpaque())
        rd_kafka_conf_set_log_cb(conf) { handle, level, facility, message in
            guard let handle, let opaque = rd_kafka_opaque(handle), let facility, let message else { return }
            let callbacks = Unmanaged<KafkaCallbacks>.fromOpaque(opaque).takeUnretainedValue()
            callbacks.log(
                KafkaLog(level: Int(level), facility: String(cString: facility), message: String(cString: message))
            )
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

    /// Runs a blocking call on the client's serial queue.
    func blocking<R: Sendable>(_ body: @escaping @Sendable (OpaquePointer) throws(KafkaError) -> R)
        async throws(KafkaError) -> R
    {
        let result: Result<R, KafkaError> = await withCheckedContinuation { continuation in
            queue.async { [self] in
                do throws(KafkaError) { continuation.resume(returning: .success(try body(handle))) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// The fatal error that this instance raised, if any. The instance must then be replaced.
    var fatalError: KafkaError? {
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(handle, &reason, reason.count)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR
            ? nil : KafkaError(code, "client", message: text(reason), isFatal: true)
    }

    /// A serial queue, because the global queues share their threads with Swift's tasks.
    private static let destroyQueue = DispatchQueue(label: "kafka.destroy")

    deinit {
        // rd_kafka_destroy waits for librdkafka's threads, so it must not run on the thread that drops the last
        // reference.
        let pointer = UInt(bitPattern: handle)
        let callbacks = callbacks
        guard callbacks.mayBeDestroyed else {
            _ = Unmanaged.passRetained(callbacks)
            return
        }
        Self.destroyQueue.async {
            rd_kafka_destroy(OpaquePointer(bitPattern: pointer))
            withExtendedLifetime(callbacks) {}
        }
    }
}

/// The text of a C string buffer, up to its NUL.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
