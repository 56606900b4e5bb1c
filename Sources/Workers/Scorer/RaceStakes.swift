import Betting
import Messages
import Racing

/// The stakes on one race, and the commission of each runner's price.
struct RaceStakes {
    let stakes: [Stake]
    let commissions: [Double]

    init(_ message: RaceFeatures, _ prices: RacePrices, isShadow: Bool, policy: StakingPolicy) {
        let runners = message.runners
        commissions = runners.map { policy.source($0.price.source).commission }
        let ages = runners.map { runner in
            runner.hasPrice ? Double(message.request.asOf - runner.price.at) / 1e6 : nil
        }
        let quotes = runners.indices.map { index in
            MarketCheck.Quote(
                back: prices.odds[index],
                lay: runners[index].price.hasLay ? runners[index].price.lay : nil,
                age: ages[index]
            )
        }
        let candidates = runners.indices.map { [commissions] index in
            StakeCandidate(
                probability: prices.pWin[index],
                odds: prices.odds[index],
                priceAge: ages[index],
                volume: runners[index].price.hasVolume ? runners[index].price.volume : nil,
                commission: commissions[index]
            )
        }
        let isPast = runners.contains { $0.price.source == MarketPrice.Source.preplay.rawValue }
        let refusal =
            isPast
            ? "an average before the off is no price to take"
            : Self.refusal(prices, quotes, isShadow: isShadow, policy: policy)
        stakes = policy.stakes(candidates, refusal: refusal)
    }

    /// Why nothing may be staked on the race; `nil` if stakes are allowed.
    private static func refusal(
        _ prices: RacePrices,
        _ quotes: [MarketCheck.Quote],
        isShadow: Bool,
        policy: StakingPolicy
    ) -> String? {
        if isShadow { return "shadow model" }
        // The model alone differs from the market by more than it can know.
        if !prices.isBlended { return "not blended with the market" }
        if !prices.isStakeable { return "the model's weight beside the market is below two standard errors" }
        return MarketCheck.fault(quotes, policy)
    }
}
