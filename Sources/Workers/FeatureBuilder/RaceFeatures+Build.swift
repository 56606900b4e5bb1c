import Features
import Messages
import Racing
import RacingStore

extension RaceFeatures {
    /// Builds the message of a race: its features, its market and its card as of the request. The same inputs give the
    /// same bytes.
    ///
    /// - Parameter missing: recent results that the form book lacks. Live races get a warning about them.
    public init(
        _ requested: RequestedRace,
        book: FormBook,
        missing: MissingResults = MissingResults(),
        set: FeatureSet
    ) {
        self.init()
        let card = requested.card
        let horizon = requested.timing.horizon
        request = requested.request
        race = RaceDescription(card, requested.timing)
        featureSet.version = UInt32(set.version)
        featureSet.hash = set.hash
        let fingerprint = book.fingerprint(before: horizon)
        self.book.throughDay = fingerprint.throughDay.number
        self.book.runs = Int64(fingerprint.runs)

        let matrix = set.build(RaceFacts(card), card.runners.map(RunnerFacts.init), book: book, horizon: horizon)
        runners = card.runners.enumerated().map { row, declared in
            var runner = RunnerFeatures(declared)
            runner.features = Array(matrix.row(row))
            if let price = requested.market[declared.runnerID] { runner.price = Price(price) }
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

extension RaceDescription {
    fileprivate init(_ card: RaceCard, _ timing: RaceTiming) {
        self.init()
        courseID = card.courseID
        course = card.courseName
        region = card.region
        timeZone = timing.zone.identifier
        off = timing.off.microseconds
        name = card.name
        raceClass = card.raceClass ?? ""
        furlongs = card.furlongs
        going = card.going ?? ""
        surface = card.surface ?? ""
        isHandicap = card.isHandicap
    }
}

extension RunnerFeatures {
    fileprivate init(_ declared: DeclaredRunner) {
        self.init()
        runnerID = declared.runnerID
        horseID = declared.horseID
        horse = declared.horseName
        jockey = declared.jockeyName ?? ""
        trainer = declared.trainerName ?? ""
        number = UInt32(clamping: declared.number ?? 0)
        draw = UInt32(clamping: declared.draw ?? 0)
    }
}

extension Price {
    fileprivate init(_ price: MarketPrice) {
        self.init()
        odds = price.odds
        source = price.source.rawValue
        at = price.at.microseconds
        if let volume = price.volume { self.volume = volume }
        if let lay = price.lay { self.lay = lay }
    }
}
