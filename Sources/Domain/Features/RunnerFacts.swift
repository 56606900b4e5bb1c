import Racing

/// The facts of a runner that features read, all known before the off. Missing numbers are NaN, missing ids 0.
public struct RunnerFacts: Sendable, Equatable {
    public let runnerID: Int64
    public let horse: Int64
    public let trainer: Int64
    public let jockey: Int64
    public let sire: Int64
    public let damsire: Int64
    public let draw: Float
    public let age: Float
    public let pounds: Float
    public let officialRating: Float
    public let isHeadgearFirstTime: Bool
    public let isHeadgearWorn: Bool
    public let headgear: HeadgearCodes

    public init(
        runnerID: Int64,
        horse: Int64,
        trainer: Int64?,
        jockey: Int64?,
        sire: Int64? = nil,
        damsire: Int64? = nil,
        draw: Int?,
        age: Int?,
        pounds: Int?,
        officialRating: Int?,
        worn: Headgear.Worn?
    ) {
        self.runnerID = runnerID
        self.horse = horse
        self.trainer = trainer ?? 0
        self.jockey = jockey ?? 0
        self.sire = sire ?? 0
        self.damsire = damsire ?? 0
        func positive(_ value: Int?) -> Float { value.map { $0 > 0 ? Float($0) : .nan } ?? .nan }
        self.draw = positive(draw)
        self.age = positive(age)
        self.pounds = positive(pounds)
        self.officialRating = officialRating.map(Float.init) ?? .nan
        isHeadgearFirstTime = worn?.isFirstTime ?? false
        isHeadgearWorn = worn?.isAny ?? false
        self.headgear = worn?.codes ?? HeadgearCodes(nil)
    }

    public init(
        runnerID: Int64,
        horse: Int64,
        trainer: Int64?,
        jockey: Int64?,
        sire: Int64? = nil,
        damsire: Int64? = nil,
        draw: Int?,
        age: Int?,
        pounds: Int?,
        officialRating: Int?,
        headgear: String?
    ) {
        self.init(
            runnerID: runnerID,
            horse: horse,
            trainer: trainer,
            jockey: jockey,
            sire: sire,
            damsire: damsire,
            draw: draw,
            age: age,
            pounds: pounds,
            officialRating: officialRating,
            worn: headgear.map { Headgear.Worn($0) }
        )
    }

    public init(_ runner: DeclaredRunner) {
        self.init(
            runnerID: runner.runnerID,
            horse: runner.horseID,
            trainer: runner.trainerID,
            jockey: runner.jockeyID,
            sire: runner.sireID,
            damsire: runner.damsireID,
            draw: runner.draw,
            age: runner.age,
            pounds: runner.pounds,
            officialRating: runner.officialRating,
            headgear: runner.headgear
        )
    }
}
