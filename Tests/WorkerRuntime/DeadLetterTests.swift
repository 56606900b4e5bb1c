import Kafka
import Testing
import WorkerRuntime

@Suite struct DeadLetterTests {
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
}
