import Betting
import CanonicalForm
import Foundation
import Racing

/// Everything that scoring a race needs.
///
/// It records neither the time nor the machine of the training, so the same data and seed give the same bytes.
public struct ModelBundle: Sendable, Codable, Equatable {
    public var name: String
    public var version: String
    public var objective: Objective
    public var featureSetVersion: Int
    public var featureSetHash: String
    public var featureNames: [String]
    public var calibration: Isotonic
    /// One blend for each market that the training data had prices of, by lead.
    public var blends: [MarketBlend]
    /// The discounted Harville exponents of the second, third and fourth place.
    public var placeExponents: [Double]
    /// The day of the first training race.
    public var trainedFrom: CalendarDay
    /// The day of the last training race.
    public var trainedThrough: CalendarDay
    /// The number of training races.
    public var races: Int
    /// The number of training rows, one per starter.
    public var rows: Int
    /// Identifies the training data; `nil` in bundles that predate this field.
    public var dataset: String?
    public var parameters: [String: String]
    /// The rest of the training's settings; `nil` in bundles that predate this field.
    public var recipe: [String: Int]?
    public var metrics: [String: Double]
    public var libraries: [String: String]
    /// The fold models in LightGBM's text format. Scoring uses their mean.
    public var models: [String]
    /// The second learner; `nil` in bundles of trees alone.
    public var logit: ConditionalLogit?
    /// How the scores of the two learners are added up; present if `logit` is.
    public var stack: ScoreStack?
    /// What turns scores into probabilities; `nil` means the isotonic curve.
    public var calibrated: CalibrationMethod?
    /// What calibrates the probabilities of 2, 3 and 4 places; `nil` in bundles that predate this field.
    public var placeCalibrations: [PlaceCalibration]?
    /// How this model was refitted from another; `nil` if it was not.
    public var refit: Refit?

    package init(
        name: String,
        version: String,
        objective: Objective,
        featureSetVersion: Int,
        featureSetHash: String,
        featureNames: [String],
        calibration: Isotonic,
        blends: [MarketBlend],
        placeExponents: [Double],
        trainedFrom: CalendarDay,
        trainedThrough: CalendarDay,
        races: Int,
        rows: Int,
        dataset: String? = nil,
        parameters: [String: String],
        metrics: [String: Double],
        libraries: [String: String],
        models: [String],
        logit: ConditionalLogit? = nil,
        stack: ScoreStack? = nil,
        calibrated: CalibrationMethod? = nil,
        placeCalibrations: [PlaceCalibration]? = nil
    ) {
        self.name = name
        self.version = version
        self.objective = objective
        self.featureSetVersion = featureSetVersion
        self.featureSetHash = featureSetHash
        self.featureNames = featureNames
        self.calibration = calibration
        self.blends = blends
        self.placeExponents = placeExponents
        self.trainedFrom = trainedFrom
        self.trainedThrough = trainedThrough
        self.races = races
        self.rows = rows
        self.dataset = dataset
        self.parameters = parameters
        self.metrics = metrics
        self.libraries = libraries
        self.models = models
        self.logit = logit
        self.stack = stack
        self.calibrated = calibrated
        self.placeCalibrations = placeCalibrations
    }

    /// JSON with sorted keys, so that equal bundles have equal bytes.
    public func bytes() throws -> [UInt8] {
        Array(try CanonicalJSON.data(self))
    }

    /// - Parameter sha256: the registered digest of `bytes`, in hexadecimal; `nil` skips the check.
    /// - Throws: `ModelingError` if the digest differs, or the bytes are not a complete bundle.
    public init(bytes: [UInt8], sha256: String? = nil) throws(ModelingError) {
        if let sha256 {
            let actual = Self.sha256(bytes)
            guard actual == sha256 else {
                throw ModelingError("model bundle does not match its registered SHA-256: \(actual), not \(sha256)")
            }
        }
        do { self = try JSONDecoder().decode(ModelBundle.self, from: Data(bytes)) } catch {
            throw ModelingError("not a model bundle, or a truncated one: \(error)")
        }
        guard (logit == nil) == (stack == nil), logit?.isUsable(columns: featureNames.count) ?? true else {
            throw ModelingError("model bundle \(name) \(version) has a conditional logit that cannot score")
        }
        guard !models.isEmpty, calibration.isCurve, placeExponents.count == 3, placeCalibrations?.count ?? 3 == 3 else {
            throw ModelingError(
                "model bundle \(name) \(version) is incomplete: "
                    + "it needs models, a rising calibration curve and three place exponents"
            )
        }
    }

    /// The place probabilities of one race's runners. They sum to `places`.
    ///
    /// - Parameters:
    ///   - win: one win probability per runner; they sum to 1.
    ///   - places: the number of places paid, 2 to 4.
    /// - Throws: `BettingError` if `places` is not 1 to 4, or a probability is invalid.
    public func placeProbabilities(win: [Double], places: Int) throws(BettingError) -> [Double] {
        let place = try PlaceProbability.place(win: win, places: places, exponents: placeExponents)
        guard places > 1, let placeCalibrations else { return place }
        return placeCalibrations[places - 2](place, win: win, places: places)
    }

    public static func sha256(_ bytes: [UInt8]) -> String { HexDigest.sha256(bytes) }

    /// The blend for a market.
    public func blend(lead seconds: Double, prices: MarketMoment.Prices = .latest) -> MarketBlend? {
        blends.blend(lead: seconds, prices: prices)
    }
}
