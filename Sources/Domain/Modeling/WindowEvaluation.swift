/// The evaluation of a model's signals in a window. It encodes as one flat object, together with the keys of the
/// evaluation.
public struct WindowEvaluation: Encodable, Sendable {
    /// Name and version of the model.
    public let model: String
    /// First and last day, as YYYY-MM-DD.
    public let from: String
    public let to: String
    public let blend: [MarketBlend]
    public let evaluation: Evaluation

    public init(model: String, from: String, to: String, blend: [MarketBlend], evaluation: Evaluation) {
        self.model = model
        self.from = from
        self.to = to
        self.blend = blend
        self.evaluation = evaluation
    }

    private enum CodingKeys: String, CodingKey { case model, from, to, blend }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(blend, forKey: .blend)
        try evaluation.encode(to: encoder)
    }
}
