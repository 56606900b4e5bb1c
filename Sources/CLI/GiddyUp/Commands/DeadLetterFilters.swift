import ArgumentParser
import Kafka
import Operations
import Racing

/// The options that select dead letters. Each one that is used must hold.
struct DeadLetterFilters: ParsableArguments {
    @Argument(help: "Letters, as TOPIC/PARTITION/OFFSET; none selects by the options alone.")
    var letters: [MessagePosition] = []
    @Option(help: "The worker that failed, such as scorer.")
    var worker: String?
    @Option(name: .customLong("class"), help: "The class of the error: contract or unknown.")
    var errorClass: String?
    @Option(help: "A part of the reason; case is ignored.")
    var reason: String?
    @Option(help: "The topic of the message, such as race.features, without TOPIC_PREFIX.")
    var topic: String?
    @Option(help: "From this time on, such as 2025-07-16T10:00:00Z.")
    var from: Instant?
    @Option(help: "Before this time.")
    var to: Instant?

    func selection(prefix: String) -> DeadLetterSelection {
        var selection = DeadLetterSelection()
        selection.positions = Set(letters)
        selection.worker = worker
        selection.errorClass = errorClass
        selection.reason = reason
        selection.topic = topic.map { prefix + $0 }
        selection.from = from
        selection.to = to
        return selection
    }
}

extension MessagePosition: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Instant: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
