import Kafka
import Messages
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct OutputTests {
    private func record(_ origin: Origin, _ lane: Lane, headers: [KafkaHeader] = []) throws -> KafkaRecord {
        var signals = RaceSignals()
        signals.raceID = 1
        signals.origin = origin
        let input = KafkaMessage(
            source: TopicPartition("race.features", 0),
            offset: 1,
            key: nil,
            value: nil,
            headers: headers
        )
        return try Output(message: signals, input: input).record(prefix: "p.", lane)
    }

    @Test func `an output stays on the lane of its input`() throws {
        #expect(try record(.live, .live).topic == "p.race.signals")
        #expect(try record(.backfill, .backfill).topic == "p.race.signals.backfill")
        // A replayed live message must not delay live races downstream.
        #expect(try record(.live, .backfill).topic == "p.race.signals.backfill")
    }

    @Test func `an output names the message that was replayed`() throws {
        let source = KafkaHeader("replay-of", "race.features/3/17")
        #expect(try record(.live, .backfill, headers: [source]).headers.contains(source))
        #expect(try record(.live, .live).headers.allSatisfy { $0.name != "replay-of" })
    }
}
