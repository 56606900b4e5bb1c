import Kafka
import Messages
import Racing
import WorkerRuntime

/// Kafka headers in and out: any headers of a consumed record, its dead letter, and the envelope of any key.
@Sendable func fuzzEnvelope(_ input: [UInt8]) {
    var reader = ByteReader(input)
    let envelope = Envelope(
        type: reader.text(),
        source: reader.text(),
        time: reader.integer(),
        key: (0..<Int(reader.byte() % 6)).map { _ in reader.text() },
        trace: reader.byte() < 128 ? nil : 2
    )
    check(envelope)
    let errorClass = [ErrorClass.contract, .transient, .unknown, .fatal][Int(reader.byte() % 4)]
    let headers = (0..<Int(reader.byte() % 16)).map { _ in
        KafkaHeader(reader.text(), reader.byte() == 0 ? nil : reader.take(Int(reader.byte())))
    }
    let reason = reader.text()
    let message = KafkaMessage(
        source: TopicPartition(reader.text(), Int32(truncatingIfNeeded: reader.integer())),
        offset: reader.integer(),
        key: reader.byte() == 0 ? nil : reader.take(Int(reader.byte())),
        value: reader.byte() == 0 ? nil : reader.rest(),
        headers: headers + envelope.headers.map { KafkaHeader($0.name, $0.value) }
    )
    for header in message.headers { keep(message.header(header.name)) }
    require(message.header("ce_id") == envelope.id, "the last header of a name counts")
    check(message, reason, errorClass)
}

/// The invariants of CloudEvents and W3C Trace Context.
func check(_ envelope: Envelope) {
    require(envelope.id.utf8.count == 32, "id \(envelope.id)")
    let parts = envelope.traceparent.split(separator: "-").map(\.utf8.count)
    require(parts == [2, 32, 16, 2], "traceparent \(envelope.traceparent)")
    require(envelope.headers.count == 7, "\(envelope.headers)")
    require(envelope.headers.allSatisfy { !$0.name.isEmpty }, "\(envelope.headers)")
}

/// A dead letter keeps the bytes, and its reason stays small however the text is composed.
private func check(_ message: KafkaMessage, _ reason: String, _ errorClass: ErrorClass) {
    // Repeats the text: one grapheme may hold any number of combining marks.
    let long = String(repeating: reason, count: 100)
    let letter = DeadLetter(message: message, reason: long, errorClass: errorClass, worker: "fuzz", attempt: 1)
    let record = letter.record(topic: "dead.letters")
    require(record.key == message.key && record.value == message.value, "a dead letter changes the payload")
    let kept = record.headers.filter { $0.name == DeadLetter.Header.reason }.compactMap(\.value)
    require(kept.count == 1 && kept[0].count <= 8_000, "a reason of \(kept.first?.count ?? 0) bytes")
    let again = KafkaMessage(
        source: message.source,
        offset: message.offset,
        key: message.key,
        value: message.value,
        headers: record.headers
    )
    if let recorded = RecordedDeadLetter(again) {
        require(recorded.redriven.value == message.value, "a redriven message has another payload")
        require(recorded.redriven.headers.count { $0.name.hasPrefix("dl_") } == 1, "\(recorded.redriven.headers)")
    } else {
        require(message.source.partition < 0 || message.offset < 0, "a dead letter cannot be read")
    }
    let second = DeadLetter(message: again, reason: reason, errorClass: errorClass, worker: "fuzz", attempt: 2)
    require(second.record(topic: "t").headers.count == record.headers.count, "headers pile up")
}
