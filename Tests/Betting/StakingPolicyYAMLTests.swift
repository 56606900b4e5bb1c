import Betting
import Foundation
import Testing

@Suite struct StakingPolicyYAMLTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../config/staking.yaml"
    )
    .standardizedFileURL.path

    private func read(_ change: (String) -> String) throws -> String {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let changed = change(text)
        #expect(changed != text, "the replacement changes nothing")
        let file = NSTemporaryDirectory() + "policy-\(UUID().uuidString).yaml"
        try Data(changed.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        do {
            _ = try StakingPolicy(file: file)
            return "accepted"
        } catch {
            let message = "\(error)"
            #expect(message.contains(file), "the message names the file: \(message)")
            return message
        }
    }

    @Test func `reads the policy of the project`() throws {
        let policy = try StakingPolicy(file: Self.path)
        #expect(policy.kellyFraction == 0.25 && policy.maximumPerDay == 0.2 && policy.bands.count == 3)
        #expect(policy.source("live") == StakingPolicy.Source(kind: .exchange, commission: 0.02))
        #expect(policy.source("a shop") == StakingPolicy.Source(kind: .bookmaker, commission: 0))
        #expect(
            policy.band(odds: 9.9).minimumEdge == 0.03 && policy.band(odds: 10).minimumEdge == 0.05
                && policy.band(odds: 30).minimumEdge == 0.08
        )
    }

    @Test(arguments: [
        ("kelly_fraction: 0.25", "kelly_fraction: 1.5", "kelly_fraction is 1.5"),
        ("kelly_fraction: 0.25", "kelly_fraction: lots", "kelly_fraction"),
        ("bankroll_units: 100", "bankrol_units: 100", "bankroll_units is missing"),
        ("  bet: 0.02", "  bet: 0.5", "caps.bet is 0.5, must be at most caps.race"),
        ("  day: 0.20", "  day: 0.20\n  week: 1", "unknown key \"caps.week\""),
        ("  day: 0.20", "  daily: 0.20", "caps.day is missing"),
        ("odds_below: 20", "odds_below: 5", "odds_below must rise"),
        ("commission: 0.02 }", "commission: 2 }", "commission is 2.0"),
        ("kind: bookmaker", "kind: shop", "exchange or bookmaker"),
        ("  default:", "  others:", "sources.default is missing"),
        ("maximum_book: 1.8", "maximum_book: .nan", "market.maximum_book is nan"),
        ("caps:", "caps", "policy-"),
    ])
    func `names the key of an invalid value`(_ old: String, _ new: String, _ words: String) throws {
        let message = try read { $0.replacingOccurrences(of: old, with: new) }
        #expect(message != "accepted" && message.contains(words), "\(message)")
    }

    @Test func `throws if the file is missing`() {
        #expect(throws: BettingError.self) { try StakingPolicy(file: "/nowhere/staking.yaml") }
    }
}
