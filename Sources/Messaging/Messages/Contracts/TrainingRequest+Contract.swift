extension TrainingRequest: Contract {
    public var topic: Topic { .trainingRequests }
    public var key: String { requestID }
    public var envelope: Envelope {
        Envelope(type: "giddyup.training.request.v1", source: "cli", time: 0, key: [requestID])
    }

    public func validate() throws(ContractError) {
        guard !requestID.isEmpty, !name.isEmpty, !version.isEmpty else {
            throw ContractError("the training request has no id, name or version")
        }
    }
}
