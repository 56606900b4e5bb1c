extension DatasetRequest: Contract {
    public var topic: Topic { .datasetRequests }
    public var key: String { part }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.dataset.request.v1",
            source: "cli",
            time: 0,
            key: [requestID, dataset, part]
        )
    }

    public func validate() throws(ContractError) {
        guard !requestID.isEmpty, !part.isEmpty else { throw ContractError("the data set request has no id or part") }
        guard throughDay == 0 || TimestampBounds.days.contains(throughDay) else {
            throw ContractError("data set request \(requestID): through_day is out of range")
        }
    }
}
