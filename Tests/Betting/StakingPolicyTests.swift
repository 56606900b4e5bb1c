import Betting
import Randomness
import Seeded
import Testing

@Suite struct StakingPolicyTests {
    private func candidate(_ p: Double, _ odds: Double?, age: Double? = 10, volume: Double? = 5000) -> StakeCandidate {
        StakeCandidate(probability: p, odds: odds, priceAge: age, volume: volume)
    }

    @Test func `stakes a quarter of Kelly by default`() {
        // Only the first runner has p o > 1: R = 0.48 / 0.5, f = 0.52 - 0.96 / 2 = 0.04.
        let stakes = StakingPolicy().stakes([candidate(0.52, 2), candidate(0.48, 1.95)])
        #expect(abs(stakes[0].kellyFraction - 0.04) < 1e-12)
        #expect(abs(stakes[0].units - 0.04 * 0.25 * 100) < 1e-12)
        #expect(stakes[0].gates.isEmpty)
        #expect(stakes[1].units == 0 && stakes[1].kellyFraction == 0)
    }

    @Test func `caps the stake per bet and names the cap`() {
        let policy = StakingPolicy()
        let stake = policy.stakes([candidate(0.6, 2), candidate(0.4, 1.95)])[0]
        #expect(abs(stake.kellyFraction - 0.2) < 1e-12)
        #expect(abs(stake.units - policy.maximumPerBet * policy.bankrollUnits) < 1e-12)
        #expect(stake.gates.count == 1)
    }

    @Test func `caps the stakes per race and names the cap`() {
        let policy = StakingPolicy()
        let stakes = policy.stakes([candidate(0.3, 4), candidate(0.3, 4), candidate(0.3, 4), candidate(0.1, 3)])
        #expect(abs(stakes.reduce(0) { $0 + $1.units } - policy.maximumPerRace * policy.bankrollUnits) < 1e-12)
        for stake in stakes.dropLast() {
            #expect(abs(stake.kellyFraction - 0.2) < 1e-12)
            #expect(stake.gates.count == 2, "capped per bet and per race: \(stake.gates)")
        }
        #expect(stakes[3].units == 0)
    }

    /// The stake of the first of two runners; only the first has an edge.
    private func firstStake(
        _ policy: StakingPolicy = StakingPolicy(),
        age: Double? = 10,
        volume: Double? = 5000
    ) -> Stake {
        policy.stakes([candidate(0.54, 2, age: age, volume: volume), candidate(0.46, 1.95)])[0]
    }

    @Test func `applies the minimum edge and profit of the odds band`() {
        var policy = StakingPolicy()
        policy.bands = [StakingPolicy.Band(oddsBelow: 3, minimumEdge: 0.01), StakingPolicy.Band(minimumEdge: 0.2)]
        #expect(firstStake(policy).units > 0, "odds of 2.0 are in the band with a minimum edge of 0.01")
        policy.bands = [StakingPolicy.Band(oddsBelow: 1.99, minimumEdge: 0.01), StakingPolicy.Band(minimumEdge: 0.2)]
        #expect(firstStake(policy).gates == ["edge under 0.2"])
        policy.bands = [StakingPolicy.Band(minimumEdge: 0.01, minimumEV: 0.5)]
        #expect(firstStake(policy).units == 0 && firstStake(policy).gates == ["expected profit under 0.5 units"])
    }

    @Test func `bets only the best runners of a race`() {
        var policy = StakingPolicy()
        policy.maximumBetsPerRace = 2
        policy.maximumPerBet = 0.04
        let stakes = policy.stakes([candidate(0.3, 4), candidate(0.3, 4.2), candidate(0.3, 3.9), candidate(0.1, 3)])
        #expect(stakes.map { $0.units > 0 } == [true, true, false, false])
        #expect(stakes[2].gates == ["no more than 2 bets a race"] && stakes[2].kellyFraction > 0)
        // A runner without a bet must not hedge: the others are staked as if it had no price.
        let alone = policy.stakes([candidate(0.3, 4), candidate(0.3, 4.2), candidate(0.3, nil), candidate(0.1, 3)])
        #expect(stakes[0].units == alone[0].units && stakes[1].units == alone[1].units)
    }

    @Test func `deducts the commission of the source`() {
        let policy = StakingPolicy()
        func fraction(commission: Double) -> Double {
            policy.stakes([
                StakeCandidate(probability: 0.54, odds: 2, priceAge: 1, volume: nil, commission: commission),
                candidate(0.46, 1.95),
            ])[0].kellyFraction
        }
        let net = Kelly.race(probabilities: [0.54, 0.46], odds: [1.95, 1.95]).fractions[0]
        #expect(abs(fraction(commission: 0.05) - net) < 1e-12)
        #expect(fraction(commission: 0.05) < fraction(commission: 0))
    }

    @Test func `each gate stops the stake and is named`() {
        #expect(firstStake().units > 0)
        var highEdge = StakingPolicy()
        highEdge.bands = [StakingPolicy.Band(minimumEdge: 0.09)]
        var longOdds = StakingPolicy()
        longOdds.minimumOdds = 2.1
        var shortOdds = StakingPolicy()
        shortOdds.maximumOdds = 1.9
        let stopped = [
            firstStake(highEdge), firstStake(longOdds), firstStake(shortOdds), firstStake(age: 3600),
            firstStake(volume: 5),
        ]
        for stake in stopped {
            #expect(stake.units == 0)
            #expect(stake.gates.count == 1, "\(stake.gates)")
            #expect(stake.kellyFraction > 0, "the Kelly fraction is kept")
        }
        #expect(Set(stopped.map(\.gates)).count == 5, "each gate has its own name: \(stopped.flatMap(\.gates))")
    }

    @Test func `a runner is illiquid if too little has traded`() {
        #expect(!firstStake(volume: 5).isLiquid)
        #expect(firstStake(volume: 5000).isLiquid)
        let thin = StakingPolicy().stakes([candidate(0.3, 3, volume: 5), candidate(0.7, 1.3)])[0]
        #expect(!thin.isLiquid, "even without a stake")
    }

    @Test func `stakes nothing on a runner without a price`() {
        let stakes = StakingPolicy().stakes([candidate(0.5, nil), candidate(0.5, 2.2)])
        #expect(stakes[0].units == 0 && stakes[0].kellyFraction == 0)
        #expect(stakes[1].units > 0)
    }

    @Test func `stakes nothing on a book under 100 % and names the gate`() {
        for stake in StakingPolicy().stakes([candidate(0.5, 2.1), candidate(0.5, 2.1)]) {
            #expect(stake.units == 0)
            #expect(!stake.gates.isEmpty)
        }
    }

    /// A hedge that is not bet must not raise the stake. Only the first runner has an edge, so its stake is that of a
    /// single bet, (0.40 x 3 - 1)/2 = 0.1, while Kelly over the whole field gives 0.131.
    @Test func `a runner that is not bet does not hedge`() {
        var policy = StakingPolicy()
        policy.maximumPerBet = 1
        policy.maximumPerRace = 1
        let stakes = policy.stakes([candidate(0.4, 3), candidate(0.25, 3.8), candidate(0.2, 4.6), candidate(0.15, 5)])
        #expect(abs(stakes[0].units - 0.1 * 0.25 * 100) < 1e-9)
        #expect(stakes[0].kellyFraction > 0.13 && stakes[0].gates.count == 1)
        for stake in stakes.dropFirst() { #expect(stake.units == 0) }
        // With the second runner illiquid, the first is a single bet again: (0.4 x 2.8 - 1)/1.8.
        let illiquid = policy.stakes([candidate(0.4, 2.8), candidate(0.3, 3.8, volume: 1), candidate(0.3, 2.6)])
        #expect(abs(illiquid[0].units - 0.12 / 1.8 * 25) < 1e-9)
    }

    @Test func `stakes nothing on a refused race and names the refusal`() {
        let runners = [candidate(0.6, 2), candidate(0.4, 1.95)]
        #expect(StakingPolicy().stakes(runners)[0].units > 0)
        let refused = StakingPolicy().stakes(runners, refusal: "not blended")
        #expect(
            refused.allSatisfy { $0.units == 0 } && refused[0].gates == ["not blended"] && refused[0].kellyFraction > 0
        )
    }

    @Test func `stakes stay within Kelly and the caps and name each reduction`() {
        let policy = StakingPolicy()
        var staked = 0
        for seed in UInt64(1)...500 {
            var random = SplitMix64(seed: seed)
            let p = random.probabilities(2 + random.below(14))
            let field = p.map { p in
                candidate(
                    p,
                    random.below(15) == 0 ? nil : max(1.01, 1 / (p * (0.75 + 0.5 * random.uniform()))),
                    age: 3000 * random.uniform(),
                    volume: random.below(4) == 0 ? nil : 1000 * random.uniform()
                )
            }
            let stakes = policy.stakes(field)
            #expect(stakes.count == field.count)
            #expect(
                stakes.reduce(0) { $0 + $1.units } <= policy.maximumPerRace * policy.bankrollUnits + 1e-9,
                "seed \(seed)"
            )
            for (stake, runner) in zip(stakes, field) {
                let full = stake.kellyFraction * policy.kellyFraction * policy.bankrollUnits
                #expect(stake.units >= 0 && stake.units <= full + 1e-12, "seed \(seed)")
                #expect(stake.units <= policy.maximumPerBet * policy.bankrollUnits + 1e-12, "seed \(seed)")
                #expect(stake.units > full - 1e-9 || !stake.gates.isEmpty, "seed \(seed): lowered without a gate")
                if stake.units > 0 {
                    staked += 1
                    #expect(
                        runner.odds != nil && stake.isLiquid && (runner.priceAge ?? 0) <= policy.maximumPriceAge,
                        "seed \(seed)"
                    )
                    #expect(
                        Edge.win(probability: runner.probability, odds: runner.odds ?? 0)
                            >= policy.band(odds: runner.odds ?? 0).minimumEdge,
                        "seed \(seed)"
                    )
                }
            }
        }
        #expect(staked > 50)
    }
}
