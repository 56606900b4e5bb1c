import Kafka
import Messages
import Racing
import WorkerRuntime

/// Decodes and validates a payload as a worker does. An accepted message is encoded again, and used.
///
/// - Parameter use: what the handlers of the message compute from it next.
func fuzz<Message: Contract>(_ input: [UInt8], as type: Message.Type, _ use: (Message) -> Void = { _ in }) {
    let message: Message
    do throws(ContractError) { message = try Message.decode(consumed(input)) } catch { return }
    check(message.envelope)
    require(Instant(header("ce_time", of: message)) != nil, "ce_time \(header("ce_time", of: message))")
    let record = require("encoding") { try message.record(prefix: "fuzz.") }
    require(record.key.map { !$0.isEmpty } == true, "the message has no key")
    let again = require("decoding its own bytes") { try Message.decode(consumed(record.value ?? [])) }
    let bytes: [UInt8] = require("encoding again") { try again.serializedBytes() }
    // Compares bytes, since messages with NaN differ from themselves. Unknown fields and map order keep their place.
    require(bytes == record.value, "a decoded message encodes to other bytes")
    require(again.envelope == message.envelope && again.key == message.key, "a decoded message has another key")
    use(message)
}

private func header(_ name: String, of message: some Contract) -> String {
    message.envelope.headers.first { $0.name == name }?.value ?? ""
}

/// A record with this payload.
func consumed(_ payload: [UInt8]) -> KafkaMessage {
    KafkaMessage(source: TopicPartition("fuzz", 0), offset: 0, key: nil, value: payload)
}
