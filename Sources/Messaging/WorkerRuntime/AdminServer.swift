import FlyingFox
import Foundation
import Logging
import ServiceLifecycle

/// Serves `/livez`, `/readyz` and `/metrics` for one worker.
public struct AdminServer: Service {
    private let host: String
    private let port: UInt16
    private let metrics: Metrics
    private let readiness: Readiness

    /// - Parameter host: the IPv4 address to listen on; 127.0.0.1 accepts connections from this machine only.
    public init(host: String, port: UInt16, metrics: Metrics, readiness: Readiness) {
        self.host = host
        self.port = port
        self.metrics = metrics
        self.readiness = readiness
    }

    public func run() async throws {
        let server = HTTPServer(address: try .inet(ip4: host, port: port), logger: .disabled)
        // Liveness means progress. It must not depend on Kafka or Postgres: an outage there would restart the whole
        // fleet.
        await server.appendRoute("GET /livez") { [readiness] _ in
            let stuck = readiness.stuckLoops
            return stuck.isEmpty ? Self.text(.ok, "ok\n") : Self.text(.serviceUnavailable, Self.lines(stuck))
        }
        await server.appendRoute("GET /readyz") { [readiness] _ in
            readiness.isReady
                ? Self.text(.ok, "ready\n") : Self.text(.serviceUnavailable, Self.lines(readiness.problems))
        }
        await server.appendRoute("GET /metrics") { [metrics] _ in Self.text(.ok, metrics.text()) }
        try await server.runUntilShutdown()
    }

    private static func lines(_ texts: [String]) -> String { texts.map { $0 + "\n" }.joined() }

    private static func text(_ status: HTTPStatusCode, _ body: String) -> HTTPResponse {
        HTTPResponse(
            statusCode: status,
            headers: [.contentType: "text/plain; version=0.0.4"],
            body: Data(body.utf8)
        )
    }
}
