import Foundation
import Racing

/// What feature set 2 reads of one starter beside set 1, in doubles; NaN if unknown.
struct StarterForm {
    let speed: Speed
    let suitability: Suitability
    let connections: Connections.Means
    /// The worth of the starter's stall, lengths at 6 furlongs.
    let drawLengths: Double
    let campaign: Campaign
    let headgear: HeadgearCodes
    let pace: Pace
    let performance: Performance

    /// What all starters of a race share.
    struct Race {
        let facts: RaceFacts
        let meanPounds: Double
        let draw: DrawLengths.Profile
        /// By runner, in the order of the field.
        let connections: [Connections.Means]

        init(_ race: RaceFacts, _ runners: ArraySlice<RunnerFacts>, book: FormBook.Storage, before horizon: CalendarDay)
        {
            facts = race
            var mean = FieldMean()
            for runner in runners { mean.add(Double(runner.pounds)) }
            meanPounds = mean.value
            draw = book.drawLengths.profile(race, before: horizon)
            connections = book.connections.means(runners, race, before: horizon)
        }

        /// The weight carried over the field's mean, pounds; 0 if it is unknown.
        func extraPounds(_ runner: RunnerFacts) -> Double {
            let difference = Double(runner.pounds) - meanPounds
            return difference.isNaN ? 0 : difference
        }
    }

    /// - Parameter row: the runner's place in the field of `race`.
    init(_ race: Race, _ runner: RunnerFacts, row: Int, _ past: HorsePast) {
        speed = Speed(past, extraPounds: race.extraPounds(runner))
        suitability = Suitability(past, race.facts, jockey: runner.jockey)
        connections = race.connections[row]
        drawLengths = race.draw.lengths(draw: runner.draw)
        campaign = Campaign(past, on: race.facts.day)
        headgear = runner.headgear
        pace = Pace(past)
        performance = Performance(past, rating: RatingPerformances.rating(runner))
    }
}

extension StarterForm {
    /// Speed figures, tenths of a second over 6 furlongs.
    struct Speed {
        /// The rating at today's weight.
        let rating: Double
        let last: Double
        let best4: Double
        let mean4: Double

        init(_ past: HorsePast, extraPounds: Double) {
            rating = (past.form(1)?.speedRating ?? .nan) - SpeedRatings.perPound * extraPounds
            last = past.form(1)?.figure ?? .nan
            var best = Double.nan
            var mean = FieldMean()
            past.newestForms(4) {
                if !(best >= $0.figure), !$0.figure.isNaN { best = $0.figure }
                mean.add($0.figure)
            }
            best4 = best
            mean4 = mean.value
        }
    }

    /// Performances less today's official rating, pounds.
    struct Performance {
        let last: Double
        let mean: Double
        let best3: Double
        let best6: Double
        let mean6: Double

        init(_ past: HorsePast, rating: Double) {
            var bests = (three: Double.nan, six: Double.nan)
            var mean = FieldMean()
            var age = 0
            past.newestForms(6) {
                age += 1
                let performance = $0.performance
                guard !performance.isNaN else { return }
                if !(bests.six >= performance) { bests.six = performance }
                if age <= 3, !(bests.three >= performance) { bests.three = performance }
                mean.add(performance)
            }
            last = (past.form(1)?.performance ?? .nan) - rating
            self.mean = (past.form(1)?.performanceMean ?? .nan) - rating
            best3 = bests.three - rating
            best6 = bests.six - rating
            mean6 = mean.value - rating
        }
    }

    /// The horse's mean residual under the conditions of the race, shrunk towards 0; 0 if it is unknown.
    struct Suitability {
        private struct Sum {
            var total = 0.0
            var count = 0.0

            /// The weight of the prior mean, 0, in runs.
            static let shrinkage = 3.0
            var mean: Double { total / (count + Self.shrinkage) }
            mutating func add(_ residual: Double) {
                total += residual
                count += 1
            }
        }

        let surface: Double
        let distance: Double
        let course: Double
        let courseAndDistance: Double
        let jockey: Double

        init(_ past: HorsePast, _ race: RaceFacts, jockey rider: Int64) {
            var surface = Sum()
            var distance = Sum()
            var course = Sum()
            var track = Sum()
            var jockey = Sum()
            let band = RunForm.band(furlongs: race.furlongs)
            past.forms { run, form in
                guard !form.residual.isNaN else { return }
                if run.surface == race.surface { surface.add(form.residual) }
                if form.distanceBand == band { distance.add(form.residual) }
                if run.course == race.course {
                    course.add(form.residual)
                    if run.surface == race.surface, form.distanceBand == band { track.add(form.residual) }
                }
                if run.jockey == rider { jockey.add(form.residual) }
            }
            self.surface = surface.mean
            self.distance = distance.mean
            self.course = course.mean
            courseAndDistance = track.mean
            self.jockey = jockey.mean
        }
    }

    /// When the horse ran, and how it did in its last runs.
    struct Campaign {
        /// The number of today's run in a row of runs at most 60 days apart.
        var run = 1.0
        let runs30: Double
        let runs90: Double
        /// 0 if it won last time; NaN if it never won.
        var runsSinceWin = Double.nan
        /// Days between the last two runs.
        var lastGap = Double.nan
        /// Positions as a share of the field: of the third last run, the lowest of the last 3, and their population
        /// standard deviation over the last 6.
        let share3: Double
        let bestShare3: Double
        let shareDeviation6: Double

        init(_ past: HorsePast, on day: CalendarDay) {
            runs30 = Double(past.runs(inLast: 30, before: day.number))
            runs90 = Double(past.runs(inLast: 90, before: day.number))
            share3 = past.form(3)?.share ?? .nan
            var best = Double.nan
            var mean = FieldMean()
            var age = 0
            past.newestForms(6) {
                age += 1
                if age <= 3, !(best <= $0.share) { best = $0.share }
                mean.add($0.share)
            }
            bestShare3 = best
            var squares = FieldMean()
            past.newestForms(6) { squares.add(($0.share - mean.value) * ($0.share - mean.value)) }
            shareDeviation6 = squares.value.squareRoot()
            guard let last = past.form(1), let lastRun = past.run(1) else { return }
            if day.number - lastRun.day <= RunForm.longestBreak { run = Double(last.campaignRun) + 1 }
            let since = RunForm.runsSinceWin(after: last, isWin: lastRun.isWin)
            runsSinceWin = since < 0 ? .nan : Double(since)
            if let before = past.run(2) { lastGap = Double(lastRun.day - before.day) }
        }
    }

    /// Where the horse ran in its past races, as shares of the field.
    struct Pace {
        let lastEarly: Double
        let early: Double
        let gain: Double
        let middle: Double

        init(_ past: HorsePast) {
            let last = past.form(1)
            lastEarly = last?.early ?? .nan
            early = last?.earlyMean ?? .nan
            gain = last?.gainMean ?? .nan
            middle = last?.middleMean ?? .nan
        }
    }
}
