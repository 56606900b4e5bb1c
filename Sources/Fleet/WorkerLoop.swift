import Foundation
import Kafka
import Logging
import Messages
import ServiceLifecycle
import Synchronization

/// How a worker consumes.
public struct WorkerSettings: Sendable {
    /// The worker's name: its consumer group, its metrics, its dead letters.
    public var name: String
    public var live: Topic
    /// The slow lane, taken from only while the live lane has nothing.
    public var backfill: Topic?
    /// Where a worker has a second loop: what sets its consumer group apart from the first's.
    public var group: String?
    /// Messages handled together at most.
    public var batchLimit: Int
    /// Tries of a message that fails for no known reason.
    public var attempts: Int
    /// How long a unit of the slow lane's work may take, so that a live message never waits longer.
    public var slowUnit: Duration

    public init(
        _ name: String, live: Topic, backfill: Topic? = nil, group: String? = nil, batchLimit: Int = 200, attempts: Int = 3,
        slowUnit: Duration = .milliseconds(50)
    ) {
        self.name = name
        self.live = live
        self.backfill = backfill
        self.group = group
        self.batchLimit = batchLimit
        self.attempts = attempts
        self.slowUnit = slowUnit
    }
}

/// Consume, handle, produce, commit: at-least-once transport around a deterministic handler.
public final class WorkerLoop<H: Handler>: Service {
    private let settings: WorkerSettings
    private let configuration: FleetConfiguration
    private let handler: H
    private let producer: KafkaProducer
    private let metrics: Metrics
    private let readiness: Readiness
    private let logger: Logger
    private let lanes = Mutex<[Lane]>([])

    public init(
        _ settings: WorkerSettings, _ configuration: FleetConfiguration, _ handler: H, metrics: Metrics, readiness: Readiness, logger: Logger
    ) throws {
        self.settings = settings
        self.configuration = configuration
        self.handler = handler
        self.metrics = metrics
        self.readiness = readiness
        self.logger = logger
        producer = try KafkaProducer(configuration.producerProperties(), log: logger.kafkaSink)
    }

    public func run() async throws {
        let stopping = Flag()
        try await withGracefulShutdownHandler {
            try await consume(until: stopping)
        } onGracefulShutdown: {
            stopping.raise()
        }
    }

    private func consume(until stopping: Flag) async throws {
        let group = (configuration.groupID ?? configuration.topicPrefix + settings.name) + (settings.group.map { ".\($0)" } ?? "")
        let live = try await lane(settings.live, group: group)
        var slow: Lane?
        if let topic = settings.backfill { slow = try await lane(topic, group: group + ".backfill") }
        let lanes = [live, slow].compactMap(\.self)
        self.lanes.withLock { $0 = lanes }
        var pace = SlowPace(unit: settings.slowUnit)
        var (slowBackoff, slowIsDue) = (Backoff(), ContinuousClock.now)
        var slowIsIdle = true
        var nextReport = ContinuousClock.now
        while !stopping.isRaised {
            let messages = try await polled(live, limit: settings.batchLimit, timeout: slowIsIdle ? .milliseconds(100) : .zero)
            readiness.isConsuming = !live.assigned.isEmpty || !(slow?.assigned.isEmpty ?? true)
            if !messages.isEmpty {
                try await process(messages, live, "live")
            } else if let slow, slowIsDue <= .now {
                let unit = try await polled(slow, limit: min(pace.limit, settings.batchLimit), timeout: slowIsIdle ? .zero : .milliseconds(5))
                slowIsIdle = unit.isEmpty
                if !unit.isEmpty {
                    let start = ContinuousClock.now
                    do {
                        try await process(unit, slow, "backfill")
                        pace.took(ContinuousClock.now - start, for: unit.count)
                        slowBackoff = Backoff()
                    } catch is GivenBack {
                        // the live lane does not wait for what only a backfill lacks
                        try await slow.giveBack(unit)
                        slowIsDue = .now + slowBackoff.next()
                        // until then there is nothing to hurry back to
                        slowIsIdle = true
                    }
                }
            }
            if ContinuousClock.now >= nextReport {
                nextReport = ContinuousClock.now + .seconds(5)
                for lane in lanes {
                    for (place, lag) in await lane.lag() {
                        metrics.set("giddyup_consumer_lag", ["topic": place.topic, "partition": "\(place.partition)"], Double(lag))
                    }
                }
            }
        }
        logger.info("draining is done, leaving the group")
        try await live.close()
        try await slow?.close()
    }

    private func lane(_ topic: Topic, group: String) async throws -> Lane {
        try await Lane(topic.name(prefix: configuration.topicPrefix), configuration.consumerProperties(group: group), log: logger.kafkaSink)
    }

    private func polled(_ lane: Lane, limit: Int, timeout: Duration) async throws -> [KafkaMessage] {
        do throws(KafkaError) { return try await lane.poll(limit: limit, timeout: timeout) } catch {
            // a topic that is not there yet will be: say so, wait, go on
            guard error.isRetriable || error.isUnknownTopic else { throw error }
            logger.warning("\(error)")
            try await Task.sleep(for: .seconds(1))
            return []
        }
    }

    /// Handles one batch to its end: when this returns, its outputs are acknowledged and its offsets committed.
    private func process(_ messages: [KafkaMessage], _ lane: Lane, _ name: String) async throws {
        let start = ContinuousClock.now
        logger.debug("taken", metadata: ["messages": "\(messages.map { "\($0.source)@\($0.offset)" }.joined(separator: " "))"])
        var letters: [DeadLetter] = []
        var work: [(message: KafkaMessage, input: H.Input)] = []
        for message in messages {
            do throws(ContractError) { work.append((message, try handler.decode(message))) } catch {
                letters.append(letter(message, error, .contract, 1))
            }
        }
        let (records, failed) = try await handled(work, lane)
        let unknown = failed.count { $0.errorClass == .unknown }
        if unknown > 1, unknown * 2 > work.count {
            // a bug or an outage, not poison: dead-lettering would empty the topic
            throw FatalError("\(unknown) of \(work.count) messages of \(lane.topic) failed, the last with: \(failed.last?.reason ?? "")")
        }
        letters += failed
        for letter in letters {
            logger.error(
                "dead letter",
                metadata: [
                    "reason": "\(letter.reason)", "class": "\(letter.errorClass.rawValue)", "from": "\(letter.message.source)",
                    "offset": "\(letter.message.offset)",
                ])
            metrics.add("giddyup_dead_letters_total", ["worker": settings.name, "class": letter.errorClass.rawValue])
        }
        let dead = Topic.deadLetters.name(prefix: configuration.topicPrefix)
        try await produced(letters.map { $0.record(topic: dead) } + records, lane)
        var offsets: [TopicPartition: Int64] = [:]
        for message in messages { offsets[message.source] = max(offsets[message.source] ?? 0, message.offset + 1) }
        try await committed(offsets, lane)
        metrics.add("giddyup_messages_total", ["worker": settings.name, "lane": name], Double(messages.count))
        metrics.observe("giddyup_batch_seconds", ["worker": settings.name, "lane": name], seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// The records to produce, and the messages given up.
    private func handled(_ work: [(message: KafkaMessage, input: H.Input)], _ lane: Lane) async throws -> ([KafkaRecord], [DeadLetter]) {
        guard !work.isEmpty else { return ([], []) }
        var waiting = Array(work.indices)
        var outputs = [[KafkaRecord]](repeating: [], count: work.count)
        var (letters, tries) = ([DeadLetter](), [Int](repeating: 0, count: work.count))
        var backoff = Backoff()
        var oneByOne = false
        while !waiting.isEmpty {
            // what was taken from us meanwhile is another's to do
            waiting.removeAll { lane.hasLost(work[$0].message) }
            var (again, isPaused) = ([Int](), false)
            for unit in oneByOne ? waiting.map({ [$0] }) : [waiting] where !unit.isEmpty {
                let outcomes: [Outcome]
                do {
                    outcomes = try await keepingAlive { [handler] in try await handler.handle(unit.map { work[$0].input }) }
                } catch {
                    if unit.count > 1, handler.classify(error) != .transient, handler.classify(error) != .fatal {
                        // one of them is poison; which, shows when each is handled alone
                        (oneByOne, again) = (true, unit)
                        continue
                    }
                    outcomes = unit.map { _ in .failed(error) }
                }
                for (index, outcome) in zip(unit, outcomes) {
                    switch outcome {
                    case .done(let records): outputs[index] = records
                    case .failed(let error):
                        tries[index] += 1
                        switch handler.classify(error) {
                        case .contract: letters.append(letter(work[index].message, error, .contract, tries[index]))
                        case .unknown where tries[index] >= settings.attempts:
                            letters.append(letter(work[index].message, error, .unknown, tries[index]))
                        case .fatal: throw error
                        case .transient, .unknown:
                            again.append(index)
                            isPaused = true
                            metrics.add("giddyup_retries_total", ["worker": settings.name, "class": handler.classify(error).rawValue])
                            logger.warning("will try again: \(error)", metadata: ["from": "\(work[index].message.source)"])
                        }
                    }
                }
            }
            waiting = again
            if isPaused, lane.topic == settings.backfill?.name(prefix: configuration.topicPrefix) { throw GivenBack() }
            if isPaused { try await pause(for: backoff.next()) }
        }
        return (outputs.flatMap(\.self), letters)
    }

    private func produced(_ records: [KafkaRecord], _ lane: Lane) async throws {
        var backoff = Backoff()
        while true {
            do {
                // an outage may keep it waiting for minutes
                _ = try await keepingAlive { [producer] in try await producer.send(records) }
                return
            } catch let error as KafkaError {
                guard error.isRetriable else { throw error }
                logger.warning("will produce again: \(error)")
                try await pause(for: backoff.next())
            }
        }
    }

    private func committed(_ offsets: [TopicPartition: Int64], _ lane: Lane) async throws {
        do throws(KafkaError) { try await lane.commit(offsets) } catch {
            // not committed is redelivered, here or elsewhere, which the handler's effects bear
            guard !error.isFatal else { throw error }
            logger.warning("offsets were not committed: \(error)")
        }
    }

    /// Waits, as a member in good standing.
    private func pause(for duration: Duration) async throws {
        readiness.isHealthy = false
        defer { readiness.isHealthy = true }
        try await keepingAlive(from: .zero) { try await Task.sleep(for: duration) }
    }

    /// Runs `body` and, where it takes long, goes on polling beside it.
    private func keepingAlive<R: Sendable>(from patience: Duration = .seconds(5), _ body: @escaping @Sendable () async throws -> R)
        async throws -> R
    {
        // the lane that is not being worked on would be put out of its group as well
        let lanes = self.lanes.withLock(\.self)
        let result: R
        do {
            result = try await besideKeepAlive(lanes, from: patience, body)
        } catch {
            // what failed may be given up and the next batch taken: a lane left paused would never take one
            for lane in lanes { try await lane.resume() }
            throw error
        }
        for lane in lanes { try await lane.resume() }
        return result
    }

    private func besideKeepAlive<R: Sendable>(_ lanes: [Lane], from patience: Duration, _ body: @escaping @Sendable () async throws -> R) async throws
        -> R
    {
        try await withThrowingTaskGroup(of: R?.self) { tasks in
            tasks.addTask { try await body() }
            tasks.addTask {
                try? await Task.sleep(for: patience)
                while !Task.isCancelled {
                    for lane in lanes { try await lane.keepAlive() }
                    try? await Task.sleep(for: .milliseconds(500))
                }
                return nil
            }
            defer { tasks.cancelAll() }
            while let result = try await tasks.next() {
                if let result {
                    tasks.cancelAll()
                    while try await tasks.next() != nil {}
                    return result
                }
            }
            throw CancellationError()
        }
    }

    private func letter(_ message: KafkaMessage, _ error: any Error, _ errorClass: ErrorClass, _ attempt: Int) -> DeadLetter {
        DeadLetter(message: message, reason: "\(error)", errorClass: errorClass, worker: settings.name, attempt: attempt)
    }
}

/// How many messages of the slow lane fit into one unit of work, from how long they have taken.
struct SlowPace {
    let unit: Duration
    private var perMessage: Double?

    init(unit: Duration) { self.unit = unit }

    var limit: Int {
        guard let perMessage, perMessage > 0 else { return 1 }
        return max(1, Int(unit / .seconds(1) / perMessage))
    }

    mutating func took(_ duration: Duration, for count: Int) {
        let latest = duration / .seconds(1) / Double(count)
        perMessage = perMessage.map { $0 * 0.7 + latest * 0.3 } ?? latest
    }
}

/// A unit of the slow lane that cannot be finished now: nothing of it was produced or committed.
struct GivenBack: Error {}

/// Raised once.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}
