import Kafka
import Messages
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct TraceparentTests {
    /// The example of the specification (W3C Trace Context, 3.2.3).
    private static let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `reads the specification's example`() throws {
        let trace = try #require(Traceparent(Self.example))
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && trace.parentID == "00f067aa0ba902b7")
        #expect(trace.description == Self.example)
    }

    @Test(arguments: [
        "", "00", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
    ])
    func `ignores what is not a trace of version 00`(text: String) { #expect(Traceparent(text) == nil) }

    @Test func `an output continues the trace of its input as a message of its own`() throws {
        var signals = RaceSignals()
        signals.raceID = 7
        let input = KafkaMessage(
            source: TopicPartition("race.features", 0),
            offset: 1,
            key: nil,
            value: nil,
            headers: [KafkaHeader("traceparent", Self.example)]
        )
        let record = try Output(message: signals, input: input).record(prefix: "", .live)
        let headers = record.headers.filter { $0.name == "traceparent" }
        #expect(headers.count == 1)
        let value = try #require(headers.first?.value)
        let trace = try #require(Traceparent(String(decoding: value, as: UTF8.self)))
        let own = try #require(Traceparent(signals.envelope.traceparent))
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && trace.flags == "01")
        #expect(trace.parentID == own.parentID)
    }
}
