import FlyingFox
import ServiceLifecycle

extension HTTPServer {
    /// Serves until a graceful shutdown. What the server then reports about its sockets is no failure.
    package func runUntilShutdown() async throws {
        do { try await cancelWhenGracefulShutdown { try await self.run() } } catch {
            guard Task.isShuttingDownGracefully || error is CancellationError else { throw error }
        }
    }
}
