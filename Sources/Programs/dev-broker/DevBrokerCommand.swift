import ArgumentParser
import ChildProcesses
import DevStack
import Foundation
import Kafka
import UnixSignals

@main
struct DevBrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev-broker",
        abstract:
            "A Kafka broker for development: librdkafka's mock cluster, in memory, on loopback. It stops with its standard input or at SIGTERM.",
        discussion:
            "Example: dev-broker --directory /tmp/broker, and then: echo 'create race.requests 24' | nc -U /tmp/broker/control"
    )

    @Option(
        help:
            "A folder of its own, removed at the end: it holds the socket \"control\" (create NAME PARTITIONS, down, up)."
    )
    var directory: String

    func run() async throws {
        let cluster = try KafkaMockCluster()
        try BrokerControl.serve(cluster, at: directory + "/control")
        FileHandle.standardOutput.write(Data("bootstrap.servers=\(cluster.bootstrapServers)\n".utf8))
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        ParentWatch.start()
        for await _ in signals { break }
        try? FileManager.default.removeItem(atPath: directory)
        withExtendedLifetime(cluster) {}
    }
}
