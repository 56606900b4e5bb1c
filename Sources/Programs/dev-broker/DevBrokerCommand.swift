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
            "Run librdkafka's mock cluster as a development broker, until SIGTERM or the end of standard input.",
        discussion:
            """
            The broker keeps its data in memory and listens on loopback only.

            Example: dev-broker --directory /tmp/broker, and then:
            echo 'create race.requests 24' | nc -U /tmp/broker/control
            """
    )

    @Option(
        help:
            "The folder of the control socket (create NAME PARTITIONS, down, up). It is removed on exit."
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
