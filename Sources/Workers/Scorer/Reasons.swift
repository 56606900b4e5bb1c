import Betting
import Features
import Foundation
import Messages

/// Why a signal is as it is, in words a racing person reads.
struct Reasons: Encodable {
    struct Push: Encodable {
        let feature: String
        let words: String
        /// On the model's own scale: above 0 speaks for the runner.
        let push: Double
    }
    struct Quote: Encodable {
        let odds: Double
        let source: String
        let ageSeconds: Double
        let volume: Double?
        let lay: Double?
    }

    var price: Quote?
    /// What shaped the stake.
    var gates: [String]
    /// What was not known.
    var missing: [String]
    var warnings: [String]
    /// The features that spoke loudest, where a stake is advised.
    var why: [Push]?

    init(
        _ message: RaceFeatures, runner index: Int, stake: Stake, isBlended: Bool, hasMarket: Bool, contributions: ArraySlice<Double>?,
        set: FeatureSet
    ) {
        let runner = message.runners[index]
        if runner.hasPrice {
            price = Quote(
                odds: runner.price.odds, source: runner.price.source, ageSeconds: Double(message.request.asOf - runner.price.at) / 1e6,
                volume: runner.price.hasVolume ? runner.price.volume : nil, lay: runner.price.hasLay ? runner.price.lay : nil)
        }
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
        if let contributions {
            // a figure and its comparisons within the race say one thing
            var pushes: [String: Double] = [:]
            for (column, push) in zip(set.features.indices, contributions) { pushes[ReasonWords.base(set.features[column].name), default: 0] += push }
            let words = ReasonWords(runner.features, set, field: message.runners.count)
            let loudest = pushes.sorted { (abs($0.value), $1.key) > (abs($1.value), $0.key) }.prefix(4)
            why = loudest.map { Push(feature: $0.key, words: words.words($0.key), push: $0.value) }
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
