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
            let loudest = zip(set.features.indices, contributions).sorted { (abs($0.1), $1.0) > (abs($1.1), $0.0) }.prefix(4)
            why = loudest.map { column, push in
                let feature = set.features[column]
                return Push(feature: feature.name, words: Self.words(feature, column, runner, set), push: push)
            }
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private static func words(_ feature: Feature, _ column: Int, _ runner: RunnerFeatures, _ set: FeatureSet) -> String {
        func value(_ name: String) -> Float? { set.column(name).map { runner.features[$0] }.flatMap { $0.isNaN ? nil : $0 } }
        func count(_ value: Float?) -> String { value.map { String(Int($0)) } ?? "?" }
        let own = runner.features[column]
        if own.isNaN { return "\(feature.meaning): not known" }
        switch feature.name {
        case "wins", "win_rate", "runs": return "won \(count(value("wins"))) of \(count(value("runs")))"
        case "course_wins", "course_runs", "course_place_rate":
            return "won \(count(value("course_wins"))) of \(count(value("course_runs"))) at the course"
        case "distance_wins", "distance_runs", "distance_place_rate":
            return "won \(count(value("distance_wins"))) of \(count(value("distance_runs"))) at about the distance"
        case "days_since": return "last ran \(Int(own)) days ago"
        default:
            let number = abs(own) >= 100 || own == own.rounded() ? String(Int(own)) : String(format: "%.2f", own)
            return "\(feature.meaning): \(number) \(feature.unit)"
        }
    }
}
