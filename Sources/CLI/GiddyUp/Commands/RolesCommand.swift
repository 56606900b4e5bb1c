import ArgumentParser
import Foundation
import ModelingStore
import Operations

struct RolesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles",
        abstract: "Create the login roles of the workers.",
        discussion: "Example: giddyup roles apply --passwords /run/secrets/giddyup",
        subcommands: [Apply.self]
    )

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Create a login role for each worker, as a member of giddyup_worker.",
            discussion: """
                With its own login, a worker that is broken into cannot become a superuser. Run it after `giddyup \
                migrate`, as a role that may create roles. --passwords names a folder with a file for each worker, \
                such as scorer; its content becomes the password. Workers without a file keep theirs.

                Example: giddyup roles apply --passwords /run/secrets/giddyup
                """
        )

        @Option(help: "A folder with one file for each worker, which holds its password.")
        var passwords: String?
        @Flag(help: "Print the roles, and change nothing.")
        var dryRun = false

        private static let workers = [
            "scheduler", "feature-builder", "trainer", "scorer", "publisher", "clv-tracker", "board",
        ]

        func run() async throws {
            let context = try CommandContext()
            try checkPasswords()
            for worker in Self.workers {
                let role = RoleStore.name(of: worker)
                let password = try password(of: worker)
                if dryRun {
                    Console.print("would create or change \(role)\(password == nil ? "" : ", with a new password")")
                    continue
                }
                let isNew = try await context.pool.withConnection { connection in
                    try await RoleStore.apply(role, password: password, connection)
                }
                let verb = isNew ? "created" : "changed"
                Console.print("\(verb) \(role)\(password == nil ? "" : ", with a new password")")
            }
        }

        private func checkPasswords() throws {
            guard let passwords else { return }
            let isNamed = Self.workers.contains { FileManager.default.fileExists(atPath: "\(passwords)/\($0)") }
            guard isNamed else { throw CommandError("--passwords \(passwords) holds no file named after a worker") }
        }

        private func password(of worker: String) throws -> String? {
            guard let passwords else { return nil }
            let path = passwords + "/" + worker
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw CommandError("the password file \(path) cannot be read")
            }
            let password = text.trimmingCharacters(in: .newlines)
            guard !password.isEmpty else { throw CommandError("the password file \(path) is empty") }
            return password
        }
    }
}
