extension Feature {
    /// When the horse ran, and how it did in its last runs.
    static let campaign: [Feature] = [
        Feature("campaign_run", .campaign, "runs", "number of the run in a row of runs at most 60 days apart") {
            $0.campaign.run
        } words: {
            "run \($0.whole) of its campaign"
        },
        Feature("runs_30", .campaign, "runs", "runs in 30 days") {
            $0.campaign.runs30
        } words: {
            "ran \($0.whole) times in 30 days"
        },
        Feature("runs_90", .campaign, "runs", "runs in 90 days") {
            $0.campaign.runs90
        } words: {
            "ran \($0.whole) times in 90 days"
        },
        Feature("runs_since_win", .campaign, "runs", "runs since the last win, 0 if it won last time", noun: "a win") {
            $0.campaign.runsSinceWin
        } words: {
            $0.whole == 0 ? "won last time" : "\($0.whole) runs since its last win"
        },
        Feature("last_gap", .campaign, "days", "days between the last two runs", noun: "the last two runs") {
            $0.campaign.lastGap
        } words: {
            "\($0.whole) days between its last two runs"
        },
        Feature("position3", .campaign, "share of field", "position of the third last run") {
            $0.campaign.share3
        } words: {
            "beat \($0.percentBehind) of its field three runs ago"
        },
        Feature("position_best3", .campaign, "share of field", "best position of the last 3 runs") {
            $0.campaign.bestShare3
        } words: {
            "beat \($0.percentBehind) of its field at its best in the last 3 runs"
        },
        Feature("position_sd6", .campaign, "share of field", "standard deviation of the last 6 positions") {
            $0.campaign.shareDeviation6
        } words: {
            "its last 6 positions vary by \($0.percent) of the field"
        },
    ]

    /// Where the horse runs in its races.
    static let pace: [Feature] = [
        Feature("early_last", "early position in the last run", noun: "its last early position") {
            $0.pace.lastEarly
        } words: {
            "raced behind \($0.percent) of the field early last time"
        },
        earlyPosition,
        Feature("late_gain", "late gain in recent runs", noun: "its late gain") {
            $0.pace.gain
        } words: {
            "\($0.isPositive ? "passes" : "loses to") \($0.magnitudePercent) of the field late"
        },
        Feature("middle_position", "position before the finish in recent runs", noun: "its position in running") {
            $0.pace.middle
        } words: {
            "races behind \($0.percent) of the field before the finish"
        },
    ]

    static let earlyPosition = Feature(
        "early_position",
        "early position in recent runs, 0 leading",
        noun: "its early position"
    ) {
        $0.pace.early
    } words: {
        "races behind \($0.percent) of the field early"
    }

    private init(
        _ name: String,
        _ meaning: String,
        noun: String,
        _ value: @escaping @Sendable (borrowing StarterForm) -> Double,
        words: @escaping Words
    ) {
        self.init(
            name,
            .pace,
            "share of field",
            meaning,
            reads: "running positions of the horse's past runs",
            noun: noun,
            form: value,
            words: words
        )
    }
}
