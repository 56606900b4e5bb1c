import ArgumentParser
import CanonicalForm
import DevStack
import Foundation
import Operations
import UnixSignals

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "A private Postgres and broker for development.",
        subcommands: [Up.self]
    )

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "up",
            abstract: "Start both and keep them running until SIGTERM or Ctrl-C. Their data is then deleted.",
            discussion: "Example: giddyup dev up"
        )

        @Flag(help: "Print the variables to export as one line of JSON.")
        var json = false

        func run() async throws {
            let stack = try await DevStack.start()
            let artifacts = NSTemporaryDirectory() + "giddyup-artifacts-\(getpid())"
            try FileManager.default.createDirectory(atPath: artifacts, withIntermediateDirectories: true)
            var environment = stack.environment
            environment["ARTIFACT_ROOT"] = artifacts
            let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
            if json {
                Console.print(try CanonicalJSON.text(environment))
            } else {
                Console.print("running until Ctrl-C; in another terminal:")
                for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
                    Console.print("export \(name)='\(value)'")
                }
            }
            for await _ in signals { break }
            await stack.stop()
            try? FileManager.default.removeItem(atPath: artifacts)
        }
    }
}
