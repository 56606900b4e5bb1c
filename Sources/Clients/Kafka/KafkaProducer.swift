import CLibrdkafka
import Foundation
import Synchronization

/// An idempotent producer (`enable.idempotence`, `acks=all`). `send` returns after the broker acknowledged all records.
public final class KafkaProducer: Sendable {
    private let client: KafkaClient
    private let poller: DeliveryPoller

    /// - Parameter properties: librdkafka's (CONFIGURATION.md); `bootstrap.servers` is required. `enable.idempotence`
    ///   and `acks` cannot be overridden.
    /// - Throws: `KafkaError` if a property is invalid.
    public init(_ properties: [String: String], log: @escaping KafkaLog.Sink = { _ in }) throws(KafkaError) {
        var settings = [
            "compression.type": "lz4",
            // A message that waits for others delays a race. Those of a batch are queued faster than they are sent, so
            // they share requests all the same.
            "linger.ms": "0",
            "message.timeout.ms": "60000",
            // Each topic's own limit decides. librdkafka's default of 1,000,000 is below the brokers' default.
            "message.max.bytes": "2097152",
            "queue.buffering.max.messages": "200000",
        ]
        settings.merge(properties) { $1 }
        settings["enable.idempotence"] = "true"
        settings["acks"] = "all"
        // `send` waits for the delivery report of every record, so successes must be reported too.
        settings["delivery.report.only.error"] = "false"
        client = try KafkaClient(RD_KAFKA_PRODUCER, settings, callbacks: KafkaCallbacks(log: log)) { conf in
            rd_kafka_conf_set_dr_msg_cb(conf) { _, message, _ in
                guard let message, let opaque = message.pointee._private else { return }
                Unmanaged<PendingDelivery>.fromOpaque(opaque).takeRetainedValue().finish(message.pointee)
            }
        }
        poller = DeliveryPoller(client)
    }

    /// Sends all records in order and waits for every delivery report.
    ///
    /// - Returns: the partition and offset of each record, in the order of `records`.
    /// - Throws: the first record's `KafkaError`. Some records may have been delivered: sending them again must be
    ///   idempotent.
    @discardableResult
    public func send(_ records: [KafkaRecord]) async throws(KafkaError) -> [Delivery] {
        var deliveries: [Delivery] = []
        for result in await deliver(records) { deliveries.append(try result.get()) }
        return deliveries
    }

    /// Where a record was written.
    public typealias Delivery = (partition: Int32, offset: Int64)

    /// Sends all records in order and waits for every delivery report.
    ///
    /// - Returns: what became of each record, in the order of `records`.
    public func deliver(_ records: [KafkaRecord]) async -> [Result<Delivery, KafkaError>] {
        guard !records.isEmpty else { return [] }
        let batch = DeliveryBatch(count: records.count)
        let client = client
        return await withCheckedContinuation { continuation in
            batch.onFinish { continuation.resume(returning: $0) }
            // A few records are queued at once, while there is room: a live message does not wait for a thread.
            var next = 0
            if records.count <= Self.fewRecords {
                while next < records.count,
                    Self.enqueue(records[next], next, batch, client.handle, waitsForRoom: false)
                { next += 1 }
            }
            guard next < records.count else { return }
            client.queue.async { [next] in
                for index in next..<records.count {
                    _ = Self.enqueue(records[index], index, batch, client.handle, waitsForRoom: true)
                }
            }
        }
    }

    private static let fewRecords = 16

    /// The fatal error that made this producer unusable, if any.
    public var fatalError: KafkaError? { client.fatalError }

    /// Hands a record to librdkafka. A record that it refuses is reported to the batch.
    ///
    /// - Parameter waitsForRoom: whether to block while librdkafka's queue is full.
    /// - Returns: `false` if the queue is full, and nothing was done.
    private static func enqueue(
        _ record: KafkaRecord,
        _ index: Int,
        _ batch: DeliveryBatch,
        _ handle: OpaquePointer,
        waitsForRoom: Bool
    ) -> Bool {
        let pending = Unmanaged.passRetained(PendingDelivery(batch, index, record.topic))
        let headers = rd_kafka_headers_new(record.headers.count)
        for header in record.headers {
            _ = (header.value ?? []).withUnsafeBytes { bytes in
                rd_kafka_header_add(
                    headers,
                    header.name,
                    -1,
                    header.value == nil ? nil : bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1),
                    bytes.count
                )
            }
        }
        let error: OpaquePointer? = record.topic.withCString { topic in
            withMutableBytes(record.key) { key in
                withMutableBytes(record.value) { value in
                    var units: [rd_kafka_vu_t] = [unit(RD_KAFKA_VTYPE_TOPIC) { $0.cstr = topic }]
                    let flags = RD_KAFKA_MSG_F_COPY | (waitsForRoom ? RD_KAFKA_MSG_F_BLOCK : 0)
                    units.append(unit(RD_KAFKA_VTYPE_MSGFLAGS) { $0.i = flags })
                    if let key {
                        units.append(unit(RD_KAFKA_VTYPE_KEY) { $0.mem = .init(ptr: key.baseAddress, size: key.count) })
                    }
                    if let value {
                        units.append(
                            unit(RD_KAFKA_VTYPE_VALUE) { $0.mem = .init(ptr: value.baseAddress, size: value.count) }
                        )
                    }
                    if let partition = record.partition {
                        units.append(unit(RD_KAFKA_VTYPE_PARTITION) { $0.i32 = partition })
                    }
                    units.append(unit(RD_KAFKA_VTYPE_OPAQUE) { $0.ptr = pending.toOpaque() })
                    units.append(unit(RD_KAFKA_VTYPE_HEADERS) { $0.headers = headers })
                    return rd_kafka_produceva(handle, &units, units.count)
                }
            }
        }
        if let failure = KafkaError(consuming: error, "produce to \(record.topic)") {
            rd_kafka_headers_destroy(headers)
            let delivery = pending.takeRetainedValue()
            if !waitsForRoom, failure.isQueueFull { return false }
            delivery.fail(failure)
        }
        return true
    }

    private static func unit(_ type: rd_kafka_vtype_t, _ set: (inout rd_kafka_vu_t.__Unnamed_union_u) -> Void)
        -> rd_kafka_vu_t
    {
        var unit = rd_kafka_vu_t()
        unit.vtype = type
        set(&unit.u)
        return unit
    }

    /// librdkafka copies the bytes (RD_KAFKA_MSG_F_COPY) and does not modify them, although its types are not `const`.
    private static func withMutableBytes<R>(_ bytes: [UInt8]?, _ body: (UnsafeMutableRawBufferPointer?) -> R) -> R {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBytes { body(UnsafeMutableRawBufferPointer(mutating: $0)) }
    }
}

/// Serves delivery reports on a dedicated thread until the producer is deallocated.
private final class DeliveryPoller: Sendable {
    private let isStopped = Atomic(false)

    init(_ client: KafkaClient) {
        let thread = Thread { [weak self] in
            while let poller = self, !poller.isStopped.load(ordering: .relaxed) { rd_kafka_poll(client.handle, 100) }
        }
        thread.name = "kafka.delivery"
        thread.start()
    }

    deinit { isStopped.store(true, ordering: .relaxed) }
}
