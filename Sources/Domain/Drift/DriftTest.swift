/// A test of whether a column of current values is distributed as the reference, named as Evidently names it.
public enum DriftTest: String, Sendable, Codable, CaseIterable {
    case kolmogorovSmirnov = "ks"
    case chiSquared = "chisquare"
    case zTest = "z"
    case wasserstein
    case jensenShannon = "jensenshannon"

    /// The test that Evidently 0.7 chooses by default (`_get_default_stattest`).
    ///
    /// - Parameters:
    ///   - referenceCount: how many reference values there are.
    ///   - distinct: how many distinct values both samples hold together. Up to five count as categories.
    public init(referenceCount: Int, distinct: Int) {
        let isCategorical = distinct <= 5
        if referenceCount > 1000 {
            self = isCategorical ? .jensenShannon : .wasserstein
        } else if isCategorical {
            self = distinct > 2 ? .chiSquared : .zTest
        } else {
            self = .kolmogorovSmirnov
        }
    }

    /// A p-value is drift at or below 0.05, a distance at or above 0.1.
    public var threshold: Double { isPValue ? 0.05 : 0.1 }

    public var isPValue: Bool {
        switch self {
        case .kolmogorovSmirnov, .chiSquared, .zTest: true
        case .wasserstein, .jensenShannon: false
        }
    }

    /// Whether a score says that the column has drifted.
    public func isDrift(_ score: Double) -> Bool {
        switch self {
        case .kolmogorovSmirnov: score <= threshold
        case .chiSquared, .zTest: score < threshold
        case .wasserstein, .jensenShannon: score >= threshold
        }
    }

    /// The p-value or the distance of two samples.
    ///
    /// - Parameters:
    ///   - reference: at least one value, sorted, none missing.
    ///   - current: the same.
    public func score(_ reference: [Double], _ current: [Double]) -> Double {
        switch self {
        case .kolmogorovSmirnov: KolmogorovSmirnov.pValue(reference, current)
        case .chiSquared: CategoryCounts(reference, current).chiSquaredPValue
        case .zTest: CategoryCounts(reference, current).zTestPValue
        case .wasserstein: Wasserstein.normed(reference, current)
        case .jensenShannon: Shares(CategoryCounts(reference, current)).jensenShannonDistance
        }
    }
}
