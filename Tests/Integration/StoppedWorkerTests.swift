import ChildProcesses
import Foundation
import Postgres
import Servers
import Testing

/// A process that was stopped for longer than its session timeout, as by a paused virtual machine, comes back as a
/// member that has lost its partitions without noticing.
@Suite(.timeLimit(.minutes(20))) struct StoppedWorkerTests {
    @Test func `workers that were stopped past their session timeout fetch every partition again`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let workers = try ["feature-builder", "scorer", "scorer", "publisher", "publisher"].map(fleet.start)
            let stopped = [workers[1], workers[3]]
            let lastQuarter = "backfill --from 2025-10-01 --to 2025-12-31"
            try await fleet.giddyup(lastQuarter)
            let undisturbed = try await fleet.checksum()
            try await fleet.pool.query("TRUNCATE modeling.signals")

            async let disturbed = fleet.giddyup(lastQuarter)
            try await fleet.wait { try await fleet.checksum().rows > undisturbed.rows / 5 }
            stopped.forEach { $0.send(SIGSTOP) }
            // The stop must last longer than the session timeout; nothing else tells when the group has noticed.
            let isRealBroker = try await Servers.stack.control == nil
            try await Task.sleep(for: .seconds(isRealBroker ? 18 : 9))
            stopped.forEach { $0.send(SIGCONT) }
            _ = try await disturbed
            #expect(try await fleet.checksum() == undisturbed)

            // Each of these needs every partition, those that went back to the stopped workers included.
            for _ in 1...3 { try await fleet.giddyup(lastQuarter) }
            #expect(try await fleet.deadLetters().isEmpty)
            for worker in workers { #expect(await worker.stop() == 0) }
        }
    }
}
