import DevStack
import Kafka
import Logging
import Messages
import Servers
import ServiceLifecycle
import Testing
import WorkerRuntime

/// A worker stops in time while no broker answers: a supervisor would kill it otherwise.
@Suite(.timeLimit(.minutes(5))) struct StopWithoutBrokersTests {
    private struct Recorder: Handler {
        let handled = Locked(0)

        func decode(_ message: KafkaMessage) throws(ContractError) -> Int64 { message.offset }

        func handle(_ batch: [Int64]) async throws -> [Outcome] {
            handled.withLock { $0 += batch.count }
            return batch.map { _ in .done([]) }
        }
    }

    @Test func `leaves without its brokers`() async throws { try await Servers.withBroker { try await leaves($0) } }

    private func leaves(_ broker: DevBroker) async throws {
        for topic in [Topic.raceRequests, .raceRequestsBackfill, .deadLetters] {
            try await BrokerControl.request("create \(topic.name(prefix: "")) 1", at: broker.control)
        }
        let configuration = try RuntimeConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrapServers, "KAFKA_SESSION_TIMEOUT_MS": "6000",
        ])
        let handler = Recorder()
        let silent = Logger(label: "loop") { _ in SwiftLogNoOpLogHandler() }
        let loop = try WorkerLoop(
            WorkerSettings("loop", live: .raceRequests, backfill: .raceRequestsBackfill, drainBudget: .zero),
            configuration,
            handler,
            metrics: Metrics(),
            readiness: Readiness(),
            logger: silent
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: loop)], logger: silent)
        )
        let running = Task { try await group.run() }
        let producer = try KafkaProducer(configuration.producerProperties())
        try await producer.send([KafkaRecord(topic: Topic.raceRequests.name(prefix: ""), key: nil, value: [1])])
        while handler.handled.withLock(\.self) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        try await BrokerControl.request("down", at: broker.control)
        let start = ContinuousClock.now
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(ContinuousClock.now - start < .seconds(25))
    }
}
