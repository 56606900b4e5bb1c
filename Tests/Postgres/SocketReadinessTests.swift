import Glibc
import Postgres
import Testing

struct SocketReadinessTests {
    /// A connected pair; the first one is readable if `isReadable`.
    private func withPair(isReadable: Bool, _ body: (Int32) async throws -> Void) async throws {
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer { pair.forEach { close($0) } }
        if isReadable { try #require(write(pair[1], "x", 1) == 1) }
        try await body(pair[0])
    }

    @Test func `the time that the task is held up is not the socket's`() async throws {
        try await withPair(isReadable: true) { socket in
            let start = ContinuousClock.now
            let seconds = try await withTaskExecutorPreference(HeldUpExecutor(pause: 3)) {
                try await SocketReadiness.wait(socket, for: .read, atMost: 1)
            }
            #expect(ContinuousClock.now - start > .seconds(6), "held up before and after the wait")
            #expect(seconds < 1)
        }
    }

    @Test func `a limit that has run out does not hide that the socket is ready`() async throws {
        try await withPair(isReadable: true) { socket in
            for _ in 0..<100 { _ = try await SocketReadiness.wait(socket, for: .read, atMost: -1) }
        }
    }

    @Test func `a socket that is not ready in time is a failed connection`() async throws {
        try await withPair(isReadable: false) { socket in
            let error = await #expect(throws: PostgresError.self) {
                _ = try await SocketReadiness.wait(socket, for: .read, atMost: 0.2)
            }
            #expect(error?.message.contains("timed out waiting for the server") == true)
        }
    }
}
