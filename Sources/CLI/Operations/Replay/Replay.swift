import CanonicalForm
import Foundation
import Kafka
import Messages
import ModelingStore
import TopicReading
import WorkerRuntime

/// Sends messages of a topic to the workers again.
public struct Replay: Sendable {
    public struct Outcome: Codable, Sendable {
        /// Messages read from the topic.
        public var read = 0
        public var sent = 0
        /// Messages that cannot be replayed, by reason.
        public var leftOut: [String: Int] = [:]
        public var deadLetters = 0
        public var seconds = 0.0
    }

    private let selection: ReplaySelection
    /// The most messages that are sent and not handled yet.
    private let outstanding: Int
    private let resumes: Bool

    private static let batchSize = 500

    public init(_ selection: ReplaySelection, outstanding: Int = 2000, resumes: Bool = false) {
        self.selection = selection
        self.outstanding = outstanding
        self.resumes = resumes
    }

    /// Reads the selection without sending anything.
    public func preview(_ context: CommandContext) async throws -> Outcome {
        let scan = try await newScan(context)
        var outcome = Outcome()
        while case let messages = try await scan.next(limit: Self.batchSize), !messages.isEmpty {
            let run = ReplayStore.Run(id: 0, range: "", sent: 0, revision: nil)
            outcome.sent += try records(messages, context, run, corrections: [:], &outcome).count
        }
        return outcome
    }

    /// Replays the selection, and waits until the workers have handled it.
    ///
    /// - Parameter check: throws if a worker that the replay needs has stopped.
    public func run(_ context: CommandContext, check: () async throws -> Void) async throws -> Outcome {
        let start = ContinuousClock.now
        var (scan, run) = try await begin(context)
        let total = max(1, scan.range.remaining)
        let lag = try await FleetLag(context, selection.consumers)
        let number = "\(run.id)"
        let deadLetters = try await DeadLetterWatch(context) { letter in
            letter.message.header(Replayed.idHeader) == number
        }
        let producer = try context.producer()
        let bar = ProgressBar("replay \(selection.topic.rawValue)")
        var outcome = Outcome(sent: run.sent)
        let limit = min(Self.batchSize, outstanding)
        while case let messages = try await scan.next(limit: limit), !messages.isEmpty {
            let corrections = try await raiseRevisions(of: messages, context)
            let records = try records(messages, context, run, corrections: corrections, &outcome)
            try await wait(for: lag, atMost: outstanding - records.count, check)
            try await producer.send(records)
            outcome.sent += records.count
            run = ReplayStore.Run(
                id: run.id,
                range: try CanonicalJSON.text(scan.range),
                sent: outcome.sent,
                revision: run.revision
            )
            try await context.retryingPool.withConnection { [run] in try await ReplayStore.update(run, $0) }
            bar.update(1 - Double(scan.range.remaining) / Double(total), "\(outcome.sent) sent")
        }
        try await lag.drain(check: check)
        try await context.retryingPool.withConnection { [run] in try await ReplayStore.markFinished(id: run.id, $0) }
        outcome.deadLetters = try await deadLetters.count()
        outcome.seconds = (ContinuousClock.now - start) / .seconds(1)
        bar.finish("\(outcome.sent) messages, \(Int(Double(outcome.sent) / outcome.seconds)) a second")
        return outcome
    }

    private func newScan(_ context: CommandContext) async throws -> TopicScan {
        let topic = selection.topic.name(prefix: context.configuration.topicPrefix)
        return try await TopicScan(context.configuration, topic: topic, from: selection.from, to: selection.to)
    }

    /// Begins a run, or goes on with one that was interrupted.
    private func begin(_ context: CommandContext) async throws -> (TopicScan, ReplayStore.Run) {
        let identity = try selection.identity(prefix: context.configuration.topicPrefix)
        guard resumes else {
            let scan = try await newScan(context)
            let range = try CanonicalJSON.text(scan.range)
            let run = try await context.retryingPool.withConnection { connection in
                try await ReplayStore.insert(
                    selection: identity,
                    range: range,
                    sendsRequests: selection.sendsRequests,
                    by: Console.operatorName,
                    connection
                )
            }
            return (scan, run)
        }
        let interrupted = try await context.retryingPool.withConnection { connection in
            try await ReplayStore.readInterrupted(selection: identity, connection)
        }
        guard let interrupted else { throw CommandError("there is no interrupted replay with these arguments") }
        let range = try JSONDecoder().decode(ScanRange.self, from: Data(interrupted.range.utf8))
        return (try await TopicScan(context.configuration, resuming: range), interrupted)
    }

    /// Raises the revisions of the ticks of these messages, if the replay corrects them.
    private func raiseRevisions(
        of messages: [KafkaMessage],
        _ context: CommandContext
    ) async throws -> [Tick.ID: Int] {
        guard selection.correction != nil else { return [:] }
        let ticks = messages.filter(isSelected).compactMap { message in
            (try? RaceFeatures.decode(message)).map { Tick.ID(raceID: $0.request.raceID, asOf: $0.request.asOf) }
        }
        return try await context.retryingPool.withConnection { try await TickStore.raiseRevisions(Set(ticks), $0) }
    }

    /// The records to send for these messages.
    private func records(
        _ messages: [KafkaMessage],
        _ context: CommandContext,
        _ run: ReplayStore.Run,
        corrections: [Tick.ID: Int],
        _ outcome: inout Outcome
    ) throws -> [KafkaRecord] {
        outcome.read += messages.count
        let prefix = context.configuration.topicPrefix
        let replayed = ReplayedMessage(
            topic: selection.topic,
            prefix: prefix,
            model: selection.model,
            corrections: selection.correction == nil ? nil : corrections,
            run: run
        )
        var records: [KafkaRecord] = []
        for message in messages where isSelected(message) {
            switch try replayed.replay(message) {
            case .record(let record): records.append(record)
            case .leftOut(let reason): outcome.leftOut[reason, default: 0] += 1
            }
        }
        return records
    }

    private func isSelected(_ message: KafkaMessage) -> Bool {
        // A topic without a backfill lane also holds what earlier replays have sent.
        if !selection.hasLanes, message.header(Replayed.header) != nil { return false }
        return isKeySelected(message)
    }

    private func isKeySelected(_ message: KafkaMessage) -> Bool {
        selection.keys.isEmpty || selection.keys.contains(String(decoding: message.key ?? [], as: UTF8.self))
    }

    private func wait(for lag: FleetLag, atMost limit: Int, _ check: () async throws -> Void) async throws {
        while try await lag.read() > limit {
            try await check()
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
