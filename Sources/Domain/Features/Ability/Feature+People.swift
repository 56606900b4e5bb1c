extension Feature {
    static let people: [Feature] = person(Trainer.self) + person(Jockey.self) + together

    private static let together: [Feature] = [
        Feature("pair_runs", .people, "runs", "of this trainer with this jockey", reads: "the pair's past") {
            Float($0.pair.runs)
        } words: {
            "jockey and trainer together \($0.whole) times"
        },
        Feature("pair_win_rate", .people, "rate", "wins of the pair, shrunk by 20 runs", reads: "the pair's past") {
            $0.pair.winRate(shrunkBy: 20)
        } words: {
            "jockey and trainer together win at \($0.percent)"
        },
        Feature(
            "partnership_runs",
            .people,
            "runs",
            "of this jockey on this horse",
            reads: "the jockey's past on the horse"
        ) {
            Float($0.record.withJockey.runs)
        } words: {
            "the jockey has ridden it \($0.whole) times"
        },
        Feature(
            "partnership_place_rate",
            .people,
            "rate",
            "places of the jockey on the horse, shrunk by 5 runs",
            reads: "the jockey's past on the horse"
        ) {
            $0.record.withJockey.placeRate(shrunkBy: 5)
        } words: {
            "places at \($0.percent) with the jockey"
        },
        Feature(
            "sire_share",
            .people,
            "share of field",
            "positions over the middle of the sire's runners in two years, shrunk by 30 runs",
            reads: "the sire's runners' past",
            noun: "the sire"
        ) {
            $0.runner.sire == 0 ? .nan : share($0.sire)
        } words: {
            "the sire's runners finish \($0.shareFromMiddle)"
        },
    ]

    /// A type in place of a closure that captures, so that reading a value counts no references.
    private protocol Person: SendableMetatype {
        static var title: String { get }
        /// What the person's runs are called.
        static var mounts: String { get }
        static func record(_ context: borrowing StarterContext) -> RecordIndex.Windows
    }
    private enum Trainer: Person {
        static let title = "trainer"
        static let mounts = "runners"
        static func record(_ context: borrowing StarterContext) -> RecordIndex.Windows { context.trainer }
    }
    private enum Jockey: Person {
        static let title = "jockey"
        static let mounts = "rides"
        static func record(_ context: borrowing StarterContext) -> RecordIndex.Windows { context.jockey }
    }

    private static func person<P: Person>(_: P.Type) -> [Feature] {
        let who = P.title
        let reads = "the \(who)'s past"
        return [
            Feature("\(who)_win_rate_14", .people, "rate", "\(who)'s wins in 14 days, shrunk by 20 runs", reads: reads)
            {
                P.record($0).days14.tally.winRate(shrunkBy: 20)
            } words: {
                "\(P.title) wins at \($0.percent) in two weeks"
            },
            Feature("\(who)_win_rate_90", .people, "rate", "\(who)'s wins in 90 days, shrunk by 30 runs", reads: reads)
            {
                P.record($0).days90.tally.winRate(shrunkBy: 30)
            } words: {
                "\(P.title) wins at \($0.percent) in three months"
            },
            Feature(
                "\(who)_win_rate_365",
                .people,
                "rate",
                "\(who)'s wins in 365 days, shrunk by 40 runs",
                reads: reads
            ) {
                P.record($0).days365.tally.winRate(shrunkBy: 40)
            } words: {
                "\(P.title) wins at \($0.percent) in a year"
            },
            Feature("\(who)_win_rate", .people, "rate", "\(who)'s career wins, shrunk by 40 runs", reads: reads) {
                P.record($0).career.tally.winRate(shrunkBy: 40)
            } words: {
                "\(P.title) wins at \($0.percent) in all"
            },
            Feature("\(who)_place_rate", .people, "rate", "\(who)'s career places, shrunk by 40 runs", reads: reads) {
                P.record($0).career.tally.placeRate(shrunkBy: 40)
            } words: {
                "\(P.title) places at \($0.percent) in all"
            },
            Feature(
                "\(who)_share_365",
                .people,
                "share of field",
                "\(who)'s positions over the middle in 365 days, shrunk by 30 runs",
                reads: reads
            ) {
                share(P.record($0).days365)
            } words: {
                "\(P.title)'s \(P.mounts) finish \($0.shareFromMiddle) in a year"
            },
            Feature("\(who)_runs_90", .people, "runs", "\(who)'s runs in 90 days", reads: reads) {
                Float(P.record($0).days90.tally.runs)
            } words: {
                "\(P.title) had \($0.whole) \(P.mounts) in three months"
            },
        ]
    }
}

/// 1/2 less the mean share of the field in front, as if 30 more runs at the middle had been seen.
private func share(_ totals: RecordIndex.Totals) -> Float {
    Float(totals.shares) / RecordIndex.Totals.unit / (Float(totals.tally.runs) + 30)
}
