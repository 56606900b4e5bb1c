import Betting
import Expectations
import Foundation
import ModelArtifacts
import Modeling
import ModelingStore
import Operations

/// Any bytes as a suite of expectations. An accepted suite is encoded again, and checks tables of odd values.
@Sendable func fuzzExpectations(_ input: [UInt8]) {
    withFiles(["suite.json": input]) { folder in
        guard let suite = try? ExpectationSuite(file: folder + "/suite.json") else { return }
        let data = require("encoding") { try JSONEncoder().encode(suite) }
        let again = require("decoding") { try JSONDecoder().decode(ExpectationSuite.self, from: data) }
        require(again == suite, "an encoded suite decodes to another suite")
        for rows in [0, 4] {
            let report = suite.check(rows: rows) { name in
                switch name.utf8.count % 3 {
                case 0: .numbers(Array([1e300, .nan, -.infinity, 0.5].prefix(rows)))
                case 1: .texts(Array(["a", nil, name, ""].prefix(rows)))
                default: nil
                }
            }
            require(report.results.count == suite.expectations.count, "\(report.results.count) results")
            for result in report.results { keep(result.description) }
        }
    }
}

/// Any bytes as a staking policy. An accepted policy stakes a race of odd runners within its caps.
@Sendable func fuzzStakingPolicy(_ input: [UInt8]) {
    withFiles(["staking.yaml": input]) { folder in
        guard let policy = try? StakingPolicy(file: folder + "/staking.yaml") else { return }
        let runners = [(0.5, 2.5), (0.3, 1e300), (0.1, 1.0000001), (0, nil), (0.1, 11)].map { probability, odds in
            StakeCandidate(
                probability: probability,
                odds: odds,
                priceAge: 30,
                volume: odds == 11 ? nil : 200,
                commission: policy.source("live").commission
            )
        }
        let stakes = policy.stakes(runners)
        let total = stakes.reduce(0) { $0 + $1.units }
        require(stakes.allSatisfy { $0.units >= 0 && $0.units.isFinite }, "\(stakes)")
        require(total <= policy.maximumPerRace * policy.bankrollUnits * (1 + 1e-9), "a stake of \(total) on a race")
        require(policy.bands.allSatisfy { $0.oddsBelow?.isFinite != false }, "\(policy.bands)")
        let quote = MarketCheck.Quote(back: 2, lay: 2.02, age: 60)
        keep(MarketCheck.fault([quote, quote], policy))
    }
}

/// Any bytes as a topic's file.
@Sendable func fuzzTopicPlan(_ input: [UInt8]) {
    withFiles(["topic.yaml": input]) { folder in
        _ = try? TopicPlan(folder: folder, prefix: "fuzz.", partitionLimit: 3, replicas: 3)
    }
}

/// Any bytes as a model bundle: as registered bytes, and as a file with its checksum.
@Sendable func fuzzModelBundle(_ input: [UInt8]) {
    let bundle: ModelBundle
    do throws(ModelingError) { bundle = try ModelBundle(bytes: input) } catch { return }
    let bytes = require("encoding") { try bundle.bytes() }
    let digest = ModelBundle.sha256(bytes)
    let again = require("decoding") { try ModelBundle(bytes: bytes, sha256: digest) }
    require(require("encoding again") { try again.bytes() } == bytes, "a decoded bundle encodes to other bytes")
    use(bundle)
    let file = Array((digest + "\n").utf8)
    withFiles(["a-1.json": bytes, "a-1.json.sha256": file, "b-1.json": input, "b-1.json.sha256": file]) { folder in
        _ = require("a bundle's file") { try BundleFile.read(folder, name: "a", version: "1") }
        let isCanonical = input == bytes
        let other = try? BundleFile.read(folder, name: "b", version: "1")
        require(other == nil || isCanonical, "a wrong checksum passes")
    }
}

/// What scoring and reports compute from a bundle.
private func use(_ bundle: ModelBundle) {
    for value in [-1, 0, 0.3, 1, 1e300] {
        let calibrated = bundle.calibration(value)
        require((0...1).contains(calibrated), "\(value) is calibrated to \(calibrated)")
    }
    for lead in [-100, 0, 600, 1e9] {
        guard let blend = bundle.blend(lead: lead) else { continue }
        let market = [0.3, 0.3, 0.4]
        let blended = blend(model: [0.2, 0.3, 0.5], market: market)
        require(blended.allSatisfy { (0...1).contains($0) }, "a blend gives \(blended)")
        let alone = blend.recalibrated(market: market) ?? market
        require(alone.allSatisfy { (0...1).contains($0) }, "the market recalibrated gives \(alone)")
    }
    let win = [0.1, 0.2, 0.3, 0.2, 0.2]
    for places in 2...4 {
        let place = try? bundle.placeProbabilities(win: win, places: places)
        require(place?.allSatisfy { $0.isFinite } != false, "place probabilities of \(place ?? [])")
    }
    keep(bundle.refit)
    keep("\(bundle.trainedFrom) to \(bundle.trainedThrough), \(bundle.trainedThrough.advanced(by: 1))")
}
