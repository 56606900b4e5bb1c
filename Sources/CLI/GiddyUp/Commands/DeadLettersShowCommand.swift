import ArgumentParser
import Kafka
import Operations
import WorkerRuntime

extension DeadLettersCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one dead letter: why it failed, its headers, and its decoded payload.",
            discussion: "Example: giddyup dead-letters show race.features/3/1402"
        )

        @Argument(help: "The letter, as TOPIC/PARTITION/OFFSET.")
        var letter: MessagePosition

        /// How many bytes of a payload that cannot be decoded are shown.
        private static let dumpLimit = 512

        func run() async throws {
            let context = try CommandContext()
            var selection = DeadLetterSelection()
            selection.positions = [letter]
            selection.includesHandled = true
            let box = DeadLetterBox(context)
            guard let entry = try await box.read(selection).first else {
                throw CommandError("there is no dead letter \(letter): `giddyup dead-letters list --all` names them")
            }
            let found = entry.letter
            Console.print(
                """
                letter    \(found.position) (\(entry.copies == 1 ? "1 copy" : "\(entry.copies) copies"))
                state     \(entry.state.rawValue)
                at        \(entry.at)
                worker    \(found.worker), attempt \(found.attempt), redriven \(found.redrives) times before
                class     \(found.errorClass)
                reason    \(found.reason)
                key       \(Self.text(found.message.key))
                """
            )
            for header in found.message.headers where !header.name.hasPrefix("dl_") {
                Console.print("header    \(header.name): \(Self.text(header.value))")
            }
            Console.print("payload   " + Self.payload(found, box))
        }

        private static func payload(_ letter: RecordedDeadLetter, _ box: DeadLetterBox) -> String {
            if letter.isPayloadLeftOut { return "left out, too large: read it at \(letter.position)" }
            guard let value = letter.message.value else { return "none" }
            if let json = box.payload(of: letter) { return json }
            let bytes = value.prefix(dumpLimit).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            let rest = value.count > dumpLimit ? " ..." : ""
            return "\(value.count) bytes that cannot be decoded: " + bytes.joined(separator: " ") + rest
        }

        private static func text(_ bytes: [UInt8]?) -> String {
            bytes.map { String(decoding: $0, as: UTF8.self) } ?? "none"
        }
    }
}
