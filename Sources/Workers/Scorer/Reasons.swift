import Betting
import CanonicalForm
import Features
import Foundation
import Messages

/// Explains a signal: the content of `reasons_json`.
struct Reasons {
    /// What a feature adds to a runner's score.
    struct Contribution {
        let feature: String
        let words: String
        /// On the scale of the model's score. A positive value speaks for the runner.
        let value: Double
    }

    struct Quote {
        let odds: Double
        let source: String
        let ageSeconds: Double
        let volume: Double?
        let lay: Double?
    }

    var price: Quote?
    /// The gates that changed the stake.
    var gates: [String]
    /// What was not known.
    var missing: [String]
    var warnings: [String]
    /// The largest contributions; `nil` if they were not computed.
    var why: [Contribution]?

    /// How many contributions are listed.
    private static let contributionLimit = 4

    init(
        _ message: RaceFeatures,
        runner index: Int,
        stake: Stake,
        isBlended: Bool,
        hasMarket: Bool,
        contributions: ArraySlice<Double>?,
        set: FeatureSet
    ) {
        let runner = message.runners[index]
        if runner.hasPrice { price = Quote(runner.price, asOf: message.request.asOf) }
        gates = stake.gates
        missing = []
        if !runner.hasPrice { missing.append("no price") }
        if !hasMarket {
            missing.append("not every runner is priced: the model alone")
        } else if !isBlended {
            missing.append("the model has no blend: the model alone")
        }
        if let runs = set.column("runs"), runner.features[runs] == 0 { missing.append("never raced before") }
        warnings = message.warnings
        why = contributions.map { Self.largest($0, of: runner, field: message.runners.count, set) }
    }

    /// Canonical JSON.
    func json() throws -> String {
        var writer = JSONWriter()
        try writer.object { writer in
            writer.key("gates")
            writer.strings(gates)
            writer.key("missing")
            writer.strings(missing)
            if let price {
                writer.key("price")
                try price.write(to: &writer)
            }
            writer.key("warnings")
            writer.strings(warnings)
            if let why {
                writer.key("why")
                try writer.array { writer in for contribution in why { try contribution.write(to: &writer) } }
            }
        }
        return writer.text
    }

    /// The largest contributions. A feature and its comparisons within the race count as one.
    private static func largest(
        _ contributions: ArraySlice<Double>,
        of runner: RunnerFeatures,
        field: Int,
        _ set: FeatureSet
    ) -> [Contribution] {
        var byFeature: [String: Double] = [:]
        for (column, value) in zip(set.features.indices, contributions) {
            byFeature[ReasonWords.base(set.features[column].name), default: 0] += value
        }
        let words = ReasonWords(runner.features, set, field: field)
        return byFeature.sorted { (abs($0.value), $1.key) > (abs($1.value), $0.key) }
            .prefix(contributionLimit)
            .map { Contribution(feature: $0.key, words: words.words($0.key), value: $0.value) }
    }
}

extension Reasons.Quote {
    /// - Parameter asOf: microseconds since 1970.
    fileprivate init(_ price: Price, asOf: Int64) {
        odds = price.odds
        source = price.source
        ageSeconds = Double(asOf - price.at) / 1e6
        volume = price.hasVolume ? price.volume : nil
        lay = price.hasLay ? price.lay : nil
    }
}

extension Reasons.Quote {
    fileprivate func write(to writer: inout JSONWriter) throws {
        try writer.object { writer in
            writer.key("ageSeconds")
            try writer.number(ageSeconds)
            if let lay {
                writer.key("lay")
                try writer.number(lay)
            }
            writer.key("odds")
            try writer.number(odds)
            writer.key("source")
            writer.string(source)
            if let volume {
                writer.key("volume")
                try writer.number(volume)
            }
        }
    }
}

extension Reasons.Contribution {
    fileprivate func write(to writer: inout JSONWriter) throws {
        try writer.object { writer in
            writer.key("feature")
            writer.string(feature)
            writer.key("push")
            try writer.number(value)
            writer.key("words")
            writer.string(words)
        }
    }
}
