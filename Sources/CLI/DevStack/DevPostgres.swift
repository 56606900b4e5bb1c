import ChildProcesses
import Foundation
import Postgres

/// A private PostgreSQL cluster from Debian's binaries, with its own directory and socket and a free port on loopback.
/// It never runs as root. The server and its directory are removed when this process ends.
public final class DevPostgres: Sendable {
    private let process: ChildProcess
    /// A libpq URI of the superuser `postgres`.
    public let url: String

    /// - Throws: `DevStackError` if the server is not installed or does not start. The message ends with its log.
    public static func start() async throws -> DevPostgres {
        let programs = try binaries()
        let directory = NSTemporaryDirectory() + "giddyup-pg-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let port = try freePort()
        let dropPrivileges = try privilegeDrop(directory)
        // Durability is off because the data lives only as long as this process. The shell's standard input is a pipe
        // that closes when this process ends. "&" replaces standard input with /dev/null, so the pipe is duplicated to
        // descriptor 3. The signal is repeated because a server that is still starting has no handler for it yet.
        let script = """
            exec 3<&0
            umask 077
            trap 'rm -rf "$1"' EXIT
            trap '' INT
            $4 "$2/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$5" 2>&1 || exit 1
            $4 "$2/postgres" -D "$1/data" -k "$1" -h 127.0.0.1 -p "$3" \
              -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=256MB \
              -c max_connections=200 -c work_mem=64MB -c max_wal_size=4GB -c track_commit_timestamp=on -c timezone=UTC \
              >>"$5" 2>&1 3<&- &
            server=$!
            (cat <&3 >/dev/null; while kill -INT $server 2>/dev/null; do sleep 0.2; done) &
            watch=$!
            wait $server
            kill $watch 2>/dev/null
            """
        let log = directory + ".log"
        defer { unlink(log) }
        let arguments = [directory, programs, "\(port)", dropPrivileges, log]
        let process = try ChildProcess("/bin/sh", ["-c", script, "sh"] + arguments)
        // Connect to the socket, not the port: another server may have taken the port.
        let own = "postgresql://postgres@/postgres?host=\(directory)&port=\(port)"
        for _ in 0..<600 {
            if let connection = try? await PostgresConnection.connect(own) {
                withExtendedLifetime(connection) {}
                // On a busy machine the server may be slow to accept connections, so allow a long timeout.
                let url = "postgresql://postgres@127.0.0.1:\(port)/postgres?connect_timeout=60"
                return DevPostgres(process, url)
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        let tail = (try? String(contentsOfFile: log, encoding: .utf8))?.suffix(600) ?? "(no log)"
        throw DevStackError("PostgreSQL did not start: \(tail)")
    }

    private init(_ process: ChildProcess, _ url: String) {
        self.process = process
        self.url = url
    }

    /// Stops the server and removes its directory.
    public func stop() async {
        process.release()
        await process.wait()
    }

    private static func binaries() throws(DevStackError) -> String {
        let base = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).compactMap(Int.init)
            .sorted()
        guard
            let newest = versions.last(where: {
                FileManager.default.isExecutableFile(atPath: "\(base)/\($0)/bin/initdb")
            })
        else {
            throw DevStackError("no PostgreSQL server under \(base): run ./setup, or set DATABASE_URL")
        }
        return "\(base)/\(newest)/bin"
    }

    /// The command that drops root's privileges; empty if not root. PostgreSQL refuses to run as root, so root gives
    /// the directory to the user `postgres` and runs the server as that user.
    private static func privilegeDrop(_ directory: String) throws(DevStackError) -> String {
        guard geteuid() == 0 else { return "" }
        guard let user = getpwnam("postgres") else {
            throw DevStackError("user \"postgres\", which runs the server, does not exist: run ./setup")
        }
        chown(directory, user.pointee.pw_uid, user.pointee.pw_gid)
        return "setpriv --reuid=postgres --regid=postgres --clear-groups"
    }
}

/// A port on loopback that is free at the moment.
public func freePort() throws(DevStackError) -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
        }
    }
    guard bound else { throw DevStackError("no free port on 127.0.0.1: \(String(cString: strerror(errno)))") }
    return UInt16(bigEndian: address.sin_port)
}
