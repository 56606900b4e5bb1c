import Foundation
import Racing

/// A world whose truth is known.
public struct SimulationSettings: Sendable {
    public var seed: UInt64 = 1
    public var seasons = 2
    /// The last season ends the day before.
    public var end = CalendarDay(year: 2026, month: 1, day: 1)!
    public var racesPerMeeting = 7
    public var meetingsPerDay = 1
    public var courses = 4
    public var trainers = 60
    public var jockeys = 50
    /// Days between meetings.
    public var daysBetween = 2
    public var horses = 900
    /// What the market knows of the truth: the standard deviation of its error in log odds, in the morning and at the off.
    public var morningError = 0.45
    public var closingError = 0.12
    /// Above 1 the market overrates outsiders; probabilities are raised to its inverse.
    public var favouriteLongshot = 1.06
    public var overround = 1.02

    /// How many days at the end have price paths; earlier ones have the morning price and BSP only, as archives do.
    public var pricedDays = 730

    public init() {}

    /// About as much as Britain and Ireland race: 28 races a day, 100,000 runners a year.
    public static var full: SimulationSettings {
        var settings = SimulationSettings()
        (settings.meetingsPerDay, settings.daysBetween, settings.horses) = (4, 1, 14_000)
        (settings.courses, settings.trainers, settings.jockeys) = (40, 600, 350)
        settings.pricedDays = 60
        return settings
    }
}

/// A race of the world, as it was run.
public struct SimulatedRace: Sendable {
    public struct Runner: Sendable {
        public let runnerID: Int64
        public let horse: String
        public let trainer: String
        public let jockey: String
        public let number: Int
        public let draw: Int
        public let age: Int
        public let pounds: Int
        public let officialRating: Int
        public let isHeadgearFirst: Bool
        /// "1", "2" ..., "PU" or "NR".
        public let position: String
        public let beatenLengths: Double?
        public let seconds: Double?
        /// The true chance to win; 0 for one withdrawn.
        public let truth: Double
        public let bsp: Double?
        public let placeBSP: Double?
        public let morning: Double?
        /// Odds at moments before the off, oldest first.
        public let quotes: [(at: Instant, odds: Double, volume: Double)]
    }
    public let raceID: Int64
    public let day: CalendarDay
    public let number: Int
    public let course: String
    public let off: WallTime
    public let raceClass: String
    public let isHandicap: Bool
    public let furlongs: Double
    public let metres: Int
    public let going: String
    public let surface: String
    public let runners: [Runner]
}

/// Draws a world and its races. The same settings give the same races.
public struct Simulator {
    private struct Horse {
        var ability: Double
        var bestDistance: Double
        var trainer: Int
        var born: Int
        var lastRun: Int32 = -1000
        var runs = 0
    }
    private struct Course {
        let name: String
        let pace: Double
        /// Of low over high draws, in log odds, at short distances.
        let drawBias: Double
        let surface: String
    }
    private let settings: SimulationSettings
    private var random: SplitMix64
    private var horses: [Horse] = []
    private var trainers: [Double] = []
    private var jockeys: [Double] = []
    private let courses: [Course]
    private let first: CalendarDay
    /// The next day of racing.
    private var day: CalendarDay
    /// Of what moves from day to day, apart from the races' own.
    private var tides: SplitMix64

    private static let distances: [(furlongs: Double, metres: Int)] = [(5, 1006), (6, 1207), (7, 1408), (8, 1609), (10, 2012), (12, 2414)]
    private static let goings = ["Good To Firm", "Good", "Good", "Good To Soft", "Soft", "Heavy"]
    /// Seconds before the off at which the exchange is quoted.
    private static let quoteLeads = [21_600, 10_800, 7200, 3600, 1800, 1200, 900, 600, 300, 120, 60, 30, 0]

    /// Of trainers and jockeys, in the units of ability, and how much of it is left of one racing day to the next.
    private static let (personSD, personMemory) = (0.25, 0.998)

    public init(_ settings: SimulationSettings = SimulationSettings()) {
        self.settings = settings
        random = SplitMix64(seed: settings.seed)
        tides = SplitMix64(seed: settings.seed ^ 0x7469_6465)
        first = settings.end.advanced(by: -365 * settings.seasons)
        day = first
        trainers = (0..<settings.trainers).map { _ in 0 }
        jockeys = (0..<settings.jockeys).map { _ in 0 }
        let named = [
            Course(name: "Simford", pace: 11.9, drawBias: 0.35, surface: "Turf"), Course(name: "Modelbury", pace: 12.1, drawBias: 0, surface: "Turf"),
            Course(name: "Seed Park", pace: 11.7, drawBias: -0.25, surface: "AWT"),
            Course(name: "Randwater", pace: 12.3, drawBias: 0.1, surface: "Turf"),
        ]
        var others: [Course] = []
        for number in named.count..<max(named.count, settings.courses) {
            let surface = number % 6 == 0 ? "AWT" : "Turf"
            others.append(
                Course(name: "Sim Course \(number + 1)", pace: 12 + 0.2 * tides.normal(), drawBias: 0.2 * tides.normal(), surface: surface))
        }
        courses = Array(named.prefix(settings.courses)) + others
        for index in trainers.indices { trainers[index] = random.normal() * Self.personSD }
        for index in jockeys.indices { jockeys[index] = random.normal() * Self.personSD }
        for _ in 0..<settings.horses { horses.append(newHorse(born: random.below(4) - 4)) }
    }

    private mutating func newHorse(born: Int) -> Horse {
        Horse(ability: random.normal() * 0.8, bestDistance: 5 + 7 * random.uniform(), trainer: random.below(trainers.count), born: born)
    }

    /// Every race in order, one call of `body` each.
    public mutating func run(_ body: (SimulatedRace) throws -> Void) rethrows { while try advance(days: 365, body) {} }

    /// The races of the next `days` days.
    ///
    /// - Returns: false once the world has ended.
    public mutating func advance(days: Int, _ body: (SimulatedRace) throws -> Void) rethrows -> Bool {
        let until = min(day.advanced(by: days), settings.end)
        while day < until {
            let season = Int(day.days(since: first)) / 365
            passDay(season)
            for meeting in 0..<settings.meetingsPerDay { try self.meeting(meeting, on: day, season: season, body) }
            day = day.advanced(by: settings.daysBetween)
        }
        return day < settings.end
    }

    /// Abilities drift, form comes and goes, and old horses retire.
    private mutating func passDay(_ season: Int) {
        for index in horses.indices {
            horses[index].ability = horses[index].ability * 0.998 + random.normal() * 0.04
            if horses[index].runs > 45 || random.uniform() < 0.0008 { horses[index] = newHorse(born: season - 2) }
        }
        let step = Self.personSD * (1 - Self.personMemory * Self.personMemory).squareRoot()
        for index in trainers.indices { trainers[index] = trainers[index] * Self.personMemory + step * tides.normal() }
        for index in jockeys.indices { jockeys[index] = jockeys[index] * Self.personMemory + step * tides.normal() }
    }

    private mutating func meeting(_ meeting: Int, on day: CalendarDay, season: Int, _ body: (SimulatedRace) throws -> Void) rethrows {
        let course = courses[random.below(courses.count)]
        let going = course.surface == "AWT" ? "Standard" : Self.goings[random.below(Self.goings.count)]
        for number in 1...settings.racesPerMeeting { try body(race(day, meeting, number, course, going, season)) }
    }

    private mutating func race(_ day: CalendarDay, _ meeting: Int, _ number: Int, _ course: Course, _ going: String, _ season: Int) -> SimulatedRace {
        let distance = Self.distances[random.below(Self.distances.count)]
        let isHandicap = random.uniform() < 0.7
        let raceClass = 2 + random.below(4)
        let size = 6 + random.below(9)
        // like meets like: horses near a level that the class sets
        let level = Double(4 - raceClass) * 0.5
        var field: [Int] = []
        var tries = 0
        while field.count < size, tries < 4000 {
            tries += 1
            let horse = random.below(horses.count)
            guard !field.contains(horse), day.number - horses[horse].lastRun >= 9 else { continue }
            guard abs(horses[horse].ability - level) < 0.6 + Double(tries) / 1000 else { continue }
            field.append(horse)
        }
        let off = WallTime(seconds: 13 * 3600 + 30 * 60 + (number - 1) * 1800 + meeting * 420) ?? WallTime(hour: 13, minute: 30)!
        let ratings = field.map { Int((60 + 12 * horses[$0].ability + 3 * random.normal()).rounded()) }
        let top = ratings.max() ?? 60
        let pounds = ratings.map { isHandicap ? max(112, 140 - (top - $0)) : 126 }
        let riders = field.map { _ in random.below(jockeys.count) }
        var draws = Array(1...max(field.count, 1))
        draws.shuffle(using: &random)
        let ages = field.map { max(2, min(10, season - horses[$0].born + 2)) }
        let firsts = field.map { _ in random.uniform() < 0.05 }
        let withdrawn = field.map { _ in random.uniform() < 0.02 }
        let strength = field.indices.map { i -> Double in
            let horse = horses[field[i]]
            let place = Double(draws[i] - 1) / Double(max(field.count - 1, 1)) - 0.5
            return horse.ability + trainers[horse.trainer] + jockeys[riders[i]] - course.drawBias * place * (distance.furlongs <= 7 ? 2 : 0.5)
                - 0.12 * abs(horse.bestDistance - distance.furlongs) - 0.045 * Double(pounds[i] - 126) + (firsts[i] ? 0.1 : 0)
        }
        // Gumbel noise makes the truth exact: P(win) is the softmax of strength over its scale
        let scale = 0.55
        let powers = field.indices.map { withdrawn[$0] ? 0 : exp(strength[$0] / scale) }
        let total = powers.reduce(0, +)
        let truth = powers.map { $0 / total }
        let performance = field.indices.map { strength[$0] + scale * random.gumbel() }
        let pulledUp = field.indices.map { !withdrawn[$0] && random.uniform() < 0.012 }
        var finishers = field.indices.filter { !withdrawn[$0] && !pulledUp[$0] }.sorted { performance[$0] > performance[$1] }
        if finishers.isEmpty, let only = field.indices.first(where: { !withdrawn[$0] }) { finishers = [only] }
        let isDeadHeat = finishers.count > 1 && random.uniform() < 0.004
        let raceID = Int64(day.components.year * 10_000 + day.components.month * 100 + day.components.day) * 1000 + Int64(900 + meeting * 20 + number)
        let instant = off.instant(on: day, in: TimeZone(identifier: "Europe/London") ?? .gmt)
        let market = market(truth, instant, hasPath: settings.end.days(since: day) <= settings.pricedDays)
        let slowness: [String: Double] = ["Good To Firm": -0.1, "Good To Soft": 0.25, "Soft": 0.5, "Heavy": 0.8]
        let stamina: Double = 0.12 * log(distance.furlongs / 5)
        let luck: Double = 0.04 * random.normal() - 0.08 * level
        let pace: Double = course.pace + (slowness[going] ?? 0) + stamina + luck
        let winningTime: Double = distance.furlongs * pace
        let best = finishers.first.map { performance[$0] } ?? 0
        let runners = field.indices.map { i -> SimulatedRace.Runner in
            let rank = finishers.firstIndex(of: i)
            let tied = isDeadHeat && rank == 1
            let beaten = rank.map { _ in tied ? 0 : min(40, (best - performance[i]) * 4 * distance.furlongs / 8) }
            let placed = rank.map { tied ? 1 : $0 + 1 }
            horses[field[i]].lastRun = withdrawn[i] ? horses[field[i]].lastRun : day.number
            horses[field[i]].runs += withdrawn[i] ? 0 : 1
            return SimulatedRace.Runner(
                runnerID: raceID * 100 + Int64(i + 1), horse: "Sim Horse \(field[i])-\(horses[field[i]].born + 10)",
                trainer: "Sim Trainer \(horses[field[i]].trainer)",
                jockey: "Sim Jockey \(riders[i])", number: i + 1, draw: draws[i], age: ages[i], pounds: pounds[i], officialRating: ratings[i],
                isHeadgearFirst: firsts[i], position: withdrawn[i] ? "NR" : placed.map { String($0) } ?? "PU",
                beatenLengths: beaten.map { ($0 * 4).rounded() / 4 }, seconds: beaten.map { ((winningTime + $0 * 0.17) * 100).rounded() / 100 },
                truth: truth[i], bsp: market.bsp[i], placeBSP: market.bsp[i].map { 1 + ($0 - 1) / 4 }, morning: market.morning[i],
                quotes: market.quotes[i])
        }
        return SimulatedRace(
            raceID: raceID, day: day, number: number, course: course.name, off: off, raceClass: "Class \(raceClass)", isHandicap: isHandicap,
            furlongs: distance.furlongs, metres: distance.metres, going: going, surface: course.surface, runners: runners)
    }

    private struct Market {
        var bsp: [Double?]
        var morning: [Double?]
        var quotes: [[(at: Instant, odds: Double, volume: Double)]]
    }

    /// The truth plus an error that shrinks towards the off, a favourite-longshot bias and an overround.
    private mutating func market(_ truth: [Double], _ off: Instant, hasPath: Bool) -> Market {
        let final = truth.map { _ in random.normal() * settings.closingError }
        let early = truth.map { _ in
            random.normal() * (settings.morningError * settings.morningError - settings.closingError * settings.closingError).squareRoot()
        }
        func odds(_ share: Double) -> [Double?] {
            let views = truth.indices.map { truth[$0] > 0 ? exp(log(truth[$0]) / settings.favouriteLongshot + final[$0] + share * early[$0]) : 0 }
            let sum = views.reduce(0, +)
            return views.map { view in
                guard view > 0 else { return nil }
                let price = max(1.02, min(800, sum / (view * settings.overround)))
                return (price * 100).rounded() / 100
            }
        }
        var market = Market(bsp: odds(0), morning: odds(1), quotes: truth.map { _ in [] })
        for (index, lead) in Self.quoteLeads.enumerated() where hasPath {
            let prices = odds(Double(lead) / Double(lead + 3600))
            for runner in truth.indices {
                guard let price = prices[runner] else { continue }
                let volume = (truth[runner] * 40_000 * Double(index + 1) / Double(Self.quoteLeads.count)).rounded()
                market.quotes[runner].append((off.advanced(bySeconds: -Double(lead)), price, volume))
            }
        }
        return market
    }
}
