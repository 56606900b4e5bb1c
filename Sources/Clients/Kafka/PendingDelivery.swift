import CLibrdkafka

/// One record of a batch whose delivery report is outstanding.
final class PendingDelivery: Sendable {
    private let batch: DeliveryBatch
    private let index: Int
    private let topic: String

    init(_ batch: DeliveryBatch, _ index: Int, _ topic: String) {
        self.batch = batch
        self.index = index
        self.topic = topic
    }

    func finish(_ message: rd_kafka_message_t) {
        if message.err == RD_KAFKA_RESP_ERR_NO_ERROR {
            batch.report(index, .success((message.partition, message.offset)))
        } else {
            fail(KafkaError(message.err, "produce to \(topic)"))
        }
    }

    func fail(_ error: KafkaError) { batch.report(index, .failure(error)) }
}
