import ChildProcesses
import DevStack
import Foundation
import Reference
import Testing

/// A short crash matrix; `make chaos` runs the long one.
@Suite(.timeLimit(.minutes(20))) struct ChaosTests {
    @Test(.enabled(if: Python.isInstalled, "needs ./setup --reference"))
    func `a few faults lose nothing, double nothing and change no table`() async throws {
        let folder = NSTemporaryDirectory() + "chaos-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let programs = URL(fileURLWithPath: DevStack.executable("giddyup")).deletingLastPathComponent().path
        let harness = try ChildProcess(
            Python.executable,
            [
                PackageRoot.path + "/Tests/Chaos/chaos.py", "--short", "--bin", programs, "--journal",
                folder + "/journal.jsonl",
            ],
            output: folder + "/output"
        )
        let exitCode = await harness.wait()
        let output = try String(contentsOfFile: folder + "/output", encoding: .utf8)
        #expect(exitCode == 0, "\(output.suffix(3000))")
        if exitCode == 0 { try FileManager.default.removeItem(atPath: folder) }
    }
}
