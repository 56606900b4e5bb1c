/// How ratings treat dead heats, and runners that were out of the race by a mishap.
enum RatingRules {
    /// Of runners in a dead heat, the first on the card beats the others. A mishap is a defeat. Feature sets 1 and 2.
    case original
    /// Runners in a dead heat share one stage of the order of finish. A runner that fell, was brought down or unseated
    /// its rider may have been winning: such a run moves no rating. Pulling up is a defeat. From feature set 3 on.
    case revised

    func counts(_ result: PastResult) -> Bool { self == .original || !result.isMishap }
}
