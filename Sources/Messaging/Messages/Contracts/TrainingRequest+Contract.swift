extension TrainingRequest: Contract {
    public var topic: Topic { .trainingRequests }
    public var key: String { requestID }
    public var envelope: Envelope {
        Envelope(type: "giddyup.training.request.v1", source: "cli", time: 0, key: [requestID])
    }

    /// The most trials of one request, each of which trains a model: more would take weeks.
    public static let trialLimit: UInt32 = 10_000

    public func validate() throws(ContractError) {
        guard !requestID.isEmpty, !name.isEmpty, !version.isEmpty else {
            throw ContractError("the training request has no id, name or version")
        }
        for text in [name, version, refitOf.isEmpty ? version : refitOf] where !Self.isValidName(text) {
            throw ContractError("\"\(text)\" is not a model name or version: \(Self.nameRule)")
        }
        let request = "training request \(requestID)"
        guard TimestampBounds.days.contains(toDay), !hasFromDay || TimestampBounds.days.contains(fromDay) else {
            throw ContractError("\(request): from_day or to_day is out of range")
        }
        guard trials <= Self.trialLimit else {
            throw ContractError("\(request): \(trials) trials, at most \(Self.trialLimit) are accepted")
        }
    }

    public static let nameRule = "use 1 to 64 letters, digits, dots, underscores and hyphens"

    /// Whether the text can name a model or a version. Names travel in file names, JSON and MLflow.
    public static func isValidName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
