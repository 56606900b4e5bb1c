import Foundation
import Postgres
import Servers
import Testing

/// A server's certificate is checked against the authority that the connection string names.
@Suite(.timeLimit(.minutes(20))) struct PostgresTLSTests {
    /// Turns TLS on in the tests' private server, which other tests go on using without it.
    private func withTLS(_ body: (_ server: SelfSignedCertificate, _ url: String) async throws -> Void) async throws {
        // A server that the tests did not start is not theirs to change.
        guard try await Servers.stack.postgres != nil else { return }
        let folder = NSTemporaryDirectory() + "tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try SelfSignedCertificate("server", in: folder)
        let pool = PostgresPool(try await Servers.stack.databaseURL)
        let data: String = try await pool.query("SHOW data_directory")[0].get("data_directory")
        for (file, path) in [(server.certificate, "\(data)/server.crt"), (server.key, "\(data)/server.key")] {
            try await write(String(contentsOfFile: file, encoding: .utf8), to: path, pool)
        }
        try await pool.query("ALTER SYSTEM SET ssl = on")
        try await pool.query("SELECT pg_reload_conf()")
        let url = try await Servers.stack.databaseURL
        let deadline = ContinuousClock.now + .seconds(180)
        while (try? await PostgresConnection.connect(url + "&sslmode=require")) == nil {
            try #require(ContinuousClock.now < deadline, "the server does not offer TLS")
            await Task.yield()
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(server, url)) } catch { result = .failure(error) }
        try await pool.query("ALTER SYSTEM RESET ssl")
        try await pool.query("SELECT pg_reload_conf()")
        try result.get()
    }

    /// Writes a file as the server's user. The server refuses a key that others can read.
    private func write(_ text: String, to path: String, _ pool: PostgresPool) async throws {
        let statement: String = try await pool.query(
            "SELECT format('COPY (SELECT regexp_split_to_table(%L, E''\\n'')) TO PROGRAM %L', $1::text, $2::text) AS s",
            [.text(text), .text("umask 077; cat > \(path)")]
        )[0].get("s")
        try await pool.query(statement)
    }

    @Test(.enabled(if: SelfSignedCertificate.isAvailable, "needs openssl"))
    func `a certificate of the named authority is accepted, and any other refused`() async throws {
        try await withTLS { server, url async throws in
            let verified = url + "&sslmode=verify-full&sslrootcert="
            let connection = try await PostgresConnection.connect(verified + server.certificate)
            let row = try await connection.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")[0]
            #expect(try row.get("ssl", as: Bool.self))

            let folder = (server.certificate as NSString).deletingLastPathComponent
            let other = try SelfSignedCertificate("other", in: folder)
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.connect(verified + other.certificate)
            }
            #expect(error?.description.contains("certificate verify failed") == true, "\(error as Any)")
        }
    }
}
