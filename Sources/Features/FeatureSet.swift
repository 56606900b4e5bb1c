import Crypto
import Foundation

/// An ordered list of features under a version; messages, data sets and model bundles carry version and hash.
public struct FeatureSet: Sendable {
    public let version: Int
    public let features: [Feature]
    /// The first 16 hexadecimal digits of the SHA-256 of the ordered names.
    public let hash: String
    let columns: [String: Int]

    init(version: Int, _ features: [Feature]) {
        self.version = version
        self.features = features
        let digest = SHA256.hash(data: Data(features.map(\.name).joined(separator: "\n").utf8))
        hash = digest.map { String(format: "%02x", $0) }.joined().prefix(16).description
        columns = Dictionary(features.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public var names: [String] { features.map(\.name) }
    public func column(_ name: String) -> Int? { columns[name] }

    /// The sets that builders keep, by version; a model names one of them.
    public static let all: [Int: FeatureSet] = [1: .ability1]

    /// Version 1.
    public static let ability1: FeatureSet = {
        let base = Feature.race + Feature.card + Feature.form + Feature.record + Feature.speed + Feature.rating + Feature.people + Feature.draw
        let compared = base.filter { Feature.comparedWithinRace.contains($0.name) }
        return FeatureSet(version: 1, base + compared.flatMap { feature in Feature.Comparison.allCases.map { Feature($0, of: feature) } })
    }()
}
