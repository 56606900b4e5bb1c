import FlyingFox
import ServiceLifecycle

extension HTTPServer {
    /// Serves until a graceful shutdown, which is no failure.
    package func runUntilShutdown() async throws {
        try await cancelWhenGracefulShutdown {
            do { try await self.run() } catch is CancellationError where Task.isShuttingDownGracefully {}
        }
    }
}
