import FlyingFox
import Foundation
import Logging
import ServiceLifecycle

/// `/livez`, `/readyz` and `/metrics` for one worker.
public struct AdminServer: Service {
    private let port: UInt16
    private let metrics: Metrics
    private let readiness: Readiness

    public init(port: UInt16, metrics: Metrics, readiness: Readiness) {
        self.port = port
        self.metrics = metrics
        self.readiness = readiness
    }

    public func run() async throws {
        let server = HTTPServer(address: .inet(port: port), logger: .disabled)
        // alive: the process answers. It must not depend on Kafka or Postgres, or an outage there would restart the fleet
        await server.appendRoute("GET /livez") { _ in Self.text(.ok, "ok\n") }
        await server.appendRoute("GET /readyz") { [readiness] _ in
            readiness.isReady
                ? Self.text(.ok, "ready\n")
                : Self.text(.serviceUnavailable, readiness.isConsuming ? "waiting out a failure\n" : "no partitions yet\n")
        }
        await server.appendRoute("GET /metrics") { [metrics] _ in Self.text(.ok, metrics.text()) }
        try await cancelWhenGracefulShutdown { try await server.run() }
    }

    private static func text(_ status: HTTPStatusCode, _ body: String) -> HTTPResponse {
        HTTPResponse(statusCode: status, headers: [.contentType: "text/plain; version=0.0.4"], body: Data(body.utf8))
    }
}
