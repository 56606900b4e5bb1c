import FlyingFox
import Foundation
import Logging
import Postgres
import Scheduler
import ServiceLifecycle
import WorkerRuntime

/// Serves the board over HTTP: pages rendered here, and their updates as server-sent events. It answers GET only.
struct BoardServer: Service {
    let host: String
    let port: UInt16
    let routes: BoardRoutes
    let logger: Logger

    func run() async throws {
        let server = HTTPServer(address: try .inet(ip4: host, port: port), timeout: 30, logger: .disabled)
        await server.appendRoute("GET /livez") { _ in Self.response(.ok, "text/plain", "ok\n") }
        await server.appendRoute("GET /events") { [routes, logger] request in
            let path = request.query.first { $0.name == "path" }?.value ?? "/"
            // A page that does not exist has no events; one that cannot be read now has them later.
            do {
                guard try await routes.content(path) != nil else {
                    return Self.response(.notFound, "text/plain", "no page \(path)\n")
                }
            } catch { logger.error("\(path): \(error)") }
            return HTTPResponse(
                statusCode: .ok,
                headers: [.contentType: "text/event-stream", HTTPHeader("Cache-Control"): "no-store"],
                body: HTTPBodySequence(
                    from: BoardEvents(every: BoardRoutes.interval(path)) { try await routes.content(path) ?? "" }
                )
            )
        }
        await server.appendRoute("GET /*") { request in await page(request.path) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await announce(server) }
            try await server.runUntilShutdown()
        }
    }

    /// Names the port, which the system chooses for port 0.
    private func announce(_ server: HTTPServer) async throws {
        try await server.waitUntilListening()
        guard case .ip4(let ip, let port) = await server.listeningAddress else { return }
        logger.notice("the board is at http://\(ip):\(port)")
    }

    private func page(_ path: String) async -> HTTPResponse {
        do {
            guard let content = try await routes.content(path) else {
                return Self.html(.notFound, Markup.page(Markup.warning("There is no page \(path)."), path: path))
            }
            return Self.html(.ok, Markup.page(content, path: path))
        } catch {
            logger.error("\(path): \(error)")
            // The details may name hosts and roles: they are for the log.
            let reason =
                (error as? PostgresError)?.unavailableObject == nil
                ? "The database cannot be read now" : "racing.* does not exist yet, or the board may not read it"
            let content = Markup.warning("\(reason); this page retries.")
            return Self.html(.serviceUnavailable, Markup.page(content, path: path))
        }
    }

    private static func html(_ status: HTTPStatusCode, _ body: String) -> HTTPResponse {
        response(status, "text/html; charset=utf-8", body)
    }

    private static func response(_ status: HTTPStatusCode, _ type: String, _ body: String) -> HTTPResponse {
        HTTPResponse(
            statusCode: status,
            headers: [
                .contentType: type, HTTPHeader("Cache-Control"): "no-store",
                // Pages load nothing from elsewhere, and no other page may frame them.
                HTTPHeader("Content-Security-Policy"):
                    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
                    + "frame-ancestors 'none'",
            ],
            body: Data(body.utf8)
        )
    }
}
