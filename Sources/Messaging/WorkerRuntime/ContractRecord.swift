import Kafka
import Messages
import SwiftProtobuf

extension Contract {
    /// The Kafka record that carries this message.
    ///
    /// - Parameters:
    ///   - prefix: the prefix of the fleet's topic names.
    ///   - topic: overrides the message's own topic.
    public func record(prefix: String, topic: Topic? = nil) throws -> KafkaRecord {
        KafkaRecord(
            topic: (topic ?? self.topic).name(prefix: prefix),
            key: Array(key.utf8),
            value: try serializedBytes(),
            headers: envelope.headers.map { KafkaHeader($0.name, $0.value) }
        )
    }

    /// Decodes and validates a payload.
    ///
    /// - Throws: `ContractError` if the payload is missing, is not this message, or breaks its contract.
    public static func decode(_ message: KafkaMessage) throws(ContractError) -> Self {
        guard let value = message.value, !value.isEmpty else {
            throw ContractError("the message has no payload", isUndecodable: true)
        }
        let contract: Self
        do { contract = try Self(serializedBytes: value) } catch {
            throw ContractError("the payload is not a \(Self.protoMessageName): \(error)", isUndecodable: true)
        }
        try contract.validate()
        return contract
    }
}
