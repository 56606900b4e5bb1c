import Kafka
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct DeadLetterTests {
    @Test func `keeps the original bytes and adds the reason`() {
        let message = KafkaMessage(
            source: TopicPartition("race.features", 7),
            offset: 42,
            key: [1, 2],
            value: [0, 255],
            headers: [
                KafkaHeader("ce_id", "abc"),
                KafkaHeader("dl_reason", "an earlier one"),
                KafkaHeader("dl_redrives", "2"),
            ],
            timestamp: 5
        )
        let deadLetter = DeadLetter(
            message: message,
            reason: "no",
            errorClass: .contract,
            worker: "scorer",
            attempt: 3
        )
        let record = deadLetter.record(topic: "dead.letters")
        #expect(record.topic == "dead.letters" && record.key == [1, 2] && record.value == [0, 255])
        let headers = record.headers.map { "\($0.name)=\($0.value.map { String(decoding: $0, as: UTF8.self) } ?? "")" }
        #expect(
            headers == [
                "ce_id=abc", "dl_redrives=2", "dl_reason=no", "dl_class=contract", "dl_worker=scorer",
                "dl_topic=race.features", "dl_partition=7", "dl_offset=42", "dl_attempt=3",
            ]
        )
    }

    /// A message with such a text would otherwise outgrow the topic, and could not be dead-lettered at all.
    @Test func `limits the reason by bytes, however many marks one character has`() throws {
        let message = KafkaMessage(source: TopicPartition("t", 0), offset: 0, key: nil, value: [1])
        let deadLetter = DeadLetter(
            message: message,
            reason: "side \"a" + String(repeating: "\u{301}", count: 100_000),
            errorClass: .contract,
            worker: "w",
            attempt: 1
        )
        let headers = deadLetter.record(topic: "dead.letters").headers
        let reason = try #require(headers.first { $0.name == DeadLetter.Header.reason }?.value)
        #expect(reason.starts(with: "side \"a".utf8) && (1_900...2_003).contains(reason.count))
    }
}
