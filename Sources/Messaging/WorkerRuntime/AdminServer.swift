import FlyingFox
import Foundation
import Logging
import ServiceLifecycle

/// Serves `/livez`, `/readyz` and `/metrics` for one worker.
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
        // Liveness must not depend on Kafka or Postgres: an outage there would restart the whole fleet.
        await server.appendRoute("GET /livez") { _ in Self.text(.ok, "ok\n") }
        await server.appendRoute("GET /readyz") { [readiness] _ in
            if readiness.isReady { return Self.text(.ok, "ready\n") }
            let reason = readiness.isConsuming ? "backing off after a failure\n" : "no partitions assigned yet\n"
            return Self.text(.serviceUnavailable, reason)
        }
        await server.appendRoute("GET /metrics") { [metrics] _ in Self.text(.ok, metrics.text()) }
        try await cancelWhenGracefulShutdown { try await server.run() }
    }

    private static func text(_ status: HTTPStatusCode, _ body: String) -> HTTPResponse {
        HTTPResponse(
            statusCode: status,
            headers: [.contentType: "text/plain; version=0.0.4"],
            body: Data(body.utf8)
        )
    }
}
