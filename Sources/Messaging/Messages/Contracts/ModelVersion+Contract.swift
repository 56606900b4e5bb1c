extension ModelVersion: Contract {
    public var topic: Topic { .modelVersions }
    public var key: String { name }
    public var envelope: Envelope {
        Envelope(
            type: "giddyup.model.version.v1",
            source: "registry",
            time: 0,
            key: [name, version, stage, sha256]
        )
    }

    public func validate() throws(ContractError) {
        guard !name.isEmpty, !version.isEmpty, modelID != 0 else {
            throw ContractError("the model version has no name, version or id")
        }
    }
}
