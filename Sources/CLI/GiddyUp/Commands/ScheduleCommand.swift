import ArgumentParser
import Operations
import Racing
import Scheduler

struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Check the file that says when races are scored.",
        discussion: "Example: giddyup schedule check",
        subcommands: [Validate.self]
    )

    struct Validate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check that a schedule is valid, and show when a race would be scored; nothing is changed.",
            discussion: "Example: giddyup schedule check --off 2026-10-25T14:05:00Z"
        )

        @Option(help: "By default SCHEDULE, or config/schedule.yaml.")
        var file: String?
        @Option(help: "The off of a race, such as 2026-10-25T14:05:00Z.")
        var off: Instant?

        func run() async throws {
            let schedule = try Schedule(file: file ?? CommandContext().configuration.schedulePath())
            Console.print(
                "valid: daily at \(schedule.daily) in \(schedule.zone.identifier), every \(schedule.refresh) minutes, "
                    + "every \(schedule.finalRefresh) in the last \(schedule.final) before the off"
            )
            guard let off else { return }
            let ticks = schedule.ticks(off: off, after: off.advanced(bySeconds: -2 * 86_400), through: off)
            Console.print("a race with its off at \(off) is scored \(ticks.count) times:")
            for tick in ticks { Console.print("\(tick)") }
        }
    }
}
