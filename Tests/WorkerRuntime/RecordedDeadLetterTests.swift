import Kafka
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct RecordedDeadLetterTests {
    private let original = KafkaMessage(
        source: TopicPartition("p.race.features", 7),
        offset: 42,
        key: [1],
        value: [0, 255],
        headers: [KafkaHeader("ce_id", "abc"), KafkaHeader("dl_redrives", "2")]
    )

    /// The letter as a consumer of dead.letters reads it.
    private func letter(adding headers: [KafkaHeader] = []) -> KafkaMessage {
        let record = DeadLetter(
            message: original,
            reason: "no",
            errorClass: .unknown,
            worker: "scorer",
            attempt: 3
        ).record(topic: "dead.letters")
        return KafkaMessage(
            source: TopicPartition("dead.letters", 0),
            offset: 9,
            key: record.key,
            value: record.value,
            headers: record.headers + headers
        )
    }

    @Test func `reads what a worker wrote`() throws {
        let recorded = try #require(RecordedDeadLetter(letter()))
        #expect(recorded.position == MessagePosition(original.source, 42))
        #expect("\(recorded.position)" == "p.race.features/7/42")
        #expect(MessagePosition("\(recorded.position)") == recorded.position)
        #expect(recorded.reason == "no" && recorded.errorClass == "unknown" && recorded.worker == "scorer")
        #expect(recorded.attempt == 3 && recorded.redrives == 2 && !recorded.isPayloadLeftOut)
    }

    @Test func `redrives the original message to its topic and counts`() throws {
        let record = try #require(RecordedDeadLetter(letter())).redriven
        #expect(record.topic == "p.race.features" && record.key == [1] && record.value == [0, 255])
        #expect(record.headers == [KafkaHeader("ce_id", "abc"), KafkaHeader("dl_redrives", "3")])
    }

    @Test(arguments: ["-5", "9223372036854775807", "many", ""])
    func `a redrive count that is no count does not trap`(text: String) throws {
        let recorded = try #require(RecordedDeadLetter(letter(adding: [KafkaHeader("dl_redrives", text)])))
        #expect(recorded.redrives >= 0)
        #expect(recorded.redriven.headers.contains(KafkaHeader("dl_redrives", "\(recorded.redrives + 1)")))
    }

    @Test func `a time that no clock shows does not trap`() throws {
        let message = letter()
        let odd = KafkaMessage(
            source: message.source,
            offset: 1,
            key: nil,
            value: nil,
            headers: message.headers,
            timestamp: .max
        )
        #expect(try #require(RecordedDeadLetter(odd)).at == .max)
    }

    @Test func `other messages are no dead letters`() {
        #expect(RecordedDeadLetter(original) == nil)
    }

    @Test(arguments: ["topic", "topic/1", "topic/-1/2", "topic/1/-2", "/1/2", "topic/1/2/3", "topic/x/2"])
    func `a position is a topic, a partition and an offset`(text: String) {
        #expect(MessagePosition(text) == nil)
    }
}
