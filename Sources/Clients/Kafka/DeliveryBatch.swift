import Synchronization

/// Collects the delivery reports of records that were sent together.
final class DeliveryBatch: Sendable {
    typealias Report = Result<KafkaProducer.Delivery, KafkaError>

    private struct State {
        var reports: [Report]
        var outstanding: Int
        var onFinish: (@Sendable ([Report]) -> Void)?
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(reports: Array(repeating: .success((-1, -1)), count: count), outstanding: count))
    }

    /// Sets the completion handler. Call it before the first report.
    ///
    /// - Parameter handler: called once, after the last report, with the reports in the order of the records.
    func onFinish(_ handler: @escaping @Sendable ([Report]) -> Void) {
        state.withLock { $0.onFinish = handler }
    }

    /// Records the delivery report of the record at `index`.
    func report(_ index: Int, _ report: Report) {
        let done: (@Sendable () -> Void)? = state.withLock { state in
            state.reports[index] = report
            state.outstanding -= 1
            guard state.outstanding == 0, let handler = state.onFinish else { return nil }
            let reports = state.reports
            return { handler(reports) }
        }
        done?()
    }
}
