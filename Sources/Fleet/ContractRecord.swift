import Kafka
import Messages
import SwiftProtobuf

extension Contract {
    /// The record that carries this message.
    public func record(prefix: String, topic: Topic? = nil) throws -> KafkaRecord {
        KafkaRecord(
            topic: (topic ?? self.topic).name(prefix: prefix), key: Array(key.utf8), value: try serializedBytes(),
            headers: envelope.headers.map { KafkaHeader($0.name, $0.value) })
    }

    /// Reads a payload.
    ///
    /// - Throws: `ContractError` where there is none, or it is not this message.
    public static func read(_ message: KafkaMessage) throws(ContractError) -> Self {
        guard let value = message.value, !value.isEmpty else { throw ContractError("the message has no payload") }
        do { return try Self(serializedBytes: value) } catch {
            throw ContractError("the payload is not a \(Self.protoMessageName): \(error)")
        }
    }
}
