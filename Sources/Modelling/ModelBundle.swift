import Crypto
import Foundation
import Racing

/// How a model's raw scores become probabilities.
public enum Objective: String, Sendable, Codable, CaseIterable {
    /// A logistic loss for each starter by itself.
    case binary
    /// The conditional logit within each race.
    case raceSoftmax = "race_softmax"
}

/// Everything that is needed to score a race, and nothing that depends on when or where it was made: same data and seed, same bytes.
public struct ModelBundle: Sendable, Codable, Equatable {
    public var name: String
    public var version: String
    public var objective: Objective
    public var featureSetVersion: Int
    public var featureSetHash: String
    public var featureNames: [String]
    public var calibration: Isotonic
    /// By lead before the off, ascending; empty where the data had no prices.
    public var blends: [MarketBlend]
    public var placeExponents: [Double]
    /// The days of the races that it learnt from.
    public var trainedFrom: CalendarDay
    public var trainedThrough: CalendarDay
    public var races: Int
    public var rows: Int
    /// Names exactly what it learnt from; nil in bundles that are older than this field.
    public var dataset: String?
    public var parameters: [String: String]
    public var metrics: [String: Double]
    public var libraries: [String: String]
    /// The fold models in LightGBM's text format; their mean is served.
    public var models: [String]

    /// Sorted keys, so that equal bundles have equal bytes.
    public func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// - Parameter sha256: of the bytes, in hexadecimal, as it was recorded; nil is not checked.
    /// - Throws: `ModellingError` where the bytes are not those recorded, truncated, or not a bundle.
    public init(bytes: [UInt8], sha256: String? = nil) throws(ModellingError) {
        if let sha256, Self.sha256(bytes) != sha256 {
            throw ModellingError("the bundle's bytes are not those that were registered (SHA-256 differs)")
        }
        do { self = try JSONDecoder().decode(ModelBundle.self, from: Data(bytes)) } catch {
            throw ModellingError("not a model bundle, or a truncated one: \(error)")
        }
        guard !models.isEmpty, !calibration.x.isEmpty, calibration.x.count == calibration.y.count, placeExponents.count == 3 else {
            throw ModellingError("the bundle \(name) \(version) is incomplete")
        }
    }

    public static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    /// The blend fitted at the lead nearest to `seconds` before the off, on a logarithmic scale.
    public func blend(lead seconds: Double) -> MarketBlend? {
        func distance(_ blend: MarketBlend) -> Double { abs(log(Double(blend.lead) + 60) - log(max(seconds, 0) + 60)) }
        return blends.min { (distance($0), $0.lead) < (distance($1), $1.lead) }
    }
}

extension ModelBundle {
    init(
        name: String, version: String, objective: Objective, set: TrainingSet, calibration: Isotonic, blends: [MarketBlend], placeExponents: [Double],
        parameters: [String: String], metrics: [String: Double], models: [String]
    ) {
        self.name = name
        self.version = version
        self.objective = objective
        featureSetVersion = set.featureSetVersion
        featureSetHash = set.featureSetHash
        featureNames = set.featureNames
        self.calibration = calibration
        self.blends = blends
        self.placeExponents = placeExponents
        trainedFrom = set.races.first?.day ?? CalendarDay(0)
        trainedThrough = set.races.last?.day ?? CalendarDay(0)
        races = set.races.count
        rows = set.matrix.rows
        self.parameters = parameters
        self.metrics = metrics
        libraries = ["lightgbm": "4.6.0"]
        self.models = models
    }
}
