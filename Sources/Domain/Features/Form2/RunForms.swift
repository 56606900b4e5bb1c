import Racing

/// The figures of all past runs that feature set 2 reads, before they are put in the order of each horse's runs.
struct RunForms: Sendable {
    let residuals: LengthResiduals
    private let speeds: SpeedRatings
    private let performances: RatingPerformances

    private static let styleStep = 0.4
    private static let performanceStep = 0.35

    init(_ history: RunHistory, _ horses: Entities) {
        let extra = history.extraPounds()
        residuals = LengthResiduals(history, horses, extraPounds: extra)
        speeds = SpeedRatings(history, horses, RunGroups(history.races), extraPounds: extra)
        performances = RatingPerformances(history, extraPounds: extra)
    }

    /// The form of a run.
    ///
    /// - Parameters:
    ///   - previous: the form of the horse's run before it, `days` earlier and won or not; `nil` for its first run.
    func form(
        _ run: Int,
        _ race: RaceFacts,
        _ result: PastResult,
        fieldSize: Int,
        after previous: (form: RunForm, days: Int32, isWin: Bool)?
    ) -> RunForm {
        var form = RunForm()
        form.residual = residuals.values[run]
        form.figure = speeds.figures[run]
        form.speedRating = speeds.ratings[run]
        form.performance = performances.values[run]
        if result.position > 0 { form.share = (Double(result.position) - 1) / Double(max(fieldSize - 1, 1)) }
        form.distanceBand = RunForm.band(furlongs: race.furlongs)
        form.early = result.style.early(fieldSize: fieldSize)
        let last = previous?.form ?? RunForm()
        form.earlyMean = Self.step(last.earlyMean, form.early, Self.styleStep)
        form.gainMean = Self.step(
            last.gainMean,
            result.style.gain(fieldSize: fieldSize, finish: form.share),
            Self.styleStep
        )
        form.middleMean = Self.step(last.middleMean, result.style.middle(fieldSize: fieldSize), Self.styleStep)
        form.performanceMean = Self.step(last.performanceMean, form.performance, Self.performanceStep)
        if let previous {
            form.campaignRun = previous.days <= RunForm.longestBreak ? last.campaignRun + 1 : 1
            form.runsSinceWin = RunForm.runsSinceWin(after: last, isWin: previous.isWin)
        }
        return form
    }

    private static func step(_ mean: Double, _ next: Double, _ step: Double) -> Double {
        var mean = ExponentialMean(step: step, from: mean)
        mean.add(next)
        return mean.value
    }
}

extension RunForm {
    /// Runs since the last win, counted after a run.
    static func runsSinceWin(after run: RunForm, isWin: Bool) -> Int32 {
        if isWin { return 0 }
        return run.runsSinceWin < 0 ? -1 : run.runsSinceWin + 1
    }
}
