import ChildProcesses
import DevStack
import Foundation
import Kafka
import Parquet
import Servers
import Testing

/// TLS to a broker in a process that also links Parquet, whose libraries bundle OpenSSL.
@Suite(.timeLimit(.minutes(20))) struct KafkaTLSTests {
    private func writeParquet(in folder: String) throws {
        let column = ParquetColumn("id", .int64([1, 2, 3]))
        var writer = try ParquetWriter("\(folder)/part.parquet", columns: [(column.name, column.kind)], metadata: [:])
        try writer.write([column])
        try writer.finish()
        #expect(try ParquetReader("\(folder)/part.parquet").rows == 3)
    }

    /// Connects to a server that speaks TLS and no Kafka, which is enough for the handshake.
    ///
    /// - Returns: the log lines of the client until one contains `text`, and the error of a call after that.
    private func handshake(
        with server: SelfSignedCertificate,
        trusting authority: SelfSignedCertificate,
        until text: String
    ) async throws -> [String] {
        let port = try freePort()
        let listener = try ChildProcess(
            SelfSignedCertificate.program,
            ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", server.certificate, "-key", server.key, "-quiet"]
        )
        let lines = Locked<[String]>([])
        let properties = [
            "bootstrap.servers": "127.0.0.1:\(port)", "security.protocol": "ssl", "debug": "security",
            "ssl.ca.location": authority.certificate,
        ]
        let admin = try KafkaAdmin(properties) { line in lines.withLock { $0.append(line.message) } }
        let deadline = ContinuousClock.now + .seconds(180)
        while !lines.withLock({ $0.contains { $0.contains(text) } }), ContinuousClock.now < deadline {
            _ = try? await admin.topics(timeout: .milliseconds(500))
        }
        do { _ = try await admin.topics(timeout: .milliseconds(500)) } catch {
            lines.withLock { $0.append("error: \(error)") }
        }
        listener.send(SIGKILL)
        await listener.wait()
        return lines.withLock { $0 }
    }

    @Test(.enabled(if: SelfSignedCertificate.isAvailable, "needs openssl"))
    func `a broker's certificate is checked, beside Parquet in one process`() async throws {
        let folder = NSTemporaryDirectory() + "tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try writeParquet(in: folder)
        let server = try SelfSignedCertificate("server", in: folder)
        let other = try SelfSignedCertificate("other", in: folder)
        let refused = try await handshake(with: server, trusting: other, until: "certificate verify failed")
        #expect(refused.contains { $0.contains("certificate verify failed") }, "\(refused.suffix(5))")
        let isExplained = refused.contains { $0.hasPrefix("error: ") && $0.contains("certificate verify failed") }
        #expect(isExplained, "\(refused.suffix(3))")
        let accepted = try await handshake(with: server, trusting: server, until: "certificate verified")
        #expect(accepted.contains { $0.contains("certificate verified") }, "\(accepted.suffix(5))")
        #expect(!accepted.contains { $0.contains("certificate verify failed") })
        try writeParquet(in: folder)
    }
}
