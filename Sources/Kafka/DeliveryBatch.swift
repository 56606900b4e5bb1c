import CLibrdkafka
import Synchronization

/// Collects the delivery reports of the records that were sent together.
final class DeliveryBatch: Sendable {
    typealias Outcome = Result<[(partition: Int32, offset: Int64)], KafkaError>

    private struct State {
        var places: [(partition: Int32, offset: Int64)]
        var outstanding: Int
        var failure: KafkaError?
        var finish: (@Sendable (Outcome) -> Void)?
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(places: Array(repeating: (-1, -1), count: count), outstanding: count))
    }

    /// - Parameter finish: called once, after the last report.
    func onFinish(_ finish: @escaping @Sendable (Outcome) -> Void) {
        state.withLock { $0.finish = finish }
    }

    func report(_ index: Int, _ result: Result<(partition: Int32, offset: Int64), KafkaError>) {
        let done: (@Sendable () -> Void)? = state.withLock { state in
            switch result {
            case .success(let place): state.places[index] = place
            case .failure(let error): state.failure = state.failure ?? error
            }
            state.outstanding -= 1
            guard state.outstanding == 0, let finish = state.finish else { return nil }
            let outcome: Outcome = state.failure.map { .failure($0) } ?? .success(state.places)
            return { finish(outcome) }
        }
        done?()
    }
}

/// One record of a batch, on its way.
final class PendingDelivery: Sendable {
    private let batch: DeliveryBatch
    private let index: Int
    private let topic: String

    init(_ batch: DeliveryBatch, _ index: Int, _ topic: String) {
        self.batch = batch
        self.index = index
        self.topic = topic
    }

    func finish(_ message: rd_kafka_message_t) {
        if message.err == RD_KAFKA_RESP_ERR_NO_ERROR {
            batch.report(index, .success((message.partition, message.offset)))
        } else {
            fail(KafkaError(message.err, "produce to \(topic)"))
        }
    }

    func fail(_ error: KafkaError) { batch.report(index, .failure(error)) }
}
