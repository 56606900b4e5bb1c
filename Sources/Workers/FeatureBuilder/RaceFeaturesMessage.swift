import Features
import Fleet
import Messages
import Racing
import RacingStore

extension RaceFeatures {
    /// Puts together what is known of a race as of a request. The same inputs give the same bytes.
    ///
    /// - Throws: `ContractError` for a race that cannot be scored: no runners, a runner twice, no off time, a course of no known zone.
    public init(
        _ request: RaceRequest, card: RaceCard, market: [Int64: MarketPrice], book: FormBook, missing: MissingResults = MissingResults(),
        set: FeatureSet
    ) throws(ContractError) {
        self.init()
        guard !card.runners.isEmpty else { throw ContractError("race \(card.raceID) has no runners") }
        guard Set(card.runners.map(\.horseID)).count == card.runners.count else { throw ContractError("race \(card.raceID) has a horse twice") }
        guard card.runners.count <= 60 else { throw ContractError("race \(card.raceID) has \(card.runners.count) runners: that is not a race") }
        let place: RacePlace
        do throws(RacingError) { place = try RacePlace(card, asOf: Instant(microseconds: request.asOf)) } catch {
            throw ContractError("race \(card.raceID): \(error)")
        }

        self.request = request
        race.courseID = card.courseID
        race.course = card.courseName
        race.region = card.region
        race.timeZone = place.zone.identifier
        race.off = place.off.microseconds
        race.name = card.name
        race.raceClass = card.raceClass ?? ""
        race.furlongs = card.furlongs
        race.going = card.going ?? ""
        race.surface = card.surface ?? ""
        race.isHandicap = card.isHandicap
        featureSet.version = UInt32(set.version)
        featureSet.hash = set.hash
        let (horizon, fingerprint) = (place.horizon, book.fingerprint(before: place.horizon))
        self.book.throughDay = fingerprint.throughDay.number
        self.book.runs = Int64(fingerprint.runs)

        let matrix = set.build(RaceFacts(card), card.runners.map(RunnerFacts.init), book: book, horizon: horizon)
        runners = card.runners.enumerated().map { row, declared in
            var runner = RunnerFeatures()
            runner.runnerID = declared.runnerID
            runner.horseID = declared.horseID
            runner.horse = declared.horseName
            runner.jockey = declared.jockeyName ?? ""
            runner.trainer = declared.trainerName ?? ""
            runner.number = UInt32(clamping: declared.number ?? 0)
            runner.draw = UInt32(clamping: declared.draw ?? 0)
            runner.features = Array(matrix.row(row))
            if let price = market[declared.runnerID] {
                runner.price.odds = price.odds
                runner.price.source = price.source.rawValue
                runner.price.at = price.at.microseconds
                if let volume = price.volume { runner.price.volume = volume }
                if let lay = price.lay { runner.price.lay = lay }
            }
            return runner
        }
        if request.origin == .live {
            warnings += missing.warnings(before: horizon)
            if fingerprint.throughDay < horizon.advanced(by: -3) {
                warnings.append("the form book ends on \(fingerprint.throughDay): results since then are missing")
            }
        }
    }
}
