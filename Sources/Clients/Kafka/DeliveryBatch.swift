import Synchronization

/// Collects the delivery reports of records that were sent together.
final class DeliveryBatch: Sendable {
    typealias Delivery = (partition: Int32, offset: Int64)
    typealias Outcome = Result<[Delivery], KafkaError>

    private struct State {
        var deliveries: [Delivery]
        var outstanding: Int
        var firstError: KafkaError?
        var onFinish: (@Sendable (Outcome) -> Void)?
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(deliveries: Array(repeating: (-1, -1), count: count), outstanding: count))
    }

    /// Sets the completion handler. Call it before the first report.
    ///
    /// - Parameter handler: called once, after the last report.
    func onFinish(_ handler: @escaping @Sendable (Outcome) -> Void) {
        state.withLock { $0.onFinish = handler }
    }

    /// Records the delivery report of the record at `index`.
    func report(_ index: Int, _ result: Result<Delivery, KafkaError>) {
        let done: (@Sendable () -> Void)? = state.withLock { state in
            switch result {
            case .success(let delivery): state.deliveries[index] = delivery
            case .failure(let error): state.firstError = state.firstError ?? error
            }
            state.outstanding -= 1
            guard state.outstanding == 0, let handler = state.onFinish else { return nil }
            let outcome: Outcome = state.firstError.map { .failure($0) } ?? .success(state.deliveries)
            return { handler(outcome) }
        }
        done?()
    }
}
