import DevStack
import Glibc
import Servers
import Testing

struct KafkaMockClusterTests {
    /// With librdkafka's backlog of 5, clients that start together lose connection attempts for seconds.
    @Test func `many clients connect at once, also after the broker was down`() async throws {
        try await Servers.withBroker { broker in
            let port = try #require(broker.bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) })
            for isRestarted in [false, true] {
                if isRestarted {
                    for request in ["down", "up"] { try await BrokerControl.request(request, at: broker.control) }
                }
                // The kernel connects as many as the backlog allows to a process that does not accept them.
                broker.send(SIGSTOP)
                #expect(ConnectionBurst(50, port: port).connected == 50)
                broker.send(SIGCONT)
            }
        }
    }
}
