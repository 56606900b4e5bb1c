import Kafka
import Messages

/// A message to produce, and the message that it was made from.
package struct Output: Sendable {
    package let message: any Contract
    package let input: KafkaMessage

    package init(message: any Contract, input: KafkaMessage) {
        self.message = message
        self.input = input
    }

    /// The record to produce. Outputs stay on the lane of their input, whatever their origin, so that a replay of live
    /// messages delays no race.
    package func record(prefix: String, _ lane: Lane) throws -> KafkaRecord {
        var record = try message.record(
            prefix: prefix,
            topic: lane == .backfill ? message.topic.backfill : message.topic
        )
        if let trace = input.traceparent {
            record.headers = record.headers.map { header in
                guard header.name == Traceparent.header, let value = header.value,
                    let own = Traceparent(String(decoding: value, as: UTF8.self))
                else { return header }
                return KafkaHeader(header.name, "\(own.continuing(trace))")
            }
        }
        for name in [Replayed.header, Replayed.idHeader] {
            if let value = input.header(name) { record.headers.append(KafkaHeader(name, value)) }
        }
        return record
    }
}

extension KafkaMessage {
    /// Whether both are the message at one offset of one partition.
    func isSame(as other: KafkaMessage) -> Bool { source == other.source && offset == other.offset }
}
