import ChildProcesses
import DevStack
import Foundation
import Reference

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The MLflow server that `./setup --mlflow` installs, with Postgres as its backend store.
public enum MLflowServer {
    public static let program = PackageRoot.path + "/.deps/mlflow/bin/python"
    public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    public struct Failed: Error, CustomStringConvertible { public let description: String }

    /// Starts a server, calls `body` with its address, and stops the server.
    ///
    /// - Parameters:
    ///   - database: the libpq URI of an empty database.
    ///   - folder: for artifacts; the server logs to `folder`.log.
    /// - Throws: what `body` throws, or `Failed` if the server does not start within 120 seconds.
    public static func with(database: String, folder: String, _ body: (String) async throws -> Void) async throws {
        let port = try freePort()
        let process = try ChildProcess(
            program,
            [
                "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", "\(port)", "--backend-store-uri",
                database.replacing("postgresql://", with: "postgresql+psycopg2://"), "--serve-artifacts",
                "--artifacts-destination", folder, "--workers", "1",
            ],
            environment: ProcessInfo.processInfo.environment,
            output: folder + ".log"
        )
        let address = "http://127.0.0.1:\(port)"
        do {
            let deadline = ContinuousClock.now + .seconds(300)
            while await !isHealthy(address) {
                guard ContinuousClock.now < deadline, process.exitStatus == nil else {
                    let log = (try? String(contentsOfFile: folder + ".log", encoding: .utf8)) ?? ""
                    throw Failed(description: "mlflow did not start: \(log.suffix(1500))")
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

    /// Stops the server and its workers, which run in its process group.
    private static func stop(_ process: ChildProcess) async {
        kill(-process.pid, SIGTERM)
        await process.stop(grace: .seconds(5))
        kill(-process.pid, SIGKILL)
    }

    private static func isHealthy(_ address: String) async -> Bool {
        guard let url = URL(string: address + "/health") else { return false }
        var request = URLRequest(url: url)
        request.timeoutInterval = 2
        let result = try? await URLSession.shared.data(for: request)
        return (result?.1 as? HTTPURLResponse)?.statusCode == 200
    }
}
