import ArgumentParser
import Racing

/// A day on the command line, as YYYY-MM-DD.
struct DayArgument: ExpressibleByArgument, Sendable {
    let day: CalendarDay

    init?(argument: String) {
        guard let day = CalendarDay(argument) else { return nil }
        self.day = day
    }

    var defaultValueDescription: String { "\(day)" }
}

/// A duration on the command line: `90s`, `60m` or `2h`.
struct DurationArgument: ExpressibleByArgument, Sendable {
    let seconds: Double
    private let text: String

    static let zero = DurationArgument(seconds: 0, text: "0m")

    private init(seconds: Double, text: String) {
        self.seconds = seconds
        self.text = text
    }

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = argument.last.flatMap({ units[$0] }), let number = Double(argument.dropLast()),
            number >= 0, number.isFinite
        else { return nil }
        self.init(seconds: number * unit, text: argument)
    }

    var defaultValueDescription: String { text }
}

/// A model on the command line: `NAME` or `NAME@VERSION`.
struct ModelArgument: ExpressibleByArgument, Sendable {
    let name: String
    let version: String?

    /// The default model of commands.
    static let standard = ModelArgument(name: "hrd_win_prob", version: nil)

    private init(name: String, version: String?) {
        self.name = name
        self.version = version
    }

    init?(argument: String) {
        let parts = argument.split(separator: "@", maxSplits: 1).map(String.init)
        guard let name = parts.first, !name.isEmpty else { return nil }
        self.init(name: name, version: parts.count > 1 ? parts[1] : nil)
    }

    var defaultValueDescription: String { name + (version.map { "@" + $0 } ?? "") }
}

/// Checks that several commands share.
enum Check {
    /// - Throws: `ValidationError` if the window ends before it starts.
    static func window(_ from: DayArgument, _ to: DayArgument) throws(ValidationError) {
        guard from.day <= to.day else { throw ValidationError("--from \(from.day) is after --to \(to.day)") }
    }
}
