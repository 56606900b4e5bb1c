import Kafka
import ModelingStore
import Racing
import WorkerRuntime

/// One dead letter, and what became of it.
public struct DeadLetterEntry: Sendable {
    public enum State: String, Sendable, Codable { case open, redriven, dropped }

    public let letter: RecordedDeadLetter
    /// How often it is in dead.letters: delivery is at least once.
    public var copies: Int
    public let state: State

    /// When the letter was produced.
    public var at: Instant { Instant(microseconds: letter.at) }
}

/// Which dead letters a command is about. Each condition that is set must hold.
public struct DeadLetterSelection: Sendable {
    public var positions: Set<MessagePosition> = []
    public var worker: String?
    public var errorClass: String?
    /// A part of the reason; case is ignored.
    public var reason: String?
    /// The topic of the message that failed, with the prefix.
    public var topic: String?
    public var from: Instant?
    public var to: Instant?
    /// Whether letters that were redriven or dropped are included.
    public var includesHandled = false

    public init() {}

    /// Whether nothing is set, so that every open letter is selected.
    public var isEmpty: Bool {
        positions.isEmpty && worker == nil && errorClass == nil && reason == nil && topic == nil && from == nil
            && to == nil
    }

    func includes(_ entry: DeadLetterEntry) -> Bool {
        let letter = entry.letter
        return (includesHandled || entry.state == .open)
            && (positions.isEmpty || positions.contains(letter.position))
            && (worker == nil || letter.worker == worker)
            && (errorClass == nil || letter.errorClass == errorClass)
            && (reason == nil || letter.reason.lowercased().contains(reason?.lowercased() ?? ""))
            && (topic == nil || letter.position.source.topic == topic)
            && (from.map { entry.at >= $0 } ?? true) && (to.map { entry.at < $0 } ?? true)
    }
}
