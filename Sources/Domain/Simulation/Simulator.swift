import Foundation
import Racing
import Randomness

/// Simulates a racing world with known true probabilities. Equal settings give equal races.
public struct Simulator {
    private struct Horse {
        var ability: Double
        var bestDistance: Double
        var trainer: Int
        /// The season of birth; seasons count from 0.
        var born: Int
        /// The day number of the last run.
        var lastRun: Int32 = -1000
        var runs = 0
    }

    private struct Course {
        let name: String
        /// Seconds per furlong on good going over five furlongs.
        let pace: Double
        /// The draw bias in units of ability. Positive values favour low draws.
        let drawBias: Double
        let surface: String
    }

    private struct Meeting {
        /// The index of the meeting within its day.
        let index: Int
        let day: CalendarDay
        let season: Int
        let course: Course
        let going: String
    }

    private struct Conditions {
        let distance: (furlongs: Double, metres: Int)
        let isHandicap: Bool
        let raceClass: Int
        let maximumRunners: Int

        /// The typical ability of a runner in the class.
        var level: Double { Double(4 - raceClass) * 0.5 }
    }

    /// The declared runners of a race. All arrays have one element per runner.
    private struct Field {
        let horses: [Int]
        let ratings: [Int]
        let pounds: [Int]
        let jockeys: [Int]
        let draws: [Int]
        let ages: [Int]
        let isHeadgearFirst: [Bool]
        let isWithdrawn: [Bool]

        var indices: Range<Int> { horses.indices }
    }

    private struct Outcome {
        /// The true win probability of each runner.
        let truth: [Double]
        let performances: [Double]
        /// The runners with a position, by descending performance.
        let finishers: [Int]
        /// Whether the first two finishers share the win.
        let isDeadHeat: Bool
    }

    /// All values are `nil` for a runner without a position.
    private struct RunnerResult {
        var position: Int?
        var beatenLengths: Double?
        var seconds: Double?
    }

    private static let distances: [(furlongs: Double, metres: Int)] = [
        (5, 1006), (6, 1207), (7, 1408), (8, 1609), (10, 2012), (12, 2414),
    ]
    private static let goings = ["Good To Firm", "Good", "Good", "Good To Soft", "Soft", "Heavy"]
    /// The effect of the going in seconds per furlong.
    private static let slowness: [String: Double] = [
        "Good To Firm": -0.1, "Good To Soft": 0.25, "Soft": 0.5, "Heavy": 0.8,
    ]
    private static let namedCourses = [
        Course(name: "Simford", pace: 11.9, drawBias: 0.35, surface: "Turf"),
        Course(name: "Modelbury", pace: 12.1, drawBias: 0, surface: "Turf"),
        Course(name: "Seed Park", pace: 11.7, drawBias: -0.25, surface: "AWT"),
        Course(name: "Randwater", pace: 12.3, drawBias: 0.1, surface: "Turf"),
    ]

    /// The standard deviation of the effect of a trainer or jockey, in units of ability.
    private static let personSD = 0.25
    /// The autocorrelation of that effect from one racing day to the next.
    private static let personMemory = 0.998

    private let settings: SimulationSettings
    private var random: SplitMix64
    /// Draws the courses and the daily form of trainers and jockeys.
    private var formRandom: SplitMix64
    private var horses: [Horse] = []
    private var trainers: [Double] = []
    private var jockeys: [Double] = []
    private let courses: [Course]
    private let firstDay: CalendarDay
    /// The next racing day.
    private var day: CalendarDay

    public init(_ settings: SimulationSettings = SimulationSettings()) {
        self.settings = settings
        random = SplitMix64(seed: settings.seed)
        formRandom = SplitMix64(seed: settings.seed ^ 0x7469_6465)
        firstDay = settings.end.advanced(by: -365 * settings.seasons)
        day = firstDay
        trainers = (0..<settings.trainers).map { _ in 0 }
        jockeys = (0..<settings.jockeys).map { _ in 0 }
        let named = Self.namedCourses
        var others: [Course] = []
        for number in named.count..<max(named.count, settings.courses) {
            let surface = number % 6 == 0 ? "AWT" : "Turf"
            others.append(
                Course(
                    name: "Sim Course \(number + 1)",
                    pace: 12 + 0.2 * formRandom.normal(),
                    drawBias: 0.2 * formRandom.normal(),
                    surface: surface
                )
            )
        }
        courses = Array(named.prefix(settings.courses)) + others
        for index in trainers.indices { trainers[index] = random.normal() * Self.personSD }
        for index in jockeys.indices { jockeys[index] = random.normal() * Self.personSD }
        for _ in 0..<settings.horses { horses.append(newHorse(born: random.below(4) - 4)) }
    }

    private mutating func newHorse(born: Int) -> Horse {
        Horse(
            ability: random.normal() * 0.8,
            bestDistance: 5 + 7 * random.uniform(),
            trainer: random.below(trainers.count),
            born: born
        )
    }

    /// Runs the world to its end and calls `body` once per race, in order.
    public mutating func run(_ body: (SimulatedRace) throws -> Void) rethrows { while try advance(days: 365, body) {} }

    /// Runs the next `days` days and calls `body` once per race, in order.
    ///
    /// - Returns: `false` once the world has ended.
    public mutating func advance(days: Int, _ body: (SimulatedRace) throws -> Void) rethrows -> Bool {
        let until = min(day.advanced(by: days), settings.end)
        while day < until {
            let season = Int(day.days(since: firstDay)) / 365
            passDay(season: season)
            for meeting in 0..<settings.meetingsPerDay { try runMeeting(meeting, season: season, body) }
            day = day.advanced(by: settings.daysBetween)
        }
        return day < settings.end
    }

    /// Advances abilities and form by a day and replaces retired horses.
    private mutating func passDay(season: Int) {
        for index in horses.indices {
            horses[index].ability = horses[index].ability * 0.998 + random.normal() * 0.04
            if horses[index].runs > 45 || random.uniform() < 0.0008 { horses[index] = newHorse(born: season - 2) }
        }
        let step = Self.personSD * (1 - Self.personMemory * Self.personMemory).squareRoot()
        for index in trainers.indices {
            trainers[index] = trainers[index] * Self.personMemory + step * formRandom.normal()
        }
        for index in jockeys.indices {
            jockeys[index] = jockeys[index] * Self.personMemory + step * formRandom.normal()
        }
    }

    private mutating func runMeeting(
        _ index: Int,
        season: Int,
        _ body: (SimulatedRace) throws -> Void
    ) rethrows {
        let course = courses[random.below(courses.count)]
        let going = course.surface == "AWT" ? "Standard" : Self.goings[random.below(Self.goings.count)]
        let meeting = Meeting(index: index, day: day, season: season, course: course, going: going)
        for number in 1...settings.racesPerMeeting { try body(runRace(number, of: meeting)) }
    }

    // The order of the draws determines the world: changing it changes every race of every seed.
    private mutating func runRace(_ number: Int, of meeting: Meeting) -> SimulatedRace {
        let conditions = drawConditions()
        let field = drawField(conditions, meeting)
        let outcome = drawOutcome(strengths(of: field, conditions, at: meeting.course), field)
        let off =
            WallTime(seconds: 13 * 3600 + 30 * 60 + (number - 1) * 1800 + meeting.index * 420)
            ?? WallTime(hour: 13, minute: 30)!
        let market = SimulatedMarket(
            truth: outcome.truth,
            off: off.instant(on: meeting.day, in: TimeZone(identifier: "Europe/London") ?? .gmt),
            hasPath: settings.end.days(since: meeting.day) <= settings.pricedDays,
            settings: settings,
            random: &random
        )
        let winningTime = drawWinningTime(conditions, meeting)
        let date = meeting.day.components
        let raceID =
            Int64(date.year * 10_000 + date.month * 100 + date.day) * 1000
            + Int64(900 + meeting.index * 20 + number)
        let results = runnerResults(outcome, winningTime: winningTime, furlongs: conditions.distance.furlongs)
        let runners = field.indices.map { runner($0, of: field, raceID: raceID, results[$0], outcome, market) }
        recordRuns(of: field, on: meeting.day)
        return SimulatedRace(
            raceID: raceID,
            day: meeting.day,
            number: number,
            course: meeting.course.name,
            off: off,
            raceClass: "Class \(conditions.raceClass)",
            isHandicap: conditions.isHandicap,
            furlongs: conditions.distance.furlongs,
            metres: conditions.distance.metres,
            going: meeting.going,
            surface: meeting.course.surface,
            runners: runners
        )
    }

    private mutating func drawConditions() -> Conditions {
        let distance = Self.distances[random.below(Self.distances.count)]
        let isHandicap = random.uniform() < 0.7
        let raceClass = 2 + random.below(4)
        let maximumRunners = 6 + random.below(9)
        return Conditions(
            distance: distance,
            isHandicap: isHandicap,
            raceClass: raceClass,
            maximumRunners: maximumRunners
        )
    }

    private mutating func drawField(_ conditions: Conditions, _ meeting: Meeting) -> Field {
        let entries = drawHorses(conditions, on: meeting.day)
        let ratings = entries.map { Int((60 + 12 * horses[$0].ability + 3 * random.normal()).rounded()) }
        let topRating = ratings.max() ?? 60
        let pounds = ratings.map { conditions.isHandicap ? max(112, 140 - (topRating - $0)) : 126 }
        let riders = entries.map { _ in random.below(jockeys.count) }
        var draws = Array(1...max(entries.count, 1))
        draws.shuffle(using: &random)
        let ages = entries.map { max(2, min(10, meeting.season - horses[$0].born + 2)) }
        let isHeadgearFirst = entries.map { _ in random.uniform() < 0.05 }
        let isWithdrawn = entries.map { _ in random.uniform() < 0.02 }
        return Field(
            horses: entries,
            ratings: ratings,
            pounds: pounds,
            jockeys: riders,
            draws: draws,
            ages: ages,
            isHeadgearFirst: isHeadgearFirst,
            isWithdrawn: isWithdrawn
        )
    }

    /// Draws rested horses near the level of the class. The tolerance widens with each try.
    private mutating func drawHorses(_ conditions: Conditions, on day: CalendarDay) -> [Int] {
        var entries: [Int] = []
        var tries = 0
        while entries.count < conditions.maximumRunners, tries < 4000 {
            tries += 1
            let horse = random.below(horses.count)
            guard !entries.contains(horse), day.number - horses[horse].lastRun >= 9 else { continue }
            guard abs(horses[horse].ability - conditions.level) < 0.6 + Double(tries) / 1000 else { continue }
            entries.append(horse)
        }
        return entries
    }

    /// Returns the expected performance of each runner.
    private func strengths(of field: Field, _ conditions: Conditions, at course: Course) -> [Double] {
        let furlongs = conditions.distance.furlongs
        return field.indices.map { i -> Double in
            let horse = horses[field.horses[i]]
            let relativeDraw = Double(field.draws[i] - 1) / Double(max(field.horses.count - 1, 1)) - 0.5
            let ability = horse.ability + trainers[horse.trainer] + jockeys[field.jockeys[i]]
            let drawEffect = course.drawBias * relativeDraw * (furlongs <= 7 ? 2 : 0.5)
            let distanceEffect = 0.12 * abs(horse.bestDistance - furlongs)
            let weightEffect = 0.045 * Double(field.pounds[i] - 126)
            return ability - drawEffect - distanceEffect - weightEffect + (field.isHeadgearFirst[i] ? 0.1 : 0)
        }
    }

    private mutating func drawOutcome(_ strengths: [Double], _ field: Field) -> Outcome {
        // With Gumbel noise, the win probabilities are exactly the softmax of the strengths over the scale.
        let scale = 0.55
        let powers = field.indices.map { field.isWithdrawn[$0] ? 0 : exp(strengths[$0] / scale) }
        let total = powers.reduce(0, +)
        let truth = powers.map { $0 / total }
        let performances = field.indices.map { strengths[$0] + scale * random.gumbel() }
        let isPulledUp = field.indices.map { !field.isWithdrawn[$0] && random.uniform() < 0.012 }
        var finishers = field.indices.filter { !field.isWithdrawn[$0] && !isPulledUp[$0] }.sorted {
            performances[$0] > performances[$1]
        }
        // A race needs a winner even if all starters were pulled up.
        if finishers.isEmpty, let first = field.indices.first(where: { !field.isWithdrawn[$0] }) { finishers = [first] }
        let isDeadHeat = finishers.count > 1 && random.uniform() < 0.004
        return Outcome(truth: truth, performances: performances, finishers: finishers, isDeadHeat: isDeadHeat)
    }

    /// Draws the winning time, in seconds.
    private mutating func drawWinningTime(_ conditions: Conditions, _ meeting: Meeting) -> Double {
        let furlongs = conditions.distance.furlongs
        let stamina = 0.12 * log(furlongs / 5)
        let luck = 0.04 * random.normal() - 0.08 * conditions.level
        let pace = meeting.course.pace + (Self.slowness[meeting.going] ?? 0) + stamina + luck
        return furlongs * pace
    }

    private func runnerResults(_ outcome: Outcome, winningTime: Double, furlongs: Double) -> [RunnerResult] {
        var results = [RunnerResult](repeating: RunnerResult(), count: outcome.performances.count)
        guard let winner = outcome.finishers.first else { return results }
        let best = outcome.performances[winner]
        for (rank, runner) in outcome.finishers.enumerated() {
            let isTied = outcome.isDeadHeat && rank == 1
            let beaten = isTied ? 0 : min(40, (best - outcome.performances[runner]) * 4 * furlongs / 8)
            results[runner].position = isTied ? 1 : rank + 1
            results[runner].beatenLengths = (beaten * 4).rounded() / 4
            results[runner].seconds = ((winningTime + beaten * 0.17) * 100).rounded() / 100
        }
        return results
    }

    private func runner(
        _ i: Int,
        of field: Field,
        raceID: Int64,
        _ result: RunnerResult,
        _ outcome: Outcome,
        _ market: SimulatedMarket
    ) -> SimulatedRace.Runner {
        let horse = horses[field.horses[i]]
        return SimulatedRace.Runner(
            runnerID: raceID * 100 + Int64(i + 1),
            horse: "Sim Horse \(field.horses[i])-\(horse.born + 10)",
            trainer: "Sim Trainer \(horse.trainer)",
            jockey: "Sim Jockey \(field.jockeys[i])",
            number: i + 1,
            draw: field.draws[i],
            age: field.ages[i],
            pounds: field.pounds[i],
            officialRating: field.ratings[i],
            isHeadgearFirst: field.isHeadgearFirst[i],
            position: field.isWithdrawn[i] ? "NR" : result.position.map { String($0) } ?? "PU",
            beatenLengths: result.beatenLengths,
            seconds: result.seconds,
            truth: outcome.truth[i],
            bsp: market.bsp[i],
            placeBSP: market.bsp[i].map { 1 + ($0 - 1) / 4 },
            morning: market.morning[i],
            quotes: market.quotes[i]
        )
    }

    private mutating func recordRuns(of field: Field, on day: CalendarDay) {
        for i in field.indices where !field.isWithdrawn[i] {
            horses[field.horses[i]].lastRun = day.number
            horses[field.horses[i]].runs += 1
        }
    }
}
