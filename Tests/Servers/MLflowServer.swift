import DevStack
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The real MLflow server with Postgres behind it, where `./setup --mlflow` has put it.
public enum MLflowServer {
    public static let program =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        + "/.deps/mlflow/bin/python"
    public static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

    public struct Failed: Error, CustomStringConvertible { public let description: String }

    /// Runs one for as long as `body` takes.
    ///
    /// - Parameter database: a database of its own, as a libpq URI.
    public static func with(database: String, folder: String, _ body: (String) async throws -> Void) async throws {
        let port = try freePort()
        let process = try ChildProcess(
            program,
            [
                "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", "\(port)", "--backend-store-uri",
                database.replacing("postgresql://", with: "postgresql+psycopg2://"), "--serve-artifacts", "--artifacts-destination", folder,
                "--workers", "1",
            ], environment: ProcessInfo.processInfo.environment, output: folder + ".log")
        let address = "http://127.0.0.1:\(port)"
        do {
            let deadline = ContinuousClock.now + .seconds(120)
            while await !isHealthy(address) {
                guard ContinuousClock.now < deadline, process.exitStatus == nil else {
                    throw Failed(
                        description: "mlflow did not start: \((try? String(contentsOfFile: folder + ".log", encoding: .utf8))?.suffix(1500) ?? "")")
                }
                try await Task.sleep(for: .milliseconds(200))
            }
            try await body(address)
        } catch {
            await stop(process)
            throw error
        }
        await stop(process)
    }

    /// The server's workers are processes of its group; one that is left behind would hold on to what it inherited.
    private static func stop(_ process: ChildProcess) async {
        kill(-process.pid, SIGTERM)
        await process.stop(grace: .seconds(5))
        kill(-process.pid, SIGKILL)
    }

    private static func isHealthy(_ address: String) async -> Bool {
        guard let url = URL(string: address + "/health") else { return false }
        var request = URLRequest(url: url)
        request.timeoutInterval = 2
        let answer = try? await URLSession.shared.data(for: request)
        return (answer?.1 as? HTTPURLResponse)?.statusCode == 200
    }
}
