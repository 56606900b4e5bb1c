extension DatasetPart: Contract {
    public var topic: Topic { .datasetParts }
    public var key: String { part }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.dataset.part.v1",
            source: "feature-builder",
            time: 0,
            key: [requestID, dataset, part, sha256]
        )
    }

    public func validate() throws(ContractError) {
        guard !dataset.isEmpty, !part.isEmpty, !path.isEmpty else {
            throw ContractError("the data set part has no data set, part or path")
        }
    }
}
